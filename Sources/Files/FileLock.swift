#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// A folder held for one process: the file `LOCK` in it, locked until this value goes away.
///
/// The lock is the system's (`flock`), so it vanishes with its holder, however that ends; the file
/// stays, and what it says is only for the message to those who come too late.
public struct FileLock: ~Copyable {
  private let descriptor: Descriptor

  /// The lock file's name.
  public static let fileName = "LOCK"

  /// Takes the lock or fails at once.
  ///
  /// - Throws: ``FileError/Category/locked``, naming the holder, where another has it.
  public init(folder: String) throws(FileError) {
    let path = Folder(folder).path(of: Self.fileName)
    while true {
      let descriptor = try Descriptor(
        opening: path, O_RDWR | O_CREAT | O_NOFOLLOW, operation: "lock")
      var result: Int32
      repeat {
        result = flock(descriptor.number, LOCK_EX | LOCK_NB)
      } while result != 0
        && errno == EINTR
      guard result == 0 else {
        guard errno == EWOULDBLOCK else {
          throw FileError(operation: "lock", path: folder, errno: errno)
        }
        throw FileError(
          .locked, operation: "lock", path: folder, reason: Self.holder(in: descriptor),
          code: EWOULDBLOCK)
      }
      // The holder before us may have removed the file between our opening and locking it.
      let held = FileStatus(try descriptor.status())
      guard let named = try? FileStatus(of: path, followingLinks: false),
        named.inode == held.inode, named.device == held.device
      else { continue }
      do throws(FileError) {
        try descriptor.truncate(to: 0)
        try descriptor.write(Array(Self.content().utf8).span.bytes)
      } catch {
        // While it is locked still, so that nobody else's file goes.
        unlink(path)
        throw error
      }
      self.descriptor = descriptor
      return
    }
  }

  /// Makes a folder, unless it is there, and takes its lock.
  ///
  /// - Throws: ``FileError/Category/locked`` as above; where a link to a folder has the folder's name,
  ///   ``FileError/Category/wrongKind``, for what is put into it would land elsewhere. A folder in which
  ///   nothing is does not stay behind.
  public static func claim(_ folder: Folder) throws(FileError) -> FileLock {
    while true {
      try folder.make(isDurable: false)
      let status = try? FileStatus(of: folder.path, followingLinks: false)
      guard status.map({ $0.kind == .folder }) ?? true else {
        throw FileError(
          .wrongKind, operation: "create folder", path: folder.path,
          reason: "a link is there; remove it")
      }
      do {
        return try FileLock(folder: folder.path)
      } catch {
        // Whoever held it gave it its final name, or removed it, in between.
        guard error.category == .missing else {
          try? folder.remove(isDurable: false)
          throw error
        }
      }
    }
  }

  /// Who holds the lock, as far as the file tells.
  private static func holder(in descriptor: borrowing Descriptor) -> String {
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = bytes.withUnsafeMutableBytes { (try? descriptor.read(into: $0)) ?? 0 }
    let fields = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
    guard fields.count == 3 else { return "another process is using it" }
    return "process \(fields[0]) on \(fields[1]) is using it since \(fields[2])"
  }

  /// Process, host and time in UTC, a line each.
  private static func content() -> String {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let host = name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    var now = time(nil)
    var date = tm()
    gmtime_r(&now, &date)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let day = "\(date.tm_year + 1900)-\(two(date.tm_mon + 1))-\(two(date.tm_mday))"
    let clock = "\(two(date.tm_hour)):\(two(date.tm_min)):\(two(date.tm_sec))"
    return "\(getpid())\n\(host)\n\(day) \(clock) UTC\n"
  }
}
