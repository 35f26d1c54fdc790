internal import Files

/// The places that one dataset can be at: `<name>.hdf5`, the folder `<name>`, and, while it is being
/// collected, `.<name>.partial`.
struct DatasetPath: Sendable {
  /// The path as it was given.
  let given: String
  let folder: Folder
  let name: String

  static let fileExtension = ".hdf5"

  init(_ path: String) {
    given = path
    var trimmed = Substring(path)
    while trimmed.count > 1, trimmed.last == "/" { trimmed.removeLast() }
    let text = String(trimmed)
    folder = Folder(text.parentFolder)
    let last = text.fileName
    name =
      last.hasSuffix(Self.fileExtension)
      ? String(last.dropLast(Self.fileExtension.count)) : last
  }

  var file: String { path(of: name + Self.fileExtension) }
  var parts: Folder { Folder(path(of: name)) }
  var partial: Folder { Folder(path(of: ".\(name).partial")) }

  /// A sibling, as the user would have written it: without `./` where none was given.
  private func path(of sibling: String) -> String {
    given.contains("/") ? folder.path(of: sibling) : sibling
  }

  /// `part-00000.hdf5` and so on.
  static func part(_ number: Int) -> String {
    let digits = String(number)
    let zeros = String(repeating: "0", count: max(0, 5 - digits.count))
    return "part-\(zeros)\(digits)\(fileExtension)"
  }
}
