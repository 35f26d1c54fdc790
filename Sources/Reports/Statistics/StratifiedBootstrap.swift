public import Randomness

/// Intervals from matrices in which every task's runs are drawn anew, with replacement and
/// independently of the other tasks'.
///
/// The percentile bootstrap, stratified by task, as rliable does it: the statistic of each resampled
/// matrix; the interval runs from the `(1 − confidence) / 2` quantile to the one as far from the top.
/// It says how the numbers would vary with other seeds on the same tasks.
public struct StratifiedBootstrap: Sendable {
  /// rliable draws 50,000 for single numbers and 2,000 for profiles.
  public var resamples: Int
  public var confidence: Double

  public init(resamples: Int = 50_000, confidence: Double = 0.95) {
    precondition(resamples > 0, "resamples is \(resamples), must be positive")
    precondition((0..<1).contains(confidence), "confidence is \(confidence), must be in 0..<1")
    self.resamples = resamples
    self.confidence = confidence
  }

  /// The interval of one statistic.
  public func interval(
    of scores: ScoreMatrix, using random: inout RandomStream, statistic: (ScoreMatrix) -> Double
  ) -> Interval {
    intervals(of: [scores], using: &random) { [statistic($0[0])] }[0]
  }

  /// The intervals of several statistics from the same resamples, or of statistics that take several
  /// algorithms, each of which is resampled by itself.
  ///
  /// - Parameter statistics: the same count of numbers every time.
  public func intervals(
    of matrices: [ScoreMatrix], using random: inout RandomStream,
    statistics: ([ScoreMatrix]) -> [Double]
  ) -> [Interval] {
    var samples = matrices
    var draws = [[Double]](repeating: [], count: statistics(matrices).count)
    for index in draws.indices { draws[index].reserveCapacity(resamples) }
    for _ in 0..<resamples {
      for (index, scores) in matrices.enumerated() {
        samples[index].resample(scores, using: &random)
      }
      for (index, value) in statistics(samples).enumerated() { draws[index].append(value) }
    }
    let tail = (1 - confidence) / 2
    return draws.map { values in
      let sorted = values.sorted()
      return Interval(
        lower: Statistics.quantile(sorted: sorted, at: tail),
        upper: Statistics.quantile(sorted: sorted, at: 1 - tail))
    }
  }

  /// The interval of every aggregate, from the same resamples.
  public func aggregates(
    of scores: ScoreMatrix, using random: inout RandomStream
  ) -> [Aggregate: Interval] {
    let all = Aggregate.allCases
    let intervals = intervals(of: [scores], using: &random) { matrices in
      all.map { $0(matrices[0]) }
    }
    return Dictionary(uniqueKeysWithValues: zip(all, intervals))
  }
}

extension ScoreMatrix {
  /// Draws every score anew from the runs of its task in `source`.
  fileprivate mutating func resample(_ source: ScoreMatrix, using random: inout RandomStream) {
    for place in values.indices {
      values[place] = source[random.integer(below: runs), place % tasks]
    }
  }
}
