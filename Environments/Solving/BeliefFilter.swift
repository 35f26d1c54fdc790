/// What can be concluded about a hidden world from what was seen, done and earned; and, from that,
/// the conditional that a return-conditioned model with this very history is meant to learn.
///
///     b[0](s)      ∝ P(s) · [o(s) = o₀]
///     b[t + 1](s') ∝ Σ_s b[t](s) · π(a | s, t) · P(s', r | s, a) · [o(s') = o]
///     P(a | history, g) ∝ Σ_s b[t](s) · π(a | s, t) · P(G = g | s, t, a)
///
/// The behaviour policy `π` may know more than is seen, so its actions, too, tell something. Where one
/// of several policies acts in each episode, who it is counts as hidden as well.
/// Observations are compared exactly, rewards to 10⁻⁹ of their size (or of 1). Where every episode is
/// solved by itself (`Solvable/isSolvedPerEpisode`), what was drawn for it, MiniGrid's layout or where
/// the key of dark-key-to-door lies, counts as known.
public struct BeliefFilter<World: ObservableState>: Sendable {
  /// A hidden state, and the policy that acts.
  private struct Guess: Hashable, Comparable {
    var index: Int
    var part: Int

    static func < (a: Guess, b: Guess) -> Bool { (a.index, a.part) < (b.index, b.part) }
  }

  private let solver: Solver<World>
  /// `[policies]`
  private let parts: [ReturnConditional<World>]
  private let priors: [Double]
  private let width: Int
  /// Steps so far.
  public private(set) var time = 0
  /// Probabilities, which sum to one; empty where the history is impossible.
  private var belief: [Guess: Double] = [:]

  public init(_ conditional: ReturnConditional<World>) {
    self.init(conditional.solver, [conditional], priors: [1])
  }

  public init(_ conditional: MixtureConditional<World>) {
    self.init(conditional.solver, conditional.parts, priors: conditional.priors)
  }

  private init(
    _ solver: Solver<World>, _ parts: [ReturnConditional<World>], priors: [Double]
  ) {
    (self.solver, self.parts, self.priors) = (solver, parts, priors)
    width = solver.world.observationSpace.width
  }

  private var inOrder: [(key: Guess, value: Double)] { belief.sorted { $0.key < $1.key } }

  /// The hidden states that are possible, with their probabilities; none where the history is
  /// impossible under the behaviour policy.
  public var states: [(state: World.State, probability: Double)] {
    var sums: [(index: Int, probability: Double)] = []
    for (guess, probability) in inOrder {
      if sums.last?.index == guess.index {
        sums[sums.count - 1].probability += probability
      } else {
        sums.append((guess.index, probability))
      }
    }
    return sums.map { (solver.table.state($0.index), $0.probability) }
  }

  /// `[policies]` Who acts, as far as it can be told; zeros where the history is impossible.
  public var policies: [Double] {
    inOrder.reduce(into: priors.map { _ in 0 }) { $0[$1.key.part] += $1.value }
  }

  /// Starts an episode with its first observation.
  public mutating func begin(_ observation: [Float]) {
    time = 0
    belief = [:]
    for (index, probability) in solver.table.start where observe(index) == observation {
      for part in parts.indices where priors[part] > 0 {
        belief[Guess(index: index, part: part), default: 0] += priors[part] * probability
      }
    }
    normalise()
  }

  /// Takes in a step after which the episode goes on.
  public mutating func update(action: Int, reward: Double, observation: [Float]) {
    let rewards = solver.table.rewards(of: solver.world, at: time)
    var next: [Guess: Double] = [:]
    for (guess, weight) in inOrder {
      let acting = solver.probabilities(
        parts[guess.part].behaviour, solver.table.state(guess.index), time)
      solver.table.graph.forEachConsequence(guess.index, action) { probability, place, code in
        guard place >= 0, ReturnLevels.areEqual(rewards[code], reward) else { return }
        next[Guess(index: place, part: guess.part), default: 0] +=
          weight * acting[action] * probability
      }
    }
    time += 1
    belief = next.filter { $0.value > 0 && observe($0.key.index) == observation }
    normalise()
  }

  /// `[actions]` The probability of each action, or `nil` where the history, or the return-to-go
  /// after it, is impossible.
  public func probabilities(returnToGo: Double) -> [Double]? {
    var sums = [Double](repeating: 0, count: solver.actionCount)
    for (guess, weight) in inOrder {
      let weights = parts[guess.part].weights(
        ofState: guess.index, at: time, returnToGo: returnToGo)
      for action in sums.indices { sums[action] += weight * weights[action] }
    }
    let total = sums.reduce(0, +)
    return total > 0 ? sums.map { $0 / total } : nil
  }

  private func observe(_ index: Int) -> [Float] {
    var row = [Float](repeating: 0, count: width)
    var span = row.mutableSpan
    solver.world.observe(solver.table.state(index), at: time, into: &span)
    return row
  }

  private mutating func normalise() {
    let total = inOrder.reduce(0) { $0 + $1.value }
    belief = total > 0 ? belief.mapValues { $0 / total } : [:]
  }
}
