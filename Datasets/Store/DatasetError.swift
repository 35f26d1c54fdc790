public import Files

/// Data that cannot be used, or a file that cannot be read or written.
public enum DatasetError: Error, Equatable, Sendable {
  /// The system refused: missing, in the way, full, locked.
  case file(FileError)
  /// The content is wrong.
  ///
  /// - Parameters:
  ///   - file: the file, or what else holds the data.
  ///   - field: the column, group or attribute; empty for the whole.
  ///   - problem: what was found and what was expected.
  case defect(file: String, field: String, problem: String)
  /// Something can be read but not used so; the text says what to do.
  case unusable(file: String, reason: String)
  /// There is no libhdf5, which reads and writes all files; no file is to blame.
  case library(reason: String)
}

extension DatasetError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .file(let error): return error.description
    case .defect(let file, let field, let problem):
      return field.isEmpty ? "\(file): \(problem)" : "\(file) › \(field): \(problem)"
    case .unusable(let file, let reason): return "\(file): \(reason)"
    case .library(let reason): return reason
    }
  }
}

extension DatasetError {
  /// Whether something that is there already stood in the way.
  var isAboutPresence: Bool {
    if case .file(let error) = self { error.category == .exists } else { false }
  }

  public static func mismatch(
    file: String, field: String, found: String, expected: String
  ) -> DatasetError {
    .defect(file: file, field: field, problem: "found \(found), expected \(expected)")
  }
}
