public import Documents
import Foundation
public import Randomness

/// Makes data that have to be stitched: parts of the way to the goal, never the whole.
///
/// In episodes that begin at the map's first start (in reading order) it heads for the nearest pit
/// and never enters a goal; in all others it heads for the nearest goal and never enters a pit. With
/// probability ε it takes a random action instead. With `A` the actions that enter nothing
/// forbidden, and `B ⊆ A` those that lead the shortest way,
///
///     P(a) = ε · [a ∈ A] / |A| + (1 - ε) · [a ∈ B] / |B|
///
/// It plans on firm ground without keys: where the ground slips, a slip may enter what is forbidden.
public struct SegmentsBehaviour: BehaviourPolicy {
  /// `[cell]` The actions of an episode of one sort.
  private struct Way: Sendable {
    var allowed: [ActionSet]
    var best: [ActionSet]
  }

  private let toPit: Way
  private let toGoal: Way
  private let firstStart: Int32
  private let epsilon: Double
  private var isFromFirst = false

  public init(
    for world: GridWorld, settings: EpsilonGreedySettings
  ) throws(ConfigurationError) {
    try require(
      0...1 ~= settings.epsilon, "epsilon", settings.epsilon, "a probability, 0 to 1")
    let layout = world.layout
    guard layout.starts.count > 1, layout.kinds.contains(.pit), !layout.goals.isEmpty else {
      throw ConfigurationError(
        key: "id", found: "segments in a grid without two starts, a pit and a goal",
        expected: "a policy for any grid", suggestion: "random")
    }
    epsilon = settings.epsilon
    firstStart = Int32(layout.starts[0])
    toPit = Self.way(in: layout, to: { $0 == .pit }, avoiding: { $0.isGoal })
    toGoal = Self.way(in: layout, to: { $0.isGoal }, avoiding: { $0 == .pit })
  }

  public mutating func begin(_ world: GridWorld) { isFromFirst = world.state.cell == firstStart }

  public mutating func choose(
    in world: GridWorld, using random: inout RandomStream
  ) -> (action: Action, logProbability: Double) {
    let way = isFromFirst ? toPit : toGoal
    let cell = Int(world.state.cell)
    let (allowed, best) = (way.allowed[cell], way.best[cell])
    let isRandom = epsilon > 0 && random.uniform() < epsilon
    let action = (isRandom ? allowed : best).draw(using: &random)
    let probability =
      epsilon / Double(allowed.count)
      + (best.contains(action) ? (1 - epsilon) / Double(best.count) : 0)
    return (.discrete(action), log(probability))
  }

  /// Shortest ways from every cell, by lengthening known ones until nothing changes. Where there is
  /// no way, or every action is forbidden, all actions that are left are as good.
  private static func way(
    in layout: GridWorld.Layout, to isTarget: (GridWorld.Kind) -> Bool,
    avoiding isForbidden: (GridWorld.Kind) -> Bool
  ) -> Way {
    let all = ActionSet(all: layout.moveCount)
    let targets = layout.kinds.indices.map { cell in
      (0..<layout.moveCount).map { action in
        layout.target(of: cell, move: layout.outcomes[action][0].move, collected: 0)
      }
    }
    let allowed = targets.map { targets in
      let actions = targets.indices.filter { !isForbidden(layout.kinds[targets[$0]]) }
      return actions.isEmpty ? all : ActionSet(actions)
    }
    let unknown = Int.max
    var distances = layout.kinds.map { isTarget($0) ? 0 : unknown }
    var length = 0
    var isGrowing = true
    while isGrowing {
      isGrowing = false
      length += 1
      for cell in distances.indices where distances[cell] == unknown {
        if allowed[cell].actions.contains(where: { distances[targets[cell][$0]] == length - 1 }) {
          distances[cell] = length
          isGrowing = true
        }
      }
    }
    let best = distances.indices.map { cell in
      let steps = allowed[cell].actions.filter { distances[targets[cell][$0]] < distances[cell] }
      return steps.isEmpty ? allowed[cell] : ActionSet(steps)
    }
    return Way(allowed: allowed, best: best)
  }
}

extension ActionSet {
  fileprivate init(_ actions: [Int]) {
    self.init()
    for action in actions { insert(action) }
  }
}

extension BehaviourEntry<GridWorld> {
  /// Data that have to be stitched.
  public static var segments: Self {
    BehaviourEntry(
      "segments",
      "From the first start to a pit, from others to a goal, with a share epsilon of random actions.",
      defaults: EpsilonGreedySettings()
    ) { settings, world throws(ConfigurationError) in
      try SegmentsBehaviour(for: world, settings: settings)
    }
  }
}
