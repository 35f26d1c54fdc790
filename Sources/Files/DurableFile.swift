internal import CFiles
internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// A file that appears under its name whole and on the device, or not at all.
///
/// The bytes go to `.tmp-<name>-<pid>-<n>` in the same folder. ``commit()`` syncs and closes that
/// file, renames it to its name and syncs the folder. Until then nobody sees it; if anything fails,
/// or the value goes away uncommitted, the temporary is removed and what stood under the name
/// stands there still. A temporary is locked as long as its process lives; one that nobody has locked
/// is a dead one's, and removed by the next who writes the same file.
///
///     var file = try DurableFile(creating: path, replacing: false, expectedBytes: image.count)
///     try file.append(image.span.bytes)
///     try file.commit()
public struct DurableFile: ~Copyable {
  public let path: String
  private let temporary: String
  private let isReplacing: Bool
  private var descriptor: Descriptor
  private var reservedBytes: Int
  private var writtenBytes = 0
  private var isFinished = false

  /// Makes the temporary file and reserves its room, so that a full disk is found out early.
  ///
  /// - Parameters:
  ///   - replacing: whether a file that stands under `path` at the end gives way. If not, the
  ///     commit fails with ``FileError/Category/exists``, and so does this call if it is there now.
  ///   - expectedBytes: the size, where it is known beforehand; what is not used of it is given
  ///     back.
  public init(
    creating path: String, replacing: Bool, expectedBytes: Int = 0
  ) throws(FileError) {
    try path.checkAsPath(operation: "create")
    if !replacing, FileStatus.exists(path) {
      throw FileError(operation: "create", path: path, errno: EEXIST)
    }
    Self.sweepDead(for: path)
    let descriptor = try Self.makeTemporary(for: path)
    do {
      try Self.reserve(expectedBytes, in: descriptor, for: path)
    } catch {
      unlink(descriptor.path)
      throw error
    }
    self.path = path
    temporary = descriptor.path
    isReplacing = replacing
    reservedBytes = expectedBytes
    self.descriptor = descriptor
  }

  deinit {
    if !isFinished { unlink(temporary) }
  }

  /// Adds `bytes` at the end.
  public mutating func append(_ bytes: RawSpan) throws(FileError) {
    do {
      try descriptor.write(bytes)
      writtenBytes += bytes.byteCount
    } catch {
      throw named(error)
    }
  }

  /// Makes the file durable and gives it its name.
  ///
  /// - Parameters:
  ///   - isDurable: whether to wait for the device. If not, the file is whole for everyone who
  ///     sees it, and may be lost with the machine's power.
  ///   - syncsFolder: whether to wait for the name too.
  package consuming func commit(
    isDurable: Bool, syncsFolder: Bool = true
  ) throws(FileError) {
    // The lock lasts until the file has its name.
    let keeper = fcntl(descriptor.number, F_DUPFD_CLOEXEC, 0)
    defer { if keeper >= 0 { close(keeper) } }
    do {
      if writtenBytes < reservedBytes { try descriptor.truncate(to: writtenBytes) }
      if isDurable { try descriptor.synchronize() }
      try descriptor.close(operation: "close")
      try Self.rename(temporary, to: path, replacing: isReplacing)
    } catch {
      throw named(error)
    }
    isFinished = true
    if isDurable && syncsFolder { try Folder(path.parentFolder).synchronize() }
  }

  /// Makes the file durable and gives it its name.
  public consuming func commit() throws(FileError) { try commit(isDurable: true) }

  /// The same error under the name the user knows.
  private func named(_ error: FileError) -> FileError {
    var error = error
    error.path = path
    return error
  }

  /// Asks the file system for room. One that cannot reserve is no error: the write will tell.
  private static func reserve(
    _ bytes: Int, in descriptor: borrowing Descriptor, for path: String
  ) throws(FileError) {
    guard bytes > 0 else { return }
    #if canImport(Glibc)
    var code: Int32
    repeat { code = posix_fallocate(descriptor.number, 0, off_t(bytes)) } while code == EINTR
    guard code != 0, code != EOPNOTSUPP, code != EINVAL, code != ENOSYS else { return }
    let free = try? Folder(path.parentFolder).freeBytes()
    throw FileError(
      operation: "write", path: path, errno: code, missingBytes: free.map { max(bytes - $0, 1) })
    #endif
  }

