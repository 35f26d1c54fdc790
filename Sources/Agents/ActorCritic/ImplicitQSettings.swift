public import Documents

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The settings of implicit Q-learning, for actions of either kind.
///
/// Defaults: d3rlpy's and CORL's (τ = 0.7, β = 3, Polyak rate 0.005; learning rate 3e-4 and batch 256
/// belong to `training`).
public struct ImplicitQSettings: Settings {
  public var network = ObservationNetwork.Shape()
  /// γ
  public var discount = 0.99
  /// τ
  public var expectile = 0.7
  /// β
  public var inverseTemperature = 3.0
  /// The largest weight that a step can have.
  public var weightLimit = 100.0
  public var target = TargetSettings()

  public init() {}

  func check() throws(ConfigurationError) {
    do { try target.check() } catch { throw error.within("target") }
    try requireDiscount(discount)
    try require(
      expectile > 0 && expectile < 1, "expectile", expectile, "a number between 0 and 1")
    try require(
      0...1e6 ~= inverseTemperature, "inverseTemperature", inverseTemperature,
      "a number from 0 to 1000000")
    try require(
      weightLimit > 0 && weightLimit <= 1e30, "weightLimit", weightLimit, "a number above 0")
  }

  /// How much of each step's action is imitated:
  /// `min(exp(inverseTemperature · advantage), weightLimit)`.
  func weights(of advantages: [Float]) -> [Float] {
    advantages.map { Float(min(exp(inverseTemperature * Double($0)), weightLimit)) }
  }
}
