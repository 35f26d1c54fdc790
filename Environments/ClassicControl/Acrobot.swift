public import Documents
import Foundation
import Randomness

/// Two links that hang from a bar, with a motor at the joint between them, to be swung up until the
/// free end is one link's length above the bar (Sutton, 1996); Gymnasium's `Acrobot-v1` with the
/// dynamics of Sutton and Barto's book, number for number.
///
/// Action 0 is a torque of -1 N m, 1 none, 2 one of +1. The angle θ₁ = 0 hangs straight down and θ₂
/// is relative to the first link. The equations of motion, with links of length 1, mass 1, centre of
/// mass 1/2 and moment of inertia 1, are integrated by one step of the classical Runge–Kutta method
/// of 0.2 s; angles are wrapped to ±π and velocities cut to ±4π and ±9π.
///
/// An episode ends where `-cos θ₁ - cos(θ₁ + θ₂) > 1`. Every step but that one earns -1. The
/// observation is `[cos θ₁, sin θ₁, cos θ₂, sin θ₂, θ̇₁, θ̇₂]`; all four numbers of the state start in
/// -0.1 ..< 0.1, in single precision.
public struct Acrobot: Environment {
  public struct Configuration: Settings {
    /// Steps until an episode is truncated, at least 1.
    public var horizon = 500

    public init() {}

    public static let descriptions = ["horizon": "steps until an episode is truncated, from 1"]
  }

  public let observationSpace: Space
  public let actionSpace = Space.discrete(count: 3)
  public let horizon: Int
  /// θ₁, θ₂, θ̇₁, θ̇₂ in radians and seconds.
  public private(set) var state = SIMD4<Double>.zero
  /// The exponent of squares: of a constant the compiler would make a product.
  private var two = 2.0
  private var time = 0
  private var isOver = true

  private static let fastest = (4 * Double.pi, 9 * Double.pi)

  public init(_ configuration: Configuration) throws(ConfigurationError) {
    try require(configuration.horizon >= 1, "horizon", configuration.horizon, "1 step or more")
    horizon = configuration.horizon
    let high = [1, 1, 1, 1, Float(Self.fastest.0), Float(Self.fastest.1)]
    observationSpace = .box(Space.Box(shape: [6], low: high.map { -$0 }, high: high))
    reset(seed: 0)
  }

  public mutating func reset(seed: UInt64) {
    var random = NumPyGenerator(seed: seed)
    place(at: (0..<4).map { _ in Double(Float(random.uniform(-0.1, 0.1))) })
  }

  public mutating func step(_ action: Action) -> Outcome {
    let torque = Double(action.index(below: 3, in: "Acrobot") - 1)
    precondition(!isOver, "the episode has ended: reset(seed:) starts another")
    var next = integrate(state, torque: torque, duration: 0.2)
    next[0] = Self.wrapped(next[0])
    next[1] = Self.wrapped(next[1])
    next[2] = min(max(next[2], -Self.fastest.0), Self.fastest.0)
    next[3] = min(max(next[3], -Self.fastest.1), Self.fastest.1)
    state = next
    time += 1
    let isTruncated = time == horizon
    isOver = isSolved || isTruncated
    return Outcome(
      reward: isSolved ? 0 : -1, isTerminated: isSolved, isTruncated: isTruncated)
  }

  public func observe(into row: inout MutableSpan<Float>) {
    row[0] = Float(cos(state[0]))
    row[1] = Float(sin(state[0]))
    row[2] = Float(cos(state[1]))
    row[3] = Float(sin(state[1]))
    row[4] = Float(state[2])
    row[5] = Float(state[3])
  }

  public var isSolved: Bool { -cos(state[0]) - cos(state[1] + state[0]) > 1 }

  /// `k₁ … k₄` as usual; `y + h/6 (k₁ + 2 k₂ + 2 k₃ + k₄)`.
  private func integrate(
    _ y: SIMD4<Double>, torque: Double, duration h: Double
  ) -> SIMD4<Double> {
    let k1 = derivative(y, torque)
    let k2 = derivative(y + h / 2 * k1, torque)
    let k3 = derivative(y + h / 2 * k2, torque)
    let k4 = derivative(y + h * k3, torque)
    return y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
  }

  /// The equations of motion, in the book's form, with what is 1 left out:
  ///
  ///     d₁ = 1/4 + (1 + 1/4 + cos θ₂) + 1 + 1,    d₂ = 1/4 + cos θ₂ / 2 + 1
  ///     φ₂ = g/2 cos(θ₁ + θ₂ - π/2)
  ///     φ₁ = -θ̇₂² sin θ₂ / 2 - θ̇₂ θ̇₁ sin θ₂ + 3/2 g cos(θ₁ - π/2) + φ₂
  ///     θ̈₂ = (torque + d₂/d₁ φ₁ - θ̇₁² sin θ₂ / 2 - φ₂) / (1/4 + 1 - d₂²/d₁)
  ///     θ̈₁ = -(d₂ θ̈₂ + φ₁) / d₁
  ///
  /// Squares are powers, as in Gymnasium: now and then the last bit is another than a product's, and
  /// the motion is chaotic.
  private func derivative(_ s: SIMD4<Double>, _ torque: Double) -> SIMD4<Double> {
    let g = 9.8
    let (cosine, sine) = (cos(s[1]), sin(s[1]))
    let d1 = 0.25 + (1.25 + cosine) + 1 + 1
    let d2 = 0.25 + 0.5 * cosine + 1
    let phi2 = 0.5 * g * cos(s[0] + s[1] - Double.pi / 2)
    let phi1 =
      -0.5 * pow(s[3], two) * sine - s[3] * s[2] * sine
      + 1.5 * g * cos(s[0] - Double.pi / 2) + phi2
    let acceleration2 =
      (torque + d2 / d1 * phi1 - 0.5 * pow(s[2], two) * sine - phi2)
      / (0.25 + 1 - pow(d2, two) / d1)
    let acceleration1 = -(d2 * acceleration2 + phi1) / d1
    return [s[2], s[3], acceleration1, acceleration2]
  }

  /// The same angle within ±π.
  private static func wrapped(_ angle: Double) -> Double {
    var angle = angle
    while angle > .pi { angle -= 2 * .pi }
    while angle < -.pi { angle += 2 * .pi }
    return angle
  }
}

extension Acrobot: Placeable {
  package mutating func place(at state: [Double]) {
    self.state = [state[0], state[1], state[2], state[3]]
    time = 0
    isOver = false
  }
}
