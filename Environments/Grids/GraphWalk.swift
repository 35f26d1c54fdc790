public import Documents
import Foundation
import Randomness

/// The shortest path on a random graph: figure 2 of the Decision Transformer paper.
///
/// `nodes` nodes, each directed edge there with probability `edgeProbability`; one graph for all
/// episodes. A node without an edge gets one, to a node drawn uniformly. The action names the node to
/// go to; where no edge leads there the agent stays. Every action costs 1, the one that reaches the
/// goal included, so the return is minus the path's length. Reaching the goal ends the episode.
///
/// An episode that is cut off before the goal pays `unreachedReward` once more. The paper gives such
/// walks a return of minus infinity or leaves them out; with the default of -1 their return is
/// -(horizon + 1), which no path has and to which the paper's prior, `P(-k) ∝ horizon + 1 - k`,
/// gives nothing.
///
/// The paper does not say what is done about nodes from which the goal cannot be reached: here an
/// episode starts at a node drawn uniformly from those that can reach it within the horizon. The
/// observation is the node, one-hot.
public struct GraphWalk: Environment {
  public struct Configuration: Settings {
    public var nodes = 20
    public var edgeProbability = 0.1
    /// Names the graph.
    public var graphSeed = 0
    public var goal = 0
    public var horizon = 10
    public var unreachedReward = -1.0

    public init() {}

    public static let descriptions = [
      "nodes": "Nodes of the graph, which are the actions too, 2 to 64.",
      "edgeProbability": "Probability of each directed edge, 0 to 1.",
      "graphSeed": "Names the graph, a whole number from 0.",
      "goal": "The node to be reached, from 0.",
      "horizon": "Steps until an episode is cut off, 1 to 1000000.",
      "unreachedReward": "Further reward of the last step where the goal was not reached.",
    ]
  }

  public let observationSpace: Space
  public let actionSpace: Space
  public let horizon: Int
  /// `[node]` The nodes that edges lead to.
  public let edges: [ActionSet]
  /// `[node]` Steps to the goal, or -1 where no path is short enough.
  public let distances: [Int]
  private let starts: [Int]
  private let goal: Int
  private let unreachedReward: Double
  private var node = 0
  private var time = 0
  private var isOver = true

  public init(_ configuration: Configuration) throws(ConfigurationError) {
    let settings = configuration
    try require(2...64 ~= settings.nodes, "nodes", settings.nodes, "2 to 64 nodes")
    try require(
      0...1 ~= settings.edgeProbability, "edgeProbability", settings.edgeProbability,
      "a probability, 0 to 1")
    try require(settings.graphSeed >= 0, "graphSeed", settings.graphSeed, "0 or more")
    try require(
      0..<settings.nodes ~= settings.goal, "goal", settings.goal,
      "a node, 0 to \(settings.nodes - 1)")
    try require(
      1...1_000_000 ~= settings.horizon, "horizon", settings.horizon, "1 to 1000000 steps")
    try require(
      settings.unreachedReward.isFinite, "unreachedReward", settings.unreachedReward,
      "a finite number")
    edges = Self.drawEdges(settings)
    distances = Self.distances(to: settings.goal, along: edges, atMost: settings.horizon)
    starts = distances.indices.filter { [distances] in distances[$0] > 0 }
    try require(
      !starts.isEmpty, "graphSeed", settings.graphSeed,
      "a graph in which a path leads to node \(settings.goal)")
    goal = settings.goal
    horizon = settings.horizon
    unreachedReward = settings.unreachedReward
    observationSpace = .box(shape: [settings.nodes], low: 0, high: 1, element: .uint8)
    actionSpace = .discrete(count: settings.nodes)
  }

  private static func drawEdges(_ settings: Configuration) -> [ActionSet] {
    var random = RandomStream(seed: UInt64(settings.graphSeed), "graph/edges")
    return (0..<settings.nodes).map { from in
      var edges = ActionSet()
      for to in 0..<settings.nodes where to != from {
        if random.uniform() < settings.edgeProbability { edges.insert(to) }
      }
      if edges.isEmpty {
        edges.insert((from + 1 + random.integer(below: settings.nodes - 1)) % settings.nodes)
      }
      return edges
    }
  }

  /// Steps to `goal` from every node, by lengthening known paths; -1 where more than `limit`.
  private static func distances(
    to goal: Int, along edges: [ActionSet], atMost limit: Int
  ) -> [Int] {
    var distances = edges.indices.map { $0 == goal ? 0 : -1 }
    for length in 1...min(limit, edges.count) {
      for node in distances.indices where distances[node] < 0 {
        if edges[node].actions.contains(where: { distances[$0] == length - 1 }) {
          distances[node] = length
        }
      }
    }
    return distances
  }

  public mutating func reset(seed: UInt64) {
    var random = RandomStream(seed: seed, "graph/start")
    node = starts[random.integer(below: starts.count)]
    time = 0
    isOver = false
  }

