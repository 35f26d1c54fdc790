#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

extension FileLock {
  /// Whether a process holds the folder now, without getting in the way of one that wants to.
  ///
  /// On Linux the system's list of locks is read. Where there is none the lock is tried for an
  /// instant, in which another that wants it would be refused.
  public static func isHeld(folder: String) -> Bool {
    let path = Folder(folder).path(of: fileName)
    guard let status = try? FileStatus(of: path, followingLinks: false) else { return false }
    if let list = systemLocks() { return holder(of: status, in: list) != nil }
    guard let file = try? Descriptor(opening: path, O_RDONLY | O_NOFOLLOW, operation: "lock")
    else { return false }
    return flock(file.number, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  /// The process that holds the folder; `nil` where none does.
  ///
  /// Where there is no list of locks, the holder's own note in the file is believed.
  public static func holder(folder: String) -> Int32? {
    let path = Folder(folder).path(of: fileName)
    guard let status = try? FileStatus(of: path, followingLinks: false) else { return nil }
    if let list = systemLocks() { return holder(of: status, in: list) }
    guard isHeld(folder: folder), let note = try? FileContents.text(of: path, atMost: 512) else {
      return nil
    }
    return Int32(note.prefix { $0 != "\n" })
  }

  private static func holder(of status: FileStatus, in list: String) -> Int32? {
    let key = ":\(status.inode)"
    for line in list.split(separator: "\n") {
      let words = line.split(separator: " ")
      // Of another system's processes the number is 0 or less.
      guard words.count > 5, words[1] == "FLOCK", words[5].hasSuffix(key) else { continue }
      return Int32(words[4])
    }
    return nil
  }

  /// `1: FLOCK  ADVISORY  WRITE 4711 08:01:131073 0 EOF` and so on; its size is not known beforehand.
  private static func systemLocks() -> String? {
    guard let file = try? Descriptor(opening: "/proc/locks", O_RDONLY, operation: "read") else {
      return nil
    }
    let limit = 1 << 24
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      count = (try? file.read(into: UnsafeMutableRawBufferPointer(buffer))) ?? 0
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
