/// A choice from a registry: an entry's identifier and that entry's settings.
///
/// In a document it is one group, `{id: …, …settings}`. `kind` says which registry the identifier
/// belongs to ("environment", "agent", "backbone", "behaviour"); it is written by the program, never
/// by the user, and does not appear in documents: a loader takes it from the default value of the
/// property that the component stands in.
public struct Component: Sendable, Equatable {
  public let kind: String
  public var id: String
  /// The entry's settings without `id`. In a default only those that differ from the entry's
  /// defaults need be here; after loading, all of them are.
  public var settings: Document.Fields

  public init(_ kind: String, id: String, settings: Document.Fields = [:]) {
    self.kind = kind
    self.id = id
    self.settings = settings
  }

  /// A component with typed settings, written out whole.
  public init(_ kind: String, id: String, settings: some Settings) throws(ConfigurationError) {
    guard case .object(let fields) = try DocumentEncoder().encode(settings) else {
      preconditionFailure("settings of \(kind) \(id) do not encode to a group of keys")
    }
    self.init(kind, id: id, settings: fields)
  }

  /// The settings as their type; what is missing has the type's default.
  ///
  /// - Throws: an error whose key is relative to this component: callers add the component's own
  ///   key with ``ConfigurationError/within(_:)``.
  public func decode<Value: Settings>(as type: Value.Type) throws(ConfigurationError) -> Value {
    try DocumentDecoder().decode(type, from: .object(settings))
  }

  /// The settings as a type known only at run time.
  public func decode(
    asAny type: any Settings.Type
  ) throws(ConfigurationError) -> any Settings {
    func open<Value: Settings>(_ type: Value.Type) throws(ConfigurationError) -> any Settings {
      try decode(as: type)
    }
    return try open(type)
  }

  /// The same with an entry's defaults for keys that are missing, where those of its type may differ.
  package func filled(from defaults: some Settings) throws(ConfigurationError) -> Component {
    var filled = try Component(kind, id: id, settings: defaults)
    for (key, value) in settings { filled.settings[key] = value }
    return filled
  }

  /// `{id: …, …settings}`.
  public var document: Document {
    .object(
      Document.Fields(uniqueKeys: ["id"] + settings.keys, values: [.string(id)] + settings.values))
  }
}

extension Component: Codable {
  /// Reads the group with any decoder. `kind` is empty here; ``DocumentDecoder`` fills it in
  /// wherever the component is part of ``Settings``.
  public init(from decoder: any Decoder) throws {
    let document = try Document(from: decoder)
    guard case .object(var fields) = document, case .string(let id)? = fields["id"] else {
      throw ConfigurationError(key: "", found: document.kind, expected: "a group of keys with id")
    }
    fields["id"] = nil
    self.init("", id: id, settings: fields)
  }

  public func encode(to encoder: any Encoder) throws { try document.encode(to: encoder) }
}

/// A list of components of one kind, which may be empty.
///
/// A plain array works where the default has an element to take the kind from.
public struct Components: Sendable, Equatable {
  public let kind: String
  public var elements: [Component]

  public init(_ kind: String, _ elements: [Component] = []) {
    precondition(
      elements.allSatisfy { $0.kind == kind },
      "a list of \(kind) holds \(elements.map(\.kind))")
    self.kind = kind
    self.elements = elements
  }
}

extension Components: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { elements.count }
  public subscript(position: Int) -> Component { elements[position] }
}

extension Components: Codable {
  public init(from decoder: any Decoder) throws {
    let elements = try [Component](from: decoder)
    self.init(elements.first?.kind ?? "", elements)
  }

  public func encode(to encoder: any Encoder) throws { try elements.encode(to: encoder) }
}
