public import Randomness

/// How likely a run of one algorithm is better than a run of another.
///
///     P(X > Y) = mean over tasks of U / (runs of X · runs of Y)
///     U = pairs of runs with x > y, ties counted ½ (Mann and Whitney, 1947)
///
/// It says how often, not by how much, and needs no common scale between tasks.
public struct Improvement: Sendable, Equatable {
  /// In 0 … 1; ½ where neither is better.
  public var probability: Double
  /// The stratified bootstrap interval, both algorithms resampled.
  public var interval: Interval

  /// - Parameters:
  ///   - first: X.
  ///   - second: Y, of the same tasks; the numbers of runs may differ.
  public init(
    of first: ScoreMatrix, over second: ScoreMatrix,
    bootstrap: StratifiedBootstrap = StratifiedBootstrap(resamples: 2_000),
    using random: inout RandomStream
  ) {
    probability = Self.probability(of: first, over: second)
    interval =
      bootstrap.intervals(of: [first, second], using: &random) {
        [Self.probability(of: $0[0], over: $0[1])]
      }[0]
  }

  public static func probability(of first: ScoreMatrix, over second: ScoreMatrix) -> Double {
    precondition(first.tasks == second.tasks, "\(first.tasks) tasks and \(second.tasks) tasks")
    let pairs = Double(first.runs * second.runs)
    return Statistics.pairwiseMean(
      (0..<first.tasks).map { task in
        Ranks.mannWhitneyU(first.scores(onTask: task), second.scores(onTask: task)) / pairs
      })
  }
}
