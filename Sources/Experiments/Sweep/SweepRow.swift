public import Documents
internal import Files

/// What one run achieved at one target, chosen in one way.
public struct SweepRow: Sendable, Equatable {
  /// The run's name.
  public var run: String
  /// The run's variant, a number in the order of the sweep file.
  public var variant: Int
  /// What was varied, by column.
  public var values: Document.Fields
  public var seed: Int
  /// The place of this element in the run's report, which runs of a variant have in common even where
  /// the target itself depends on the data.
  public var place: Int
  /// The return that was asked for; `nil` where none was.
  public var target: Double?
  /// How that was said: a number, `max`, a quantile such as `q0.9`, `sampled`; null where the agent
  /// takes none.
  public var asked: Document
  /// How actions were chosen.
  public var selection: String
  public var episodes: Int
  public var meanReturn: Double
  public var successRate: Double
  /// In steps.
  public var meanLength: Double
  /// The step of the checkpoint that acted.
  public var step: Int

  /// The columns of `results.csv` beside those of the axes.
  static let columns = [
    "run", "seed", "target_return", "target_asked", "selection", "evaluation_episodes",
    "mean_return", "success_rate", "mean_length", "checkpoint_step",
  ]

  /// The rows of a finished run, in the order of its report.
  static func read(_ run: SweepRun, of experiment: Experiment, in folder: SweepFolder) throws
    -> [SweepRow]
  {
    let path = folder.runFolder(run.name).reportPath(SweepFolder.evaluationName)
    let report: Document
    do {
      report = try Document(json: FileContents.bytes(of: path, atMost: 1 << 30))
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(.damaged, operation: "read", path: path, reason: "\(error)")
    }
    guard case .array(let elements)? = report["evaluation"] else {
      throw FileError(
        .damaged, operation: "read", path: path, reason: "it has no list called evaluation")
    }
    return try elements.enumerated().map { place, element in
      func number(_ key: String) throws(FileError) -> Double {
        guard let value = element[key]?.decimal else {
          throw FileError(
            .damaged, operation: "read", path: path,
            reason: "evaluation[\(place)].\(key): found \(element[key]?.kind ?? "nothing"), "
              + "expected a number")
        }
        return value
      }
      var selection = ""
      if case .string(let text)? = element["selection"] { selection = text }
      return SweepRow(
        run: run.name, variant: run.variant, values: run.values, seed: experiment.settings.seed,
        place: place, target: element["target_return"]?.decimal,
        asked: element["target_asked"] ?? .null, selection: selection,
        episodes: Int(try number("episodes")), meanReturn: try number("mean_return"),
        successRate: try number("success_rate"), meanLength: try number("mean_length"),
        step: Int(report["step"]?.decimal ?? 0))
    }
  }

  var document: Document {
    var fields: Document.Fields = ["run": .string(run)]
    for (key, value) in values { fields[key] = value }
    let rest: Document.Fields = [
      "seed": .integer(seed), "target_return": target.map { .number($0) } ?? .null,
      "target_asked": asked, "selection": .string(selection),
      "evaluation_episodes": .integer(episodes), "mean_return": .number(meanReturn),
      "success_rate": .number(successRate), "mean_length": .number(meanLength),
      "checkpoint_step": .integer(step),
    ]
    for (key, value) in rest { fields[key] = value }
    return .object(fields)
  }
}

extension Document {
  /// The value of a number, whole or not.
  package var decimal: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}
