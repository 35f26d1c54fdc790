public import Documents

/// Makes complete settings from their defaults, a YAML file and command-line overrides.
///
///     built-in defaults < the file < --set
///
/// Every key must exist in the defaults and every value must be of the default's type. Where a
/// `Component` stands, the `id` decides which entry's defaults the other keys are laid over;
/// `agent: dt` is short for `agent: {id: dt}`.
public struct SettingsLoader<Root: Settings> {
  private let catalogue: Catalogue

  public init(_ type: Root.Type = Root.self, catalogue: Catalogue) {
    self.catalogue = catalogue
  }

  /// - Parameters:
  ///   - yaml: UTF-8, at most a megabyte; empty for defaults alone.
  ///   - name: what the text is called in messages, usually its path.
  ///   - overrides: `key.path=value`, in the order given.
  /// - Throws: all problems that were found, each with its place.
  public func load(
    yaml: some Collection<UInt8>, named name: String, overrides: [String] = []
  ) throws(ConfigurationErrors) -> LoadedSettings<Root> {
    let written = try YAMLReader.read(yaml, named: name)
    return try load(written, overrides: overrides)
  }

  public func load(
    yaml: String, named name: String, overrides: [String] = []
  ) throws(ConfigurationErrors) -> LoadedSettings<Root> {
    try load(yaml: yaml.utf8, named: name, overrides: overrides)
  }

  /// Loads settings that a program wrote, those in a checkpoint for example.
  public func load(
    _ document: Document, overrides: [String] = []
  ) throws(ConfigurationErrors) -> LoadedSettings<Root> {
    try load(MarkedDocument(document), overrides: overrides)
  }

  private func load(
    _ written: MarkedDocument, overrides: [String]
  ) throws(ConfigurationErrors) -> LoadedSettings<Root> {
    try load(layers: [written], overrides: overrides)
  }

  /// Loads settings that are laid over the defaults one after another, each over those before it.
  package func load(
    layers: [MarkedDocument], overrides: [String] = []
  ) throws(ConfigurationErrors) -> LoadedSettings<Root> {
    var overlay = SettingsOverlay(catalogue: catalogue)
    var tree: SettingsTree
    do {
      tree = try DocumentEncoder().encodeTree(Root())
    } catch {
      throw ConfigurationErrors([error])
    }
    if layers.isEmpty { tree = overlay.lay(nil, over: tree) }
    for layer in layers {
      let isEmpty = if case .scalar(.null, _) = layer.content { true } else { false }
      tree = overlay.lay(isEmpty ? nil : layer, over: tree)
    }
    if let changes = try SettingsOverride.read(overrides) {
      tree = overlay.lay(changes, over: tree)
    }
    // A layer over one with a wrong id completes that again and stumbles again, over nothing written.
    let errors = overlay.errors
    guard errors.isEmpty else {
      throw ConfigurationErrors(
        errors.filter { error in
          error.location != nil || !errors.contains { $0.location != nil && $0.key == error.key }
        })
    }
    do throws(ConfigurationError) {
      let settings = try DocumentDecoder().decode(Root.self, from: tree)
      return LoadedSettings(
        settings: settings, document: tree.document, origins: overlay.origins)
    } catch {
      throw ConfigurationErrors([error.located(by: overlay.origins)])
    }
  }
}

/// Settings with nothing left open, and where each of them was set.
public struct LoadedSettings<Root: Settings>: Sendable {
  /// Every `Component` in here has all its settings.
  public let settings: Root
  /// The same with defaults included, keys in the order of their declaration.
  public let document: Document
  /// By path, for values that are not defaults.
  public let origins: [String: Origin]

  /// The document as a configuration file, which loads to an equal document.
  public var yamlText: String { document.yamlText }

  /// Where the value of `key` was set; `nil` for a default.
  public func origin(of key: String) -> Origin? { origins[key] }

  /// An error found later, when the settings were used, with the place of the value to change: its
  /// own, or that of the innermost group around it that the user wrote.
  public func locate(_ error: ConfigurationError) -> ConfigurationError {
    error.located(by: origins)
  }

  /// All single values with their paths and origins, in order.
  public var entries: [(key: String, value: Document, origin: Origin?)] {
    var entries: [(key: String, value: Document, origin: Origin?)] = []
    func visit(_ document: Document, at path: String) {
      switch document {
      case .object(let fields) where !fields.isEmpty:
        for (key, value) in fields { visit(value, at: path.appending(key: key)) }
      case .array(let elements)
      where elements.contains { if case .object = $0 { true } else { false } }:
        for (index, element) in elements.enumerated() {
          visit(element, at: path.appending(index: index))
        }
      default: entries.append((path, document, origins[path]))
      }
    }
    visit(document, at: "")
    return entries
  }
}

extension ConfigurationError {
  /// The error with the place of its key, or of the innermost group around it that was written. An
  /// index into a text (`map[2][5]`, where `map[2]` is a text) counts its characters from 0.
  fileprivate func located(by origins: [String: Origin]) -> ConfigurationError {
    guard location == nil else { return self }
    var path: String? = key
    while let place = path {
      if var origin = origins[place] {
        if case .file(let name, let line, let column) = origin, place == key.enclosingPath,
          let offset = key.lastIndexInBrackets
        {
          origin = .file(name, line: line, column: column + offset)
        }
        var error = self
        error.location = origin.description
        return error
      }
      path = place.enclosingPath
    }
    return self
  }
}

extension String {
  /// The number in brackets that a path ends with.
  fileprivate var lastIndexInBrackets: Int? {
    guard last == "]", let bracket = lastIndex(of: "[") else { return nil }
    return Int(self[index(after: bracket)...].dropLast())
  }
}
