public import Documents
internal import Files

/// What there is to see of the runs below some folders while they go on.
///
/// It reads files of runs and nothing else, knows a run only by its place in its own list, and keeps
/// little in memory, however long the logs are.
public struct RunWatch: Sendable {
  private let folders: [String]
  private var runs: [RunSummary] = []
  private var logs: [String: (metrics: GrowingLog, validation: GrowingLog)] = [:]
  private var lastLook: ContinuousClock.Instant?
  private var lookTook = Duration.zero

  /// Runs that are shown at the most, the newest.
  public static let mostRuns = 1000
  /// Runs whose logs are kept in memory.
  private static let mostLogs = 64
  /// Larger reports of evaluations are not read.
  private static let mostReportBytes = 4 << 20

  /// - Throws: where one of the folders cannot be listed.
  public init(_ folders: [String]) throws {
    self.folders = folders
    try look()
  }

  private mutating func look() throws {
    let start = ContinuousClock.now
    var found: [RunSummary] = []
    for folder in folders {
      found += try RunSummary.all(below: folder, mostReportBytes: Self.mostReportBytes)
    }
    var seen: Set<String> = []
    runs = Array(
      found.filter { seen.insert($0.path).inserted }
        .sorted { ($0.started, $0.path) > ($1.started, $1.path) }.prefix(Self.mostRuns))
    lastLook = .now
    lookTook = start.duration(to: .now)
  }

  /// All runs, the newest first. What was found a second ago counts still, or longer where looking
  /// takes long.
  public mutating func all() -> [RunSummary] {
    if let lastLook, lastLook + max(.seconds(1), lookTook * 5) < .now { try? look() }
    return runs
  }

  /// The run at a path, if it is one of those that are shown; no other path is ever opened.
  public func run(at path: String) -> RunSummary? { runs.first { $0.path == path } }

  /// Curves, evaluations and settings of a run.
  public mutating func details(of run: RunSummary) -> Document {
    let folder = RunFolder(run.path)
    if logs[run.path] == nil, logs.count >= Self.mostLogs { logs = [:] }
    var log =
      logs[run.path]
      ?? (GrowingLog(folder.metricsPath), GrowingLog(folder.validationPath))
    log.metrics.update()
    log.validation.update()
    logs[run.path] = log
    var fields: Document.Fields = ["schema_version": 1]
    if case .object(let summary) = run.document {
      for (key, value) in summary { fields[key] = value }
    }
    let checkpoint = newestCheckpoint(of: run)
    fields["checkpoint"] = checkpoint.map { .number($0.time) } ?? .null
    fields["step_saved"] = .integer(run.savedStep)
    fields["metrics"] = Self.curves(log.metrics)
    fields["validation"] = Self.validation(log.validation)
    fields["evaluations"] = .array(folder.evaluationNames.compactMap { evaluation($0, folder) })
    fields["settings"] = Self.settings(folder)
    return .object(fields)
  }

  /// `{"steps": […], "loss": […], …}`
  private static func curves(_ log: GrowingLog) -> Document {
    var fields: Document.Fields = ["steps": .array(log.groups.map { .integer($0.step) })]
    for (index, column) in log.columns.enumerated() where fields[column] == nil {
      fields[column] = .array(log.groups.map { number($0.rows[0][index]) })
    }
    return .object(fields)
  }

  /// A validation an element, with a member for each target.
  private static func validation(_ log: GrowingLog) -> Document {
    guard log.columns == ["target_return", "mean_return", "success_rate", "score"] else {
      return []
    }
    return .array(
      log.groups.map { group in
        [
          "step": .integer(group.step), "score": number(group.rows[0][3]),
          "targets": .array(
            group.rows.map { row in
              [
                "target_return": number(row[0]), "mean_return": number(row[1]),
                "success_rate": number(row[2]),
              ]
            }),
        ]
      })
  }

  private static func number(_ value: Double?) -> Document {
    value.map { $0.isFinite ? .number($0) : .null } ?? .null
  }

  /// A saved evaluation without its single episodes.
  private func evaluation(_ name: String, _ folder: RunFolder) -> Document? {
    guard
      let bytes = try? FileContents.bytes(
        of: folder.reportPath(name), atMost: Self.mostReportBytes),
      let report = try? Document(json: bytes), case .array(let elements)? = report["evaluation"]
    else { return nil }
    let shortened = elements.map { element -> Document in
      guard case .object(var fields) = element else { return element }
      for key in ["returns", "lengths", "solved"] { fields[key] = nil }
      return .object(fields)
    }
    return [
      "name": .string(name), "step": report["step"] ?? .null, "evaluation": .array(shortened),
    ]
  }

  /// Every setting under its path, as `config.yaml` has it.
  private static func settings(_ folder: RunFolder) -> Document {
    guard
      let bytes = try? FileContents.bytes(
        of: folder.configurationPath, atMost: YAMLReader.maximumBytes),
      let document = try? YAMLReader.read(bytes, named: folder.configurationPath).document
    else { return [:] }
    return .object(document.flattened)
  }

  /// Asks the process that trains a run to save and stop.
  ///
  /// - Returns: its number; `nil` where nobody is at work on the run.
  public func stop(_ run: RunSummary) -> Int32? {
    guard let process = FileLock.holder(folder: run.path), process > 1,
      process != ChildProcess.ownNumber
    else { return nil }
    ChildProcess(running: process).signal(15)
    return process
  }

  /// The newest checkpoint of a run: its path and when it was written; `nil` before the first.
  public func newestCheckpoint(of run: RunSummary) -> (path: String, time: Double)? {
    let path = RunFolder(run.path).checkpointPath(.last)
    return (try? FileStatus(of: path)).map { (path, $0.modificationTime) }
  }
}

extension Document {
  /// Single values and lists of such under the paths of their keys.
  package var flattened: Fields {
    var fields: Fields = [:]
    func visit(_ document: Document, at path: String) {
      guard case .object(let members) = document, !members.isEmpty else {
        fields[path] = document
        return
      }
      for (key, value) in members { visit(value, at: path.appending(key: key)) }
    }
    visit(self, at: "")
    return fields
  }
}
