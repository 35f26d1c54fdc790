#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// The folder that relative paths start from.
public enum CurrentFolder {
  /// Its path from the root; "." where the system cannot say.
  public static var path: String {
    guard let folder = getcwd(nil, 0) else { return "." }
    defer { free(folder) }
    return String(cString: folder)
  }

  /// `path` from the root, so that it means the same wherever it is read.
  public static func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
    defer { free(folder) }
    return String(cString: folder) + "/" + path
  }
}
