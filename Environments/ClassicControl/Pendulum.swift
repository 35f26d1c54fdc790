public import Documents
import Foundation
import Randomness

/// A pendulum with a motor too weak to lift it, to be swung up and held; Gymnasium's `Pendulum-v1`,
/// number for number.
///
/// The action is a torque u, cut to ±2. With θ the angle from upright and g the gravity:
///
///     reward = -(θ² + 0.1 θ̇² + 0.001 u²),    θ within ±π, before the step
///     θ̇ ← clip(θ̇ + 0.05 (3/2 g sin θ + 3 u), ±8),    θ ← θ + 0.05 θ̇
///
/// Nothing ends an episode but the horizon, so returns are about -2000 to 0. The observation is
/// `[cos θ, sin θ, θ̇]`; θ starts in ±π and θ̇ in ±1. Gymnasium does not say when the task is solved;
/// here, it is where the pendulum stands nearly upright and nearly still (|θ| ≤ 0.2, |θ̇| ≤ 0.5).
public struct Pendulum: Environment {
  public struct Configuration: Settings {
    /// Steps until an episode is truncated, at least 1.
    public var horizon = 200
    /// In m/s².
    public var gravity = 10.0

    public init() {}

    public static let descriptions = [
      "horizon": "steps until an episode is truncated, from 1",
      "gravity": "in m/s², 0 to 1000",
    ]
  }

  public let observationSpace: Space
  public let actionSpace = Space.box(shape: [1], low: -2, high: 2)
  public let horizon: Int
  public let gravity: Double
  /// Radians from upright, not wrapped.
  public private(set) var angle = 0.0
  public private(set) var angularVelocity = 0.0
  /// The last action's, in N m, for pictures.
  private(set) var torque = 0.0
  private var time = 0
  private var isOver = true

  public init(_ configuration: Configuration) throws(ConfigurationError) {
    try require(configuration.horizon >= 1, "horizon", configuration.horizon, "1 step or more")
    try require(
      0...1000 ~= configuration.gravity, "gravity", configuration.gravity, "a number from 0 to 1000"
    )
    horizon = configuration.horizon
    gravity = configuration.gravity
    observationSpace = .box(Space.Box(shape: [3], low: [-1, -1, -8], high: [1, 1, 8]))
    reset(seed: 0)
  }

  public mutating func reset(seed: UInt64) {
    var random = NumPyGenerator(seed: seed)
    place(at: [random.uniform(-.pi, .pi), random.uniform(-1, 1)])
  }

  public mutating func step(_ action: Action) -> Outcome {
    let torque = min(max(action.number(in: "Pendulum"), -2), 2)
    precondition(!isOver, "the episode has ended: reset(seed:) starts another")
    // What depends on the torque alone is worked out in single precision, as NumPy does.
    let wrapped = Self.wrapped(angle)
    let cost =
      wrapped * wrapped + 0.1 * (angularVelocity * angularVelocity)
      + Double(0.001 * (torque * torque))
    let acceleration = 3 * gravity / 2 * sin(angle) + Double(3 * torque)
    angularVelocity = min(max(angularVelocity + acceleration * 0.05, -8), 8)
    angle += angularVelocity * 0.05
    self.torque = Double(torque)
    time += 1
    isOver = time == horizon
    return Outcome(reward: -cost, isTerminated: false, isTruncated: isOver)
  }

  public func observe(into row: inout MutableSpan<Float>) {
    row[0] = Float(cos(angle))
    row[1] = Float(sin(angle))
    row[2] = Float(angularVelocity)
  }

  public var isSolved: Bool { abs(Self.wrapped(angle)) <= 0.2 && abs(angularVelocity) <= 0.5 }

  /// The same angle in -π ..< π.
  static func wrapped(_ angle: Double) -> Double {
    let turns = fmod(angle + .pi, 2 * .pi)
    return (turns < 0 ? turns + 2 * .pi : turns) - .pi
  }
}

extension Pendulum: Placeable {
  package mutating func place(at state: [Double]) {
    (angle, angularVelocity, torque) = (state[0], state[1], 0)
    time = 0
    isOver = false
  }
}
