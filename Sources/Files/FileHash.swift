#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// The hash of a file's content.
public enum FileHash {
  /// The SHA-256 in hexadecimal digits of a regular file, read in pieces.
  public static func sha256(of path: String) throws(FileError) -> String {
    let file = try Descriptor(opening: path, O_RDONLY | O_NONBLOCK, operation: "read")
    guard FileStatus(try file.status()).kind == .file else {
      throw FileError(
        .wrongKind, operation: "read", path: path, reason: "it is not a regular file")
    }
    var hash = SHA256()
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      var failure: FileError?
      let count = buffer.withUnsafeMutableBytes { bytes in
        do throws(FileError) {
          return try file.read(into: bytes)
        } catch {
          failure = error
          return 0
        }
      }
      if let failure { throw failure }
      guard count > 0 else { return hash.hexDigest() }
      hash.update(buffer.span.bytes.extracting(0..<count))
    }
  }
}
