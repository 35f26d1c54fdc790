public import Documents
internal import Files

/// Every setting of a configuration with where its value comes from.
public struct ResolvedSettings: Sendable {
  /// Where a value comes from.
  public enum Source: Sendable, Equatable {
    /// The settings' own default.
    case standard
    /// What the entry of this id sets, an environment's preset for example.
    case preset(String)
    case file(String, line: Int, column: Int)
    /// The option as it was typed.
    case option(String)

    /// The word for the kind of source.
    public var name: String {
      switch self {
      case .standard: "default"
      case .preset: "preset"
      case .file: "file"
      case .option: "option"
      }
    }

    /// The same with the place.
    public var text: String {
      switch self {
      case .standard: "default"
      case .preset(let id): "preset \(id)"
      case .file(let path, let line, let column): "\(path):\(line):\(column)"
      case .option(let text): text
      }
    }
  }

  public struct Entry: Sendable {
    /// The path of the key.
    public var key: String
    public var value: Document
    public var source: Source
    /// Whether the value is the one that would stand there had nobody written any, given the same
    /// ids.
    public var isDefault: Bool
  }

  public let entries: [Entry]
  public let yamlText: String

  /// - Parameters:
  ///   - path: a configuration file or a run folder.
  ///   - overrides: as for `--set`.
  public init(path: String, overrides: [String], registry: Registry) throws {
    let isRun = FileStatus.kind(of: path) == .folder
    let file = isRun ? RunFolder(path).configurationPath : path
    if isRun { try RunFolder(path).requireFolder() }
    try self.init(Experiment(path: file, overrides: overrides, registry: registry))
  }

  init(_ experiment: Experiment) throws {
    let loaded = experiment.loaded
    yamlText = loaded.yamlText
    let plain = try SettingsLoader(
      ExperimentSettings.self, catalogue: experiment.registry.catalogue
    )
    .load(Self.idsAlone(loaded.document) ?? .null).document
    entries = loaded.entries.map { entry in
      let key = entry.key
      let source: Source =
        switch entry.origin ?? Self.enclosingOrigin(of: key, loaded) {
        case .file(let name, let line, let column): .file(name, line: line, column: column)
        case .option(let text): .option(text)
        case nil: Self.component(around: key, in: loaded.document).map { .preset($0) } ?? .standard
        }
      return Entry(
        key: key, value: entry.value, source: source,
        isDefault: Self.value(at: key, in: plain) == entry.value)
    }
  }

  /// Of an element of a list, or of an id in short form, the place of what contains it.
  private static func enclosingOrigin(
    of key: String, _ loaded: LoadedSettings<ExperimentSettings>
  ) -> Origin? {
    var path = key
    while path.last == "]" || path.hasSuffix(".id"), let above = path.enclosingPath {
      path = above
      if let origin = loaded.origin(of: path) { return origin }
    }
    return nil
  }

  /// The ids of a document's components and nothing else; `nil` where there are none.
  private static func idsAlone(_ document: Document) -> Document? {
    guard case .object(let fields) = document else { return nil }
    var kept: Document.Fields = [:]
    for (key, value) in fields {
      if key == "id", case .string(let id) = value, !id.isEmpty {
        kept[key] = value
      } else if let below = idsAlone(value) {
        kept[key] = below
      }
    }
    return kept.isEmpty ? nil : .object(kept)
  }

  /// The id of the innermost component that the key is a setting of.
  private static func component(around key: String, in document: Document) -> String? {
    var path = key.enclosingPath
    while let place = path {
      if case .string(let id)? = value(at: place.appending(key: "id"), in: document),
        key != place.appending(key: "id"), !id.isEmpty
      {
        return id
      }
      path = place.enclosingPath
    }
    return nil
  }

  private static func value(at path: String, in document: Document) -> Document? {
    guard !path.isEmpty else { return document }
    var place: Document? = document
    for part in path.split(separator: ".") {
      let pieces = part.split(separator: "[")
      place = place?[String(pieces[0])]
      for index in pieces.dropFirst() {
        guard case .array(let elements)? = place, let number = Int(index.dropLast()),
          elements.indices.contains(number)
        else { return nil }
        place = elements[number]
      }
    }
    return place
  }

  public var document: Document {
    .array(
      entries.map { entry in
        [
          "key": .string(entry.key), "value": entry.value, "source": .string(entry.source.name),
          "place": .string(entry.source.text), "is_default": .bool(entry.isDefault),
        ]
      })
  }
}
