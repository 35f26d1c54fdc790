#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// How the learning rate changes over a run: a linear warm-up, then constant or a half cosine.
///
///     rate(t) = peak · (t + 1) / warmUp                                      for t < warmUp
///     rate(t) = peak · (floor + (1 − floor) · (1 + cos(π p)) / 2)            cosine
///
/// with `p = (t − warmUp) / (steps − warmUp)` clamped to `0...1` and `t` updates made before.
public struct LearningRateSchedule: Sendable, Equatable {
  public enum Shape: String, Sendable, Codable, CaseIterable {
    case constant, cosine
  }

  public var peak: Double
  public var warmUpSteps: Int
  public var steps: Int
  public var shape: Shape
  /// The last rate as a fraction of the peak.
  public var floor: Double

  public init(peak: Double, warmUpSteps: Int, steps: Int, shape: Shape, floor: Double) {
    self.peak = peak
    self.warmUpSteps = warmUpSteps
    self.steps = steps
    self.shape = shape
    self.floor = floor
  }

  /// The rate for the update after `t` updates.
  public func rate(after t: Int) -> Double {
    if t < warmUpSteps { return peak * Double(t + 1) / Double(warmUpSteps) }
    switch shape {
    case .constant: return peak
    case .cosine:
      let progress = min(Double(t - warmUpSteps) / Double(max(steps - warmUpSteps, 1)), 1)
      return peak * (floor + (1 - floor) * (1 + cos(Double.pi * progress)) / 2)
    }
  }
}
