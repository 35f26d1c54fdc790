internal import Datasets
internal import Documents
internal import Reports

/// What the runs achieved: against what was asked for, episode by episode, and how soon.
struct ReportOutcomeFigures {
  let groups: [ReportGroup]

  private static let most = ReportGroup.mostInCharts
  /// The most steps at which success is counted.
  private static let mostSteps = 200

  private var isSingle: Bool { groups.count == 1 }
  private var evaluated: [ReportGroup] { groups.filter { !$0.outcomes.isEmpty } }

  private static let noEvaluation =
    "no run has an evaluation; `hindsight evaluate RUN` adds one"

  /// A group looks the same in all charts; a single one needs no name.
  private func sign(of group: ReportGroup) -> Int? {
    isSingle ? nil : groups.firstIndex { $0.name == group.name }
  }

  // MARK: Table

  /// A row for each group, target and selection.
  var results: Figure {
    let title = "Every target and selection"
    guard !evaluated.isEmpty else {
      return .missing("results", title: title, because: Self.noEvaluation)
    }
    var table = FigureTable([
      .init("runs"), .init("target"), .init("selection"), .init("mean return"),
      .init("95 % interval"), .init("success", .percent), .init("95 % interval", .percent),
      .init("length"), .init("seeds", .count), .init("episodes", .count),
    ])
    for group in evaluated {
      for outcome in group.outcomes {
        let first = outcome.outcomes[0]
        let words = first.targetText
        let isNumber = if case .string = first.asked { false } else { true }
        table.append([
          .text(group.name), isNumber ? Cell(outcome.target, or: words) : .text(words),
          .text(outcome.selection), .number(outcome.meanReturn), .interval(outcome.meanInterval),
          .number(outcome.successRate), .interval(outcome.successInterval),
          .number(outcome.meanLength), .number(Double(outcome.outcomes.count)),
          .number(Double(outcome.outcomes.reduce(0) { $0 + $1.episodes })),
        ])
      }
    }
    return Figure(
      "results", title: title,
      caption:
        "Intervals are over seeds where a row has several, else over episodes: bootstrap for "
        + "returns, Wilson's for success of single runs.", .table, table: table)
  }

  private typealias Cell = FigureTable.Cell

  // MARK: Achieved against target

  var calibration: [Figure] {
    let title = "Achieved against target return"
    guard !evaluated.isEmpty else {
      return [.missing("calibration", title: title, because: Self.noEvaluation)]
    }
    let asked = evaluated.filter { $0.outcomes.contains { $0.target != nil } }
    guard !asked.isEmpty else {
      return [
        .missing(
          "calibration", title: title, because: "no number was asked for: the agents take no return"
        )
      ]
    }
    var selections: [String] = []
    for outcome in asked.flatMap(\.outcomes) where !selections.contains(outcome.selection) {
      selections.append(outcome.selection)
    }
    if isSingle {
      let series = selections.compactMap {
        calibrationSeries(asked[0], $0, name: $0, sign: nil)
      }
      return [calibration("calibration", title, series)]
    }
    return selections.map { selection in
      calibration(
        "calibration-\(selection.slug)", "\(title), \(selection)",
        asked.prefix(Self.most).compactMap { group in
          calibrationSeries(group, selection, name: group.name, sign: sign(of: group))
        })
    }
  }

  private func calibrationSeries(
    _ group: ReportGroup, _ selection: String, name: String, sign: Int?
  ) -> CurveChart.Series? {
    let points = group.outcomes.filter { $0.selection == selection }.compactMap { outcome in
      outcome.target.map {
        CurveChart.Point($0, outcome.meanReturn, interval: outcome.meanInterval)
      }
    }.sorted { $0.x < $1.x }
    return points.isEmpty ? nil : CurveChart.Series(name, points, shape: .points, sign: sign)
  }

  private func calibration(_ id: String, _ title: String, _ series: [CurveChart.Series]) -> Figure {
    let data = groups.flatMap(\.runs).compactMap(\.data)
    var guides = [CurveChart.Guide.diagonal("what is asked for")]
    var ends: [Double] = []
    if let low = data.map(\.minimumReturn).min(), let high = data.map(\.maximumReturn).max(),
      low.isFinite, high.isFinite
    {
      ends = [low, high]
      guides.append(
        .columns(
          low...high, "returns in the data: \(Format.number(low)) to \(Format.number(high))"))
    }
    let values = series.flatMap { $0.points.map(\.x) } + CurveChart.heights(of: series) + ends
    let chart = CurveChart(
      x: Axis("target return", holding: values), y: Axis("mean achieved return", holding: values),
      series: series, guides: guides)
    return Figure(
      id, title: title,
      caption: "Points on the dashed line get what they ask for. Bars are 95 % intervals"
        + (ends.isEmpty
          ? "; the data's returns are not known, because no checkpoint could be read." : "."),
      .chart(.curves(chart)), table: .curves(chart, "target return"))
  }

  // MARK: Distributions

  /// The outcomes that are shown one by one, with their names: all of a single group, of several the
  /// one at the highest target of each.
  private var shown: [(name: String, outcome: ReportOutcomes, sign: Int)] {
    let all =
      isSingle
      ? groups[0].outcomes.enumerated().map { index, outcome in
        (name: outcome.label, outcome: outcome, sign: index)
      }
      : evaluated.compactMap { group in
        group.highest.map { outcome in
          (name: "\(group.name), \(outcome.label)", outcome: outcome, sign: sign(of: group) ?? 0)
        }
      }
    return Array(all.filter { $0.outcome.hasEpisodes }.prefix(Self.most))
  }

