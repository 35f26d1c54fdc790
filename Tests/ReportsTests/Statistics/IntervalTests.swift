import Randomness
import Reports
import Testing

@Suite("Intervals")
struct IntervalTests {
  @Test(
    "of Wilson are those that Newcombe published (1998, table I, method 3)",
    arguments: [
      (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611),
      (1, 29, 0.0061, 0.1718),
    ])
  func wilson(successes: Int, trials: Int, lower: Double, upper: Double) {
    let interval = Interval.wilson(successes: successes, of: trials)
    #expect(abs(interval.lower - lower) <= 0.00005)
    #expect(abs(interval.upper - upper) <= 0.00005)
  }

  @Test("of Wilson stay within 0 and 1 and mirror")
  func wilsonEnds() {
    #expect(Interval.wilson(successes: 0, of: 0) == Interval(lower: 0, upper: 1))
    #expect(Interval.wilson(successes: 0, of: 5).lower == 0)
    #expect(Interval.wilson(successes: 5, of: 5).upper == 1)
    let few = Interval.wilson(successes: 3, of: 11)
    let many = Interval.wilson(successes: 8, of: 11)
    #expect((few.lower + many.upper).isClose(to: 1))
    #expect((few.upper + many.lower).isClose(to: 1))
  }

  /// numpy, two million resamples: 1.05 and 2.54. Quantiles of ten thousand vary by 0.01 or so.
  @Test("of the bootstrap agree with numpy's within their noise")
  func bootstrap() {
    let values = [1.2, 0.4, 3.3, 2.2, 0.9, 1.7, 2.8, 0.1, 4.0, 1.1]
    var random = RandomStream(seed: 1, "bootstrap")
    let mean = Interval.bootstrapMean(of: values, using: &random)
    #expect(abs(mean.lower - 1.05) < 0.04)
    #expect(abs(mean.upper - 2.54) < 0.04)
    let general = Interval.bootstrap(of: values, using: &random, statistic: Statistics.mean)
    #expect(abs(general.lower - 1.05) < 0.04)
    #expect(abs(general.upper - 2.54) < 0.04)
  }

  /// The percentile bootstrap covers slightly too little for small samples: about 93.5 % at 30.
  @Test("of the bootstrap hold the true mean about as often as they say")
  func coverage() {
    var random = RandomStream(seed: 2, "coverage")
    var hits = 0
    for _ in 0..<1_000 {
      let values = (0..<30).map { _ in random.uniform() }
      let interval = Interval.bootstrapMean(of: values, resamples: 500, using: &random)
      if interval.lower <= 0.5, 0.5 <= interval.upper { hits += 1 }
    }
    #expect((910...965).contains(hits), "\(hits) of 1000")
  }

  @Test("of the bootstrap are reproducible, and degenerate where the values are")
  func degenerate() {
    func interval(_ values: [Double], seed: UInt64) -> Interval {
      var random = RandomStream(seed: seed, "bootstrap")
      return Interval.bootstrapMean(of: values, using: &random)
    }
    let values = [1, 2, 3.5]
    #expect(interval(values, seed: 1) == interval(values, seed: 1))
    #expect(interval([2, 2, 2], seed: 1) == Interval(lower: 2, upper: 2))
    #expect(interval([2], seed: 1) == Interval(lower: 2, upper: 2))
    #expect(interval([], seed: 1).lower.isNaN)
  }
}
