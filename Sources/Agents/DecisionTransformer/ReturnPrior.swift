public import Documents

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// What a policy that draws the return it asks for prefers.
///
///     P(R | history, wanted) ∝ P(R | history) · prior(R)^exponent
///
/// P(R | history) is the return head's: what the behaviour policy would reach from here. The prior
/// moves it towards what is wanted (Chen et al., 2021, appendix, with `linear` and 10 for the shortest
/// path; Lee et al., 2022, with `exponential`).
public struct ReturnPrior: Settings {
  public enum Shape: String, Sendable, Codable, CaseIterable {
    /// As often as in the data, over all steps.
    case data
    /// `max(0, horizon + 1 + R)`: for worlds in which every step costs 1, `T + 1 − k` for a path of
    /// `k` steps.
    case linear
    /// `exp(R / temperature)`.
    case exponential
  }

  public var shape = Shape.exponential
  /// How often the prior counts; 0 for the model's own distribution.
  public var exponent = 10.0
  /// Reward units, for `exponential`.
  public var temperature = 1.0

  public init() {}

  func check() throws(ConfigurationError) {
    try require(0...1e6 ~= exponent, "exponent", exponent, "a number from 0 to 1000000")
    try require(
      1e-6...1e30 ~= temperature, "temperature", temperature, "a number from 1e-6 to 1e30")
  }

  /// `exponent · log prior(R)` of each return, up to a constant; minus infinity for what is never
  /// asked for.
  ///
  /// - Parameters:
  ///   - returns: `[categories]`
  ///   - counts: `[categories]` Steps of the data with each.
  package func logWeights(of returns: [Double], counts: [Int], horizon: Int) -> [Double] {
    guard exponent > 0 else { return returns.map { _ in 0 } }
    return zip(returns, counts).map { value, count in
      switch shape {
      case .data: exponent * log(Double(count))
      case .linear: exponent * log(max(0, Double(horizon) + 1 + value))
      case .exponential: exponent * value / temperature
      }
    }
  }
}
