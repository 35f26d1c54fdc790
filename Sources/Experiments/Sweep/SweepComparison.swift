public import Documents
internal import Randomness
public import Reports

/// How a sweep file wants the points of one axis compared.
///
///     comparison:
///       of: agent                  # the axis
///       baseline: dt               # its first point by default
///       score: mean_return         # or success_rate
///       selection: greedy          # the first of each report by default
///       scale: {random: 0.031, optimal: 1}   # or a group of these by the names of tasks
///
/// Every combination of the other axes is a task. A run's score is that at the highest return it was
/// asked for, scaled so that `random` is 0 and `optimal` is 1.
public struct SweepComparisonSettings: Sendable, Equatable {
  public enum Score: String, Sendable, CaseIterable {
    case meanReturn = "mean_return"
    case successRate = "success_rate"
  }

  /// What is 0 and what is 1.
  public struct Scale: Sendable, Equatable {
    public var random = 0.0
    public var optimal = 1.0
  }

  public var axis: String
  /// The label of the point that the others are compared with; empty for the first.
  public var baseline = ""
  public var score = Score.meanReturn
  /// Empty for the first of each report.
  public var selection = ""
  /// One for all tasks under the empty name, or one for each.
  public var scales: [String: Scale] = ["": Scale()]

  func scale(of task: String) -> Scale? { scales[task] ?? scales[""] }
}

/// The points of one axis over all tasks and seeds, as rliable compares algorithms.
public struct SweepComparison: Sendable {
  public let settings: SweepComparisonSettings
  /// Names of the tasks, in the order of the columns of the matrices.
  public let tasks: [String]
  public let entries: [Entry]
  /// Points that lack runs, and so have no entry.
  public let incomplete: [String]

  /// One point of the axis.
  public struct Entry: Sendable {
    public var name: String
    public var scores: ScoreMatrix
    public var intervals: [Aggregate: Interval]
    /// Against the baseline; `nil` for the baseline itself, or where that is incomplete.
    public var improvement: Improvement?
    /// Seed by seed, means over tasks; `nil` as above.
    public var paired: PairedComparison?
  }

  /// Resamples of the aggregates' and the improvements' intervals.
  private static let resamples = (aggregates: 10_000, improvement: 2_000)

  init?(_ settings: SweepComparisonSettings, of rows: [SweepRow], in plan: SweepPlan) {
    guard let place = plan.file.axes.firstIndex(where: { $0.name == settings.axis }) else {
      return nil
    }
    var scores: [String: Double] = [:]
    for (run, rows) in Dictionary(grouping: rows, by: \.run) {
      let selection = settings.selection.isEmpty ? rows[0].selection : settings.selection
      guard
        let row = rows.filter({ $0.selection == selection }).max(by: {
          $0.target ?? -.infinity < $1.target ?? -.infinity
        })
      else { continue }
      scores[run] = settings.score == .meanReturn ? row.meanReturn : row.successRate
    }
    // All runs of a point, seed by seed and task by task.
    var tasks: [String] = []
    var table: [String: [String: [Double?]]] = [:]
    for run in plan.runs {
      let point = run.points[place].label
      let task = run.taskName(without: place)
      if !tasks.contains(task) { tasks.append(task) }
      let scale = settings.scale(of: task) ?? .init()
      let score = scores[run.name].map { ($0 - scale.random) / (scale.optimal - scale.random) }
      table[point, default: [:]][task, default: []].append(score)
    }
    var entries: [Entry] = []
    var incomplete: [String] = []
    for point in plan.file.axes[place].points.map(\.label) {
      let columns = tasks.compactMap { table[point]?[$0] }
      let runs = columns.map(\.count).max() ?? 0
      let rows = (0..<runs).map { run in columns.compactMap { $0[run] } }
      guard runs > 0, rows.allSatisfy({ $0.count == tasks.count }) else {
        incomplete.append(point)
        continue
      }
      let matrix = ScoreMatrix(rows)
      var random = RandomStream(seed: 0, "sweep/comparison/\(point)/aggregates")
      entries.append(
        Entry(
          name: point, scores: matrix,
          intervals: StratifiedBootstrap(resamples: Self.resamples.aggregates).aggregates(
            of: matrix, using: &random)))
    }
    let name =
      settings.baseline.isEmpty ? plan.file.axes[place].points[0].label : settings.baseline
    if let baseline = entries.first(where: { $0.name == name }) {
      for index in entries.indices where entries[index].name != name {
        let own = entries[index].scores
        var random = RandomStream(seed: 0, "sweep/comparison/\(entries[index].name)/\(name)")
        entries[index].improvement = Improvement(
          of: own, over: baseline.scores,
          bootstrap: StratifiedBootstrap(resamples: Self.resamples.improvement), using: &random)
        entries[index].paired = PairedComparison(
          own.runMeans, baseline.scores.runMeans, using: &random)
      }
    }
    self.settings = settings
    self.tasks = tasks
    self.entries = entries
    self.incomplete = incomplete
  }
}

