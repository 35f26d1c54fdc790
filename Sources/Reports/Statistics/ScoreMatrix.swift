/// The scores of one algorithm: of every run on every task, usually normalised (0 = random,
/// 1 = optimal).
///
/// Axes: `runs` (seeds) and `tasks`. The aggregates are rliable's (Agarwal et al., "Deep RL at the
/// Edge of the Statistical Precipice", 2021), summed in NumPy's order.
public struct ScoreMatrix: Sendable, Equatable {
  public let runs: Int
  public let tasks: Int
  /// `[runs · tasks]` Row-major: all tasks of the first run, then of the second.
  public internal(set) var values: [Double]

  /// - Parameter rows: `[runs][tasks]`, at least one of each; as many tasks in every run.
  public init(_ rows: [[Double]]) {
    precondition(!rows.isEmpty && !rows[0].isEmpty, "a score matrix without scores")
    precondition(
      rows.allSatisfy { $0.count == rows[0].count }, "runs with \(rows.map(\.count)) tasks")
    runs = rows.count
    tasks = rows[0].count
    values = rows.flatMap { $0 }
  }

  /// The scores of one task over runs.
  public init(runs scores: [Double]) { self.init(scores.map { [$0] }) }

  public subscript(run: Int, task: Int) -> Double { values[run * tasks + task] }

  /// `[runs]` The scores on one task.
  public func scores(onTask task: Int) -> [Double] { (0..<runs).map { self[$0, task] } }

  /// `[tasks]` The mean over runs of each task.
  public var taskMeans: [Double] {
    // NumPy adds rows to rows, but a single column as a line of numbers.
    guard tasks > 1 else { return [Statistics.pairwiseMean(values)] }
    var sums = [Double](repeating: 0, count: tasks)
    for run in 0..<runs {
      for task in 0..<tasks { sums[task] += self[run, task] }
    }
    return sums.map { $0 / Double(runs) }
  }

  /// `[runs]` The mean over tasks of each run.
  public var runMeans: [Double] {
    (0..<runs).map { run in
      Statistics.pairwiseMean(Array(values[run * tasks..<(run + 1) * tasks]))
    }
  }

  /// The mean over tasks of the tasks' means.
  public var mean: Double { Statistics.pairwiseMean(taskMeans) }

  /// The median over tasks of the tasks' means.
  public var median: Double {
    let sorted = taskMeans.sorted()
    let upper = sorted[tasks / 2]
    return tasks % 2 == 1 ? upper : (sorted[tasks / 2 - 1] + upper) / 2
  }

  /// The mean of the middle half of all scores, runs and tasks together: `⌊n / 4⌋` are dropped at
  /// either end.
  public var interquartileMean: Double {
    let cut = values.count / 4
    return Statistics.pairwiseMean(Array(values.sorted()[cut..<(values.count - cut)]))
  }

  /// How far the scores fall short of `threshold` on average; what lies above it does not make up.
  ///
  ///     γ − mean of min(score, γ)
  ///
  /// - Parameter threshold: γ, the score that is good enough.
  public func optimalityGap(threshold: Double = 1) -> Double {
    threshold - Statistics.pairwiseMean(values.map { min($0, threshold) })
  }
}

/// One number for a whole matrix of scores.
public enum Aggregate: String, Sendable, CaseIterable {
  case mean
  case median
  case interquartileMean = "iqm"
  case optimalityGap

  public func callAsFunction(_ scores: ScoreMatrix) -> Double {
    switch self {
    case .mean: scores.mean
    case .median: scores.median
    case .interquartileMean: scores.interquartileMean
    case .optimalityGap: scores.optimalityGap()
    }
  }
}
