#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// A folder, named by its path; whether it exists is found out by each call.
public struct Folder: Sendable, Equatable {
  public let path: String

  public init(_ path: String) {
    self.path = path
  }

  /// The path of `name` inside this folder.
  public func path(of name: String) -> String {
    path.hasSuffix("/") ? path + name : "\(path)/\(name)"
  }

  /// Makes the folder and those above it that are missing. One that is there already is no error.
  ///
  /// - Parameter isDurable: whether to wait until the device knows of it.
  public func make(isDurable: Bool = true) throws(FileError) {
    try path.checkAsPath(operation: "create")
    if mkdir(path, 0o777) == 0 {
      if isDurable { try makeDurable() }
      return
    }
    switch errno {
    case EEXIST:
      guard FileStatus.kind(of: path) == .folder else {
        throw FileError(
          .exists, operation: "create folder", path: path,
          reason: "something else of that name is there", code: EEXIST)
      }
    case ENOENT where path.parentFolder != path && path.parentFolder != ".":
      try Folder(path.parentFolder).make()
      guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
        throw FileError(operation: "create folder", path: path, errno: errno)
      }
      if isDurable { try makeDurable() }
    case let code:
      throw FileError(operation: "create folder", path: path, errno: code)
    }
  }

  /// Waits until the device knows that the folder is there.
  package func makeDurable() throws(FileError) { try Folder(path.parentFolder).synchronize() }

  /// The names in the folder, in ascending order of their bytes, without "." and "..".
  public func names() throws(FileError) -> [String] {
    try path.checkAsPath(operation: "list")
    guard let stream = opendir(path) else {
      throw FileError(operation: "list", path: path, errno: errno)
    }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else { break }
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    guard errno == 0 else { throw FileError(operation: "list", path: path, errno: errno) }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Bytes that this user may still write here.
  public func freeBytes() throws(FileError) -> Int {
    try path.checkAsPath(operation: "inspect")
    var status = statvfs()
    guard statvfs(path, &status) == 0 else {
      throw FileError(operation: "inspect", path: path, errno: errno)
    }
    let (bytes, overflow) = UInt64(status.f_bavail)
      .multipliedReportingOverflow(by: UInt64(status.f_frsize))
    return overflow ? Int.max : Int(clamping: bytes)
  }

  /// Fails early, and with the missing bytes, where there is less room than `bytes`.
  public func requireFreeBytes(_ bytes: Int, for operation: String) throws(FileError) {
    let free = try freeBytes()
    guard free >= bytes else {
      throw FileError(
        operation: operation, path: path, errno: ENOSPC, missingBytes: bytes - free)
    }
  }

  /// Removes temporaries that a process which died left behind.
  ///
  /// Call it while holding the folder's lock; then every temporary here is a dead one's.
  ///
  /// - Returns: the names removed.
  @discardableResult
  public func sweepTemporaries() throws(FileError) -> [String] {
    try names().filter {
      $0.hasPrefix(DurableFile.temporaryPrefix) && unlink(path(of: $0)) == 0
    }
  }

  /// Removes a file of this folder; one that is not there is no error.
  public func removeFile(_ name: String) throws(FileError) {
    let file = path(of: name)
    guard unlink(file) == 0 || errno == ENOENT else {
      throw FileError(operation: "remove", path: file, errno: errno)
    }
  }

  /// Removes the folder, which must be empty.
  ///
  /// - Parameter isDurable: whether to wait until the device knows that it is gone.
  public func remove(isDurable: Bool = true) throws(FileError) {
    guard rmdir(path) == 0 else {
      throw FileError(operation: "remove", path: path, errno: errno)
    }
    if isDurable { try Folder(path.parentFolder).synchronize() }
  }

  /// Gives a file or folder another name on the same file system, atomically and durably.
  ///
  /// - Parameter syncsSource: whether to wait until the old name is gone from the device, too.
  public static func move(
    _ source: String, to target: String, replacing: Bool, syncsSource: Bool = true
  ) throws(FileError) {
    try source.checkAsPath(operation: "move")
    try target.checkAsPath(operation: "create")
    try DurableFile.rename(source, to: target, replacing: replacing)
    try Folder(target.parentFolder).synchronize()
    if syncsSource, source.parentFolder != target.parentFolder {
      try Folder(source.parentFolder).synchronize()
    }
  }

  /// Waits until the device knows the folder's names.
  package func synchronize() throws(FileError) {
    let descriptor = try Descriptor(opening: path, O_RDONLY | O_DIRECTORY, operation: "sync")
    do {
      try descriptor.synchronize()
    } catch {
      // Some network file systems cannot sync a folder and say so; there is nothing better to do.
      guard error.code == EINVAL || error.code == ENOTSUP else { throw error }
    }
  }
}
