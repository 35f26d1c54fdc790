public import Documents
import Foundation
public import Randomness

/// Draws an action near the one that a rule names: uniformly from an interval around it.
///
/// For a box of one number. With a the rule's action, cut to the box, and r half the interval:
///
///     action ~ U(max(low, a - r), min(high, a + r)),    log density = -ln(length of the interval)
///
/// so the logged density is exact, which that of a rule without jitter could not be.
public struct JitteredController<World: Environment>: BehaviourPolicy {
  private let rule: @Sendable (World) -> Double
  private let low: Double
  private let high: Double
  private let reach: Double

  /// - Parameter rule: the action that is best in a world, inside the box or not.
  public init(
    for world: World, settings: JitterSettings, rule: @escaping @Sendable (World) -> Double
  ) throws(ConfigurationError) {
    try require(
      settings.jitter > 0 && settings.jitter <= 1, "jitter", settings.jitter,
      "a number above 0, at most 1")
    guard case .box(let box) = world.actionSpace, box.low.count == 1,
      box.low[0].isFinite, box.high[0].isFinite, box.low[0] < box.high[0]
    else {
      throw ConfigurationError(
        key: "", found: "an environment with other actions", expected: "a bounded box of one number"
      )
    }
    self.rule = rule
    (low, high) = (Double(box.low[0]), Double(box.high[0]))
    reach = settings.jitter * (high - low) / 2
  }

  public mutating func begin(_ world: World) {}

  public mutating func choose(
    in world: World, using random: inout RandomStream
  ) -> (action: Action, logProbability: Double) {
    let best = min(max(rule(world), low), high)
    let (left, right) = (max(low, best - reach), min(high, best + reach))
    let action = left + (right - left) * random.uniform()
    return (.continuous([Float(min(max(action, left), right))]), -log(right - left))
  }
}

/// How far a rule's actions are scattered.
public struct JitterSettings: Settings {
  /// Half the interval that an action is drawn from, as a share of half the box, above 0.
  public var jitter = 0.1

  public init() {}

  public static let descriptions = [
    "jitter": "how far actions are scattered, as a share of half the action box, above 0, at most 1"
  ]
}
