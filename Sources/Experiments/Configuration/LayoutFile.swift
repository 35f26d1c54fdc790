internal import Documents
internal import Files

/// A layout file where an environment's id is expected: a map and the settings that go with it.
///
/// The file is a YAML group with the settings of the environment `grid`; `map` must be among them,
/// best as a block of text. The id `grid` takes the path's place and the settings become the
/// experiment's own, so datasets and checkpoints hold the whole layout and the file is read once.
///
/// A relative path is looked for beside the file that names it, then from the working directory; one
/// on the command line from the working directory alone.
enum LayoutFile {
  /// The environment whose settings a layout file holds.
  static let environment = "grid"

  /// What `id` stands for, or `nil` where it does not look like a file.
  ///
  /// - Parameter origin: where the id was written.
  static func expansion(
    of id: String, from origin: Origin?
  ) throws(ConfigurationErrors) -> Catalogue.Expansion? {
    guard id.hasSuffix(".yaml") || id.hasSuffix(".yml") else { return nil }
    let path = try find(id, origin)
    let bytes: [UInt8]
    do {
      bytes = try FileContents.bytes(of: path, atMost: YAMLReader.maximumBytes)
    } catch {
      throw ConfigurationErrors([
        ConfigurationError(
          key: "id", problem: "\(error)", location: origin?.description)
      ])
    }
    let document = try YAMLReader.read(bytes, named: path)
    guard case .group(var members) = document.content, members.contains(where: { $0.key == "map" })
    else {
      throw ConfigurationErrors([
        ConfigurationError(
          key: "map", found: "nothing", expected: "the rows of a map",
          location: (document.origin ?? .file(path, line: 1, column: 1)).description)
      ])
    }
    if !members.contains(where: { $0.key == "title" }) {
      members.append(.init("title", MarkedDocument(.string(title(of: path)))))
    }
    return Catalogue.Expansion(id: environment, settings: members)
  }

  /// Whether a file is a layout rather than an experiment: it has a map, and names no environment.
  static func isLayout(at path: String) -> Bool {
    guard let bytes = try? FileContents.bytes(of: path, atMost: YAMLReader.maximumBytes),
      let document = try? YAMLReader.read(bytes, named: path),
      case .group(let members) = document.content
    else { return false }
    return members.contains { $0.key == "map" } && !members.contains { $0.key == "environment" }
  }

  private static func find(
    _ id: String, _ origin: Origin?
  ) throws(ConfigurationErrors) -> String {
    var places: [String] = []
    if case .file(let name, _, _) = origin, !id.hasPrefix("/"),
      let slash = name.lastIndex(of: "/")
    {
      places.append(name[...slash] + id)
    }
    places.append(id)
    if let place = places.first(where: { FileStatus.kind(of: $0) != nil }) { return place }
    throw ConfigurationErrors([
      ConfigurationError(
        key: "id", found: Document.string(id).jsonText(),
        expected: "a layout file; there is none at \(places.joined(separator: " or "))",
        location: origin?.description)
    ])
  }

  /// The file's name without folder and extension.
  private static func title(of path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    return String(name.split(separator: ".").first ?? "")
  }
}
