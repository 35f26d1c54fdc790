internal import Reports

/// Learning curves: every column of the metrics, and what validation said, over training steps.
struct ReportCurves {
  let groups: [ReportGroup]

  init(groups: [ReportGroup]) { self.groups = Array(groups.prefix(ReportGroup.mostInCharts)) }

  /// The most points of a curve; more are put together in equal pieces of the training.
  private static let mostPoints = 120
  /// The most columns of the metrics that are shown.
  private static let mostColumns = 12

  var figures: [Figure] {
    let runs = groups.flatMap(\.runs)
    var columns: [String] = []
    for run in runs {
      for column in run.metrics.columns
      where column != "is_skipped" && !columns.contains(column) {
        columns.append(column)
      }
    }
    guard !columns.isEmpty else {
      return [
        .missing(
          "learning-loss", title: "Training", because: "no run has logged a step of training yet")
      ] + validationFigures
    }
    // What the optimizer does comes after what is learned.
    let technical = ["gradient_norm", "learning_rate"]
    columns =
      columns.filter { !technical.contains($0) } + columns.filter { technical.contains($0) }
    var figures = columns.prefix(Self.mostColumns).compactMap { figure(of: $0) }
    figures.insert(contentsOf: validationFigures, at: min(1, figures.count))
    return figures
  }

  private func figure(of column: String) -> Figure? {
    let series = groups.enumerated().compactMap { index, group in
      makeSeries(
        group.name, group.runs.map { ($0.metrics["step"], $0.metrics[column]) },
        stream: "\(group.name)/\(column)", sign: sign(ofGroup: index))
    }
    guard !series.isEmpty else { return nil }
    let name = column.replacing("_", with: " ")
    let chart = CurveChart(
      x: Axis("training step", holding: [0] + series.flatMap { $0.points.map(\.x) }, style: .count),
      y: Axis(name, holding: CurveChart.heights(of: series)), series: series)
    return Figure(
      "learning-\(column.slug)", title: "Training: \(name)",
      caption: bandCaption("\(name.capitalizedFirst) of the batches"), .chart(.curves(chart)),
      table: .curves(chart, "step"))
  }

  private func bandCaption(_ subject: String) -> String {
    let most = groups.map(\.runs.count).max() ?? 1
    return most > 1
      ? "\(subject), means over seeds with 95 % bootstrap intervals." : "\(subject)."
  }

  // MARK: Validation

  /// One figure for each target, or one with all of them where there is a single group.
  private var validationFigures: [Figure] {
    let title = "Validation during training"
    guard groups.contains(where: { $0.runs.contains { !$0.validation.rows.isEmpty } }) else {
      return [
        .missing(
          "validation", title: title,
          because:
            "no run was validated during its training (training.validation.every), or none has "
            + "come that far")
      ]
    }
    let targets = validationTargets
    if groups.count == 1 {
      let series = targets.compactMap { target in
        validationSeries(
          groups[0], target, name: target.map { "target \(Format.number($0))" } ?? "return",
          sign: nil)
      }
      return [
        validationFigure(
          "validation", title, series,
          targets.compactMap { $0 }.map { .horizontal($0, "") })
      ]
    }
    return targets.enumerated().map { index, target in
      let series = groups.enumerated().compactMap { index, group in
        validationSeries(group, target, name: group.name, sign: sign(ofGroup: index))
      }
      return validationFigure(
        index == 0 ? "validation" : "validation-\(index + 1)",
        title + (target.map { ", target \(Format.number($0))" } ?? ""), series,
        target.map { [.horizontal($0, "asked for")] } ?? [])
    }
  }

  /// `nil` stands for agents that take no return.
  private var validationTargets: [Double?] {
    var targets: [Double?] = []
    for run in groups.flatMap(\.runs) {
      for target in run.validation["target_return"] where !targets.contains(target) {
        targets.append(target)
      }
    }
    return Array(targets.prefix(Self.mostColumns))
  }

  private func validationSeries(
    _ group: ReportGroup, _ target: Double?, name: String, sign: Int?
  ) -> CurveChart.Series? {
    makeSeries(
      name,
      group.runs.map { run in
        let table = run.validation
        let (steps, returns) = (table["step"], table["mean_return"])
        let targets = table["target_return"]
        let places = targets.indices.filter { targets[$0] == target }
        return (places.map { steps[$0] }, places.map { returns[$0] })
      }, stream: "\(group.name)/validation/\(target.map { "\($0)" } ?? "none")", sign: sign)
  }

