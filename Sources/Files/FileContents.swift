#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Reading whole regular files, never more than the caller is ready for.
public enum FileContents {
  /// All bytes of a regular file.
  ///
  /// Pipes, devices and folders are refused: their size says nothing, and reading may never end.
  ///
  /// - Parameter limit: the most bytes to accept.
  public static func bytes(of path: String, atMost limit: Int) throws(FileError) -> [UInt8] {
    // O_NONBLOCK: opening a pipe without a writer must not hang before its kind is known.
    let file = try Descriptor(opening: path, O_RDONLY | O_NONBLOCK, operation: "read")
    let status = FileStatus(try file.status())
    try status.checkRegularFile(path: path, atMost: limit)
    return try read(status.size, from: file)
  }

  /// The first bytes of a regular file: `count`, or as many as it has.
  public static func prefix(of path: String, count: Int) throws(FileError) -> [UInt8] {
    let file = try Descriptor(opening: path, O_RDONLY | O_NONBLOCK, operation: "read")
    try FileStatus(try file.status()).checkRegularFile(path: path, atMost: Int.max)
    return try read(count, from: file)
  }

  /// Bytes from the middle of a regular file: `count`, or as many as there are.
  public static func part(of path: String, from offset: Int, count: Int) throws(FileError)
    -> [UInt8]
  {
    let file = try Descriptor(opening: path, O_RDONLY | O_NONBLOCK, operation: "read")
    try FileStatus(try file.status()).checkRegularFile(path: path, atMost: Int.max)
    try file.move(to: offset)
    return try read(count, from: file)
  }

  private static func read(
    _ size: Int, from file: borrowing Descriptor
  ) throws(FileError) -> [UInt8] {
    var failure: FileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      do throws(FileError) {
        count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
      } catch {
        failure = error
        count = 0
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// The text of a regular file in UTF-8; anything else is an error, never repaired.
  public static func text(of path: String, atMost limit: Int) throws(FileError) -> String {
    let bytes = try bytes(of: path, atMost: limit)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw FileError(
        .damaged, operation: "read", path: path, reason: "the text is not UTF-8")
    }
    return text
  }

  /// Checks that `path` is a regular file of at most `limit` bytes, without reading it.
  ///
  /// - Returns: its status.
  @discardableResult
  public static func check(_ path: String, atMost limit: Int) throws(FileError) -> FileStatus {
    var status: FileStatus
    do {
      status = try FileStatus(of: path)
    } catch {
      throw FileError(operation: "read", path: path, errno: error.code)
    }
    try status.checkRegularFile(path: path, atMost: limit)
    return status
  }
}

extension FileStatus {
  fileprivate func checkRegularFile(path: String, atMost limit: Int) throws(FileError) {
    guard kind == .file else {
      throw FileError(
        .wrongKind, operation: "read", path: path,
        reason: kind == .folder ? "it is a folder, not a file" : "it is not a regular file")
    }
    guard size <= limit else {
      throw FileError(
        .tooLarge, operation: "read", path: path,
        reason: "it has \(size) bytes, the limit is \(limit)")
    }
  }
}
