/// Exact answers about a world whose hidden states can be enumerated.
///
/// Reachable states are listed layer by layer, one layer per step (breadth first, all actions), and
/// every question is then one sweep over the layers:
///
///     V[t](s) = Σ_a π(a | s, t) Σ_s' P(s' | s, a) · (r + V[t + 1](s')),   V = 0 after the end
///
/// backwards for expectations, forwards for distributions. Returns are undiscounted sums in reward
/// units; times are steps since the episode's start; an episode ends on termination or at the
/// world's horizon.
public struct Solver<World: Solvable>: Sendable {
  public typealias State = World.State

  /// Actions `0 ..< actionCount`.
  public let actionCount: Int
  /// Steps until an episode is cut.
  public let horizon: Int
  let layers: [Layer]
  let start: [(index: Int, probability: Double)]

  /// The states an episode can be in after so many steps, and where their actions lead.
  struct Layer: Sendable {
    var states: [State] = []
    var index: [State: Int] = [:]
    /// Action `a` of state `i` leads along `edges[firstEdge[i · actions + a] ..< firstEdge[… + 1]]`.
    var firstEdge: [Int] = [0]
    var edges: [Edge] = []

    mutating func index(of state: State) -> Int {
      if let known = index[state] { return known }
      let new = states.count
      index[state] = new
      states.append(state)
      return new
    }
  }

  struct Edge: Sendable {
    var probability: Double
    var reward: Double
    /// The place in the next layer, or -1 where the episode ends.
    var next: Int
    /// Whether an episode that ends here ends solved.
    var isSolved: Bool
  }

  /// Enumerates what can be reached.
  ///
  /// - Parameters:
  ///   - stateLimit: states, counted once for every step in which they can be reached.
  ///   - transitionLimit: consequences of actions, counted likewise.
  public init(
    _ world: World, stateLimit: Int = 2_000_000, transitionLimit: Int = 20_000_000
  ) throws(SolverError) {
    guard case .discrete(let actionCount, 0) = world.actionSpace,
      actionCount <= ActionSet.capacity
    else { throw .actionsNotDiscrete }
    try world.checkSolvable()

    var layer = Layer()
    var start: [(index: Int, probability: Double)] = []
    for (state, probability) in world.startStates() {
      start.append((layer.index(of: state), probability))
    }
    var layers: [Layer] = []
    var stateCount = layer.states.count
    var transitionCount = 0
    for time in 0..<world.horizon where !layer.states.isEmpty {
      let isLast = time == world.horizon - 1
      var next = Layer()
      for state in layer.states {
        for action in 0..<actionCount {
          for transition in world.transitions(from: state, action: action) {
            let ends = transition.isTerminated || isLast
            layer.edges.append(
              Edge(
                probability: transition.probability, reward: transition.reward,
                next: ends ? -1 : next.index(of: transition.next),
                isSolved: world.isSolved(transition.next)))
          }
          layer.firstEdge.append(layer.edges.count)
        }
        guard stateCount + next.states.count <= stateLimit else {
          throw .tooLarge(what: "states", limit: stateLimit, time: time + 1)
        }
        guard transitionCount + layer.edges.count <= transitionLimit else {
          throw .tooLarge(what: "transitions", limit: transitionLimit, time: time + 1)
        }
      }
      stateCount += next.states.count
      transitionCount += layer.edges.count
      layers.append(layer)
      layer = next
    }
    self.actionCount = actionCount
    self.horizon = world.horizon
    self.layers = layers
    self.start = start
  }

  /// States, counted once for every step in which they can be reached.
  public var stateCount: Int { layers.reduce(0) { $0 + $1.states.count } }

  /// The probabilities of the uniform policy, for ``evaluate(_:)`` and its relatives.
  public func uniformly(_ state: State, _ time: Int) -> [Double] {
    Array(repeating: 1 / Double(actionCount), count: actionCount)
  }

  /// The places of the edges that action `action` of state `index` can follow.
  func edges(of action: Int, in index: Int, of layer: Layer) -> Range<Int> {
    let first = index * actionCount + action
    return layer.firstEdge[first]..<layer.firstEdge[first + 1]
  }

  /// The probabilities that `policy` gives in `state`, checked.
  func probabilities(
    _ policy: (State, Int) -> [Double], _ state: State, _ time: Int
  ) -> [Double] {
    let probabilities = policy(state, time)
    precondition(
      probabilities.count == actionCount && probabilities.allSatisfy { $0 >= 0 }
        && abs(probabilities.reduce(0, +) - 1) < 1e-9,
      "a policy must give \(actionCount) probabilities that sum to one, gave \(probabilities)")
    return probabilities
  }
}
