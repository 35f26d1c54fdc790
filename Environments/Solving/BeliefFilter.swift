/// What can be concluded about a hidden world from what was seen, done and earned; and, from that,
/// the conditional that a return-conditioned model with this very history is meant to learn.
///
///     b[0](s)      ∝ P(s) · [o(s) = o₀]
///     b[t + 1](s') ∝ Σ_s b[t](s) · π(a | s, t) · P(s', r | s, a) · [o(s') = o]
///     P(a | history, g) ∝ Σ_s b[t](s) · π(a | s, t) · P(G = g | s, t, a)
///
/// The behaviour policy `π` may know more than is seen, so its actions, too, tell something.
/// Observations are compared exactly, rewards to 10⁻⁹ of their size (or of 1). Where every episode is
/// solved by itself (`Solvable/isSolvedPerEpisode`), what was drawn for it, MiniGrid's layout or where
/// the key of dark-key-to-door lies, counts as known.
public struct BeliefFilter<World: ObservableState>: Sendable {
  private let conditional: ReturnConditional<World>
  private let width: Int
  /// Steps so far.
  public private(set) var time = 0
  /// Probabilities by state, which sum to one; empty where the history is impossible.
  private var belief: [Int: Double] = [:]

  public init(_ conditional: ReturnConditional<World>) {
    self.conditional = conditional
    width = conditional.solver.world.observationSpace.width
  }

  /// The hidden states that are possible, with their probabilities; none where the history is
  /// impossible under the behaviour policy.
  public var states: [(state: World.State, probability: Double)] {
    belief.sorted { $0.key < $1.key }.map { (conditional.solver.table.state($0.key), $0.value) }
  }

  /// Starts an episode with its first observation.
  public mutating func begin(_ observation: [Float]) {
    time = 0
    belief = [:]
    for (index, probability) in conditional.solver.table.start {
      if observe(index) == observation { belief[index, default: 0] += probability }
    }
    normalise()
  }

  /// Takes in a step after which the episode goes on.
  public mutating func update(action: Int, reward: Double, observation: [Float]) {
    let solver = conditional.solver
    let rewards = solver.table.rewards(of: solver.world, at: time)
    var next: [Int: Double] = [:]
    for (index, weight) in belief.sorted(by: { $0.key < $1.key }) {
      let acting = solver.probabilities(conditional.behaviour, solver.table.state(index), time)
      solver.table.graph.forEachConsequence(index, action) { probability, place, code in
        guard place >= 0, ReturnLevels.areEqual(rewards[code], reward) else { return }
        next[place, default: 0] += weight * acting[action] * probability
      }
    }
    time += 1
    belief = next.filter { $0.value > 0 && observe($0.key) == observation }
    normalise()
  }

  /// `[actions]` The probability of each action, or `nil` where the history, or the return-to-go
  /// after it, is impossible.
  public func probabilities(returnToGo: Double) -> [Double]? {
    var sums = [Double](repeating: 0, count: conditional.solver.actionCount)
    for (index, weight) in belief.sorted(by: { $0.key < $1.key }) {
      let weights = conditional.weights(ofState: index, at: time, returnToGo: returnToGo)
      for action in sums.indices { sums[action] += weight * weights[action] }
    }
    let total = sums.reduce(0, +)
    return total > 0 ? sums.map { $0 / total } : nil
  }

  private func observe(_ index: Int) -> [Float] {
    var row = [Float](repeating: 0, count: width)
    var span = row.mutableSpan
    conditional.solver.world.observe(
      conditional.solver.table.state(index), at: time, into: &span)
    return row
  }

  private mutating func normalise() {
    let total = belief.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }
    belief = total > 0 ? belief.mapValues { $0 / total } : [:]
  }
}
