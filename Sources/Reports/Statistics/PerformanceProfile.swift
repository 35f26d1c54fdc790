public import Randomness

/// The share of scores above each of several thresholds (Dolan and Moré, 2002; as rliable draws it).
///
///     F(τ) = fraction of all runs and tasks with score > τ
///
/// One algorithm is better than another wherever its curve lies above; no aggregate hides a tail.
public struct PerformanceProfile: Sendable, Equatable {
  /// What is counted.
  public enum Kind: String, Sendable, CaseIterable {
    /// Every run on every task: the score distribution.
    case runs
    /// Every task's mean over runs, which hides how runs differ.
    case taskMeans = "task_means"
  }

  /// `[T]` τ, the thresholds.
  public var thresholds: [Double]
  /// `[T]` F(τ), in 0 … 1.
  public var shares: [Double]
  /// `[T]` Stratified bootstrap intervals of the shares.
  public var intervals: [Interval]

  public init(
    of scores: ScoreMatrix, at thresholds: [Double], kind: Kind = .runs,
    bootstrap: StratifiedBootstrap = StratifiedBootstrap(resamples: 2_000),
    using random: inout RandomStream
  ) {
    self.thresholds = thresholds
    shares = Self.shares(of: scores, at: thresholds, kind)
    intervals = bootstrap.intervals(of: [scores], using: &random) {
      Self.shares(of: $0[0], at: thresholds, kind)
    }
  }

  /// `[T]` F(τ) alone.
  public static func shares(
    of scores: ScoreMatrix, at thresholds: [Double], _ kind: Kind = .runs
  ) -> [Double] {
    let values = kind == .runs ? scores.values : scores.taskMeans
    return thresholds.map { threshold in
      Double(values.count { $0 > threshold }) / Double(values.count)
    }
  }
}