  private func validationFigure(
    _ id: String, _ title: String, _ series: [CurveChart.Series], _ guides: [CurveChart.Guide]
  ) -> Figure {
    let levels = guides.compactMap { guide -> Double? in
      if case .horizontal(let level, _) = guide { level } else { nil }
    }
    let chart = CurveChart(
      x: Axis("training step", holding: [0] + series.flatMap { $0.points.map(\.x) }, style: .count),
      y: Axis("mean return", holding: CurveChart.heights(of: series) + levels), series: series,
      guides: guides)
    return Figure(
      id, title: title,
      caption: bandCaption(
        "Mean return of the validation episodes, which choose the best checkpoint and no reported "
          + "number uses; dashed is what was asked for"), .chart(.curves(chart)),
      table: .curves(chart, "step"))
  }

  /// A group looks the same in all charts; a single one needs no name.
  private func sign(ofGroup index: Int) -> Int? { groups.count > 1 ? index : nil }

  // MARK: Putting seeds together

  /// The mean over runs at each step, with an interval where there are several.
  ///
  /// - Parameter logs: steps and values of each run.
  private func makeSeries(
    _ name: String, _ logs: [(steps: [Double?], values: [Double?])], stream: String,
    sign: Int?
  ) -> CurveChart.Series? {
    let rows = logs.map { log in
      zip(log.steps, log.values).compactMap { step, value in
        if let step, let value, value.isFinite { (step: step, value: value) } else { nil }
      }
    }.filter { !$0.isEmpty }
    let steps = Set(rows.flatMap { $0.map(\.step) }).sorted()
    guard let last = steps.last else { return nil }
    // The end of the piece of the training that a step is in.
    let width = steps.count > Self.mostPoints ? last / Double(Self.mostPoints) : 0
    func place(_ step: Double) -> Double {
      width > 0 ? min((step / width).rounded(.up) * width, last).rounded() : step
    }
    var means: [Double: [Double]] = [:]
    for run in rows {
      let pieces = Dictionary(grouping: run) { place($0.step) }
      for (step, values) in pieces {
        means[step, default: []].append(Statistics.mean(values.map(\.value)))
      }
    }
    let points = means.keys.sorted().map { step in
      // Runs in the order of their values: the order of a dictionary changes from run to run.
      let values = (means[step] ?? []).sorted()
      return CurveChart.Point(
        step, Statistics.mean(values),
        interval: values.count > 1 ? SeedInterval.of(values, "\(stream)/\(Int(step))") : nil)
    }
    return CurveChart.Series(name, points, sign: sign)
  }
}

extension FigureTable {
  /// A row for each x, and for each series its y and, where there are any, its intervals.
  ///
  /// - Parameter interval: the title of their columns.
  static func curves(
    _ chart: CurveChart, _ xTitle: String, interval: String = "95 % interval"
  ) -> FigureTable {
    var columns = [Column(xTitle, chart.x.style)]
    for series in chart.series {
      columns.append(Column(series.name, chart.y.style))
      if series.points.contains(where: { $0.interval != nil }) {
        columns.append(Column(interval, chart.y.style))
      }
    }
    var table = FigureTable(columns)
    let places = chart.series.map { series in
      Dictionary(series.points.map { ($0.x, $0) }, uniquingKeysWith: { $1 })
    }
    for x in Set(chart.series.flatMap { $0.points.map(\.x) }).sorted() {
      var row: [Cell] = [.number(x)]
      for (series, points) in zip(chart.series, places) {
        row.append(Cell(points[x]?.y))
        if series.points.contains(where: { $0.interval != nil }) {
          row.append(Cell(points[x]?.interval))
        }
      }
      table.append(row)
    }
    return table
  }
}

extension String {
  /// Lower-case letters, digits and hyphens, for the names of figures.
  var slug: String {
    let letters = lowercased().unicodeScalars.map { scalar -> Character in
      scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
        ? Character(scalar) : "-"
    }
    return String(letters)
  }

  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
