public import Documents
import Foundation
import Randomness

/// The mountain car with a motor that can be set to any force; Gymnasium's
/// `MountainCarContinuous-v0`, number for number.
///
/// The action is a force a; what lies outside -1...1 has the effect of the nearest bound.
///
///     v ← clip(v + 0.0015 a - 0.0025 cos 3x, ±0.07)
///     x ← clip(x + v, -1.2 ... 0.6),    v ← 0 on hitting the wall on the left
///
/// An episode ends at x ≥ 0.45, where v is at least the goal's velocity, which earns 100; every
/// step costs 0.1 a² (of the action as given). The observation is `[x, v]`; x starts in
/// -0.6 ..< -0.4, at rest.
///
/// Gymnasium keeps the state in single precision, but for an episode's start; so do we.
public struct MountainCarContinuous: Environment {
  public struct Configuration: Settings {
    /// Steps until an episode is truncated, at least 1.
    public var horizon = 999
    /// Position units per step that the car must have at the goal.
    public var goalVelocity = 0.0

    public init() {}

    public static let descriptions = [
      "horizon": "steps until an episode is truncated, from 1",
      "goalVelocity": "least velocity at the goal, in position units per step, -0.07 to 0.07",
    ]
  }

  public let observationSpace = Hill.observationSpace
  public let actionSpace = Space.box(shape: [1], low: -1, high: 1)
  public let horizon: Int
  public private(set) var position = 0.0
  /// Position units per step.
  public private(set) var velocity = 0.0
  private let goalVelocity: Double
  private var time = 0
  private var isOver = true

  private static let power: Float = 0.0015

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
    let force = action.number(in: "MountainCarContinuous")
    precondition(!isOver, "the episode has ended: reset(seed:) starts another")
    let push = min(max(force, -1), 1) * Self.power
    if time == 0 {
      let pull = 0.0025 * cos(3 * position)
      var (x, v) = (position, velocity + (Double(push) - pull))
      roll(&x, &v)
      (position, velocity) = (Double(Float(x)), Double(Float(v)))
    } else {
      let pull = Float(0.0025 * cos(Double(3 * Float(position))))
      var (x, v) = (Float(position), Float(velocity) + (push - pull))
      roll(&x, &v)
      (position, velocity) = (Double(x), Double(v))
    }
    time += 1
    let isTruncated = time == horizon
    isOver = isSolved || isTruncated
    let reward = (isSolved ? 100.0 : 0) - Double(force) * Double(force) * 0.1
    return Outcome(reward: reward, isTerminated: isSolved, isTruncated: isTruncated)
  }

  /// Moves the car, in the precision of the state.
  private func roll<Number: BinaryFloatingPoint>(_ position: inout Number, _ velocity: inout Number)
  {
    let (left, right) = (Number(Hill.leftEnd), Number(Hill.rightEnd))
    velocity = min(max(velocity, -Number(Hill.fastest)), Number(Hill.fastest))
    position = min(max(position + velocity, left), right)
    if position == left && velocity < 0 { velocity = 0 }
  }

  public func observe(into row: inout MutableSpan<Float>) {
    row[0] = Float(position)
    row[1] = Float(velocity)
  }

  public var isSolved: Bool {
    Float(position) >= 0.45 && Float(velocity) >= Float(goalVelocity)
  }
}

extension MountainCarContinuous: Placeable {
  package mutating func place(at state: [Double]) {
    (position, velocity) = (state[0], state[1])
    time = 0
    isOver = false
  }
}
