/// The exact conditional on the return-to-go in data that several policies made, one in each episode
/// (`Mixture`), of whom it is not told which.
///
///     P(a | s, t, g) ∝ Σ_c P(c | s, t) · π_c(a | s, t) · P_c(G = g | s, t, a),   P(c | s, t) ∝ w_c · P_c(s, t)
///
/// Who has seen the whole episode knows more of who acts: there `P(c | s, t)` gives way to
///
///     P(c | s_0, a_0, …, s_t) ∝ w_c · Π π_c(a_i | s_i, i)
///
/// (``priors`` and ``update(_:with:in:at:)``). Of one policy it is ``ReturnConditional``.
public struct MixtureConditional<World: Solvable>: Sendable {
  public typealias State = World.State

  public let solver: Solver<World>
  /// `[policies]` How often each policy acts in an episode; they sum to one.
  public let priors: [Double]
  /// `[policies]` What each policy's own data would say.
  let parts: [ReturnConditional<World>]
  /// `[policies, horizon]` How probable every state is at every time; none where one policy acts.
  private let visits: [[Row]]

  /// - Throws: where what all policies take together does not fit the solver's memory limit.
  public init(
    _ solver: Solver<World>, under behaviour: ExactBehaviour<World>
  ) throws(SolverError) {
    self.solver = solver
    priors = behaviour.components.map(\.weight)
    var parts: [ReturnConditional<World>] = []
    var visits: [[Row]] = []
    var bytes = 0
    for component in behaviour.components {
      let part = try ReturnConditional(solver, under: component.policy, besides: bytes)
      bytes += part.bytes
      if behaviour.components.count > 1 {
        bytes += solver.numbersPerTime
        try solver.requireMemory(bytes, for: "the exact conditionals of a mixture's policies")
        visits.append(part.visits)
      }
      parts.append(part)
    }
    (self.parts, self.visits) = (parts, visits)
  }

  /// The distribution of an episode's return, in ascending order of return.
  public var returns: [(value: Double, probability: Double)] {
    let all = parts.indices.flatMap { part in
      parts[part].returns.map { ($0.value, priors[part] * $0.probability) }
    }.sorted { $0.0 < $1.0 }
    var sum: [(value: Double, probability: Double)] = []
    for (value, probability) in all {
      if let last = sum.last, ReturnLevels.areEqual(last.value, value) {
        sum[sum.count - 1].probability += probability
      } else {
        sum.append((value, probability))
      }
    }
    return sum
  }

  /// `[policies]` Who acts, as far as it can be told from a state at a time; `nil` where no policy can
  /// be there.
  public func policies(in state: State, at time: Int) -> [Double]? {
    guard let index = parts[0].place(of: state, at: time) else { return nil }
    guard parts.count > 1 else { return priors }
    return Self.normalised(parts.indices.map { priors[$0] * visits[$0][time][index] })
  }

  /// Takes an action in: `weights` `[policies]` of who acts become those after it.
  public func update(_ weights: inout [Double], with action: Int, in state: State, at time: Int) {
    guard parts.count > 1 else { return }
    let likely = parts.indices.map {
      weights[$0] * solver.probabilities(parts[$0].behaviour, state, time)[action]
    }
    weights = Self.normalised(likely) ?? weights
  }

  /// `[actions]` The probability of each action where who acts is known so well, whatever is still to
  /// come.
  public func probabilities(in state: State, at time: Int, weights: [Double]) -> [Double] {
    sum(weights) { solver.probabilities(parts[$0].behaviour, state, time) }
  }

  /// `[actions]` The probability of each action, or `nil` where `state` cannot be reached in `time`
  /// steps or `returnToGo` cannot be had from there.
  ///
  /// - Parameter weights: `[policies]` who acts, as far as it is known; `nil` for what state and time
  ///   tell.
  public func probabilities(
    in state: State, at time: Int, returnToGo: Double, weights: [Double]? = nil
  ) -> [Double]? {
    guard let index = parts[0].place(of: state, at: time),
      let weights = weights ?? policies(in: state, at: time)
    else { return nil }
    return Self.normalised(
      sum(weights) { parts[$0].weights(ofState: index, at: time, returnToGo: returnToGo) })
  }

  /// `[actions]` The sum over policies, those with no weight left out.
  private func sum(_ weights: [Double], _ values: (_ part: Int) -> [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: solver.actionCount)
    for part in parts.indices where weights[part] > 0 {
      for (action, value) in values(part).enumerated() { sums[action] += weights[part] * value }
    }
    return sums
  }

  private static func normalised(_ weights: [Double]) -> [Double]? {
    let total = weights.reduce(0, +)
    return total > 0 ? weights.map { $0 / total } : nil
  }
}
