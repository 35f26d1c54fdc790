internal import Documents
internal import Randomness
internal import Reports

/// Groups against one another, as rliable compares algorithms: aggregates of their scores with
/// intervals, and how the scores are distributed.
struct ReportComparison {
  /// What is compared, in words: the axis of a sweep, or `runs`.
  var subject: String
  /// What a score is.
  var score: String
  var entries: [Entry]
  /// Entries that lack runs, by their names.
  var incomplete: [String] = []

  struct Entry {
    var name: String
    var scores: ScoreMatrix
    var aggregates: [Aggregate: (value: Double, interval: Interval?)]
    /// Against the first entry, or the sweep's baseline.
    var improvement: (value: Double, interval: Interval?)?
    var difference: (value: Double, interval: Interval?)?
    var pValue: Double?
    var seedsNeeded: Double?
  }

  private static let resamples = 2_000
  private static let thresholds = 41
  /// The most entries of one figure.
  private static let most = 16

  // MARK: Making one

  /// The comparison of a sweep's `results.json`; `nil` where it has none.
  init?(sweepResults: Document) {
    guard let comparison = sweepResults["comparison"],
      case .array(let elements)? = comparison["entries"], !elements.isEmpty
    else { return nil }
    func text(_ key: String) -> String {
      if case .string(let text)? = comparison[key] { TerminalText.sanitised(text) } else { "" }
    }
    subject = text("axis")
    score = text("score").replacing("_", with: " ")
    entries = elements.compactMap { Entry($0) }
    if case .array(let names)? = comparison["incomplete"] {
      incomplete = names.map { TerminalText.sanitised($0.plainText) }
    }
    guard !entries.isEmpty else { return nil }
  }

  /// The comparison of groups by their mean return at the highest target; `nil` where fewer than two
  /// have several seeds in the same environment.
  init?(_ groups: [ReportGroup]) {
    let candidates = groups.filter { ($0.highest?.outcomes.count ?? 0) > 1 }
    let environments = Set(groups.map { $0.runs[0].summary.environment })
    guard candidates.count > 1, environments.count == 1 else { return nil }
    subject = "runs"
    score = "mean return at the highest target, unscaled"
    entries = []
    let baseline = candidates[0]
    for group in candidates.prefix(Self.most) {
      guard let outcomes = group.highest else { continue }
      let scores = ScoreMatrix(runs: outcomes.outcomes.map(\.meanReturn))
      var random = RandomStream(seed: 0, "report/comparison/\(group.name)")
      let intervals = StratifiedBootstrap(resamples: Self.resamples).aggregates(
        of: scores, using: &random)
      var entry = Entry(
        name: group.name, scores: scores,
        aggregates: Dictionary(
          uniqueKeysWithValues: Aggregate.allCases.map { ($0, ($0(scores), intervals[$0])) }))
      if group.name != baseline.name, let other = baseline.highest {
        entry.compare(
          with: ScoreMatrix(runs: other.outcomes.map(\.meanReturn)),
          isPaired: group.runs.map(\.summary.seed) == baseline.runs.map(\.summary.seed)
            && outcomes.outcomes.count == group.runs.count
            && other.outcomes.count == baseline.runs.count, using: &random)
      }
      entries.append(entry)
    }
  }

  // MARK: Figures

  /// - Parameter number: tells comparisons of one report apart.
  func figures(number: Int) -> [Figure] {
    let suffix = number == 0 ? "" : "-\(number + 1)"
    let entries = Array(entries.prefix(Self.most))
    let values = entries.flatMap { entry -> [Double] in
      let iqm = entry.aggregates[.interquartileMean]
      return entry.scores.values
        + [iqm?.value, iqm?.interval?.lower, iqm?.interval?.upper].compactMap { $0 }
    }
    let intervals = IntervalChart(
      x: Axis("interquartile mean of the score", holding: values),
      rows: entries.map { entry in
        let iqm = entry.aggregates[.interquartileMean]
        return IntervalChart.Row(
          entry.name, iqm?.value ?? .nan, interval: iqm?.interval, scores: entry.scores.values)
      })
    let left =
      incomplete.isEmpty ? "" : " Without \(incomplete.joined(separator: ", ")): runs are missing."
    return [
      Figure(
        "comparison\(suffix)", title: "Comparison of \(subject)",
        caption:
          "Scores are the \(score). P(better) is the probability that a run scores more than "
          + "one of the first row's, the difference is to that row, seed by seed where seeds are "
          + "paired.\(left)", .table, table: table),
      Figure(
        "aggregates\(suffix)", title: "Interquartile means",
        caption: "Large marks are interquartile means of the score, with 95 % bootstrap intervals; "
          + "small ones are single runs.", .chart(.intervals(intervals)), table: scoreTable),
      profile("profile\(suffix)", of: entries, values),
    ]
  }

