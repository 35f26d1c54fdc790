public import Documents
import Foundation
import Randomness

/// A car in a valley that is too weak to drive straight up: it must swing (Moore, 1990); Gymnasium's
/// `MountainCar-v0`, number for number.
///
/// Action 0 pushes to the left, 1 not at all, 2 to the right. With x the position and v the velocity:
///
///     v ← clip(v + 0.001 · (action - 1) - 0.0025 cos 3x, ±0.07)
///     x ← clip(x + v, -1.2 ... 0.6),    v ← 0 on hitting the wall on the left
///
/// An episode ends at x ≥ 0.5, where v is at least the goal's velocity. Every step, the last
/// included, earns -1. The observation is `[x, v]`; x starts in -0.6 ..< -0.4, at rest.
public struct MountainCar: Environment {
  public struct Configuration: Settings {
    /// Steps until an episode is truncated, at least 1.
    public var horizon = 200
    /// Position units per step that the car must have at the goal.
    public var goalVelocity = 0.0

    public init() {}

    public static let descriptions = [
      "horizon": "steps until an episode is truncated, from 1",
      "goalVelocity": "least velocity at the goal, in position units per step, -0.07 to 0.07",
    ]
  }

  public let observationSpace = Hill.observationSpace
  public let actionSpace = Space.discrete(count: 3)
  public let horizon: Int
  public private(set) var position = 0.0
  /// Position units per step.
  public private(set) var velocity = 0.0
  private let goalVelocity: Double
  private var time = 0
  private var isOver = true

  public init(_ configuration: Configuration) throws(ConfigurationError) {
    try require(configuration.horizon >= 1, "horizon", configuration.horizon, "1 step or more")
    try Hill.check(goalVelocity: configuration.goalVelocity)
    horizon = configuration.horizon
    goalVelocity = configuration.goalVelocity
    reset(seed: 0)
  }

  public mutating func reset(seed: UInt64) {
    var random = NumPyGenerator(seed: seed)
    place(at: [random.uniform(-0.6, -0.4), 0])
  }

  public mutating func step(_ action: Action) -> Outcome {
    let push = action.index(below: 3, in: "MountainCar") - 1
    precondition(!isOver, "the episode has ended: reset(seed:) starts another")
    velocity += Double(push) * 0.001 + cos(3 * position) * -0.0025
    velocity = min(max(velocity, -Hill.fastest), Hill.fastest)
    position += velocity
    position = min(max(position, Hill.leftEnd), Hill.rightEnd)
    if position == Hill.leftEnd && velocity < 0 { velocity = 0 }
    time += 1
    let isTruncated = time == horizon
    isOver = isSolved || isTruncated
    return Outcome(reward: -1, isTerminated: isSolved, isTruncated: isTruncated)
  }

  public func observe(into row: inout MutableSpan<Float>) {
    row[0] = Float(position)
    row[1] = Float(velocity)
  }

  public var isSolved: Bool { position >= 0.5 && velocity >= goalVelocity }
}

extension MountainCar: Placeable {
  package mutating func place(at state: [Double]) {
    (position, velocity) = (state[0], state[1])
    time = 0
    isOver = false
  }
}

/// What the two mountain cars have in common.
enum Hill {
  static let leftEnd = -1.2
  static let rightEnd = 0.6
  static let fastest = 0.07
  static let observationSpace = Space.box(
    Space.Box(
      shape: [2], low: [Float(leftEnd), Float(-fastest)],
      high: [Float(rightEnd), Float(fastest)]))

  static func check(goalVelocity: Double) throws(ConfigurationError) {
    try require(
      abs(goalVelocity) <= fastest, "goalVelocity", goalVelocity, "a number from -0.07 to 0.07")
  }
}
