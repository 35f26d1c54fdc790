public import Datasets
internal import Documents
internal import Files

extension Experiment {
  /// Where a run goes that is given no folder.
  public var defaultRunPath: String { "runs/\(name)-\(settings.seed)" }

  /// Where `hindsight run` keeps its dataset: in the run folder, unless the configuration names a
  /// path. Makes the folder, which must hold nothing but that dataset, or a run of this very
  /// experiment on that dataset that is not whole yet.
  public func prepareDatasetPath(in folder: RunFolder) throws -> String {
    let path =
      settings.dataset.path.isEmpty
      ? folder.folder.path(of: RunFolder.datasetName) : settings.dataset.path
    switch stage(in: folder, evaluation: RunFolder.firstEvaluation) {
    case .begun: break
    // What `train` has finished elsewhere is finished; `run` knows its own by the data.
    case .trained where (try? folder.recordedDatasetPath()) == CurrentFolder.absolute(path): break
    case .trained, .new, .evaluated, .foreign: try folder.requireNew()
    }
    try folder.folder.make()
    return path
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
  /// The evaluation with which `hindsight run` ends.
  public static let firstEvaluation = "1"

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
