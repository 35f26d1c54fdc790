public import Randomness

/// Two algorithms on the same seeds: the difference within each pair, which has none of what the
/// seeds have in common.
public struct PairedComparison: Sendable, Equatable {
  /// `[seeds]` First minus second.
  public let differences: [Double]
  /// The mean difference.
  public let meanDifference: Double
  /// The percentile bootstrap interval of the mean difference, pairs drawn with replacement.
  public let interval: Interval
  /// How likely a mean difference at least as large, either way, were if the two were alike: the
  /// share of sign patterns, the signs of differences being then a matter of chance (Fisher's
  /// permutation test). All patterns up to ``exactSeeds`` pairs, `permutations` random ones beyond.
  ///
  /// Of n pairs it cannot be less than 2 / 2ⁿ: five seeds can never show 5 %.
  public let pValue: Double

  /// Pairs up to which every sign pattern is tried.
  public static let exactSeeds = 16

  /// - Parameters:
  ///   - first: `[seeds]`
  ///   - second: `[seeds]` in the same order; at least one.
  ///   - permutations: random sign patterns where there are too many to try all.
  public init(
    _ first: [Double], _ second: [Double], resamples: Int = 10_000, permutations: Int = 100_000,
    confidence: Double = 0.95, using random: inout RandomStream
  ) {
    precondition(
      first.count == second.count && !first.isEmpty, "\(first.count) and \(second.count) seeds")
    differences = zip(first, second).map { $0 - $1 }
    meanDifference = Statistics.mean(differences)
    interval = Interval.bootstrapMean(
      of: differences, resamples: resamples, confidence: confidence, using: &random)
    pValue =
      differences.count <= Self.exactSeeds
      ? Self.exactPValue(differences)
      : Self.sampledPValue(differences, permutations, using: &random)
  }

  /// Sums that differ by rounding alone are equal.
  private static func threshold(_ differences: [Double]) -> Double {
    let scale = differences.reduce(0) { $0 + $1.magnitude }
    return differences.reduce(0, +).magnitude - 1e-12 * scale
  }

  private static func exactPValue(_ differences: [Double]) -> Double {
    let observed = threshold(differences)
    let patterns = 1 << differences.count
    let extreme = (0..<patterns).count { pattern in
      var sum = 0.0
      for (index, difference) in differences.enumerated() {
        sum += pattern >> index & 1 == 0 ? difference : -difference
      }
      return sum.magnitude >= observed
    }
    return Double(extreme) / Double(patterns)
  }

  private static func sampledPValue(
    _ differences: [Double], _ permutations: Int, using random: inout RandomStream
  ) -> Double {
    precondition(permutations > 0, "permutations is \(permutations), must be positive")
    let observed = threshold(differences)
    var extreme = 0
    for _ in 0..<permutations {
      var sum = 0.0
      var bits: UInt64 = 0
      for (index, difference) in differences.enumerated() {
        if index % 64 == 0 { bits = random.next() }
        sum += bits & 1 == 0 ? difference : -difference
        bits >>= 1
      }
      if sum.magnitude >= observed { extreme += 1 }
    }
    // The observed pattern is one of them.
    return Double(extreme + 1) / Double(permutations + 1)
  }
}

extension PairedComparison {
  /// How many seeds would settle a difference of this size, as far as these seeds tell: with so many
  /// pairs a two-sided t-test at `confidence` finds it with probability `power`.
  ///
  ///     n = ((z₁ + z₂) · s / |d|)² + z₁² / 2,  z₁ = Φ⁻¹(1 − (1 − confidence) / 2), z₂ = Φ⁻¹(power)
  ///
  /// with d the mean and s the standard deviation of the differences. The second term makes up for
  /// the deviation's being estimated (Guenther, 1981); n is then within one of the exact answer of
  /// the noncentral t distribution.
  ///
  /// - Returns: `nil` where nothing can be said: of a single pair, or where the mean difference is 0.
  public func seedsNeeded(power: Double = 0.8, confidence: Double = 0.95) -> Int? {
    guard differences.count > 1 else { return nil }
    return Self.seedsNeeded(
      meanDifference: meanDifference,
      standardDeviation: Statistics.standardDeviation(differences), power: power,
      confidence: confidence)
  }

  /// The same of a difference and a standard deviation that are known or assumed.
  public static func seedsNeeded(
    meanDifference: Double, standardDeviation: Double, power: Double = 0.8,
    confidence: Double = 0.95
  ) -> Int? {
    precondition(power > 0 && power < 1, "power is \(power), must be in 0 … 1")
    precondition(
      confidence > 0 && confidence < 1, "confidence is \(confidence), must be in 0 … 1")
    let least = 2
    guard meanDifference != 0, meanDifference.isFinite, standardDeviation.isFinite else {
      return nil
    }
    let first = NormalDistribution.quantile(1 - (1 - confidence) / 2)
    let second = NormalDistribution.quantile(power)
    let ratio = (first + second) * standardDeviation / meanDifference
    let count = (ratio * ratio + first * first / 2).rounded(.up)
    guard count < Double(Int32.max) else { return nil }
    return standardDeviation == 0 ? least : max(Int(count), least)
  }
}
