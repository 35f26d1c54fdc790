internal import Files
internal import HDF5

/// The first bytes of an HDF5 file, looked at before the library sees any of it.
enum FileBeginning {
  /// Largest file that is opened.
  private static let maximumBytes = 1 << 40

  /// Reads the beginning of a regular file that is HDF5 by its signature.
  ///
  /// - Parameter count: the most bytes to read.
  static func read(_ path: String, atMost count: Int) throws(DatasetError) -> [UInt8] {
    let bytes: [UInt8]
    do {
      let size = try FileContents.check(path, atMost: maximumBytes).size
      bytes = try FileContents.prefix(of: path, count: min(size, count))
    } catch {
      throw .file(error)
    }
    guard bytes.starts(with: StructuralCheck.signature) else {
      throw .mismatch(
        file: path, field: "",
        found: bytes.isEmpty ? "an empty file" : "a file that is not HDF5",
        expected: "an HDF5 dataset")
    }
    return bytes
  }
}
