public import Files

/// Writing a dataset that was derived from others, under a name that nothing has yet.
public enum DatasetOutput {
  /// Refuses early a place that is taken, as a file or as a folder of parts.
  public static func requireNew(_ path: String) throws(FileError) {
    let place = DatasetPath(path)
    for path in [path, place.file, place.parts.path] { try requireNewFile(path) }
  }

  /// Refuses a path under which something is.
  ///
  /// - Parameter option: what the path was given by.
  public static func requireNewFile(
    _ path: String, option: String = "--output"
  ) throws(FileError) {
    try path.checkAsPath(operation: "create")
    guard !FileStatus.exists(path) else {
      throw FileError(
        .exists, operation: "create", path: path,
        reason: "it exists already; choose another \(option), or remove it")
    }
  }

  /// Whether a dataset under either path would take the place of one under the other.
  public static func isSamePlace(_ first: String, _ second: String) -> Bool {
    let (one, two) = (DatasetPath(first), DatasetPath(second))
    guard one.name == two.name else { return false }
    guard let here = try? FileStatus(of: one.folder.path),
      let there = try? FileStatus(of: two.folder.path)
    else { return one.folder == two.folder }
    return here.device == there.device && here.inode == there.inode
  }

  /// Removes a dataset that this process has just written.
  static func remove(_ path: String) {
    let folder = Folder(path)
    guard FileStatus.kind(of: path) == .folder else {
      try? Folder(path.parentFolder).removeFile(path.fileName)
      return
    }
    for name in (try? PartFolder.dataFiles(in: folder)) ?? [] { try? folder.removeFile(name) }
    try? folder.removeFile(PartIndex.fileName)
    try? folder.remove()
  }

  /// Writes `<name>.hdf5`, and makes the folders above it.
  ///
  /// - Returns: the file's path.
  public static func write(_ dataset: Dataset, to path: String) throws(DatasetError) -> String {
    let file = DatasetPath(path).file
    do {
      try requireNew(path)
      try Folder(file.parentFolder).make()
    } catch {
      throw .file(error)
    }
    try DatasetFile.write(dataset, to: file)
    return file
  }
}
