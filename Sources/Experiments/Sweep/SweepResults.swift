public import Documents
internal import Files
internal import Randomness
public import Reports

/// What a sweep has found: a row per run, target and selection, and their means over seeds.
///
/// Made from the reports of finished runs alone, in the order of the sweep file, so its bytes do not
/// depend on how many processes there were, in what order runs ended, or what was interrupted.
public struct SweepResults: Sendable {
  /// The sweep file's name.
  public let name: String
  /// Columns that say what was varied.
  public let columns: [String]
  public let rows: [SweepRow]
  public let groups: [SweepGroup]
  /// What the sweep file asked to be compared.
  public let comparison: SweepComparison?
  /// Runs of the plan that have no result.
  public let missing: [String]

  /// Reads the results of all runs that are whole.
  public init(of plan: SweepPlan, in folder: SweepFolder) throws {
    var rows: [SweepRow] = []
    var missing: [String] = []
    for (run, experiment) in zip(plan.runs, try plan.experiments()) {
      let stage = experiment.stage(
        in: folder.runFolder(run.name), evaluation: SweepFolder.evaluationName)
      guard stage == .evaluated else {
        missing.append(run.name)
        continue
      }
      rows += try SweepRow.read(run, of: experiment, in: folder)
    }
    name = plan.file.name
    columns = plan.columns
    self.rows = rows
    self.missing = missing
    groups = SweepGroup.groups(of: rows, variantNames: plan.runs)
    comparison = plan.file.comparison.flatMap { SweepComparison($0, of: rows, in: plan) }
  }

  /// Writes `results.csv` and `results.json`.
  public func write(to folder: SweepFolder) throws {
    try DurableFile.write(csvText, to: folder.tablePath, replacing: true)
    try DurableFile.write(
      document.jsonText(pretty: true) + "\n", to: folder.resultsPath, replacing: true)
  }

  public var document: Document {
    [
      "schema_version": 1, "hindsight_version": .string(Version.current), "sweep": .string(name),
      "axes": .array(columns.map { .string($0) }),
      "missing": .array(missing.map { .string($0) }),
      "comparison": comparison?.document ?? .null,
      "groups": .array(groups.map(\.document)), "rows": .array(rows.map(\.document)),
    ]
  }

  /// A line per row, the columns of the axes after the run's name.
  var csvText: String {
    let own = SweepRow.columns
    var text = CSV.line([own[0]] + columns + own[1...])
    for row in rows {
      text += CSV.line(
        [row.run] + columns.map { row.values[$0]?.plainText ?? "" }
          + [
            String(row.seed), row.target.map(CSV.number) ?? "",
            row.asked.decimal.map(CSV.number) ?? row.asked.plainText,
            row.selection, String(row.episodes),
            CSV.number(row.meanReturn), CSV.number(row.successRate), CSV.number(row.meanLength),
            String(row.step),
          ])
    }
    return text
  }

  /// The groups as a table for people: what was varied, then means over seeds.
  public var table: TextTable {
    var table = TextTable(
      columns.map { TextTable.Column($0) }
        + [
          .init("target", .right), .init("selection"), .init("seeds", .right),
          .init("mean return", .right), .init("95 % interval", .right), .init("IQM", .right),
          .init("success", .right), .init("95 % interval", .right),
        ])
    for group in groups {
      table.append(
        columns.map { group.values[$0].map(Self.shown) ?? "" }
          + [
            group.targetText, group.selection, String(group.seeds),
            Format.number(group.meanReturn), Self.shown(group.meanInterval, group.seeds, of: 1),
            Format.number(group.interquartileMean),
            "\(Format.fixed(group.successRate * 100, 1)) %",
            Self.shown(group.successInterval, group.seeds, of: 100, decimals: 1, unit: " %"),
          ])
    }
    return table
  }

  private static func shown(_ value: Document) -> String {
    value.decimal.map { Format.number($0, digits: 6) } ?? value.plainText
  }

