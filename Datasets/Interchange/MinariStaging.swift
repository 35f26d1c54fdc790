internal import Files

/// The hidden folder, which Minari does not look at, in which a dataset for Minari comes into being:
/// it appears whole when it gets its name.
///
/// It is locked against others that export to the same id; what a killed one left is thrown away.
struct MinariStaging: ~Copyable {
  private let folder: Folder
  private let data: Folder
  private let lock: FileLock

  init(of id: MinariID, under root: String) throws(FileError) {
    let folder = Folder("\(root)/.hindsight-\(id.components.joined(separator: "."))")
    let data = Folder(folder.path(of: "data"))
    let lock = try FileLock.claim(folder)
    let status = try? FileStatus(of: data.path, followingLinks: false)
    guard status.map({ $0.kind == .folder }) ?? true else {
      throw FileError(
        .wrongKind, operation: "create folder", path: data.path,
        reason: "something else of that name is there; remove it")
    }
    try data.make()
    try Self.clear(data)
    self.folder = folder
    self.data = data
    self.lock = lock
  }

  private static func clear(_ data: Folder) throws(FileError) {
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
    defer {
      if !FileStatus.exists(folder.path) { try? Folder(target).removeFile(FileLock.fileName) }
    }
    try Folder.move(folder.path, to: target, replacing: false)
  }

  /// Removes everything after a failure.
  consuming func abandon() {
    try? Self.clear(data)
    try? data.remove(isDurable: false)
    try? folder.removeFile(FileLock.fileName)
    try? folder.remove(isDurable: false)
  }
}
