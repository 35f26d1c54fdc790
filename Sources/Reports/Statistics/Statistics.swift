internal import Randomness

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Estimates and their uncertainty.
public enum Statistics {
  /// `Σ x / n`; zero of nothing.
  public static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }

  /// `√(Σ (x − mean)² / (n − 1))`; zero of fewer than two.
  public static func standardDeviation(_ values: [Double]) -> Double {
    guard values.count > 1 else { return 0 }
    let center = mean(values)
    let squares = values.reduce(0) { $0 + ($1 - center) * ($1 - center) }
    return (squares / Double(values.count - 1)).squareRoot()
  }

  /// The value that a fraction of the values lies below, interpolated linearly between neighbours
  /// (numpy's default).
  ///
  /// - Parameter fraction: 0 to 1.
  public static func quantile(_ values: [Double], _ fraction: Double) -> Double {
    precondition(!values.isEmpty, "a quantile of no values")
    precondition(0...1 ~= fraction, "a quantile at \(fraction), not from 0 to 1")
    return sortedQuantile(values.sorted(), fraction)
  }

  static func sortedQuantile(_ sorted: [Double], _ fraction: Double) -> Double {
    let position = fraction * Double(sorted.count - 1)
    let lower = Int(position.rounded(.down))
    let upper = min(lower + 1, sorted.count - 1)
    return sorted[lower] + (position - Double(lower)) * (sorted[upper] - sorted[lower])
  }

  /// Mean of the middle half: `⌊n/4⌋` values are dropped at each end (Agarwal et al., 2021).
  public static func interquartileMean(_ values: [Double]) -> Double {
    let dropped = values.count / 4
    return mean(Array(values.sorted().dropFirst(dropped).dropLast(dropped)))
  }

  /// Wilson's score interval of a proportion (Wilson, 1927):
  ///
  ///     (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n),  p = successes / n
  ///
  /// - Parameter z: 1.959964 for 95 %.
  /// - Returns: `0...1` where there are no trials.
  public static func wilsonInterval(
    successes: Int, of trials: Int, z: Double = 1.959963984540054
  ) -> ClosedRange<Double> {
    precondition(0...max(trials, 0) ~= successes, "\(successes) successes of \(trials) trials")
    guard trials > 0 else { return 0...1 }
    let n = Double(trials)
    let p = Double(successes) / n
    let center = p + z * z / (2 * n)
    let reach = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    let scale = 1 + z * z / n
    // At the ends the bound is exact; rounding must not leave 1e-17 there.
    let low = successes == 0 ? 0 : max(0, (center - reach) / scale)
    let high = successes == trials ? 1 : min(1, (center + reach) / scale)
    return low...high
  }

  /// Percentile bootstrap interval of the mean: resamples with replacement, and takes the middle
  /// 95 % of their means (Efron, 1979).
  ///
  /// - Parameter seed: names the random stream; the same values and seed give the same interval.
  /// - Returns: the mean alone where there are fewer than two values.
  public static func bootstrapInterval(
    ofMean values: [Double], resamples: Int = 10_000, confidence: Double = 0.95, seed: UInt64
  ) -> ClosedRange<Double> {
    let center = mean(values)
    guard let first = values.first, values.contains(where: { $0 != first }) else {
      return center...center
    }
    var random = RandomStream(seed: seed, "bootstrap")
    var means = resampledMeans(values, resamples: resamples, using: &random)
    means.sort()
    let tail = (1 - confidence) / 2
    return sortedQuantile(means, tail)...sortedQuantile(means, 1 - tail)
  }

  private static func resampledMeans(
    _ values: [Double], resamples: Int, using random: inout RandomStream
  ) -> [Double] {
    let count = UInt64(values.count)
    return (0..<resamples).map { _ in
      var sum = 0.0
      var left = values.count
      while left > 0 {
        // Two draws from each 64 bits: bias below n / 2³².
        let bits = random.next()
        sum += values[Int(((bits & 0xFFFF_FFFF) &* count) >> 32)]
        left -= 1
        if left > 0 {
          sum += values[Int(((bits >> 32) &* count) >> 32)]
          left -= 1
        }
      }
      return sum / Double(values.count)
    }
  }
}
