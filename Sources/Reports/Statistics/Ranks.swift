/// Orders of numbers.
enum Ranks {
  /// The rank of each value, from 1; equal values share the mean of their ranks.
  static func averaged(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in order[start..<end] { ranks[place] = Double(start + 1 + end) / 2 }
      start = end
    }
    return ranks
  }

  /// Mann and Whitney's U of `first`: pairs in which it is the larger, ties counted ½.
  ///
  ///     U = R − n (n + 1) / 2, R = the sum of the ranks of `first` among all
  static func mannWhitneyU(_ first: [Double], _ second: [Double]) -> Double {
    let ranks = averaged(first + second)[..<first.count]
    let n = Double(first.count)
    return ranks.reduce(0, +) - n * (n + 1) / 2
  }
}
