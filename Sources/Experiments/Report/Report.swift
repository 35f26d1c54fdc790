public import Documents
public import Reports

/// What there is to show of runs: figures with their numbers, gathered on one page.
public struct Report: Sendable {
  public let page: FigurePage
  /// The paths that were named.
  public let paths: [String]

  public struct Options: Sendable, Equatable {
    /// The name of the evaluation to show; the newest of each run if `nil`.
    public var evaluation: String?
    /// Of how many runs episodes are played again, the first of each group.
    public var films = 4

    public init() {}
  }

  /// Reads the runs in some folders and below, and plays some of their evaluated episodes again.
  ///
  /// - Parameter onProgress: told how many runs of those to be played are done.
  /// - Throws: where no run can be read, or a signal asked to stop. What single figures lack is said
  ///   in their places.
  public init(
    of paths: [String], _ options: Options = Options(), registry: Registry,
    stop: StopRequest = StopRequest(), onProgress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws {
    self.paths = paths
    let sources = try ReportSources(paths, evaluation: options.evaluation)
    let groups = ReportGroup.groups(
      of: sources.runs, variants: sources.variants, order: sources.variantOrder)
    let runs = ReportRuns(sources: sources, groups: groups)
    let outcomes = ReportOutcomeFigures(groups: groups)

    let most = ReportGroup.mostInCharts
    let crowded =
      groups.count > most ? " Charts show the first \(most) of \(groups.count) groups." : ""

    var sections = [
      FigurePage.Section(
        "Results", figures: [outcomes.results] + [runs.problems].compactMap { $0 }),
      FigurePage.Section(
        "What was achieved",
        lead: "Every episode of the evaluations, none of which chose a checkpoint." + crowded,
        figures: outcomes.calibration + [outcomes.success, outcomes.returns, outcomes.lengths]),
    ]
    if let estimates = ReportEstimateFigures(groups: groups).figure {
      sections.append(FigurePage.Section("Without an environment", figures: [estimates]))
    }
    sections += Self.comparisons(sources, groups)
    sections.append(
      FigurePage.Section(
        "Learning", lead: "How training went." + crowded,
        figures: ReportCurves(groups: groups).figures))
    let played = Array(groups.prefix(options.films))
    var episodes: [Figure] = []
    for (index, group) in played.enumerated() {
      if let signal = stop.signal {
        throw Interruption(signal: signal, message: "the report was stopped, nothing was written")
      }
      let name = group.runs.count > 1 ? group.runs[0].name : group.name
      episodes += try ReportEpisodes(
        run: group.runs[0], name: name, number: index + 1, registry: registry, stop: stop
      ).figures()
      onProgress(index + 1, played.count)
    }
    if !episodes.isEmpty {
      let lead =
        "Evaluated episodes played again"
        + (played.count < groups.count || groups.contains { $0.runs.count > 1 }
          ? ": those of the first run of \(played.count) of \(groups.count) groups." : ".")
      sections.append(FigurePage.Section("Episodes", lead: lead, figures: episodes))
    }
    sections.append(
      FigurePage.Section(
        "How it was made", figures: [runs.overview] + [runs.differences].compactMap { $0 },
        listings: runs.listings(paths)))
    page = FigurePage(
      title: Self.title(paths, groups), tiles: Self.tiles(groups), sections: sections)
  }

  /// The page's numbers, and where they come from.
  public var document: Document {
    guard case .object(let page) = page.document else { return .null }
    var fields: Document.Fields = [
      "schema_version": 1, "hindsight_version": .string(Version.current),
      "paths": .array(paths.map { .string($0) }),
    ]
    for (key, value) in page { fields[key] = value }
    return .object(fields)
  }

  // MARK: Parts

  private static func comparisons(
    _ sources: ReportSources, _ groups: [ReportGroup]
  ) -> [FigurePage.Section] {
    var comparisons = sources.sweeps.compactMap { ReportComparison(sweepResults: $0.results) }
    if comparisons.isEmpty { comparisons = [ReportComparison(groups)].compactMap { $0 } }
    let title = "Comparison"
    guard !comparisons.isEmpty else {
      guard groups.count > 1 else { return [] }
      return [
        FigurePage.Section(
          title,
          figures: [
            .missing(
              "comparison", title: "Comparison of runs",
              because: "it takes two groups of runs with several evaluated seeds each, in one "
                + "environment, or a sweep that asks for a comparison")
          ])
      ]
    }
    return [
      FigurePage.Section(
        title, lead: "Statistics as rliable defines them.",
        figures: comparisons.enumerated().flatMap { $0.element.figures(number: $0.offset) })
    ]
  }

  private static func title(_ paths: [String], _ groups: [ReportGroup]) -> String {
    let shown = paths.prefix(3).joined(separator: ", ")
    return paths.count > 3 ? "\(shown) and \(paths.count - 3) more" : shown
  }

  private static func tiles(_ groups: [ReportGroup]) -> [FigurePage.Tile] {
    let runs = groups.flatMap(\.runs)
    func all(_ value: (ReportRun) -> String) -> String {
      var values: [String] = []
      for run in runs where !values.contains(value(run)) { values.append(value(run)) }
      return values.count > 2
        ? "\(values[0]) and \(values.count - 1) more" : values.joined(separator: ", ")
    }
    var tiles: [FigurePage.Tile] = [
      .init("environment", .text(all(\.summary.environment))),
      .init("agent", .text(all(\.summary.agent))),
      .init("runs", .number(Double(runs.count)), .count),
    ]
    if groups.count > 1 { tiles.append(.init("groups", .number(Double(groups.count)), .count)) }
    let best = groups.compactMap(\.highest).max { $0.meanReturn < $1.meanReturn }
    if let best {
      tiles += [
        .init("best mean return, \(best.label)", .number(best.meanReturn)),
        .init("its success", .number(best.successRate), .percent),
      ]
    }
    if groups.count == 1, let weights = runs[0].weightCount {
      tiles.append(.init("weights", .number(Double(weights)), .count))
    }
    return tiles
  }
}
