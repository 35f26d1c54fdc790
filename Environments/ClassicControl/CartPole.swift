public import Documents
import Foundation
import Randomness

/// A pole on a cart, to be kept upright by pushing the cart left or right (Barto, Sutton and
/// Anderson, 1983); Gymnasium's `CartPole-v0` and `-v1`, number for number.
///
/// Action 0 pushes to the left with 10 N, 1 to the right. With x the cart's position, θ the pole's
/// angle, F the force, and g = 9.8, mₚ = 0.1, m = 1.1 in all, l = 0.5 (half the pole), τ = 0.02:
///
///     t = (F + mₚ l θ̇² sin θ) / m
///     θ̈ = (g sin θ - t cos θ) / (l (4/3 - mₚ cos² θ / m))
///     ẍ = t - mₚ l θ̈ cos θ / m,    then one step of Euler's method, velocities last
///
/// An episode ends when the cart is more than 2.4 from the centre or the pole more than 12° from
/// upright. Every step, the last included, earns 1. The observation is `[x, ẋ, θ, θ̇]` in metres,
/// radians and seconds; all four start in -0.05 ..< 0.05. The task is solved where the pole stands
/// until the horizon.
public struct CartPole: Environment {
  public struct Configuration: Settings {
    /// Steps until an episode is truncated, at least 1.
    public var horizon = 500
    /// Whether the reward is -1 for falling and else 0, as in Sutton and Barto's book, instead of 1
    /// for every step.
    public var usesBookReward = false

    public init() {}

    public static let descriptions = [
      "horizon": "steps until an episode is truncated, from 1",
      "usesBookReward": "reward -1 for falling and else 0, instead of 1 for every step",
    ]
  }

  public struct State: Sendable, Equatable {
    /// Of the cart, in metres from the centre.
    public var position = 0.0
    public var velocity = 0.0
    /// Of the pole, in radians, positive to the right of upright.
    public var angle = 0.0
    public var angularVelocity = 0.0
  }

  public let observationSpace: Space
  public let actionSpace = Space.discrete(count: 2)
  public let horizon: Int
  public private(set) var state = State()
  private let usesBookReward: Bool
  private var time = 0
  private var isOver = true

  static let farthest = 2.4
  private static let steepest = 12 * 2 * Double.pi / 360

  public init(_ configuration: Configuration) throws(ConfigurationError) {
    try require(configuration.horizon >= 1, "horizon", configuration.horizon, "1 step or more")
    horizon = configuration.horizon
    usesBookReward = configuration.usesBookReward
    let high: [Float] = [Float(Self.farthest * 2), .infinity, Float(Self.steepest * 2), .infinity]
    observationSpace = .box(Space.Box(shape: [4], low: high.map { -$0 }, high: high))
    reset(seed: 0)
  }

  public mutating func reset(seed: UInt64) {
    var random = NumPyGenerator(seed: seed)
    place(at: (0..<4).map { _ in random.uniform(-0.05, 0.05) })
  }

  public mutating func step(_ action: Action) -> Outcome {
    let isRight = action.index(below: 2, in: "CartPole") == 1
    precondition(!isOver, "the episode has ended: reset(seed:) starts another")
    state = Self.follow(state, force: isRight ? 10 : -10)
    time += 1
    let isTerminated = hasFallen
    let isTruncated = time == horizon
    isOver = isTerminated || isTruncated
    let reward = usesBookReward ? (isTerminated ? -1.0 : 0) : 1
    return Outcome(reward: reward, isTerminated: isTerminated, isTruncated: isTruncated)
  }

  public func observe(into row: inout MutableSpan<Float>) {
    row[0] = Float(state.position)
    row[1] = Float(state.velocity)
    row[2] = Float(state.angle)
    row[3] = Float(state.angularVelocity)
  }

  public var isSolved: Bool { time == horizon && !hasFallen }

  private var hasFallen: Bool {
    state.position < -Self.farthest || state.position > Self.farthest
      || state.angle < -Self.steepest || state.angle > Self.steepest
  }

  /// The order of operations is Gymnasium's, so that the last bits are too.
  private static func follow(_ state: State, force: Double) -> State {
    let (gravity, poleMass, mass, length, tau) = (9.8, 0.1, 0.1 + 1.0, 0.5, 0.02)
    let poleMoment = poleMass * length
    let (sine, cosine) = (sin(state.angle), cos(state.angle))
    let push =
      (force + poleMoment * (state.angularVelocity * state.angularVelocity) * sine) / mass
    let angularAcceleration =
      (gravity * sine - cosine * push)
      / (length * (4.0 / 3.0 - poleMass * (cosine * cosine) / mass))
    let acceleration = push - poleMoment * angularAcceleration * cosine / mass
    return State(
      position: state.position + tau * state.velocity,
      velocity: state.velocity + tau * acceleration,
      angle: state.angle + tau * state.angularVelocity,
      angularVelocity: state.angularVelocity + tau * angularAcceleration)
  }
}

extension CartPole: Placeable {
  package mutating func place(at state: [Double]) {
    self.state = State(
      position: state[0], velocity: state[1], angle: state[2], angularVelocity: state[3])
    time = 0
    isOver = false
  }
}