extension SweepRun {
  /// The labels of all axes but one and the seed, or "all" where there is no other.
  func taskName(without axis: Int) -> String {
    let others = points.prefix(axisCount).enumerated().filter { $0.offset != axis }
    return others.isEmpty ? "all" : others.map(\.element.label).joined(separator: Self.separator)
  }
}

extension SweepComparison {
  public var document: Document {
    func pair(_ interval: Interval?) -> Document {
      interval.map { [.number($0.lower), .number($0.upper)] } ?? .null
    }
    return [
      "axis": .string(settings.axis), "score": .string(settings.score.rawValue),
      "tasks": .array(tasks.map { .string($0) }),
      "incomplete": .array(incomplete.map { .string($0) }),
      "entries": .array(
        entries.map { entry in
          var fields: Document.Fields = [
            "name": .string(entry.name), "seeds": .integer(entry.scores.runs),
          ]
          for aggregate in Aggregate.allCases {
            fields[aggregate.jsonName] = .number(aggregate(entry.scores))
            fields[aggregate.jsonName + "_ci"] = pair(entry.intervals[aggregate])
          }
          fields["probability_of_improvement"] =
            entry.improvement.map { .number($0.probability) } ?? .null
          fields["probability_of_improvement_ci"] = pair(entry.improvement?.interval)
          fields["difference"] = entry.paired.map { .number($0.meanDifference) } ?? .null
          fields["difference_ci"] = pair(entry.paired?.interval)
          fields["p_value"] = entry.paired.map { .number($0.pValue) } ?? .null
          fields["seeds_needed"] = entry.paired?.seedsNeeded().map { .integer($0) } ?? .null
          fields["scores"] = .array(
            (0..<entry.scores.runs).map { run in
              .array((0..<entry.scores.tasks).map { .number(entry.scores[run, $0]) })
            })
          return .object(fields)
        }),
    ]
  }

  /// A row per point, aggregates first, then how it compares with the baseline.
  public var table: TextTable {
    var table = TextTable([
      .init(settings.axis), .init("IQM", .right), .init("95 % interval", .right),
      .init("mean", .right), .init("95 % interval", .right), .init("median", .right),
      .init("gap", .right), .init("P(better)", .right), .init("difference", .right),
      .init("95 % interval", .right), .init("p", .right), .init("seeds needed", .right),
    ])
    func shown(_ interval: Interval?) -> String {
      interval.map {
        "\(Format.number($0.lower, digits: 3)) to \(Format.number($0.upper, digits: 3))"
      }
        ?? ""
    }
    for entry in entries {
      let numbers = Aggregate.allCases.map { ($0, Format.number($0(entry.scores), digits: 3)) }
      let shownNumbers = Dictionary(uniqueKeysWithValues: numbers)
      table.append([
        entry.name, shownNumbers[.interquartileMean] ?? "",
        shown(entry.intervals[.interquartileMean]), shownNumbers[.mean] ?? "",
        shown(entry.intervals[.mean]), shownNumbers[.median] ?? "",
        shownNumbers[.optimalityGap] ?? "",
        entry.improvement.map { Format.number($0.probability, digits: 3) } ?? "",
        entry.paired.map { Format.number($0.meanDifference, digits: 3) } ?? "",
        shown(entry.paired?.interval),
        entry.paired.map { Format.number($0.pValue, digits: 2) } ?? "",
        entry.paired?.seedsNeeded().map(String.init) ?? "",
      ])
    }
    return table
  }
}

extension Aggregate {
  var jsonName: String { self == .optimalityGap ? "optimality_gap" : rawValue }
}
