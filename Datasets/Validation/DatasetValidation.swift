public import Documents
internal import Files
internal import HDF5

/// Everything that is wrong with a dataset's files.
///
/// Reading stops at the first defect; this goes on as long as the library can open what is there.
public struct DatasetValidation: Sendable {
  public struct Problem: Sendable, Equatable {
    public var file: String
    /// The group of the file that the field is in; empty for the root.
    public var group: String
    /// The column or attribute; empty for the file as a whole.
    public var field: String
    public var message: String
  }

  /// The files that were looked at.
  public private(set) var files: [String] = []
  public private(set) var episodes = 0
  public private(set) var steps = 0
  /// The first problems; ``count`` says how many there are.
  public private(set) var problems: [Problem] = []
  public private(set) var count = 0

  /// Most problems that are listed.
  public static let listedProblems = 100

  public var isValid: Bool { count == 0 }

  /// - Throws: only where nothing is under that path, or there is no library to read it.
  public init(of path: String) throws(DatasetError) {
    try StorageLibrary.require()
    do { try path.checkAsPath(operation: "read") } catch { throw .file(error) }
    let place = DatasetPath(path)
    let found =
      [path, place.file, place.parts.path].first { FileStatus.exists($0) } ?? path
    switch FileStatus.kind(of: found) {
    case .folder: validateParts(Folder(found))
    case nil:
      throw .file(
        FileError(
          .missing, operation: "read", path: path, reason: "no such file or folder"))
    default: _ = validateFile(found, isLast: true)
    }
  }

  /// A dataset in several parts: the index, each part, and that they belong together.
  private mutating func validateParts(_ folder: Folder) {
    let index: PartIndex
    do {
      index = try PartIndex(of: folder)
    } catch {
      return report(error, file: folder.path)
    }
    var first: DatasetHeader?
    for (number, entry) in index.parts.enumerated() {
      let path = folder.path(of: entry.file)
      let (header, episodes, steps) = validateFile(path, isLast: number == index.parts.count - 1)
      if let episodes, episodes != entry.episodes {
        add(
          path, Layout.timesteps,
          "found \(episodes) episodes, expected \(entry.episodes), "
            + "as \(PartIndex.fileName) says")
      }
      if let steps, steps != entry.steps {
        add(
          path, Layout.timesteps,
          "found \(steps) steps, expected \(entry.steps), "
            + "as \(PartIndex.fileName) says")
      }
      guard let header else { continue }
      if let first, let field = header.firstDifference(from: first) {
        add(path, field, "found another value than in an earlier part, expected the same in all")
      }
      if number == 0 || first == nil { first = header }
    }
    let expected = Set(index.parts.map(\.file) + [PartIndex.fileName] + PartFolder.remains)
    for name in (try? folder.names()) ?? [] where !expected.contains(name) && !name.hasPrefix(".") {
      add(folder.path, name, "is no part of the dataset, as \(PartIndex.fileName) says")
    }
  }

  private mutating func validateFile(
    _ path: String, isLast: Bool
  ) -> (header: DatasetHeader?, episodes: Int?, steps: Int?) {
    files.append(path)
    var found: [Finding] = []
    var validator = FileValidator()
    do {
      try validator.validate(path, mayEndOpen: isLast)
    } catch {
      report(error, file: path)
    }
    found = validator.findings
    for finding in found { add(path, finding.field, finding.message) }
    episodes += validator.episodes ?? 0
    steps += validator.steps ?? 0
    return (validator.header, validator.episodes, validator.steps)
  }

  /// What is wrong with one object of a file.
  struct Finding {
    var field: String
    var message: String
  }

  private mutating func report(_ error: DatasetError, file: String) {
    switch error {
    case .defect(let file, let field, let problem): add(file, field, problem)
    case .file(let error): add(error.path, "", "cannot be read: \(error.reason)")
    case .unusable(let file, let reason): add(file, "", reason)
    case .library(let reason): add(file, "", reason)
    }
  }

  private mutating func add(_ file: String, _ path: String, _ message: String) {
    count += 1
    guard problems.count < Self.listedProblems else { return }
    let slash = path.lastIndex(of: "/")
    problems.append(
      Problem(
        file: file, group: slash.map { String(path[..<$0]) } ?? "",
        field: slash.map { String(path[path.index(after: $0)...]) } ?? path, message: message))
  }
}

extension DatasetValidation.Problem: CustomStringConvertible {
  public var description: String {
    let place = [file, group.replacing("/", with: " › "), field].filter { !$0.isEmpty }
    return "\(place.joined(separator: " › ")): \(message)"
  }
}

extension DatasetValidation {
  /// A document as ``document`` with one more problem, of a file as a whole.
  public static func adding(
    _ message: String, of file: String, to document: Document
  ) -> Document {
    guard case .object(var fields) = document else { return document }
    let problem: Document = [
      "file": .string(file), "group": "", "field": "", "message": .string(message),
    ]
    if case .array(let problems)? = fields["problems"], problems.count < listedProblems {
      fields["problems"] = .array(problems + [problem])
    }
    if case .integer(let count)? = fields["problem_count"] {
      fields["problem_count"] = .integer(count + 1)
    }
    fields["valid"] = false
    return .object(fields)
  }

  public var document: Document {
    [
      "schema_version": 1, "valid": .bool(isValid), "files": .array(files.map { .string($0) }),
      "episodes": .integer(episodes), "steps": .integer(steps), "problem_count": .integer(count),
      "problems": .array(
        problems.map {
          [
            "file": .string($0.file), "group": .string($0.group), "field": .string($0.field),
            "message": .string($0.message),
          ]
        }),
    ]
  }
}
