internal import Datasets
internal import Documents
internal import Files
internal import Reports

/// What a report says of one run: its files, read once.
struct ReportRun: Sendable {
  let folder: RunFolder
  let summary: RunSummary
  /// `config.yaml` as a tree, and as it is.
  let configuration: Document
  let configurationText: String
  let record: Document
  let metrics: LogTable
  let validation: LogTable
  /// The evaluation that is shown; `nil` where there is none.
  let evaluation: ReportEvaluation?
  let estimates: [ReportEstimate]
  /// What the checkpoint knows of the data; `nil` where it cannot be read.
  let data: DataSummary?
  /// Numbers that were learned.
  let weightCount: Int?
  /// What is wrong with the run's files.
  let problems: [String]

  /// - Parameter evaluation: its name; the newest if `nil`.
  /// - Throws: where the folder holds no run that can be read, or has no evaluation of that name.
  init(_ folder: RunFolder, evaluation name: String?) throws {
    self.folder = folder
    summary = try RunSummary(of: folder)
    configurationText = try FileContents.text(
      of: folder.configurationPath, atMost: YAMLReader.maximumBytes)
    configuration = try YAMLReader.read(
      configurationText.utf8, named: folder.configurationPath
    ).document
    record = try Document(json: FileContents.bytes(of: folder.recordPath, atMost: 1 << 20))
    metrics = LogTable(of: folder.metricsPath)
    validation = LogTable(of: folder.validationPath)
    var problems: [String] = []
    do {
      evaluation = try (name ?? folder.newestEvaluation).map {
        try ReportEvaluation(of: folder, named: $0)
      }
    } catch {
      if name != nil { throw error }
      evaluation = nil
      problems.append("\(error)")
    }
    var estimates: [ReportEstimate] = []
    for name in folder.estimateNames {
      do {
        estimates.append(try ReportEstimate(of: folder, named: name))
      } catch {
        problems.append("\(error)")
      }
    }
    self.estimates = estimates
    do {
      let choice = try folder.existingCheckpoint(.best)
      let checkpoint = try Checkpoint(contentsOf: folder.checkpointPath(choice))
      data = checkpoint.data
      weightCount = checkpoint.weightCount
    } catch {
      (data, weightCount) = (nil, nil)
      problems.append("\(error)")
    }
    self.problems = problems
  }

  var name: String { TerminalText.sanitised(folder.name) }

  /// The commands that made it, as `run.json` has them; runs of earlier versions have none.
  var commands: [String] {
    guard case .array(let lines)? = record["commands"] else { return [] }
    return lines.compactMap { if case .string(let line) = $0 { line } else { nil } }
  }

  /// Where the data were when the run was started.
  var datasetPath: String? {
    if case .string(let path)? = record["dataset"]?["path"] { path } else { nil }
  }
}

/// An evaluation as its report says.
struct ReportEvaluation: Sendable {
  let name: String
  /// Of the checkpoint that acted.
  let step: Int
  let outcomes: [ReportOutcome]

  init(of run: RunFolder, named name: String) throws {
    let path = run.reportPath(name)
    self.name = name
    let report: Document
    do {
      report = try Document(
        json: FileContents.bytes(of: path, atMost: 1 << 30), maximumBytes: 1 << 30)
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(.damaged, operation: "read", path: path, reason: "\(error)")
    }
    guard case .array(let elements)? = report["evaluation"], !elements.isEmpty else {
      throw FileError(
        .damaged, operation: "read", path: path, reason: "it has no list called evaluation")
    }
    step = Int(report["step"]?.decimal ?? 0)
    outcomes = try elements.enumerated().map { place, element in
      do {
        return try ReportOutcome(element)
      } catch let error as ReportOutcome.Missing {
        throw FileError(
          .damaged, operation: "read", path: path,
          reason: "evaluation[\(place)].\(error.key): found "
            + "\(element[error.key]?.kind ?? "nothing"), expected a number")
      }
    }
  }
}

/// What says which return was asked for, and how actions were chosen.
protocol AskedReturn {
  /// `nil` where no number was asked for.
  var target: Double? { get }
  /// How that was said; `null` where the agent takes no return.
  var asked: Document { get }
  var selection: String { get }
}

extension AskedReturn {
  /// What was asked for: `1`, `max`, `none`.
  var targetText: String {
    if case .string(let word) = asked { return TerminalText.sanitised(word) }
    return target.map { Format.number($0) } ?? "none"
  }

  /// `target 1, greedy`
  var label: String { (targetText == "none" ? "" : "target \(targetText), ") + selection }
}

/// What was achieved at one target with one way to choose.
struct ReportOutcome: AskedReturn, Sendable, Equatable {
  var target: Double?
  var asked: Document
  var selection: String
  var temperature: Double
  var episodes: Int
  var seed: Int
  var checkpoint: String
  var meanReturn: Double
  var meanInterval: Interval
  var successRate: Double
  var successInterval: Interval
  var meanLength: Double
  /// `[episodes]` each; empty where the report does not list episodes.
  var returns: [Double]
  var lengths: [Int]
  var solved: [Bool]

  struct Missing: Error { let key: String }

  init(_ element: Document) throws(Missing) {
    func number(_ key: String) throws(Missing) -> Double {
      guard let value = element[key]?.decimal else { throw Missing(key: key) }
      return value
    }
    func text(_ key: String) -> String {
      if case .string(let text)? = element[key] { text } else { "" }
    }
    func list(_ key: String) -> [Document] {
      if case .array(let elements)? = element[key] { elements } else { [] }
    }
    target = element["target_return"]?.decimal
    asked = element["target_asked"] ?? element["target_return"] ?? .null
    selection = TerminalText.sanitised(text("selection"))
    temperature = element["temperature"]?.decimal ?? 1
    episodes = Int(try number("episodes"))
    seed = Int(element["seed"]?.decimal ?? 0)
    checkpoint = text("checkpoint")
    meanReturn = try number("mean_return")
    meanInterval = Interval(lower: try number("ci_low"), upper: try number("ci_high"))
    successRate = try number("success_rate")
    successInterval = Interval(
      lower: try number("success_low"), upper: try number("success_high"))
    meanLength = try number("mean_length")
    returns = list("returns").compactMap(\.decimal)
    lengths = list("lengths").compactMap { $0.decimal.map { Int($0) } }
    solved = list("solved").compactMap { if case .bool(let value) = $0 { value } else { nil } }
  }

  /// Whether every episode's return, length and end are known.
  var hasEpisodes: Bool {
    !returns.isEmpty && returns.count == lengths.count && returns.count == solved.count
  }

  /// The share of episodes that have ended solved after at most `step` steps.
  func solvedShare(by step: Int) -> Double {
    guard !solved.isEmpty else { return 0 }
    return Double(zip(solved, lengths).count { $0 && $1 <= step }) / Double(solved.count)
  }
}
