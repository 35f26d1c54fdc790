internal import Documents
internal import Environments
internal import Files
internal import HDF5

/// Writing a dataset as one HDF5 file that D4RL's readers open as it is.
///
/// Equal datasets give equal bytes.
public enum DatasetFile {
  /// Writes the file durably.
  ///
  /// - Parameter replacing: whether a file of that name gives way.
  public static func write(
    _ dataset: Dataset, to path: String, replacing: Bool = false
  ) throws(DatasetError) {
    var packer = PartPacker(dataset.header, path: path)
    try packer.append(dataset)
    let bytes = try packer.image()
    do {
      try DurableFile.write(bytes, to: path, replacing: replacing)
    } catch {
      throw .file(error)
    }
  }

  /// Writes what is known of the whole dataset.
  static func write(
    _ header: DatasetHeader, to root: borrowing HDF5Group
  ) throws(HDF5Error) {
    typealias Name = Layout.Attribute
    try root.setAttribute(Name.schemaVersion, Int64(DatasetHeader.currentSchemaVersion))
    try root.setAttribute(Name.seed, header.seed)
    let texts = header.texts
    for (name, text) in texts { try root.setAttribute(name, text) }
    let covered = DatasetHeader.covered(texts, seed: header.seed)
    try root.setAttribute(Name.headerChecksum, DatasetHeader.checksum(of: covered))
  }
}

extension DatasetError {
  /// What the library found, under the file's name.
  init(_ error: HDF5Error, file: String) {
    self =
      error.kind == .unavailable
      ? .library(reason: error.problem)
      : .defect(file: file, field: error.object, problem: error.problem)
  }
}
