#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// A file that grows at its end, such as a log.
///
/// Each line or block is handed to the system as it is written, so it survives the death of the process;
/// ``sync()`` waits until it survives that of the machine.
public struct AppendFile: ~Copyable {
  private let file: Descriptor

  /// Opens `path` for appending and makes it where it is missing.
  ///
  /// - Parameter isPrivate: whether a new file is for its owner only.
  public init(_ path: String, isPrivate: Bool = false) throws(FileError) {
    file = try Descriptor(
      opening: path, O_WRONLY | O_CREAT | O_APPEND, mode: isPrivate ? 0o600 : 0o666,
      operation: "open")
  }

  /// Adds `line` and a line feed.
  public func write(line: String) throws(FileError) {
    let bytes = Array("\(line)\n".utf8)
    try file.write(bytes.span.bytes)
  }

  /// Adds `bytes`, handed to the system at once.
  public func write(_ bytes: [UInt8]) throws(FileError) { try file.write(bytes.span.bytes) }

  public func sync() throws(FileError) { try file.synchronize() }
}
