import Reports
import Testing

@Suite("A histogram")
struct HistogramTests {
  @Test("gives every value a bin of its own where they are few")
  func distinct() {
    let histogram = Histogram([1, 0, 0, 1, 0.5, 0], bins: 3)
    #expect(histogram.bins.map(\.low) == [0, 0.5, 1])
    #expect(histogram.bins.map(\.high) == [0, 0.5, 1])
    #expect(histogram.bins.map(\.count) == [3, 1, 2])
  }

  @Test("cuts the span into equal bins, the last one closed, where they are many")
  func equalWidths() {
    let histogram = Histogram((0...10).map(Double.init), bins: 5)
    #expect(histogram.bins.map(\.low) == [0, 2, 4, 6, 8])
    #expect(histogram.bins.map(\.high) == [2, 4, 6, 8, 10])
    #expect(histogram.bins.map(\.count) == [2, 2, 2, 2, 3])
  }

  private static let tiny = Double.leastNonzeroMagnitude
  private static let oddities: [[Double]] = [
    [], [7], [.nan, 1, .infinity, 2, -.infinity], [-1.7e308, 0, 1, 2, 1.7e308],
    [0, tiny, 2 * tiny, 3 * tiny], [1e16, 1e16 + 2, 1e16 + 4, 0],
    (0..<100).map { Double($0) * 0.1 - 3 },
  ]

  @Test("counts every finite value once and no other", arguments: oddities, [1, 2, 3, 10])
  func counts(values: [Double], bins: Int) {
    let histogram = Histogram(values, bins: bins)
    let finite = values.filter(\.isFinite)
    #expect(histogram.bins.reduce(0) { $0 + $1.count } == finite.count)
    #expect(histogram.bins.first?.low == finite.min())
    #expect(histogram.bins.last?.high == finite.max())
    #expect(histogram.bins.allSatisfy { $0.low.isFinite && $0.high.isFinite && $0.low <= $0.high })
  }

  @Test("draws a bar per bin, in Unicode and in ASCII")
  func text() {
    let histogram = Histogram([0, 0, 0, 0, 0, 0, 0, 0, 1, 12.5], bins: 3)
    #expect(
      histogram.text(unicode: true, width: 8) == """
             0  ████████ 8 (80.0 %)
             1  █ 1 (10.0 %)
          12.5  █ 1 (10.0 %)
        """)
    #expect(
      Histogram([0, 1, 2, 3], bins: 2).text(unicode: false, width: 4) == """
          0 to 1.5  #### 2 (50.0 %)
          1.5 to 3  #### 2 (50.0 %)
        """)
  }
}
