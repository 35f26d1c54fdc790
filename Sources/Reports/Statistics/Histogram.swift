/// How many values fall into each of several bins.
///
/// Where there are no more distinct values than bins, each is a bin of its own; otherwise bins are of
/// equal width between the smallest and the largest value, the last one closed.
public struct Histogram: Sendable, Equatable {
  public struct Bin: Sendable, Equatable {
    public var low: Double
    public var high: Double
    public var count: Int
  }

  public private(set) var bins: [Bin]

  public init(_ values: [Double], bins count: Int) {
    precondition(count > 0, "\(count) bins")
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
    let width = ((values.max() ?? 0) - low) / Double(count)
    bins = (0..<count).map {
      Bin(low: low + Double($0) * width, high: low + Double($0 + 1) * width, count: 0)
    }
    for value in values { bins[min(Int((value - low) / width), count - 1)].count += 1 }
  }
}
