public import Randomness

/// The range in which a quantity lies with the stated confidence.
public struct Interval: Sendable, Equatable, Codable {
  public var lower: Double
  public var upper: Double

  public init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
  }
}

extension Interval {
  /// The 97.5 % point of the standard normal distribution, which gives 95 % confidence.
  public static let z95 = 1.959963984540054

  /// The Wilson score interval of a success rate (Wilson, 1927; Newcombe's method 3, 1998).
  ///
  ///     p = successes / n
  ///     (p + z²/2n ± z √(p (1 − p) / n + z²/4n²)) / (1 + z²/n)
  ///
  /// Unlike the normal approximation it stays within 0 … 1 and is right for rates of 0 and 1.
  ///
  /// - Parameter trials: n; of no trials nothing is known, so 0 … 1.
  public static func wilson(successes: Int, of trials: Int, z: Double = z95) -> Interval {
    precondition(
      trials >= 0 && (0...trials).contains(successes), "\(successes) successes of \(trials)")
    guard trials > 0 else { return Interval(lower: 0, upper: 1) }
    let n = Double(trials)
    let p = Double(successes) / n
    let centre = p + z * z / (2 * n)
    let reach = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    let scale = 1 + z * z / n
    return Interval(
      lower: successes == 0 ? 0 : (centre - reach) / scale,
      upper: successes == trials ? 1 : (centre + reach) / scale)
  }

  /// The percentile bootstrap interval of the mean (Efron, 1979).
  ///
  /// Means of `resamples` samples, each as large as `values` and drawn from them with replacement;
  /// the interval runs from their `(1 − confidence) / 2` quantile to the one as far from the top.
  /// Indices are drawn with 32 random bits, which favours none by more than n / 2³².
  ///
  /// - Returns: NaN for no values; the value itself for one.
  public static func bootstrapMean(
    of values: [Double], resamples: Int = 10_000, confidence: Double = 0.95,
    using random: inout RandomStream
  ) -> Interval {
    bootstrap(count: values.count, resamples, confidence) {
      sum(ofResampled: values, using: &random) / Double(values.count)
    }
  }

  /// The percentile bootstrap interval of any statistic, for example the interquartile mean.
  public static func bootstrap(
    of values: [Double], resamples: Int = 10_000, confidence: Double = 0.95,
    using random: inout RandomStream, statistic: ([Double]) -> Double
  ) -> Interval {
    var sample = values
    return bootstrap(count: values.count, resamples, confidence) {
      for place in sample.indices { sample[place] = values[random.integer(below: values.count)] }
      return statistic(sample)
    }
  }

  private static func bootstrap(
    count: Int, _ resamples: Int, _ confidence: Double, draw: () -> Double
  ) -> Interval {
    precondition(resamples > 0, "resamples is \(resamples), must be positive")
    precondition((0..<1).contains(confidence), "confidence is \(confidence), must be in 0..<1")
    guard count > 0 else { return Interval(lower: .nan, upper: .nan) }
    let draws = (0..<resamples).map { _ in draw() }.sorted()
    let tail = (1 - confidence) / 2
    return Interval(
      lower: Statistics.quantile(sorted: draws, at: tail),
      upper: Statistics.quantile(sorted: draws, at: 1 - tail))
  }

  private static func sum(
    ofResampled values: [Double], using random: inout RandomStream
  ) -> Double {
    precondition(values.count <= UInt32.max, "\(values.count) values")
    let count = UInt64(values.count)
    var sum = 0.0
    var left = values.count
    while left > 0 {
      let bits = random.next()
      sum += values[Int(((bits >> 32) * count) >> 32)]
      if left > 1 { sum += values[Int(((bits & 0xFFFF_FFFF) * count) >> 32)] }
      left -= 2
    }
    return sum
  }
}