  /// Numbers the temporaries of this process; the operating system's names are shared anyway.
  private static let counter = Atomic<Int>(0)

  private static func makeTemporary(for path: String) throws(FileError) -> Descriptor {
    let stem = temporaryStem(of: path)
    while true {
      let number = counter.add(1, ordering: .relaxed).oldValue
      let temporary = "\(path.parentFolder)/\(stem)\(getpid())-\(number)"
      do {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
        let descriptor = try Descriptor(opening: temporary, flags, operation: "create")
        // Between the two calls somebody may have taken it for a dead one's: then it is locked, or gone.
        // A file system without locks does without sweeping, too.
        let isTaken = flock(descriptor.number, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK
        guard !isTaken, FileStatus.exists(temporary) else {
          unlink(temporary)
          continue
        }
        return descriptor
      } catch {
        // Another machine on the same network file system may have a process of our number.
        if error.code == EEXIST { continue }
        var error = error
        error.path = path
        throw error
      }
    }
  }

  /// What the names of a file's temporaries begin with, before the numbers of process and file. A name
  /// has at most 255 bytes, so the file's own may be cut.
  private static func temporaryStem(of path: String) -> String {
    let stem = String(decoding: Array(path.fileName.utf8.prefix(200)), as: UTF8.self)
    return "\(temporaryPrefix)\(stem)-"
  }

  /// Removes the temporaries of the same file whose processes are dead: nobody has them locked.
  private static func sweepDead(for path: String) {
    let folder = Folder(path.parentFolder)
    let stem = temporaryStem(of: path)
    for name in (try? folder.names()) ?? [] where name.hasPrefix(stem) {
      let numbers = name.dropFirst(stem.count)
        .split(separator: "-", omittingEmptySubsequences: false)
      guard numbers.count == 2, numbers.allSatisfy({ UInt($0) != nil }),
        let dead = try? Descriptor(
          opening: folder.path(of: name), O_WRONLY | O_NOFOLLOW | O_NONBLOCK, operation: "lock"),
        flock(dead.number, LOCK_EX | LOCK_NB) == 0
      else { continue }
      unlink(dead.path)
    }
  }

  /// What the names of temporaries begin with.
  package static let temporaryPrefix = ".tmp-"

  /// Renames atomically.
  static func rename(
    _ source: String, to target: String, replacing: Bool
  ) throws(FileError) {
    if replacing {
      guard systemRename(source, target) == 0 else {
        throw FileError(operation: "create", path: target, errno: errno)
      }
      return
    }
    guard hs_rename_without_replacing(source, target) == 0 else {
      throw FileError(operation: "create", path: target, errno: errno)
    }
  }
}

// `DurableFile.rename` hides the system's function.
private func systemRename(_ source: String, _ target: String) -> Int32 { rename(source, target) }

extension DurableFile {
  /// Writes a whole file durably.
  public static func write(
    _ bytes: [UInt8], to path: String, replacing: Bool
  ) throws(FileError) {
    var file = try DurableFile(creating: path, replacing: replacing, expectedBytes: bytes.count)
    try file.append(bytes.span.bytes)
    try file.commit()
  }

  /// Writes a whole file; see ``commit(isDurable:syncsFolder:)``.
  package static func write(
    _ bytes: [UInt8], to path: String, replacing: Bool, isDurable: Bool = true, syncsFolder: Bool
  ) throws(FileError) {
    var file = try DurableFile(creating: path, replacing: replacing, expectedBytes: bytes.count)
    try file.append(bytes.span.bytes)
    try file.commit(isDurable: isDurable, syncsFolder: syncsFolder)
  }

  /// Writes a text file that may be lost with the machine's power, unless it `isDurable`.
  package static func write(
    _ text: String, to path: String, replacing: Bool, isDurable: Bool
  ) throws(FileError) {
    try write(
      Array(text.utf8), to: path, replacing: replacing, isDurable: isDurable, syncsFolder: true)
  }

  /// Writes a text file durably.
  public static func write(_ text: String, to path: String, replacing: Bool) throws(FileError) {
    try write(Array(text.utf8), to: path, replacing: replacing)
  }
}
