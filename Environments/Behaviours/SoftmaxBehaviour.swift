public import Documents
import Foundation
public import Randomness

/// Prefers better actions in proportion to how much better they are.
///
///     P(a | s, t) = exp(Q[t](s, a) / temperature) / Σ_b exp(Q[t](s, b) / temperature)
///
/// where `Q` is what an action and the best ones after it earn, in reward units (``Solver/Values``).
public struct SoftmaxBehaviour<World: Solvable>: MarkovBehaviour {
  private var solution: EpisodeSolution<World, Solver<World>.Values>
  private let temperature: Double
  public let heedsTimeOfRewards: Bool
  private var time = 0

  /// Solves `world`.
  public init(
    for world: World, settings: SoftmaxSettings,
    memoryLimit: Int = Solver<World>.defaultMemoryLimit
  ) throws(ConfigurationError) {
    try require(
      settings.temperature > 0 && settings.temperature.isFinite, "temperature",
      settings.temperature, "a number above 0, in reward units")
    try require(
      settings.discount >= 0 && settings.discount <= 1, "discount", settings.discount,
      "a number from 0 to 1")
    temperature = settings.temperature
    let discount = settings.discount
    heedsTimeOfRewards = discount != 1
    do {
      solution = try EpisodeSolution(for: world) { world throws(SolverError) in
        try Solver(world, memoryLimit: memoryLimit).values(
          discount: discount, knowingPlaces: false)
      }
    } catch {
      throw .unsolvable("an environment", error)
    }
  }

  public mutating func begin(_ world: World) throws(ConfigurationError) {
    try solution.begin(world)
    time = 0
  }

  public mutating func choose(
    in world: World, using random: inout RandomStream
  ) -> (action: Action, logProbability: Double) {
    defer { time += 1 }
    let probabilities = probabilities(in: world.state, at: time)
    let action = random.index(weightedBy: probabilities)
    return (.discrete(action), log(probabilities[action]))
  }

  public mutating func pass(in world: World) { time += 1 }

  public func probabilities(in state: World.State, at time: Int) -> [Double] {
    guard let values = solution.answer.actionValues(in: state, at: time) else {
      preconditionFailure("step \(time) cannot be in \(state): was begin(_:) called?")
    }
    let best = values.max() ?? 0
    let weights = values.map { exp(($0 - best) / temperature) }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }
}

/// How sharply good actions are preferred.
public struct SoftmaxSettings: Settings {
  /// Reward units; the lower, the nearer to the optimal policy.
  public var temperature = 0.1
  /// What a reward loses per step of waiting; below 1, the sooner is the better.
  public var discount = 0.99

  public init() {}

  public static let descriptions = [
    "temperature": "Divides values before the softmax, in reward units, above 0.",
    "discount": "What a reward loses per step of waiting, 0 to 1.",
  ]
}
