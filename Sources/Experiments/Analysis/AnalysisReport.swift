public import Documents
internal import Randomness
public import Reports

/// Numbers that an analysis found, in the order in which they are shown; `nil` where one is not known.
public typealias Measures = [(name: String, value: Double?)]

/// What an analysis found about one run, in one way of asking it.
public struct AnalysisRow: Sendable {
  /// The run's folder.
  public var run: String
  /// What runs of different seeds have in common: the folder's name without `_seed-N`.
  public var variant: String
  /// How the policy was asked: a selection, a target; empty where there is nothing to tell apart.
  public var asked: String
  public var measures: Measures

  package init(_ run: RunFolder, asked: String = "", _ measures: Measures) {
    self.run = run.path
    variant = Self.variant(of: run.path)
    self.asked = asked
    self.measures = measures
  }

  static func variant(of path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.replacing(/_seed-[0-9]+$/, with: "")
  }

  var document: Document {
    var fields: Document.Fields = [:]
    for measure in measures { fields[measure.name] = measure.value.document }
    return [
      "run": .string(run), "variant": .string(variant), "asked": .string(asked),
      "measures": .object(fields),
    ]
  }
}

/// What an analysis found about several runs, and the means over those of a variant.
public struct AnalysisReport: Sendable {
  public let kind: String
  public let rows: [AnalysisRow]
  /// What else a kind has to say, such as curves, by the run's folder.
  public let details: Document.Fields

  public init(_ kind: String, _ rows: [AnalysisRow], details: Document.Fields = [:]) {
    (self.kind, self.rows, self.details) = (kind, rows, details)
  }

  /// The mean of one measure over the runs of a variant that know it.
  public struct Summary: Sendable {
    public var variant: String
    public var asked: String
    public var measure: String
    public var runs: Int
    public var mean: Double?
    /// 95 % bootstrap interval over runs; `nil` for fewer than two.
    public var interval: Interval?
  }

  public var summaries: [Summary] {
    var keys: [[String]] = []
    var values: [[String]: [Double]] = [:]
    for row in rows {
      for measure in row.measures {
        let key = [row.variant, row.asked, measure.name]
        if values[key] == nil {
          keys.append(key)
          values[key] = []
        }
        if let value = measure.value { values[key]?.append(value) }
      }
    }
    return keys.map { key in
      let known = values[key] ?? []
      var random = RandomStream(seed: 0, "analysis/bootstrap")
      return Summary(
        variant: key[0], asked: key[1], measure: key[2], runs: known.count,
        mean: known.isEmpty ? nil : known.reduce(0, +) / Double(known.count),
        interval: known.count < 2
          ? nil : Interval.bootstrapMean(of: known, resamples: 10_000, using: &random))
    }
  }

  public var document: Document {
    [
      "schema_version": 1, "hindsight_version": .string(Version.current), "analysis": .string(kind),
      "summaries": .array(
        summaries.map {
          [
            "variant": .string($0.variant), "asked": .string($0.asked),
            "measure": .string($0.measure), "runs": .integer($0.runs), "mean": $0.mean.document,
            "ci_low": ($0.interval?.lower).document, "ci_high": ($0.interval?.upper).document,
          ]
        }), "rows": .array(rows.map(\.document)), "details": .object(details),
    ]
  }

  public var table: TextTable {
    var table = TextTable([
      .init("runs of"), .init("asked"), .init("measure"), .init("runs", .right),
      .init("mean", .right), .init("95 % interval", .right),
    ])
    var last: [String] = []
    for summary in summaries {
      let head = [summary.variant, summary.asked]
      table.append(
        (head == last ? ["", ""] : head) + [
          summary.measure.replacing("_", with: " "), String(summary.runs),
          summary.mean.map { Format.number($0) } ?? "unknown",
          summary.interval.map { "\(Format.number($0.lower)) to \(Format.number($0.upper))" } ?? "",
        ])
      last = head
    }
    return table
  }
}

extension Double? {
  /// Null for `nil` and for what is not a finite number.
  var document: Document {
    switch self {
    case .some(let value) where value.isFinite: .number(value)
    default: .null
    }
  }
}
