import Randomness
import Reports
import Testing

@Suite("Paired seeds")
struct PairedComparisonTests {
  private func compare(_ first: [Double], _ second: [Double]) -> PairedComparison {
    var random = RandomStream(seed: 1, "pairs")
    return PairedComparison(first, second, using: &random)
  }

  @Test("show a small difference that hides in the spread of the seeds")
  func paired() {
    let base = [0.1, 0.9, 0.4, 0.7, 0.2, 0.6, 0.3, 0.8]
    let comparison = compare(base.map { $0 + 0.05 }, base)
    #expect(comparison.meanDifference.isClose(to: 0.05))
    #expect(comparison.interval.lower.isClose(to: 0.05, relative: 1e-12))
    #expect(comparison.pValue == 2.0 / 256)
    // The differences vary by rounding alone.
    #expect(comparison.seedsNeeded() == 2)
  }

  @Test("cannot show anything where there are few")
  func few() {
    #expect(compare([1, 1, 1, 1, 1], [0, 0, 0, 0, 0]).pValue == 2.0 / 32)
    #expect(compare([1], [0]).pValue == 1)
    #expect(compare([1], [0]).seedsNeeded() == nil)
    #expect(compare([1, 2], [1, 2]).pValue == 1)
    #expect(compare([1, 2], [1, 2]).seedsNeeded() == nil)
  }

  @Test("beyond sixteen are permuted at random, with about the p-value of all patterns")
  func many() {
    var random = RandomStream(seed: 3, "numbers")
    let first = (0..<20).map { _ in random.normal() + 0.5 }
    let comparison = compare(first, [Double](repeating: 0, count: 20))
    // All 2²⁰ patterns.
    let observed = first.reduce(0, +).magnitude - 1e-12
    var extreme = 0
    for pattern in 0..<(1 << 20) {
      var sum = 0.0
      for index in 0..<20 { sum += pattern >> index & 1 == 0 ? first[index] : -first[index] }
      if sum.magnitude >= observed { extreme += 1 }
    }
    let exact = Double(extreme) / Double(1 << 20)
    #expect((comparison.pValue - exact).magnitude < 5 * (exact / 100_000).squareRoot() + 1e-5)
  }

  @Test("are needed in numbers that fall with the difference and rise with the spread")
  func seedsNeeded() throws {
    func seeds(_ mean: Double, _ deviation: Double) -> Int? {
      PairedComparison.seedsNeeded(meanDifference: mean, standardDeviation: deviation)
    }
    #expect(seeds(0.1, 0.1) == 10)
    #expect(seeds(0.1, 0) == 2)
    #expect(seeds(0, 0.1) == nil)
    #expect(seeds(1e-9, 1) == nil, "more than anybody will run")
    #expect(try #require(seeds(0.05, 0.1)) > #require(seeds(0.1, 0.1)))
  }
}

@Suite("Forecasts and correlations")
struct ForecastTests {
  @Test("of nothing, of one class or of constants are not numbers")
  func degenerate() {
    #expect(Forecast.meanAbsoluteError([], []).isNaN)
    #expect(Forecast.brierScore([], []).isNaN)
    #expect(Forecast.calibrationError([], []).isNaN)
    #expect(Forecast.areaUnderROC([0.1, 0.2], [true, true]).isNaN)
    #expect(Correlation.pearson([0.1, 0.1, 0.1], [1, 2, 3]).isNaN)
    #expect(Correlation.spearman([1, 2, 3], [7, 7, 7]).isNaN)
  }

  @Test("reach their ends")
  func ends() {
    #expect(Forecast.areaUnderROC([0.1, 0.4, 0.8], [false, false, true]) == 1)
    #expect(Forecast.areaUnderROC([0.5, 0.5], [false, true]) == 0.5)
    #expect(Forecast.calibrationError([1, 0, 1], [true, false, true]) == 0)
    #expect(Forecast.calibrationError([1, 1], [false, false], bins: 4) == 1)
    #expect(Correlation.spearman([1, 2, 3, 4], [1, 10, 100, 1000]).isClose(to: 1))
    #expect(Correlation.pearson([1, 2, 3], [3, 2, 1]).isClose(to: -1))
  }
}
