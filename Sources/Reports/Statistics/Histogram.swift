/// How many values fall into each of several bins of equal width.
///
/// Bin `i` holds `edges[i] ≤ x < edges[i + 1]`; the last holds its upper edge too, as numpy's does.
public struct Histogram: Sendable, Equatable, Codable {
  /// `[bins + 1]` Ascending.
  public let edges: [Double]
  /// `[bins]`
  public let counts: [Int]
  /// Values that are in no bin: outside the range, NaN or infinite.
  public let outsideCount: Int

  /// - Parameters:
  ///   - range: of the bins; that of the finite values if `nil`, widened by 0.5 at both ends
  ///     where all of them are equal, and 0 … 1 where there are none.
  public init(_ values: [Double], bins: Int = 10, range: ClosedRange<Double>? = nil) {
    precondition(bins > 0, "bins is \(bins), must be positive")
    let finite = values.filter(\.isFinite)
    var lower = range?.lowerBound ?? finite.min() ?? 0
    var upper = range?.upperBound ?? finite.max() ?? 1
    if lower == upper {
      let reach = max(0.5, lower.ulp * Double(bins))
      lower -= reach
      upper += reach
    }
    let width = upper / Double(bins) - lower / Double(bins)  // halves first: no overflow
    let edges = (0...bins).map { index in
      if index == bins { return upper }
      let edge = lower + Double(index) * width
      return min(edge.isFinite ? edge : upper - Double(bins - index) * width, upper)
    }
    var counts = [Int](repeating: 0, count: bins)
    for value in finite where lower <= value && value <= upper {
      // Of a range of a few units in the last place the width may be zero.
      let place = width > 0 ? (value / 2 - lower / 2) / (width / 2) : 0
      var bin = place.isNaN ? 0 : Int(min(max(place, 0), Double(bins - 1)))
      // The division rounds, the edges decide.
      while bin > 0, value < edges[bin] { bin -= 1 }
      while bin + 1 < bins, value >= edges[bin + 1] { bin += 1 }
      counts[bin] += 1
    }
    self.edges = edges
    self.counts = counts
    outsideCount = values.count - counts.reduce(0, +)
  }
}
