public import Datasets
internal import Documents
internal import Files

extension Experiment {
  /// Where a run goes that is given no folder.
  public var defaultRunPath: String { "runs/\(name)-\(settings.seed)" }

  /// Where `hindsight run` keeps its dataset: in the run folder, unless the configuration names a
  /// path. Makes the folder, which must hold nothing but that dataset, or an unfinished run of this
  /// very experiment.
  public func prepareDatasetPath(in folder: RunFolder) throws -> String {
    let path =
      settings.dataset.path.isEmpty
      ? folder.folder.path(of: RunFolder.datasetName) : settings.dataset.path
    if !isUnfinished(in: folder) { try folder.requireNew() }
    try folder.folder.make()
    return path
  }

  /// Whether the folder holds a run of this experiment, with all the same settings, that was
  /// interrupted.
  public func isUnfinished(in folder: RunFolder) -> Bool {
    guard
      let text = try? FileContents.text(of: folder.configurationPath, atMost: 1 << 20),
      let bytes = try? FileContents.bytes(of: folder.recordPath, atMost: 1 << 20),
      let record = try? Document(json: bytes)
    else { return false }
    return text == loaded.yamlText && !RunRecord(record).isFinished
  }

  /// The dataset at `path` if there is one; it must be what this experiment would collect.
  public func collectedDataset(at path: String) throws -> DatasetReader? {
    guard DatasetReader.isPresent(at: path) else { return nil }
    let reader = try DatasetReader(path)
    guard reader.header.configuration == settings.collectionConfiguration else {
      throw FileError(
        .exists, operation: "collect", path: reader.path,
        reason: "a dataset of another configuration is there already; name another with "
          + "--set dataset.path=FILE")
    }
    return reader
  }
}

extension RunFolder {
  /// The dataset that `hindsight run` makes in the run folder.
  static let datasetName = "dataset.hdf5"

  /// The dataset that the run was started with, from `run.json`.
  public func recordedDatasetPath() throws -> String {
    let bytes = try FileContents.bytes(of: recordPath, atMost: 1 << 20)
    guard let document = try? Document(json: bytes),
      case .string(let path)? = document["dataset"]?["path"]
    else {
      throw FileError(
        .damaged, operation: "read", path: recordPath,
        reason: "it does not say which dataset the run was started with; name it with --dataset")
    }
    return path
  }
}
