/// How many values fall into each of several bins.
///
/// Where there are no more distinct values than bins, each is a bin of its own; otherwise bins are of
/// equal width between the smallest and the largest value, the last one closed. Values that are not
/// finite are in none.
public struct Histogram: Sendable, Equatable {
  public struct Bin: Sendable, Equatable {
    public var low: Double
    public var high: Double
    public var count: Int
  }

  public private(set) var bins: [Bin]

  public init(_ values: [Double], bins count: Int) {
    precondition(count > 0, "\(count) bins")
    let values = values.filter(\.isFinite)
    var distinct = Set<Double>()
    for value in values where distinct.count <= count { distinct.insert(value) }
    if distinct.count <= count {
      bins = distinct.sorted().map { Bin(low: $0, high: $0, count: 0) }
      for value in values {
        if let index = bins.firstIndex(where: { $0.low == value }) { bins[index].count += 1 }
      }
      return
    }
    let low = values.min() ?? 0
    let high = values.max() ?? 0
    // Half a width, because the span of two huge numbers is infinite.
    let half = (high / 2 - low / 2) / Double(count)
    func edge(_ index: Int) -> Double {
      index == count ? high : low + Double(index) * half + Double(index) * half
    }
    bins = (0..<count).map { Bin(low: edge($0), high: edge($0 + 1), count: 0) }
    for value in values {
      let position = half > 0 ? (value / 2 - low / 2) / half : 0
      bins[Int(min(position, Double(count - 1)))].count += 1
    }
  }
}
