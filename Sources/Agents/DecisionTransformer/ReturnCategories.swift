package import Datasets
package import Randomness

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The returns-to-go that a return head tells apart, in ascending order.
///
/// Where the data have no more different ones than `bins`, each is a category; else the range of the
/// data is cut into bins of equal width and a category stands for the middle of its bin.
package struct ReturnCategories: Sendable, Equatable {
  /// `[categories]` Reward units.
  package let values: [Double]
  /// `[categories]` Steps of the data in each.
  package let counts: [Int]

  package init(_ distribution: ReturnDistribution, bins: Int) {
    let levels = distribution.returnsToGo
    guard levels.count > bins else {
      (values, counts) = (levels, distribution.counts)
      return
    }
    let width = (levels[levels.count - 1] - levels[0]) / Double(bins)
    let middles = (0..<bins).map { levels[0] + (Double($0) + 0.5) * width }
    var counts = [Int](repeating: 0, count: bins)
    for (level, count) in zip(levels, distribution.counts) {
      counts[Self.nearest(to: level, in: middles)] += count
    }
    (values, self.counts) = (middles, counts)
  }

  /// `[steps]` The category of each return-to-go: the nearest.
  package func indices(of returnsToGo: [Float]) -> [Int32] {
    returnsToGo.map { Int32(Self.nearest(to: Double($0), in: values)) }
  }

  private static func nearest(to value: Double, in values: [Double]) -> Int {
    var (low, high) = (0, values.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if value > (values[middle] + values[middle + 1]) / 2 {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }

  /// Draws a return from softmax(logits + weights).
  ///
  /// - Parameters:
  ///   - logits: `[categories]`
  ///   - logWeights: `[categories]`; where they leave nothing, the logits alone count.
  package func draw(
    from logits: ArraySlice<Float>, logWeights: [Double], using random: inout RandomStream
  ) -> Double {
    var scores = zip(logits, logWeights).map { Double($0) + $1 }
    if !scores.contains(where: \.isFinite) { scores = logits.map { Double($0) } }
    let peak = scores.reduce(-.infinity, max)
    let weights = scores.map { exp($0 - peak) }
    // Numbers that are not finite come from an input far outside the data.
    guard weights.allSatisfy(\.isFinite) else { return values[values.count - 1] }
    return values[random.index(weightedBy: weights)]
  }
}