  /// An interval; of a single seed nothing is known.
  private static func shown(
    _ interval: Interval, _ seeds: Int, of scale: Double, decimals: Int? = nil, unit: String = ""
  ) -> String {
    guard seeds > 1 else { return "" }
    let ends = [interval.lower, interval.upper].map { end in
      decimals.map { Format.fixed(end * scale, $0) } ?? Format.number(end * scale)
    }
    return "\(ends[0])\(unit) to \(ends[1])\(unit)"
  }
}

/// All seeds of one variant at one target and selection.
public struct SweepGroup: Sendable, Equatable {
  /// The name that the variant's runs have in common.
  public var name: String
  public var values: Document.Fields
  /// `[seeds]` The returns that were asked for, which differ where the data decide; empty where none
  /// was.
  public var targets: [Double]
  /// How they were asked for, as ``SweepRow/asked``.
  public var asked: Document
  public var selection: String
  public var seeds: Int
  /// Mean over seeds of the runs' mean returns.
  public var meanReturn: Double
  /// 95 % bootstrap interval over seeds.
  public var meanInterval: Interval
  /// Interquartile mean over seeds of the runs' mean returns.
  public var interquartileMean: Double
  public var interquartileInterval: Interval
  /// Mean over seeds.
  public var successRate: Double
  public var successInterval: Interval

  /// Resamples of an interval: enough that its ends are certain to the digits shown.
  static let resamples = 10_000

  static func groups(of rows: [SweepRow], variantNames runs: [SweepRun]) -> [SweepGroup] {
    var names: [Int: String] = [:]
    for run in runs { names[run.variant] = run.variantName }
    var keys: [[Int]] = []
    var members: [[Int]: [SweepRow]] = [:]
    for row in rows {
      let key = [row.variant, row.place]
      if members[key] == nil { keys.append(key) }
      members[key, default: []].append(row)
    }
    // Variants come one after another in the rows, the places of each within.
    return keys.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }.compactMap { key in
      members[key].map { SweepGroup($0, name: names[key[0]] ?? "") }
    }
  }

  private init(_ rows: [SweepRow], name: String) {
    self.name = name
    values = rows[0].values
    targets = rows.compactMap(\.target)
    asked = rows[0].asked
    selection = rows[0].selection
    seeds = rows.count
    let returns = ScoreMatrix(runs: rows.map(\.meanReturn))
    let successes = ScoreMatrix(runs: rows.map(\.successRate))
    let bootstrap = StratifiedBootstrap(resamples: Self.resamples)
    // Named by what is compared, so that a group's interval does not depend on other groups.
    var random = RandomStream(seed: 0, "sweep/\(name)/bootstrap", UInt64(rows[0].place))
    let intervals = bootstrap.intervals(of: [returns], using: &random) {
      [$0[0].mean, $0[0].interquartileMean]
    }
    meanReturn = returns.mean
    meanInterval = intervals[0]
    interquartileMean = returns.interquartileMean
    interquartileInterval = intervals[1]
    successRate = successes.mean
    successInterval = bootstrap.interval(of: successes, using: &random) { $0.mean }
  }

  /// `1`, `max (0.9 to 1)`, `sampled`, or `none`.
  var targetText: String {
    guard let least = targets.min(), let most = targets.max() else {
      return asked == .null ? "none" : asked.plainText
    }
    let range =
      least == most ? Format.number(least) : "\(Format.number(least)) to \(Format.number(most))"
    if case .string(let words) = asked { return "\(words) (\(range))" }
    return range
  }

  var document: Document {
    func pair(_ interval: Interval) -> Document {
      seeds > 1 ? [.number(interval.lower), .number(interval.upper)] : .null
    }
    return [
      "name": .string(name), "values": .object(values),
      "target_returns": .array(targets.map { .number($0) }), "target_asked": asked,
      "selection": .string(selection),
      "seeds": .integer(seeds), "mean_return": .number(meanReturn),
      "mean_return_ci": pair(meanInterval), "iqm_return": .number(interquartileMean),
      "iqm_return_ci": pair(interquartileInterval), "success_rate": .number(successRate),
      "success_rate_ci": pair(successInterval),
    ]
  }
}
