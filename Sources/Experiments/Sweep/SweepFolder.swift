internal import Documents
public import Files

/// The folder of a sweep.
///
///     sweep.json                    what has become of each run so far
///     results.csv, results.json     at the end
///     runs/<name>/                  a run folder each
///     logs/<name>.log               what the run's process said
///     datasets/<name>.hdf5          each used by all runs that would collect the same
public struct SweepFolder: Sendable, Equatable {
  public let path: String

  public init(_ path: String) { self.path = path }

  var folder: Folder { Folder(path) }
  public var statePath: String { folder.path(of: "sweep.json") }
  public var tablePath: String { folder.path(of: "results.csv") }
  public var resultsPath: String { folder.path(of: "results.json") }

  public func runFolder(_ name: String) -> RunFolder {
    RunFolder(folder.path(of: "runs/\(name)"))
  }

  func logPath(_ name: String) -> String { folder.path(of: "logs/\(name).log") }

  /// The name of the evaluation that a sweep makes of each run.
  public static let evaluationName = "sweep"

  /// Where the data of an experiment are: at its own `dataset.path`, or else in this folder under a
  /// name that all experiments share which would collect the same.
  public func datasetPath(of experiment: Experiment) -> String {
    let settings = experiment.settings
    guard settings.dataset.path.isEmpty else { return settings.dataset.path }
    var hash = SHA256()
    hash.update(Array(settings.collectionConfiguration.jsonText().utf8).span.bytes)
    let name = [
      SweepLabel.of(settings.environment.id), SweepLabel.of(settings.dataset.behaviour.id),
      "\(settings.dataset.episodes)", "seed-\(settings.seed)",
      String(hash.hexDigest().prefix(Self.digits)),
    ].joined(separator: "_")
    return folder.path(of: "datasets/\(name).hdf5")
  }

  /// Digits of the hash that tells datasets apart.
  private static let digits = 10

  /// Makes the folder and holds it for this process.
  ///
  /// - Throws: ``FileError/Category/locked`` where another sweep has it; where other things than a
  ///   sweep's are in it.
  func claim() throws(FileError) -> FileLock {
    if FileStatus.exists(path), !FileStatus.exists(statePath) {
      let own = ["runs", "logs", "datasets", FileLock.fileName]
      let others = try folder.names().filter {
        !own.contains($0) && !$0.hasPrefix(DurableFile.temporaryPrefix)
      }
      if let other = others.first {
        throw FileError(
          .exists, operation: "create the sweep", path: path,
          reason: "it is not empty, it holds \(other); name another with --output")
      }
    }
    try folder.make()
    let lock = try FileLock(folder: path)
    try folder.sweepTemporaries()
    try makeFolders()
    return lock
  }

  /// Makes the folders that runs write to.
  public func makeFolders() throws(FileError) {
    for name in ["runs", "logs", "datasets"] { try Folder(folder.path(of: name)).make() }
  }
}
