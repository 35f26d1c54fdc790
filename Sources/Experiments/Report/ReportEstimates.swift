internal import Documents
internal import Files
internal import Reports

/// What `hindsight estimate` said of a run from one dataset, without playing.
struct ReportEstimate: Sendable {
  /// Its name in the run folder.
  let name: String
  let datasetPath: String
  /// Whether the policy has learned from those episodes.
  let isFromLearnedData: Bool
  /// What a reward loses per step of waiting.
  let discount: Double
  let rows: [Row]

  /// What one estimator said of one target and way to choose.
  struct Row: AskedReturn, Sendable {
    var estimator: String
    var target: Double?
    var asked: Document
    var selection: String
    /// `nil` where no recorded episode could have come from the policy.
    var value: Double?
    var interval: Interval?
    var effectiveSampleSize: Double?
    var meanWeight: Double?

    init?(_ element: Document) {
      func text(_ key: String) -> String? {
        if case .string(let text)? = element[key] { TerminalText.sanitised(text) } else { nil }
      }
      guard let estimator = text("estimator"), let selection = text("selection") else { return nil }
      (self.estimator, self.selection) = (estimator, selection)
      target = element["target_return"]?.decimal
      asked = element["target_asked"] ?? element["target_return"] ?? .null
      value = element["estimate"]?.decimal
      if let low = element["ci_low"]?.decimal, let high = element["ci_high"]?.decimal {
        interval = Interval(lower: low, upper: high)
      }
      effectiveSampleSize = element["effective_sample_size"]?.decimal
      meanWeight = element["mean_weight"]?.decimal
    }
  }

  init(of run: RunFolder, named name: String) throws(FileError) {
    let path = run.estimateReportPath(name)
    let bytes = try FileContents.bytes(of: path, atMost: 1 << 28)
    let report: Document
    do {
      report = try Document(json: bytes, maximumBytes: 1 << 28)
    } catch {
      throw FileError(.damaged, operation: "read", path: path, reason: "\(error)")
    }
    guard case .array(let elements)? = report["estimates"] else {
      throw FileError(
        .damaged, operation: "read", path: path, reason: "it has no list called estimates")
    }
    self.name = name
    if case .string(let path)? = report["dataset"]?["path"] {
      datasetPath = TerminalText.sanitised(path)
    } else {
      datasetPath = "unknown"
    }
    isFromLearnedData = report["dataset"]?["learned_from"] == .bool(true)
    discount = report["settings"]?["discount"]?.decimal ?? 1
    rows = try elements.enumerated().map { place, element throws(FileError) in
      guard let row = Row(element) else {
        throw FileError(
          .damaged, operation: "read", path: path,
          reason: "estimates[\(place)]: found no estimator and selection")
      }
      return row
    }
  }
}

/// Estimates beside what was achieved.
struct ReportEstimateFigures {
  let groups: [ReportGroup]

  /// The most rows of the chart; the table has all.
  private static let mostInChart = 24

  private var runs: [ReportRun] { groups.flatMap(\.runs) }

  /// `nil` where nothing was estimated.
  var figure: Figure? {
    let all = runs.flatMap { run in run.estimates.map { (run: run, estimate: $0) } }
    let rows = all.flatMap { run, estimate in
      estimate.rows.map {
        Line(run: run, estimate: estimate, row: $0, achieved: run.achieved($0, estimate))
      }
    }
    guard !rows.isEmpty else { return nil }
    var caption =
      "What off-policy estimators make of recorded episodes, with 95 % bootstrap intervals over "
      + "them, beside the returns that the evaluation achieved. Where the effective episodes are "
      + "few, only fqe, dr and wdr say more than chance; where the mean weight is well below 1, the "
      + "policy does things that the episodes do not show."
    if all.contains(where: \.estimate.isFromLearnedData) {
      caption +=
        " Some of the episodes are those that the policy has learned from: what weighs them is far "
        + "too high."
    }
    let newest = rows.filter { $0.estimate.name == $0.run.estimates.last?.name }
    var marks = marks(newest)
    if marks.count > Self.mostInChart {
      caption += " The chart shows the first \(Self.mostInChart) of \(marks.count) rows."
      marks = Array(marks.prefix(Self.mostInChart))
    }
    if newest.count < rows.count { caption += " It shows the newest estimates of each run." }
    let ends = marks.flatMap {
      [$0.value, $0.interval?.lower, $0.interval?.upper].compactMap { $0 }
    }
    let chart = IntervalChart(x: Axis("return", holding: ends), rows: marks)
    return Figure(
      "estimates", title: "Estimated without playing", caption: caption,
      marks.isEmpty ? .table : .chart(.intervals(chart)), table: table(rows), isWide: true)
  }

  /// A row of the table.
  private struct Line {
    let run: ReportRun
    let estimate: ReportEstimate
    let row: ReportEstimate.Row
    let achieved: ReportOutcome?
  }

  /// What was achieved at each target stands before its estimates.
  private func marks(_ lines: [Line]) -> [IntervalChart.Row] {
    var marks: [IntervalChart.Row] = []
    var last: String?
    for line in lines {
      let subject =
        ", \(line.row.label)" + (runs.count > 1 ? " (\(line.run.name))" : "")
      if subject != last, let achieved = line.achieved {
        marks.append(
          .init("achieved\(subject)", achieved.meanReturn, interval: achieved.meanInterval))
      }
      last = subject
      if let value = line.row.value {
        marks.append(.init("\(line.row.estimator)\(subject)", value, interval: line.row.interval))
      }
    }
    return marks
  }

  private func table(_ lines: [Line]) -> FigureTable {
    var table = FigureTable([
      .init("run"), .init("estimate"), .init("target"), .init("selection"), .init("estimator"),
      .init("discount"), .init("return"), .init("95 % interval"), .init("effective episodes"),
      .init("mean weight"),
      .init("achieved"), .init("95 % interval"), .init("dataset"),
    ])
    for line in lines {
      let row = line.row
      table.append([
        .text(line.run.name), .text(line.estimate.name), .text(row.targetText),
        .text(row.selection), .text(row.estimator), .number(line.estimate.discount),
        .init(row.value), .init(row.interval), .init(row.effectiveSampleSize),
        .init(row.meanWeight), .init(line.achieved?.meanReturn), .init(line.achieved?.meanInterval),
        .text(line.estimate.datasetPath),
      ])
    }
    return table
  }
}

extension ReportRun {
  /// What the evaluation achieved at an estimate's target, which is not discounted.
  fileprivate func achieved(
    _ row: ReportEstimate.Row, _ estimate: ReportEstimate
  ) -> ReportOutcome? {
    guard estimate.discount == 1 else { return nil }
    return evaluation?.outcomes.first { $0.asked == row.asked && $0.selection == row.selection }
  }
}
