public import Documents
import Foundation
public import Randomness

/// Learns as it plays: tabular Q-learning, from its first episode to its last.
///
///     Q(s, a) ← Q(s, a) + learningRate · (r + discount · max_b Q(s', b) − Q(s, a))
///
/// with nothing after a terminated episode, and ε-greedy actions whose ε falls in a straight line
/// over the first episodes. Episodes in their order are a learning history, as Algorithm Distillation
/// (Laskin et al., 2022) needs. Nothing but the episodes played so far decides what it knows: a
/// collection that was interrupted plays them again (``BehaviourPolicy/learns``).
public struct QLearning<World: Environment, Key: Hashable & Sendable>: BehaviourPolicy {
  private let settings: QLearningSettings
  private let actionCount: Int
  private let firstAction: Int
  private let key: @Sendable (World) -> Key
  /// Where each key's values begin.
  private var places: [Key: Int] = [:]
  private var values: [Double] = []
  /// Episodes begun.
  private var episodes = 0
  /// Where the values of the world's present key begin, once known.
  private var here: Int?
  /// Where the value of the action taken stands.
  private var taken = 0

  /// - Parameter key: what values are remembered by.
  public init(
    for world: World, settings: QLearningSettings, key: @escaping @Sendable (World) -> Key
  ) throws(ConfigurationError) {
    try settings.check()
    guard case .discrete(let count, let start) = world.actionSpace, count <= ActionSet.capacity
    else {
      throw ConfigurationError(
        key: "id", found: "q-learning in an environment with other than discrete actions",
        expected: "1 to \(ActionSet.capacity) discrete actions", suggestion: "random")
    }
    (self.settings, self.key) = (settings, key)
    (actionCount, firstAction) = (count, start)
  }

  public mutating func begin(_ world: World) {
    episodes += 1
    here = nil
  }

  public mutating func choose(
    in world: World, using random: inout RandomStream
  ) -> (action: Action, logProbability: Double) {
    let place = here ?? place(of: key(world))
    var best = ActionSet()
    let row = values[place..<place + actionCount]
    let peak = row.max() ?? 0
    for (action, value) in row.enumerated() where value == peak { best.insert(action) }
    let epsilon = settings.epsilon(inEpisode: episodes - 1)
    let isRandom = epsilon > 0 && random.uniform() < epsilon
    let action = isRandom ? random.integer(below: actionCount) : best.draw(using: &random)
    let probability =
      epsilon / Double(actionCount)
      + (best.contains(action) ? (1 - epsilon) / Double(best.count) : 0)
    taken = place + action
    return (.discrete(firstAction + action), log(probability))
  }

  public mutating func observe(_ outcome: Outcome, in world: World) {
    let next = place(of: key(world))
    let after = outcome.isTerminated ? 0 : values[next..<next + actionCount].max() ?? 0
    values[taken] +=
      settings.learningRate * (outcome.reward + settings.discount * after - values[taken])
    here = next
  }

  public mutating func pass(in world: World) { here = nil }

  public var learns: Bool { true }

  private mutating func place(of key: Key) -> Int {
    if let known = places[key] { return known }
    places[key] = values.count
    values.append(contentsOf: repeatElement(settings.initialValue, count: actionCount))
    return values.count - actionCount
  }
}

/// How fast a learning behaviour policy learns and how it explores.
public struct QLearningSettings: Settings {
  public var learningRate = 0.1
  public var discount = 0.99
  /// What actions that were never tried are worth, in reward units.
  public var initialValue = 0.0
  /// The share of random actions in the first episode.
  public var firstEpsilon = 1.0
  /// The same from episode `epsilonEpisodes` on.
  public var lastEpsilon = 0.05
  /// Episodes over which the share falls.
  public var epsilonEpisodes = 500

  public init() {}

  public static let descriptions = [
    "learningRate": "Share of the error that an update removes, above 0, at most 1.",
    "discount": "What a reward loses per step of waiting, 0 to 1.",
    "initialValue": "Value of actions that were never tried, in reward units.",
    "firstEpsilon": "Share of random actions in the first episode, 0 to 1.",
    "lastEpsilon": "Share of random actions from episode epsilonEpisodes on, 0 to 1.",
    "epsilonEpisodes": "Episodes over which the share of random actions falls, from 0.",
  ]

  func check() throws(ConfigurationError) {
    try require(
      learningRate > 0 && learningRate <= 1, "learningRate", learningRate,
      "a number above 0, at most 1")
    for (key, value) in [
      ("discount", discount), ("firstEpsilon", firstEpsilon), ("lastEpsilon", lastEpsilon),
    ] {
      try require(value >= 0 && value <= 1, key, value, "a number from 0 to 1")
    }
    try require(
      abs(initialValue) <= 1e30, "initialValue", initialValue, "a number from -1e30 to 1e30")
    try require(
      epsilonEpisodes >= 0, "epsilonEpisodes", epsilonEpisodes, "a whole number from 0")
  }

  /// The share of random actions in an episode, counted from 0.
  func epsilon(inEpisode episode: Int) -> Double {
    guard episode < epsilonEpisodes else { return lastEpsilon }
    return firstEpsilon + (lastEpsilon - firstEpsilon) * Double(episode) / Double(epsilonEpisodes)
  }
}