  private func profile(_ id: String, of entries: [Entry], _ values: [Double]) -> Figure {
    let scores = entries.flatMap(\.scores.values)
    let axis = Axis("score τ", holding: scores)
    let (low, high) = (axis.range.lowerBound, axis.range.upperBound)
    let thresholds = (0..<Self.thresholds).map { index in
      low + (high - low) * Double(index) / Double(Self.thresholds - 1)
    }
    let series = entries.map { entry in
      var random = RandomStream(seed: 0, "report/profile/\(entry.name)")
      let profile = PerformanceProfile(
        of: entry.scores, at: thresholds,
        bootstrap: StratifiedBootstrap(resamples: Self.resamples), using: &random)
      return CurveChart.Series(
        entry.name,
        thresholds.indices.map { index in
          CurveChart.Point(
            thresholds[index], profile.shares[index],
            interval: entry.scores.runs > 1 ? profile.intervals[index] : nil)
        }, shape: .steps)
    }
    let chart = CurveChart(
      x: axis, y: Axis("runs with a score above τ", holding: [0, 1], style: .percent),
      series: series)
    return Figure(
      id, title: "Performance profiles",
      caption:
        "The share of runs and tasks that score more than τ, with 95 % bootstrap bands: one is "
        + "better than another wherever its curve is higher.", .chart(.curves(chart)),
      table: .curves(chart, "score τ"))
  }

  private var table: FigureTable {
    var table = FigureTable([
      .init(subject), .init("seeds", .count), .init("IQM"), .init("95 % interval"), .init("mean"),
      .init("95 % interval"), .init("median"), .init("optimality gap"), .init("P(better)"),
      .init("95 % interval"), .init("difference"), .init("95 % interval"), .init("p"),
      .init("seeds needed", .count),
    ])
    for entry in entries {
      func value(_ aggregate: Aggregate) -> FigureTable.Cell {
        .init(entry.aggregates[aggregate]?.value)
      }
      table.append([
        .text(entry.name), .number(Double(entry.scores.runs)), value(.interquartileMean),
        .init(entry.aggregates[.interquartileMean]?.interval), value(.mean),
        .init(entry.aggregates[.mean]?.interval), value(.median), value(.optimalityGap),
        .init(entry.improvement?.value), .init(entry.improvement?.interval),
        .init(entry.difference?.value), .init(entry.difference?.interval), .init(entry.pValue),
        .init(entry.seedsNeeded),
      ])
    }
    return table
  }

  /// The score of every run, task by task.
  private var scoreTable: FigureTable {
    var table = FigureTable([
      .init(subject), .init("run", .count), .init("task", .count), .init("score"),
    ])
    for entry in entries {
      for run in 0..<entry.scores.runs {
        for task in 0..<entry.scores.tasks {
          table.append([
            .text(entry.name), .number(Double(run + 1)), .number(Double(task + 1)),
            .number(entry.scores[run, task]),
          ])
        }
      }
    }
    return table
  }
}

extension ReportComparison.Entry {
  /// An element of `comparison.entries` of a sweep's results; `nil` where it has no scores.
  init?(_ element: Document) {
    guard case .string(let name)? = element["name"], case .array(let rows)? = element["scores"]
    else { return nil }
    let scores = rows.compactMap { row -> [Double]? in
      if case .array(let numbers) = row { numbers.compactMap(\.decimal) } else { nil }
    }
    guard let first = scores.first, !first.isEmpty, scores.allSatisfy({ $0.count == first.count })
    else { return nil }
    func interval(_ key: String) -> Interval? {
      guard case .array(let ends)? = element[key], ends.count == 2,
        let lower = ends[0].decimal, let upper = ends[1].decimal
      else { return nil }
      return Interval(lower: lower, upper: upper)
    }
    func pair(_ key: String) -> (value: Double, interval: Interval?)? {
      element[key]?.decimal.map { ($0, interval(key + "_ci")) }
    }
    self.name = TerminalText.sanitised(name)
    self.scores = ScoreMatrix(scores)
    aggregates = [:]
    for aggregate in Aggregate.allCases { aggregates[aggregate] = pair(aggregate.jsonName) }
    improvement = pair("probability_of_improvement")
    difference = pair("difference")
    pValue = element["p_value"]?.decimal
    seedsNeeded = element["seeds_needed"]?.decimal
  }

  fileprivate mutating func compare(
    with baseline: ScoreMatrix, isPaired: Bool, using random: inout RandomStream
  ) {
    let better = Improvement(of: scores, over: baseline, using: &random)
    improvement = (better.probability, better.interval)
    guard isPaired else { return }
    let paired = PairedComparison(scores.runMeans, baseline.runMeans, using: &random)
    difference = (paired.meanDifference, paired.interval)
    pValue = paired.pValue
    seedsNeeded = paired.seedsNeeded().map { Double($0) }
  }
}
