internal import Files

/// The hidden folder, which Minari does not look at, in which a dataset for Minari comes into being:
/// it appears whole when it gets its name.
///
/// It is locked against others that export to the same id; what a killed one left is thrown away.
struct MinariStaging: ~Copyable {
  private let folder: Folder
  private let data: Folder
  /// Device and inode of the folder, whatever its name.
  private let identity: FileStatus?
  private let lock: FileLock

  init(of id: MinariID, under root: String) throws(FileError) {
    let folder = Folder("\(root)/.hindsight-\(id.components.joined(separator: "."))")
    let data = Folder(folder.path(of: "data"))
    lock = try FileLock.claim(folder)
    self.folder = folder
    self.data = data
    identity = try? FileStatus(of: folder.path, followingLinks: false)
  }

  /// Makes an empty place for the data.
  func prepare() throws(FileError) {
    let status = try? FileStatus(of: data.path, followingLinks: false)
    guard status.map({ $0.kind == .folder }) ?? true else {
      throw FileError(
        .wrongKind, operation: "create folder", path: data.path,
        reason: "something else of that name is there; remove it")
    }
    try data.make()
    try clear()
  }

  private func clear() throws(FileError) {
    try data.sweepTemporaries()
    for name in [MinariPlace.mainName, MinariPlace.metadataName] { try data.removeFile(name) }
  }

  func fill(_ image: [UInt8], metadata: String) throws(FileError) {
    try DurableFile.write(image, to: data.path(of: MinariPlace.mainName), replacing: false)
    try DurableFile.write(metadata, to: data.path(of: MinariPlace.metadataName), replacing: false)
  }

  /// Gives the dataset its name. The lock moves with it, so nobody can slip in between.
  func finish(as target: String) throws(FileError) {
    // Also where the name was given and the device could not be waited for.
    defer { if isHere(target) { try? Folder(target).removeFile(FileLock.fileName) } }
    try Folder.move(folder.path, to: target, replacing: false)
  }

  /// Whether the folder has this name now: another may have begun one of the old name.
  private func isHere(_ path: String) -> Bool {
    guard let identity, let found = try? FileStatus(of: path, followingLinks: false) else {
      return false
    }
    return found.device == identity.device && found.inode == identity.inode
  }

  /// Removes everything after a failure.
  consuming func abandon() {
    guard isHere(folder.path) else { return }
    try? clear()
    try? data.remove(isDurable: false)
    try? folder.removeFile(FileLock.fileName)
    try? folder.remove(isDurable: false)
  }
}
