/// A set of options that is complete as soon as it exists.
///
/// Every property has a default, none is optional, and the defaults are written once, here. A
/// loader encodes the defaults to a ``Document``, lays what the user wrote over them and decodes.
public protocol Settings: Codable, Sendable, Equatable {
  init()
}

/// A choice from a registry: an entry's identifier and that entry's settings.
///
/// In a document it is one group, `{id: …, …settings}`. `kind` says which registry the identifier
/// belongs to ("environment", "agent", "backbone", "behaviour"); it is written by the program, never
/// by the user, and does not appear in documents.
public struct Component: Sendable, Equatable {
  public let kind: String
  public var id: String
  /// The entry's settings without `id`; only those that differ from its defaults need be here.
  public var settings: Document.Fields

  public init(_ kind: String, id: String, settings: Document.Fields = [:]) {
    self.kind = kind
    self.id = id
    self.settings = settings
  }
}

/// A setting that cannot be used: where it is, what was found, what would do.
public struct ConfigurationError: Error, Equatable, Sendable {
  /// The dotted path of the setting, below the settings that were checked: `room.width`.
  public var key: String
  /// What was found, in the user's words.
  public var found: String
  /// What would have been accepted, including the range.
  public var expected: String
  /// The nearest valid choice, where there is one.
  public var suggestion: String?
  /// `file:line:column`, filled in by the loader where it is known.
  public var location: String?

  public init(
    key: String, found: String, expected: String, suggestion: String? = nil,
    location: String? = nil
  ) {
    self.key = key
    self.found = found
    self.expected = expected
    self.suggestion = suggestion
    self.location = location
  }

  /// The same error seen from the settings that contain the ones that were checked.
  public func within(_ parent: String) -> ConfigurationError {
    var error = self
    error.key = key.isEmpty ? parent : "\(parent).\(key)"
    return error
  }
}

extension ConfigurationError: CustomStringConvertible {
  public var description: String {
    var text = location.map { "\($0): " } ?? ""
    text += "\(key): found \(found), expected \(expected)"
    if let suggestion { text += "; did you mean \(suggestion)?" }
    return text
  }
}
