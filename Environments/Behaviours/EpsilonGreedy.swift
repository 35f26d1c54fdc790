public import Documents
import Foundation
public import Randomness

/// Follows a planner, but for a share of uniformly random actions.
///
/// With probability ε an action is drawn uniformly from all `n`, else uniformly from the set `B` of
/// the planner's best. So the logged probability is exact, whichever way the action came about:
///
///     P(a) = ε / n + (1 - ε) · [a ∈ B] / |B|
public struct EpsilonGreedy<P: Planner>: BehaviourPolicy {
  public typealias World = P.World

  private var planner: P
  private let epsilon: Double
  private let actionCount: Int

  public init(
    _ planner: P, for world: World, settings: EpsilonGreedySettings
  ) throws(ConfigurationError) {
    try require(
      settings.epsilon >= 0 && settings.epsilon <= 1, "epsilon", settings.epsilon,
      "a probability, 0 to 1")
    guard case .discrete(let count, 0) = world.actionSpace, count <= ActionSet.capacity else {
      throw ConfigurationError(
        key: "", found: "an environment with other than discrete actions",
        expected: "1 to \(ActionSet.capacity) discrete actions")
    }
    self.planner = planner
    epsilon = settings.epsilon
    actionCount = count
  }

  public mutating func begin(_ world: World) throws(ConfigurationError) {
    try planner.begin(world)
  }

  public mutating func pass(in world: World) { planner.pass(in: world) }

  public mutating func choose(
    in world: World, using random: inout RandomStream
  ) -> (action: Action, logProbability: Double) {
    let best = planner.bestActions(in: world)
    let isRandom = epsilon > 0 && random.uniform() < epsilon
    let action =
      isRandom ? random.integer(below: actionCount) : best.draw(using: &random)
    return (.discrete(action), log(probability(of: action, best: best)))
  }

  /// The probability of taking `action` where `best` are the planner's.
  func probability(of action: Int, best: ActionSet) -> Double {
    epsilon / Double(actionCount)
      + (best.contains(action) ? (1 - epsilon) / Double(best.count) : 0)
  }
}

extension EpsilonGreedy: MarkovBehaviour where P: StatePlanner {
  public func probabilities(in state: P.World.State, at time: Int) -> [Double] {
    let best = planner.bestActions(in: state, at: time)
    return (0..<actionCount).map { probability(of: $0, best: best) }
  }
}

/// How much of a planner's play is noise.
public struct EpsilonGreedySettings: Settings {
  /// The share of uniformly random actions, in `0...1`.
  public var epsilon = 0.0

  public init() {}

  public static let descriptions = ["epsilon": "Share of uniformly random actions, 0 to 1."]
}

/// The settings of a behaviour policy that has none.
public struct NoSettings: Settings {
  public init() {}
}
