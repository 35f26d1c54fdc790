/// Turns documents into values through `Codable`.
///
/// Settings, wherever they stand, are laid over their defaults first: what is missing has its
/// default, and an unknown key is an error. Other types need all their keys and ignore more.
public struct DocumentDecoder: Sendable {
  public init() {}

  /// - Throws: the first problem, with the path of its key below `document`.
  public func decode<Value: Decodable>(
    _ type: Value.Type, from document: Document
  ) throws(ConfigurationError) -> Value {
    try decode(type, from: .free(document))
  }

  /// Decodes a tree that was laid over the defaults of `type` already.
  public func decode<Value: Decodable>(
    _ type: Value.Type, from tree: SettingsTree
  ) throws(ConfigurationError) -> Value {
    do {
      return try Node(tree: tree, path: "").decode(type)
    } catch let failure as Failure {
      throw failure.error
    } catch {
      throw ConfigurationError(key: "", problem: "cannot be decoded: \(error)")
    }
  }
}

/// An error that already has its whole path, unlike those that initializers of settings throw.
private struct Failure: Error {
  var error: ConfigurationError
}

/// One value being decoded, and where it is.
private struct Node {
  let tree: SettingsTree
  let path: String

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    if let value = try passThrough(type) as? Value { return value }
    if let expectation = Expectation.of(type) {
      switch expectation.accept(tree.document, text: nil) {
      case .success(let accepted):
        if let value = accepted.value(as: type) { return value }
      case .failure(let mismatch): throw Failure(error: mismatch.error(at: path))
      }
    }
    var node = self
    if let settings = type as? any Settings.Type, case .free(let document) = tree {
      var overlay = SettingsOverlay(catalogue: nil)
      let defaults = try DocumentEncoder().encodeTree(settings.init())
      node = Node(
        tree: overlay.lay(MarkedDocument(document), over: defaults, at: path), path: path)
      if let error = overlay.errors.first { throw Failure(error: error) }
    }
    do {
      return try type.init(from: TreeDecoder(node: node))
    } catch let error as ConfigurationError {
      throw Failure(error: path.isEmpty ? error : error.within(path))
    } catch let error as DecodingError {
      throw Failure(error: ConfigurationError(error, at: path))
    }
  }

  /// Values that are kept as they are in the tree.
  private func passThrough(_ type: any Decodable.Type) throws -> (any Decodable)? {
    if type == Document.self { return tree.document }
    if type == Document.Fields.self, case .object(let fields) = tree.document { return fields }
    if type == Component.self, case .component(let kind, let id, let members) = tree {
      return Component(kind, id: id, settings: SettingsTree.fields(of: members))
    }
    if type == Components.self, case .list(_, .component(let kind, _, _)) = tree {
      return Components(kind, try decode([Component].self))
    }
    return nil
  }

  var members: [SettingsTree.Member]? {
    switch tree {
    case .group(let members), .dictionary(let members, _): members
    case .free(.object(let fields)): SettingsTree.members(of: fields)
    case .component:
      if case .object(let fields) = tree.document { SettingsTree.members(of: fields) } else { nil }
    default: nil
    }
  }

  var elements: [SettingsTree]? {
    switch tree {
    case .list(let elements, _): elements
    case .free(.array(let elements)): elements.map { .free($0) }
    default: nil
    }
  }

  func mismatch(_ expected: String) -> Failure {
    Failure(error: Mismatch(found: tree.document.kind, expected: expected).error(at: path))
  }
}

extension Document {
  /// A single value as `type`; it has been checked against what the type expects.
  fileprivate func value<Value: Decodable>(as type: Value.Type) -> Value? {
    switch self {
    case .bool(let value): return value as? Value
    case .string(let value): return value as? Value  // `nil` for an enum, which decodes itself
    case .number(let value):
      return type == Float.self ? Float(value) as? Value : value as? Value
    case .integer(let value):
      guard let type = type as? any FixedWidthInteger.Type else { return nil }
      return type.init(exactly: value) as? Value
    default: return nil
    }
  }
}

extension ConfigurationError {
  /// What a type's own decoding found wrong.
  fileprivate init(_ error: DecodingError, at path: String) {
    switch error {
    case .keyNotFound(let key, _):
      self.init(key: path.appending(key: key.stringValue), problem: "missing")
    case .dataCorrupted(let context), .typeMismatch(_, let context), .valueNotFound(_, let context):
      self.init(key: path, problem: context.debugDescription)
    @unknown default:
      self.init(key: path, problem: "\(error)")
    }
  }
}

// MARK: What `Codable` asks of a decoder

private struct TreeDecoder: Decoder {
  let node: Node
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard let members = node.members else { throw node.mismatch("a group of keys") }
    let container = KeyedContainer<Key>(path: node.path, members: members)
    return KeyedDecodingContainer(container)
  }
  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard let elements = node.elements else { throw node.mismatch("a list") }
    return ListContainer(path: node.path, elements: elements)
  }
  func singleValueContainer() -> any SingleValueDecodingContainer { ValueContainer(node: node) }
}

private struct KeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let path: String
  let trees: [String: SettingsTree]
  let allKeys: [Key]
  var codingPath: [any CodingKey] { [] }

  init(path: String, members: [SettingsTree.Member]) {
    self.path = path
    trees = Dictionary(members.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    allKeys = members.compactMap { Key(stringValue: $0.key) }
  }

  private func node(_ key: Key) throws -> Node {
    let below = path.appending(key: key.stringValue)
    guard let tree = trees[key.stringValue] else {
      throw Failure(error: ConfigurationError(key: below, problem: "missing"))
    }
    return Node(tree: tree, path: below)
  }

  func contains(_ key: Key) -> Bool { trees[key.stringValue] != nil }
  func decodeNil(forKey key: Key) throws -> Bool { try node(key).tree.document == .null }
  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try node(key).decode(type)
  }
  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try TreeDecoder(node: node(key)).container(keyedBy: type)
  }
  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try TreeDecoder(node: node(key)).unkeyedContainer()
  }
  func superDecoder() throws -> any Decoder {
    TreeDecoder(
      node: Node(tree: trees["super"] ?? .free(.null), path: path.appending(key: "super")))
  }
  func superDecoder(forKey key: Key) throws -> any Decoder { TreeDecoder(node: try node(key)) }
}

private struct ListContainer: UnkeyedDecodingContainer {
  let path: String
  let elements: [SettingsTree]
  var currentIndex = 0
  var codingPath: [any CodingKey] { [] }
  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex == elements.count }

  init(path: String, elements: [SettingsTree]) {
    self.path = path
    self.elements = elements
  }

  private mutating func next() throws -> Node {
    let below = path.appending(index: currentIndex)
    guard !isAtEnd else {
      throw Failure(error: ConfigurationError(key: below, problem: "missing"))
    }
    currentIndex += 1
    return Node(tree: elements[currentIndex - 1], path: below)
  }

  mutating func decodeNil() throws -> Bool {
    guard !isAtEnd, elements[currentIndex].document == .null else { return false }
    currentIndex += 1
    return true
  }
  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try next().decode(type)
  }
  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    try TreeDecoder(node: next()).container(keyedBy: type)
  }
  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try TreeDecoder(node: next()).unkeyedContainer()
  }
  mutating func superDecoder() throws -> any Decoder { TreeDecoder(node: try next()) }
}

private struct ValueContainer: SingleValueDecodingContainer {
  let node: Node
  var codingPath: [any CodingKey] { [] }
  func decodeNil() -> Bool { node.tree.document == .null }
  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try node.decode(type) }
}