  public mutating func step(_ action: Action) -> Outcome {
    guard case .discrete(let target) = action, edges.indices.contains(target) else {
      preconditionFailure("this graph takes .discrete(0...\(edges.count - 1)), got \(action)")
    }
    precondition(!isOver, "the episode has ended: reset(seed:) starts another")
    let next = transitions(from: state, action: target)[0]
    (node, time) = (next.next.node, time + 1)
    let isCut = !next.isTerminated && time == horizon
    isOver = next.isTerminated || isCut
    return Outcome(reward: next.reward, isTerminated: next.isTerminated, isTruncated: isCut)
  }

  public func observe(into row: inout MutableSpan<Float>) {
    observe(state, at: time, into: &row)
  }

  public func observe(_ state: State, at time: Int, into row: inout MutableSpan<Float>) {
    for index in 0..<row.count { row[index] = index == state.node ? 1 : 0 }
  }

  public var isSolved: Bool { node == goal }
}

/// Nodes on a circle, from the top clockwise; the goal is marked, and so is where the agent is.
extension GraphWalk: Drawable {
  public var look: Look {
    var scene = Scene(left: -1.25, bottom: -1.25, width: 2.5, height: 2.5)
    let places = edges.indices.map { node in
      let turn = 2 * Double.pi * Double(node) / Double(edges.count)
      return Scene.Point(sin(turn), cos(turn))
    }
    let radius = min(0.1, 2 / Double(edges.count))
    for (from, targets) in edges.enumerated() {
      for to in targets.actions {
        let (a, b) = (places[from], places[to])
        let length = ((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y)).squareRoot()
        let (x, y) = ((b.x - a.x) / length, (b.y - a.y) / length)
        let isOut = from == node
        let tip = Scene.Point(b.x - x * radius, b.y - y * radius)
        let neck = Scene.Point(tip.x - x * 0.07, tip.y - y * 0.07)
        scene.add(.line([a, neck], width: isOut ? 0.018 : 0.008, isOut ? .force : .ground))
        scene.add(
          .polygon(
            [
              tip, .init(neck.x - y * 0.03, neck.y + x * 0.03),
              .init(neck.x + y * 0.03, neck.y - x * 0.03),
            ], isOut ? .force : .ground))
      }
    }
    for (index, place) in places.enumerated() {
      let role: Scene.Role = index == node ? .body : index == goal ? .goal : .joint
      scene.add(.disc(centre: place, radius: radius, role))
      scene.add(.text("\(index)", at: place, size: radius * 1.1, .label))
    }
    return .scene(scene)
  }
}

extension GraphWalk: ObservableState {
  public struct State: Hashable, Sendable {
    public var node: Int
    /// Steps taken.
    public var time: Int

    public init(node: Int, time: Int) { (self.node, self.time) = (node, time) }
  }

  public var state: State { State(node: node, time: time) }

  public func startStates() -> [(state: State, probability: Double)] {
    starts.map { (State(node: $0, time: 0), 1 / Double(starts.count)) }
  }

  public func transitions(from state: State, action: Int) -> [Transition<State>] {
    let node = edges[state.node].contains(action) ? action : state.node
    let isTerminated = node == goal
    let isCut = !isTerminated && state.time + 1 == horizon
    return [
      Transition(
        probability: 1, next: State(node: node, time: state.time + 1),
        reward: -1 + (isCut ? unreachedReward : 0), isTerminated: isTerminated)
    ]
  }

  public func isSolved(_ state: State) -> Bool { state.node == goal }
}

/// The paper's data: random walks, which follow an edge in every step.
public struct GraphWalkPlanner: StatePlanner {
  private var edges: [ActionSet] = []

  public init() {}

  public mutating func begin(_ world: GraphWalk) { edges = world.edges }
  public mutating func bestActions(in world: GraphWalk) -> ActionSet {
    bestActions(in: world.state, at: 0)
  }
  public func bestActions(in state: GraphWalk.State, at time: Int) -> ActionSet {
    edges[state.node]
  }
}

extension GraphWalk {
  static var entries: [any AnyEnvironmentEntry] {
    [
      EnvironmentEntry(
        "graph", "The Decision Transformer paper's shortest path on a random graph of 20 nodes.",
        GraphWalk.self,
        rewards: "-1 for every step; -11 in all for a walk that does not reach the goal.",
        behaviours: BehaviourEntry.standard + [.walk])
    ]
  }
}

extension BehaviourEntry<GraphWalk> {
  /// Random walks along edges.
  public static var walk: Self {
    BehaviourEntry(
      "walk", "A random walk along edges, with a share epsilon of random actions.",
      defaults: EpsilonGreedySettings()
    ) { settings, world throws(ConfigurationError) in
      try EpsilonGreedy(GraphWalkPlanner(), for: world, settings: settings)
    }
  }
}
