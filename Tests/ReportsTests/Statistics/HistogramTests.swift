import Randomness
import Reports
import Testing

@Suite("A histogram")
struct HistogramTests {
  @Test("has numpy's edges and counts")
  func numpy() {
    let histogram = Histogram([3.5, -1, 2, 2, 10, 7.25, 0.5], bins: 4)
    #expect(histogram.edges == [-1, 1.75, 4.5, 7.25, 10])
    #expect(histogram.counts == [2, 3, 0, 2])
    #expect(histogram.outsideCount == 0)
  }

  @Test("counts what is outside its range, and what is no number")
  func outside() {
    let histogram = Histogram([0, 0.5, 1, 1.5, -1, .nan, .infinity], bins: 2, range: 0...1)
    #expect(histogram.counts == [1, 2])
    #expect(histogram.outsideCount == 4)
  }

  @Test("of equal values, of none and of enormous ones is whole")
  func degenerate() {
    #expect(Histogram([2, 2], bins: 2).edges == [1.5, 2, 2.5])
    #expect(Histogram([2, 2], bins: 2).counts == [0, 2])
    #expect(Histogram([], bins: 2).counts == [0, 0])
    let largest = Double.greatestFiniteMagnitude
    #expect(Histogram([-largest, 0, largest], bins: 4).counts == [1, 0, 1, 1])
    #expect(Histogram([1e300, 1e300], bins: 3).counts.reduce(0, +) == 2)
  }

  @Test("puts every value between the edges of its bin")
  func edges() {
    var random = RandomStream(seed: 1, "histogram")
    for bins in [1, 3, 7, 10, 49] {
      let values = (0..<500).map { _ in Double(random.integer(below: 1000)) / 10 }
      let histogram = Histogram(values, bins: bins)
      for bin in 0..<bins {
        let (low, high) = (histogram.edges[bin], histogram.edges[bin + 1])
        let count = values.count { low <= $0 && ($0 < high || (bin == bins - 1 && $0 == high)) }
        #expect(histogram.counts[bin] == count)
      }
    }
  }

  /// Returns that differ by rounding alone: a bin's width is then zero, or one unit too wide.
  @Test(
    "counts every value where the range is a few units in the last place",
    arguments: [1, 2, 3, 10, 1000])
  func narrow(bins: Int) {
    for low in [1, 0.9999999999999999, 0, -3, 1e15, .leastNonzeroMagnitude] {
      let values = [low, low.nextUp, low.nextUp.nextUp, low]
      let histogram = Histogram(values, bins: bins)
      #expect(histogram.counts.reduce(0, +) == 4)
      #expect(histogram.edges == histogram.edges.sorted())
      #expect(histogram.edges.first == low && histogram.edges.last == low.nextUp.nextUp)
    }
  }

  @Test("is drawn with bars of eighths, or of signs in ASCII")
  func bars() {
    let histogram = Histogram([0, 0, 0, 0, 0.3, 1, 1, .nan], bins: 4, range: 0...1)
    #expect(
      histogram.bars(width: 8) == """
           0 … 0.25 ████████ 4
        0.25 …  0.5 ██       1
         0.5 … 0.75          0
        0.75 …    1 ████     2
        outside: 1

        """)
    #expect(
      histogram.bars(width: 4, isASCII: true) == """
           0 to 0.25 #### 4
        0.25 to  0.5 #    1
         0.5 to 0.75      0
        0.75 to    1 ##   2
        outside: 1

        """)
    let steep = Histogram([Double](repeating: 0, count: 1000) + [1], bins: 2)
    #expect(steep.bars(width: 5).contains("▏     1\n"))
  }
}
