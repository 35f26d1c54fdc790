/// Settings with all their keys and, unlike a ``Document``, with what each key may hold.
///
/// ``DocumentEncoder/encodeTree(_:)`` makes one from default settings; ``SettingsOverlay`` lays
/// what a user wrote over it; ``DocumentDecoder`` turns the result into settings again.
public indirect enum SettingsTree: Sendable, Equatable {
  /// One value, and what it may be replaced by.
  case leaf(Document, Expectation)
  /// Anything at all: the user's own keys and values.
  case free(Document)
  /// A list; every element that a user writes is laid over `element`.
  case list([SettingsTree], element: SettingsTree)
  /// A fixed set of keys.
  case group([Member])
  /// Keys of the user's choice; every value is laid over `element`.
  case dictionary([Member], element: SettingsTree)
  /// A choice from the registry `kind`. An empty id stands for "none yet": the user has to choose.
  case component(kind: String, id: String, [Member])

  public struct Member: Sendable, Equatable {
    public var key: String
    public var value: SettingsTree
    public init(_ key: String, _ value: SettingsTree) {
      self.key = key
      self.value = value
    }
  }

  /// The values alone, keys in their order.
  public var document: Document {
    switch self {
    case .leaf(let value, _), .free(let value): value
    case .list(let elements, _): .array(elements.map(\.document))
    case .group(let members), .dictionary(let members, _): .object(Self.fields(of: members))
    case .component(_, let id, let members):
      Component("", id: id, settings: Self.fields(of: members)).document
    }
  }

  static func fields(of members: [Member]) -> Document.Fields {
    Document.Fields(uniqueKeys: members.map(\.key), values: members.map(\.value.document))
  }

  static func members(of fields: Document.Fields) -> [Member] {
    fields.map { Member($0.key, .free($0.value)) }
  }
}
