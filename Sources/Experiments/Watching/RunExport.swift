internal import Documents
internal import Files

/// A run's records in the files of other tools' viewers.
public struct RunExport {
  public let run: RunFolder
  let registry: Registry
  let experiment: Experiment
  let record: RunRecord
  let metrics: LogTable
  let validation: LogTable

  /// A file to be written, and where below the export's folder.
  struct File {
    var name: String
    var bytes: [UInt8]
  }

  /// - Throws: where the folder holds no run, or one whose settings cannot be read.
  public init(of run: RunFolder, registry: Registry) throws {
    self.run = run
    self.registry = registry
    experiment = try Experiment(of: run, registry: registry)
    record = RunRecord(try Document(json: FileContents.bytes(of: run.recordPath, atMost: 1 << 20)))
    metrics = LogTable(of: run.metricsPath)
    validation = LogTable(of: run.validationPath)
  }

  /// What an export is for.
  public enum Kind: String, Sendable, CaseIterable {
    /// Event files.
    case tensorboard
    /// A file per metric, as d3rlpy writes them.
    case csv
  }

  /// Exports the run in `path`, or every run below it, to a folder that is new or empty; several
  /// runs keep their places below it.
  ///
  /// - Returns: each run's folder, and the files in it.
  public static func write(
    _ kind: Kind, of path: String, to target: String, registry: Registry
  ) throws -> [(run: String, folder: String, files: [String])] {
    let runs = try RunSummary.all(below: path).map(\.path)
    guard !runs.isEmpty else {
      throw FileError(
        .missing, operation: "open the run folder", path: path,
        reason: "no run is there or below; `hindsight runs` lists runs")
    }
    try requireNew(target)
    return try runs.map { run in
      let place = run == path ? "" : String(run.dropFirst(path.count).drop { $0 == "/" })
      let folder = Folder(place.isEmpty ? target : Folder(target).path(of: place))
      let export = try RunExport(of: RunFolder(run), registry: registry)
      let files = try kind == .csv ? export.csvFiles() : export.eventFiles()
      for file in files {
        let path = folder.path(of: file.name)
        try Folder(path.parentFolder).make()
        try DurableFile.write(file.bytes, to: path, replacing: false)
      }
      return (run, folder.path, files.map(\.name))
    }
  }

  private static func requireNew(_ target: String) throws {
    guard FileStatus.exists(target) else { return }
    guard FileStatus.kind(of: target) == .folder, try Folder(target).names().isEmpty else {
      throw FileError(
        .exists, operation: "create", path: target,
        reason: "something is there already; name a folder that is new or empty")
    }
  }
}
