#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// What went wrong with a file: which operation on which path, why, and of what sort it is.
///
/// ``category`` is what a command line turns into an exit code; ``description`` is what a person
/// reads.
public struct FileError: Error, Equatable, Sendable {
  /// The sorts of failure a caller may want to treat differently.
  public enum Category: String, Sendable, CaseIterable {
    /// The file, or a folder on the way to it, does not exist.
    case missing
    /// The target exists and must not be replaced.
    case exists
    case noPermission
    /// The disk, or the user's share of it, is full.
    case diskFull
    /// Another process holds the lock.
    case locked
    /// The path names something else than the regular file or folder that was expected, or cannot
    /// name a file at all.
    case wrongKind
    /// The file is larger than the caller was ready to read.
    case tooLarge
    /// The file's content breaks the rules of its format.
    case damaged
    /// The device or the system failed.
    case io
  }

  public var category: Category
  /// A verb phrase, as in "cannot *write*".
  public var operation: String
  public var path: String
  /// The reason, in words.
  public var reason: String
  /// The system's error number; 0 where the system was not involved.
  public var code: Int32
  /// Bytes by which the free space falls short, where that is known.
  public var missingBytes: Int?

  public init(
    _ category: Category, operation: String, path: String, reason: String, code: Int32 = 0,
    missingBytes: Int? = nil
  ) {
    self.category = category
    self.operation = operation
    self.path = path
    self.reason = reason
    self.code = code
    self.missingBytes = missingBytes
  }

  /// An error the system reported through `errno`.
  ///
  /// - Parameter missingBytes: how much more room would have been needed; kept for a full disk.
  public init(operation: String, path: String, errno code: Int32, missingBytes: Int? = nil) {
    let category = Category(errno: code)
    self.init(
      category, operation: operation, path: path, reason: Self.meaning(of: code), code: code,
      missingBytes: category == .diskFull ? missingBytes : nil)
  }

  /// The system's words for an error number.
  static func meaning(of code: Int32) -> String {
    String(cString: strerror(code)).lowercasedFirst
  }
}

extension FileError: CustomStringConvertible {
  public var description: String {
    var text = "cannot \(operation) \(path): \(reason)"
    if let missingBytes { text += " (\(missingBytes) bytes more are needed)" }
    return text
  }
}

extension FileError.Category {
  init(errno code: Int32) {
    switch code {
    case ENOENT: self = .missing
    case EEXIST, ENOTEMPTY: self = .exists
    case EACCES, EPERM, EROFS: self = .noPermission
    case ENOSPC, EDQUOT, EFBIG: self = .diskFull
    case EWOULDBLOCK: self = .locked
    case EISDIR, ENOTDIR, ELOOP, ENAMETOOLONG, EINVAL: self = .wrongKind
    default: self = .io
    }
  }
}

extension String {
  fileprivate var lowercasedFirst: String {
    prefix(1).lowercased() + dropFirst()
  }
}
