#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// What stands under a path.
public struct FileStatus: Sendable, Equatable {
  public enum Kind: String, Sendable {
    case file, folder, link, other
  }

  public var kind: Kind
  public var size: Int
  /// Device and inode: two paths with the same pair are the same file.
  public var device: UInt64
  public var inode: UInt64
  /// Seconds since 1970.
  public var modificationTime: Double

  /// - Parameter followingLinks: whether a symbolic link stands for what it points to.
  /// - Throws: ``FileError/Category/missing`` where nothing is.
  public init(of path: String, followingLinks: Bool = true) throws(FileError) {
    try path.checkAsPath(operation: "inspect")
    var status = stat()
    guard (followingLinks ? stat(path, &status) : lstat(path, &status)) == 0 else {
      throw FileError(operation: "inspect", path: path, errno: errno)
    }
    self.init(status)
  }

  init(_ status: stat) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = .folder
    case S_IFLNK: kind = .link
    default: kind = .other
    }
    size = Int(status.st_size)
    device = UInt64(truncatingIfNeeded: status.st_dev)
    inode = UInt64(status.st_ino)
    #if canImport(Glibc)
    let time = status.st_mtim
    #else
    let time = status.st_mtimespec
    #endif
    modificationTime = Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Whether anything, be it a dangling link, stands under `path`.
  public static func exists(_ path: String) -> Bool {
    (try? FileStatus(of: path, followingLinks: false)) != nil
  }

  /// The kind of thing under `path`, links followed; `nil` where nothing is or can be seen.
  public static func kind(of path: String) -> Kind? {
    (try? FileStatus(of: path))?.kind
  }
}
