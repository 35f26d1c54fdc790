import Reports
import Testing

@Suite("Statistics")
struct StatisticsTests {
  let values = [3.5, -1, 2, 2, 10, 7.25, 0.5]

  @Test("agree with numpy's to the last digits")
  func numpy() {
    #expect(Statistics.mean(values).isClose(to: 3.4642857142857144))
    #expect(Statistics.standardDeviation(values).isClose(to: 3.874135848344579))
    let quantiles = [0: -1, 0.1: -0.1, 0.25: 1.25, 0.5: 2, 0.9: 8.35, 1: 10]
    for (fraction, expected) in quantiles {
      #expect(Statistics.quantile(values, at: fraction).isClose(to: expected))
    }
    #expect(Statistics.interquartileMean(values).isClose(to: 3.05))
  }

  @Test("leave out a quarter at either end, rounded down, as rliable does")
  func interquartileMean() {
    #expect(Statistics.interquartileMean([1, 2, 3]) == 2)
    #expect(Statistics.interquartileMean([100, 1, 2, -50]) == 1.5)
    #expect(Statistics.interquartileMean([1, 2, 3, 4, 5, 6, 7, 800]) == 4.5)
  }

  @Test("of nothing are not numbers, and of one value are that value")
  func few() {
    #expect(Statistics.mean([]).isNaN)
    #expect(Statistics.standardDeviation([]).isNaN)
    #expect(Statistics.quantile([], at: 0.5).isNaN)
    #expect(Statistics.interquartileMean([]).isNaN)
    #expect(Statistics.standardDeviation([3]) == 0)
    #expect(Statistics.quantile([3], at: 0.9) == 3)
    #expect(Statistics.interquartileMean([3]) == 3)
  }
}

extension Double {
  /// Within a few roundings of a double.
  func isClose(to other: Double, relative: Double = 1e-14) -> Bool {
    (self - other).magnitude <= relative * Swift.max(magnitude, other.magnitude, 1e-300)
  }
}