  private var noEpisodes: String {
    evaluated.isEmpty ? Self.noEvaluation : "the evaluations do not list their episodes"
  }

  var returns: Figure {
    let title = "Returns of episodes"
    let shown = shown
    guard !shown.isEmpty else { return .missing("returns", title: title, because: noEpisodes) }
    let data = groups.flatMap(\.runs).compactMap(\.data).first
    let quantiles = data?.returnDistribution.quantiles ?? []
    let axis = Axis(
      "return of an episode",
      holding: shown.flatMap { $0.outcome.returns + [$0.outcome.target].compactMap { $0 } }
        + quantiles)
    // Each hundredth of the data's episodes at its upper end.
    let bars = DistributionChart.bars(
      for: shown.map(\.outcome.returns) + [Array(quantiles.dropFirst())], over: axis)
    var rows = zip(shown, bars).map { entry, bars in
      row(
        entry.name, bars, mean: Statistics.mean(entry.outcome.returns),
        target: entry.outcome.target, series: entry.sign % 7)
    }
    if let data, quantiles.count > 1 {
      rows.insert(
        row(
          "data, \(data.episodeCount) episodes", bars[shown.count], mean: data.meanReturn,
          target: nil, series: 7), at: 0)
    }
    let chart = DistributionChart(x: axis, rows: rows)
    return Figure(
      "returns", title: title,
      caption: "The share of episodes with each return; every row has its own height."
        + (quantiles.isEmpty ? "" : " The data's row is drawn from their percentiles."),
      .chart(.distributions(chart)),
      table: .quartiles(shown.map { ($0.name, $0.outcome.returns) }, "return"))
  }

  var lengths: Figure {
    let title = "Lengths of episodes"
    let shown = shown
    guard !shown.isEmpty else { return .missing("lengths", title: title, because: noEpisodes) }
    let axis = Axis(
      "steps of an episode", holding: [0] + shown.flatMap(\.outcome.lengths), style: .count)
    let bars = DistributionChart.bars(for: shown.map(\.outcome.lengths), over: axis)
    let chart = DistributionChart(
      x: axis,
      rows: zip(shown, bars).map { entry, bars in
        row(
          entry.name, bars, mean: Statistics.mean(entry.outcome.lengths), target: nil,
          series: entry.sign % 7)
      })
    return Figure(
      "lengths", title: title, caption: "The share of episodes of each length.",
      .chart(.distributions(chart)),
      table: .quartiles(shown.map { ($0.name, $0.outcome.lengths) }, "length"))
  }

  private func row(
    _ name: String, _ bars: [DistributionChart.Bar], mean: Double, target: Double?, series: Int
  ) -> DistributionChart.Row {
    DistributionChart.Row(
      name, note: "mean \(Format.number(mean))", bars: bars, mean: mean, target: target,
      series: series)
  }

  // MARK: Success by step

  var success: Figure {
    let title = "Success by step"
    let shown = shown
    guard !shown.isEmpty else { return .missing("success", title: title, because: noEpisodes) }
    guard shown.contains(where: { $0.outcome.successRate > 0 }) else {
      return .missing("success", title: title, because: "no evaluated episode was solved")
    }
    let last = Int(shown.flatMap(\.outcome.lengths).max() ?? 1)
    let count = min(last, Self.mostSteps)
    let steps = count == last ? Array(0...last) : (0...count).map { $0 * last / count }
    let series = shown.map { name, outcome, sign in
      CurveChart.Series(
        name,
        steps.map { step in
          let shares = outcome.outcomes.map { $0.solvedShare(by: step) }
          let interval =
            shares.count > 1
            ? SeedInterval.of(shares, "success/\(name)/\(step)")
            : .wilson(
              successes: Int((shares[0] * Double(outcome.outcomes[0].solved.count)).rounded()),
              of: outcome.outcomes[0].solved.count)
          return CurveChart.Point(Double(step), Statistics.mean(shares), interval: interval)
        }, shape: .steps, sign: sign)
    }
    let chart = CurveChart(
      x: Axis("step", holding: [0, Double(last)], style: .count),
      y: Axis("episodes solved", holding: [0, 1], style: .percent), series: series)
    return Figure(
      "success", title: title,
      caption: "The share of episodes that have ended solved by each step, with 95 % intervals "
        + "(Wilson's of a single run, bootstrap over seeds of several).", .chart(.curves(chart)),
      table: .curves(chart, "step"))
  }
}

extension FigureTable.Cell {
  /// A number, or words where there is none.
  init(_ value: Double?, or words: String) { self = value.map { .number($0) } ?? .text(words) }
}

extension FigureTable {
  /// A row of quartiles for each sample.
  static func quartiles(_ samples: [(name: String, values: [Double])], _ what: String) -> Self {
    var table = FigureTable([
      .init("of"), .init("episodes", .count), .init("mean \(what)"), .init("smallest"),
      .init("lower quartile"), .init("median"), .init("upper quartile"), .init("largest"),
    ])
    for (name, values) in samples {
      let sorted = values.sorted()
      table.append(
        [.text(name), .number(Double(values.count)), .number(Statistics.mean(values))]
          + [0, 0.25, 0.5, 0.75, 1].map { .number(Statistics.quantile(sorted: sorted, at: $0)) })
    }
    return table
  }
}
