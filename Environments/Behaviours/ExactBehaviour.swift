/// A behaviour policy as a solver sees it: one or more policies that depend on hidden state and time
/// alone, one of which acts in each episode.
public struct ExactBehaviour<World: Solvable>: Sendable {
  public typealias Policy = @Sendable (World.State, _ time: Int) -> [Double]

  /// Weights sum to one; a uniform policy acts at random.
  public let components: [(weight: Double, isUniform: Bool, policy: Policy)]
  /// Whether one of them does (``MarkovBehaviour/heedsTimeOfRewards``).
  public let heedsTimeOfRewards: Bool

  /// - Returns: `nil` for a policy that learns or remembers.
  public init?(_ behaviour: any BehaviourPolicy<World>) {
    if let mixture = behaviour as? Mixture<World> {
      var components: [(weight: Double, isUniform: Bool, policy: Policy)] = []
      var heeds = false
      for (weight, policy) in zip(mixture.weights, mixture.policies) where weight > 0 {
        guard let part = ExactBehaviour(policy) else { return nil }
        components += part.components.map { (weight * $0.weight, $0.isUniform, $0.policy) }
        heeds = heeds || part.heedsTimeOfRewards
      }
      (self.components, heedsTimeOfRewards) = (components, heeds)
    } else if let phases = behaviour as? Phases<World> {
      var turns: [Policy] = []
      var heeds = false
      for policy in phases.policies {
        guard let part = ExactBehaviour(policy), part.components.count == 1 else { return nil }
        turns.append(part.components[0].policy)
        heeds = heeds || part.heedsTimeOfRewards
      }
      heedsTimeOfRewards = heeds
      components = [(1, false, { [turns] in turns[phases.turn(at: $1)]($0, $1) })]
    } else if let behaviour = behaviour as? any MarkovBehaviour<World> {
      let isUniform = behaviour is RandomBehaviour<World>
      heedsTimeOfRewards = behaviour.heedsTimeOfRewards
      components = [(1, isUniform, { behaviour.probabilities(in: $0, at: $1) })]
    } else {
      return nil
    }
  }
}

extension Solver {
  /// The exact distribution of the return under a behaviour policy, in ascending order of return.
  public func returnDistribution(
    under behaviour: ExactBehaviour<World>
  ) throws(SolverError) -> [(value: Double, probability: Double)] {
    var sum: [Double: Double] = [:]
    for (weight, isUniform, policy) in behaviour.components {
      let returns =
        try isUniform ? randomReturnDistribution() : returnDistribution(under: policy)
      for (value, probability) in returns {
        sum[value, default: 0] += weight * probability
      }
    }
    return sum.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
  }
}
