internal import Documents
public import Files

/// The folder of one training run: its configuration, metrics, checkpoints and evaluations.
///
///     config.yaml                 everything, defaults included
///     run.json                    when, where, with what; whether it is finished
///     metrics.csv, validation.csv
///     events.out.tfevents.*       for TensorBoard, where training.tensorboard is set
///     checkpoints/last.safetensors, best.safetensors
///     evaluations/<name>/report.json
///     estimates/<name>/report.json
public struct RunFolder: Sendable, Equatable {
  public let path: String

  public init(_ path: String) { self.path = path }

  var folder: Folder { Folder(path) }
  public var configurationPath: String { folder.path(of: "config.yaml") }
  public var recordPath: String { folder.path(of: "run.json") }
  public var metricsPath: String { folder.path(of: "metrics.csv") }
  public var validationPath: String { folder.path(of: "validation.csv") }
  var checkpoints: Folder { Folder(folder.path(of: "checkpoints")) }

  public func checkpointPath(_ choice: CheckpointChoice) -> String {
    checkpoints.path(of: "\(choice.rawValue).safetensors")
  }

  public func evaluationPath(_ name: String) -> String {
    folder.path(of: "evaluations/\(name)")
  }

  /// Makes the folder for a new run and holds it for this process.
  func claim() throws(FileError) -> FileLock {
    try requireNew()
    try folder.make()
    let lock = try FileLock(folder: path)
    // Whoever held the lock until now may have begun a run.
    try requireUnused()
    try folder.sweepTemporaries()
    try checkpoints.make()
    return lock
  }

  /// Takes up an unfinished run for this process.
  func claimAgain() throws(FileError) -> FileLock {
    let lock = try FileLock(folder: path)
    try checkpoints.make()
    try folder.sweepTemporaries()
    try checkpoints.sweepTemporaries()
    return lock
  }

  /// Refuses a folder that cannot become a new run: it is in use, or something is in it.
  public func requireNew() throws(FileError) {
    if FileStatus.exists(folder.path(of: FileLock.fileName)) {
      do throws(FileError) {
        _ = try FileLock(folder: path)
      } catch {
        if error.category == .locked { throw error }
      }
    }
    try requireUnused()
  }

  /// Refuses a folder that holds anything but a dataset that `hindsight run` made in it, or what is
  /// left of a run that was killed before it had a configuration.
  private func requireUnused() throws(FileError) {
    guard FileStatus.exists(path) else { return }
    func inTheWay(_ reason: String) -> FileError {
      FileError(.exists, operation: "create the run folder", path: path, reason: reason)
    }
    guard FileStatus.kind(of: path) == .folder else {
      throw inTheWay("something else of that name is there; name another with --output")
    }
    guard !FileStatus.exists(configurationPath) else {
      if isFinished {
        throw inTheWay("it holds a finished run; name another with --output")
      }
      throw inTheWay(
        "it exists already; name another with --output, or go on with it by "
          + "`hindsight train --resume \(path)`")
    }
    let own = [
      Self.datasetName, "dataset", ".dataset.partial", FileLock.fileName, "run.json", "checkpoints",
    ]
    guard
      let other = try folder.names().first(where: {
        !own.contains($0) && !$0.hasPrefix(DurableFile.temporaryPrefix)
      })
    else { return }
    throw inTheWay("it is not empty, it holds \(other); name another with --output")
  }

  /// Whether its record says that all is done.
  private var isFinished: Bool {
    guard let bytes = try? FileContents.bytes(of: recordPath, atMost: 1 << 20),
      let record = try? Document(json: bytes)
    else { return false }
    return record["is_finished"] == .bool(true)
  }

  /// The checkpoint to use: of `best`, the last where there was no validation.
  public func existingCheckpoint(_ choice: CheckpointChoice) throws(FileError) -> CheckpointChoice {
    try requireFolder()
    if FileStatus.exists(checkpointPath(choice)) { return choice }
    if choice == .best, FileStatus.exists(checkpointPath(.last)) { return .last }
    throw FileError(
      .missing, operation: "read", path: checkpointPath(choice),
      reason: "the run has no checkpoint yet")
  }

  /// Refuses a path where no folder is.
  func requireFolder() throws(FileError) {
    let kind = FileStatus.kind(of: path)
    guard kind != .folder else { return }
    throw FileError(
      kind == nil ? .missing : .wrongKind, operation: "open the run folder",
      path: path.isEmpty ? "\"\"" : path,
      reason: kind == nil ? "there is no such folder" : "it is not a folder")
  }

  /// Writes `run.json`.
  func write(_ record: RunRecord) throws(FileError) {
    try DurableFile.write(
      record.document.jsonText(pretty: true) + "\n", to: recordPath, replacing: true)
  }
}

/// What `run.json` says: the only file of a run that holds times and hosts.
struct RunRecord {
  var started: String
  var finished = ""
  /// Seconds of all sessions together.
  var seconds = 0.0
  /// How often the run was started or resumed.
  var sessions = 1
  var isFinished = false
  var step = 0
  /// Step of the best checkpoint; 0 before the first.
  var bestStep = 0
  var dataset: Document = [:]
  var host: Document = [:]
  /// The command line of each session, as a shell reads it.
  var commands: [String] = []

  var document: Document {
    [
      "schema_version": 1, "hindsight_version": .string(Version.current),
      "started": .string(started), "finished": .string(finished), "seconds": .number(seconds),
      "sessions": .integer(sessions), "is_finished": .bool(isFinished), "step": .integer(step),
      "best_step": .integer(bestStep),
      "dataset": dataset, "host": host,
      "commands": .array(commands.map { .string($0) }),
    ]
  }

  init(started: String) { self.started = started }

  init(_ document: Document) {
    self.init(started: "")
    if case .string(let value)? = document["started"] { started = value }
    if case .number(let value)? = document["seconds"] { seconds = value }
    if case .integer(let value)? = document["seconds"] { seconds = Double(value) }
    if case .integer(let value)? = document["sessions"] { sessions = value }
    if case .bool(let value)? = document["is_finished"] { isFinished = value }
    if case .integer(let value)? = document["step"] { step = value }
    if case .integer(let value)? = document["best_step"] { bestStep = value }
    if case .array(let lines)? = document["commands"] {
      commands = lines.compactMap { if case .string(let line) = $0 { line } else { nil } }
    }
  }
}
