extension Statistics {
  /// The sum, added up in halves, so that rounding errors grow with log n instead of n.
  ///
  /// The order is NumPy's (`np.sum` of contiguous doubles), so equal numbers give equal bits: fewer
  /// than 8 values one by one; up to 128 in eight interleaved sums; more as two halves, the first a
  /// multiple of 8 long.
  public static func pairwiseSum(_ values: [Double]) -> Double { sum(values, 0..<values.count) }

  /// The mean by ``pairwiseSum(_:)``; NaN of no values.
  public static func pairwiseMean(_ values: [Double]) -> Double {
    pairwiseSum(values) / Double(values.count)
  }

  private static func sum(_ values: [Double], _ range: Range<Int>) -> Double {
    let lanes = 8
    let block = 128
    guard range.count >= lanes else { return range.reduce(0) { $0 + values[$1] } }
    guard range.count <= block else {
      let half = range.count / 2
      let middle = range.lowerBound + half - half % lanes
      return sum(values, range.lowerBound..<middle) + sum(values, middle..<range.upperBound)
    }
    var sums = SIMD8<Double>()
    for lane in 0..<lanes { sums[lane] = values[range.lowerBound + lane] }
    var place = range.lowerBound + lanes
    while place + lanes <= range.upperBound {
      for lane in 0..<lanes { sums[lane] += values[place + lane] }
      place += lanes
    }
    let sum =
      ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]))
    return (place..<range.upperBound).reduce(sum) { $0 + values[$1] }
  }
}
