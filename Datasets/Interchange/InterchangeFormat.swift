internal import Files
internal import HDF5

/// A format of other tools that datasets are read from and written to.
public enum InterchangeFormat: String, Sendable, CaseIterable {
  /// A Minari dataset: a folder `data` with `metadata.json` and `main_data.hdf5`.
  case minari
  /// One HDF5 file of flat columns, as D4RL's readers take it.
  case d4rl
  /// One HDF5 file that d3rlpy's `ReplayBuffer.load` takes, version 2.1.
  case d3rlpy
}

extension InterchangeFormat {
  /// Tells the format of a file or folder by its content.
  static func detect(_ path: String) throws(DatasetError) -> InterchangeFormat {
    if try MinariPlace(path) != nil { return .minari }
    if FileStatus.kind(of: path) == .folder {
      let isOurs = FileStatus.exists(Folder(path).path(of: PartIndex.fileName))
      guard !isOurs else {
        throw .unusable(
          file: path,
          reason: "found a dataset of hindsight already, which every command takes as it is")
      }
      throw .unusable(
        file: path,
        reason: "found a folder without metadata.json, expected a Minari dataset or an HDF5 file")
    }
    let file = try ForeignFile(path)
    do throws(HDF5Error) {
      return try detect(file.content.root, path)
    } catch {
      throw DatasetError(error, file: path)
    }
  }

  private static func detect(
    _ root: borrowing HDF5Group, _ path: String
  ) throws(HDF5Error) -> InterchangeFormat {
    if try root.containsAttribute(Layout.Attribute.schemaVersion) {
      throw HDF5Error(
        .refused, object: "",
        problem: "found a dataset of hindsight already, which every command takes as it is")
    }
    let names = Set(try root.names(atMost: 40_000_000))
    if names.contains("num_episodes"), names.contains("columns") { return .d3rlpy }
    let columns = [Layout.observations, Layout.actions, Layout.rewards, Layout.terminals]
    if columns.allSatisfy(names.contains) { return .d4rl }
    if names.contains("episode_0") {
      throw HDF5Error(
        .refused, object: "",
        problem: "found Minari data without the metadata.json that belongs beside it, "
          + "which says what its spaces are")
    }
    let missing = columns.filter { !names.contains($0) }
    throw HDF5Error(
      .refused, object: "",
      problem: "found neither a Minari dataset nor a D4RL or d3rlpy file "
        + "(\(missing.joined(separator: ", ")) are missing)")
  }
}

/// What became of data on the way between formats: nothing is left out in silence.
public struct Remarks: Sendable, Equatable {
  public private(set) var texts: [String] = []

  public init() {}

  /// Adds a remark unless it was made already.
  mutating func add(_ text: String) {
    if !texts.contains(text) { texts.append(text) }
  }
}
