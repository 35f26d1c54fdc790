import Randomness
import Reports
import Testing

@Suite("Statistics")
struct StatisticsTests {
  struct Proportion: Sendable {
    var successes: Int
    var trials: Int
    var low: Double
    var high: Double
  }

  /// Newcombe (1998), table I, method 3, to its four digits; the rest by the formula in Python.
  @Test(
    "give Wilson's interval as published",
    arguments: [
      Proportion(successes: 81, trials: 263, low: 0.2553, high: 0.3662),
      Proportion(successes: 15, trials: 148, low: 0.0624, high: 0.1605),
      Proportion(successes: 0, trials: 20, low: 0, high: 0.1611),
      Proportion(successes: 1, trials: 29, low: 0.0061, high: 0.1718),
      Proportion(successes: 0, trials: 10, low: 0, high: 0.2775),
      Proportion(successes: 10, trials: 10, low: 0.7225, high: 1),
      Proportion(successes: 5, trials: 10, low: 0.2366, high: 0.7634),
      Proportion(successes: 47, trials: 100, low: 0.3751, high: 0.5671),
      Proportion(successes: 1, trials: 1, low: 0.2065, high: 1),
    ])
  func wilson(_ known: Proportion) {
    let interval = Statistics.wilsonInterval(successes: known.successes, of: known.trials)
    #expect(abs(interval.lowerBound - known.low) <= 0.5001e-4)
    #expect(abs(interval.upperBound - known.high) <= 0.5001e-4)
  }

  @Test("give Wilson's interval exact ends, and everything where nothing was tried")
  func wilsonEnds() {
    for trials in 1...300 {
      #expect(Statistics.wilsonInterval(successes: 0, of: trials).lowerBound == 0)
      #expect(Statistics.wilsonInterval(successes: trials, of: trials).upperBound == 1)
    }
    #expect(Statistics.wilsonInterval(successes: 0, of: 0) == 0...1)
  }

  @Test("interpolate quantiles as numpy does")
  func quantiles() {
    let fractions = [0, 0.1, 0.25, 0.5, 0.9, 1]
    let known: [([Double], [Double])] = [
      ([3, 1, 2], [1, 1.2, 1.5, 2, 2.8, 3]),
      ([1, 2, 3, 4], [1, 1.3, 1.75, 2.5, 3.7, 4]),
      ([10, -5, 0.5, 7, 7], [-5, -2.8, 0.5, 7, 8.8, 10]),
      ([42], [42, 42, 42, 42, 42, 42]),
    ]
    for (values, expected) in known {
      for (fraction, value) in zip(fractions, expected) {
        #expect(abs(Statistics.quantile(values, fraction) - value) < 1e-12)
      }
    }
  }

  @Test("drop a quarter at each end for the interquartile mean, as scipy's trim_mean does")
  func interquartileMean() {
    #expect(Statistics.interquartileMean([1, 2, 3, 4, 5, 6, 7, 100]) == 4.5)
    #expect(abs(Statistics.interquartileMean([9, 1, 5, 3, 100]) - 17.0 / 3) < 1e-12)
    #expect(Statistics.interquartileMean([1, 2, 9]) == 4)
    #expect(Statistics.interquartileMean([]) == 0)
  }

  @Test("divide the variance by one less than the number of values")
  func deviation() {
    #expect(abs(Statistics.standardDeviation([2, 4, 4, 4, 5, 5, 7, 9]) - 2.138_089_935) < 1e-9)
    #expect(Statistics.standardDeviation([3]) == 0)
    #expect(Statistics.mean([]) == 0)
  }
}

@Suite("The bootstrap interval of a mean")
struct BootstrapTests {
  @Test("is the same for the same seed and another for another")
  func deterministic() {
    let values = (0..<40).map { Double($0 * $0 % 17) }
    let one = Statistics.bootstrapInterval(ofMean: values, resamples: 1000, seed: 3)
    #expect(Statistics.bootstrapInterval(ofMean: values, resamples: 1000, seed: 3) == one)
    #expect(Statistics.bootstrapInterval(ofMean: values, resamples: 1000, seed: 4) != one)
  }

  @Test("is the value itself where all values are equal, or there is one, and zero of none")
  func constants() {
    #expect(Statistics.bootstrapInterval(ofMean: [0.1, 0.1, 0.1], seed: 0) == 0.1...0.1)
    #expect(Statistics.bootstrapInterval(ofMean: [-7], seed: 0) == -7 ... -7)
    #expect(Statistics.bootstrapInterval(ofMean: [], seed: 0) == 0...0)
  }

  /// The interval of n zeros and ones is near that of the binomial distribution: p ± 1.96 s / √n.
  @Test("is near the normal interval for many values")
  func normal() {
    let values = (0..<400).map { $0 % 4 == 0 ? 1.0 : 0.0 }
    let interval = Statistics.bootstrapInterval(ofMean: values, seed: 1)
    let reach = 1.96 * (0.25 * 0.75 / 400).squareRoot()
    #expect(abs(interval.lowerBound - (0.25 - reach)) < 0.004)
    #expect(abs(interval.upperBound - (0.25 + reach)) < 0.004)
  }

  /// 600 samples of 50 uniform numbers: the percentile interval covers a little less than 95 %. The
  /// count of misses has mean 34 and deviation 5.7, so 20...60 holds but for one seed in a thousand.
  @Test("covers the true mean about as often as it says")
  func coverage() {
    var misses = 0
    for sample in 0..<600 {
      var random = RandomStream(seed: 11, "coverage", UInt64(sample))
      let values = (0..<50).map { _ in Double(random.next() >> 11) * 0x1p-53 }
      let interval = Statistics.bootstrapInterval(
        ofMean: values, resamples: 1000, seed: UInt64(sample))
      if !interval.contains(0.5) { misses += 1 }
    }
    #expect(20...60 ~= misses, "\(misses) of 600")
  }
}
