public import Documents
public import Randomness

/// Several policies, of which one is drawn for every episode.
///
/// The log-probabilities are those of the policy that acts, given that it does, and the dataset says
/// which it was (`infos/episode_behaviour`). Weighting an episode by them is unbiased, as the choice
/// of the policy has nothing to do with the episode; the probability of the whole mixture would need
/// every policy's opinion on every step.
public struct Mixture<World: Environment>: BehaviourPolicy {
  /// The policies, in the order of the settings.
  let policies: [any BehaviourPolicy<World>]
  /// Probabilities, which sum to one.
  let weights: [Double]
  private var playing: [any BehaviourPolicy<World>]
  public private(set) var component: Int?

  /// - Parameter weights: one per policy, or none for equal ones; none negative.
  public init(
    _ policies: [any BehaviourPolicy<World>], weights: [Double]
  ) throws(ConfigurationError) {
    try require(!policies.isEmpty, "behaviours", "none", "one behaviour policy or more")
    let weights = weights.isEmpty ? policies.map { _ in 1 } : weights
    let total = weights.reduce(0, +)
    try require(
      weights.count == policies.count, "weights", "\(weights.count) numbers",
      "one for each of the \(policies.count) behaviours, or none for equal ones")
    try require(
      weights.allSatisfy { $0 >= 0 } && total > 0 && total.isFinite, "weights", weights,
      "numbers that are not negative and not all zero, with a finite sum")
    self.policies = policies
    self.weights = weights.map { $0 / total }
    playing = policies
  }

  public mutating func begin(_ world: World) throws(ConfigurationError) {
    component = nil
    for index in playing.indices where weights[index] > 0 {
      do throws(ConfigurationError) {
        try playing[index].begin(world)
      } catch { throw error.within("behaviours[\(index)]") }
    }
  }

  public mutating func choose(
    in world: World, using random: inout RandomStream
  ) -> (action: Action, logProbability: Double) {
    let chosen = component ?? random.index(weightedBy: weights)
    component = chosen
    return playing[chosen].choose(in: world, using: &random)
  }

  public mutating func observe(_ outcome: Outcome, in world: World) {
    if let component { playing[component].observe(outcome, in: world) }
  }

  public mutating func pass(in world: World) {
    for index in playing.indices { playing[index].pass(in: world) }
  }

  public var canTakeOver: Bool { policies.allSatisfy { $0.canTakeOver } }
  public var learns: Bool { policies.contains { $0.learns } }
}

/// What a mixture is made of.
public struct MixtureSettings: Settings {
  public var behaviours = Components("behaviour", [Component("behaviour", id: "random")])
  /// How often each acts, relative to the others; none for equal shares.
  public var weights: [Double] = []

  public init() {}

  public static let descriptions = [
    "behaviours": "The behaviour policies, one of which is drawn for every episode.",
    "weights": "How often each acts, relative to the others; none for equal shares.",
  ]
}
