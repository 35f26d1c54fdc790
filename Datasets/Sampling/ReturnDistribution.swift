/// How the returns in a dataset are distributed.
public struct ReturnDistribution: Sendable, Equatable {
  /// `[101]` The returns of episodes below or at which 0, 1, … 100 % of the episodes are; empty where
  /// nothing is known.
  public var quantiles: [Double]
  /// The returns-to-go of all steps, ascending: all of them where at most ``levelsAtMost`` differ,
  /// else the middles of so many bins of equal width.
  public var returnsToGo: [Double]
  /// `[returnsToGo]` Steps with each.
  public var counts: [Int]

  public init(quantiles: [Double], returnsToGo: [Double], counts: [Int]) {
    precondition(
      returnsToGo.count == counts.count, "\(returnsToGo.count) levels, \(counts.count) counts")
    self.quantiles = quantiles
    self.returnsToGo = returnsToGo
    self.counts = counts
  }

  /// Of data of which no more than ``DataSummary`` has was kept: checkpoints of earlier versions.
  public static let unknown = ReturnDistribution(quantiles: [], returnsToGo: [], counts: [])

  public static let levelsAtMost = 256

  public var isKnown: Bool { !quantiles.isEmpty && !returnsToGo.isEmpty }

  /// The return that a share of the episodes does not exceed: one that occurs where `share` is whole
  /// per cents, else between two such.
  ///
  /// - Parameter share: in `0 ... 1`.
  /// - Returns: `nil` where nothing is known.
  public func quantile(_ share: Double) -> Double? {
    precondition((0...1).contains(share), "a share of \(share), must be in 0...1")
    guard !quantiles.isEmpty else { return nil }
    let place = share * Double(quantiles.count - 1)
    // 0.29 · 100 is not quite 29.
    let whole = place.rounded()
    if abs(place - whole) < 1e-9 { return quantiles[Int(whole)] }
    let below = Int(place)
    let fraction = place - Double(below)
    return quantiles[below] + fraction * (quantiles[below + 1] - quantiles[below])
  }

  /// - Parameters:
  ///   - returns: of all episodes.
  ///   - visit: hands every episode's rewards to the given function; called twice at the most.
  package init<Failure: Error>(
    returns: [Double],
    visitingRewards visit: ((ArraySlice<Double>) -> Void) throws(Failure) -> Void
  ) throws(Failure) {
    let sorted = returns.sorted()
    quantiles =
      sorted.isEmpty
      ? []
      : (0...100).map { percent in
        sorted[max(0, (sorted.count * percent + 99) / 100 - 1)]
      }
    var levels = ReturnLevels()
    try visit { levels.add($0) }
    if let exact = levels.merged() {
      returnsToGo = exact.map(\.value)
      counts = exact.map(\.count)
      return
    }
    let width = (levels.largest - levels.smallest) / Double(Self.levelsAtMost)
    let smallest = levels.smallest
    var counts = [Int](repeating: 0, count: Self.levelsAtMost)
    try visit { rewards in
      var sum = 0.0
      for reward in rewards.reversed() {
        sum += reward
        counts[max(0, min(Int((sum - smallest) / width), Self.levelsAtMost - 1))] += 1
      }
    }
    returnsToGo = (0..<Self.levelsAtMost).map { smallest + (Double($0) + 0.5) * width }
    self.counts = counts
  }
}

/// Counts different returns-to-go, until there are too many.
private struct ReturnLevels {
  private(set) var smallest = Double.infinity
  private(set) var largest = -Double.infinity
  private var counts: [Double: Int]? = [:]

  /// Sums of the same rewards in another order differ in their last bits, so more are kept at first.
  private static let keptAtMost = 16 * ReturnDistribution.levelsAtMost

  mutating func add(_ rewards: ArraySlice<Double>) {
    var sum = 0.0
    var run = 0
    for reward in rewards.reversed() {
      let next = sum + reward
      if run > 0, next != sum {
        note(sum, run)
        run = 0
      }
      sum = next
      run += 1
    }
    if run > 0 { note(sum, run) }
  }

  private mutating func note(_ level: Double, _ count: Int) {
    smallest = min(smallest, level)
    largest = max(largest, level)
    counts?[level, default: 0] += count
    if let known = counts, known.count > Self.keptAtMost { counts = nil }
  }

  /// The levels in order, those within rounding taken together; `nil` where there are too many.
  func merged() -> [(value: Double, count: Int)]? {
    guard let counts else { return nil }
    let tolerance = 1e-9 * max(abs(smallest), abs(largest))
    var merged: [(value: Double, count: Int)] = []
    for (level, count) in counts.sorted(by: { $0.key < $1.key }) {
      if let last = merged.last, level - last.value <= tolerance {
        merged[merged.count - 1].count += count
      } else {
        merged.append((level, count))
      }
    }
    return merged.count > ReturnDistribution.levelsAtMost ? nil : merged
  }
}
