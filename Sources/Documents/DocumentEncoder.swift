/// Turns values into documents through `Codable`.
///
/// A `Float` becomes the `Double` that is written with the same digits: 0.1 stays 0.1. Enums with
/// raw values become those. Dictionaries are sorted by key. Whole numbers above `Int.max` are
/// refused.
public struct DocumentEncoder: Sendable {
  public init() {}

  public func encode(_ value: some Encodable) throws(ConfigurationError) -> Document {
    try encodeTree(value).document
  }

  /// The value with what each of its keys may hold, and which of its nodes are components.
  public func encodeTree(_ value: some Encodable) throws(ConfigurationError) -> SettingsTree {
    let slot = Slot()
    do {
      try slot.fill(with: value, at: "")
    } catch let error as ConfigurationError {
      throw error
    } catch {
      throw ConfigurationError(key: "", problem: "cannot be encoded: \(error)")
    }
    return slot.tree
  }
}

/// The place of one value in the tree being built.
///
/// A class, because `Encoder` hands out several containers that fill the same place.
private final class Slot {
  enum Shape { case done, list, group }
  var shape = Shape.done
  var value = SettingsTree.free(.null)
  var slots: [Slot] = []
  var keys: [String] = []

  var tree: SettingsTree {
    switch shape {
    case .done: value
    case .list: .list(slots.map(\.tree), element: .free(.null))
    case .group: .group(zip(keys, slots).map { .init($0, $1.tree) })
    }
  }

  func makeElement() -> Slot {
    let slot = Slot()
    slots.append(slot)
    return slot
  }

  func makeMember(_ key: String) -> Slot {
    keys.append(key)
    return makeElement()
  }

  func finish(_ tree: SettingsTree) {
    shape = .done
    value = tree
  }

  func fill<Value: Encodable>(with value: Value, at path: String) throws {
    switch value {
    case let value as Document: finish(.free(value))
    case let value as Document.Fields: finish(.free(.object(value)))
    case let value as Component: finish(value.tree)
    case let value as Components:
      finish(
        .list(
          value.map(\.tree), element: .component(kind: value.kind, id: "", [])))
    case let value as any TemplatedList:
      shape = .list
      try value.encode(to: TreeEncoder(slot: self, path: path))
      let elements = slots.map(\.tree)
      finish(.list(elements, element: try type(of: value).element ?? template(from: elements)))
    case let value as any TemplatedDictionary:
      shape = .group
      try value.encode(to: TreeEncoder(slot: self, path: path))
      let members = zip(keys, slots).map { SettingsTree.Member($0, $1.tree) }
      finish(
        .dictionary(
          members.sorted { $0.key < $1.key }, element: try type(of: value).element ?? .free(.null)))
    default:
      if let scalar = try Document(scalar: value, at: path) {
        finish(.leaf(scalar, Expectation.of(Value.self) ?? .text))
      } else {
        try value.encode(to: TreeEncoder(slot: self, path: path))
        if let expectation = Expectation.of(Value.self), case .leaf(let scalar, _) = tree {
          finish(.leaf(scalar, expectation))  // an enum, which encoded itself as its raw value
        }
      }
    }
  }

  /// Lists of components take their kind from the first default.
  private func template(from elements: [SettingsTree]) -> SettingsTree {
    guard case .component(let kind, _, _) = elements.first else { return .free(.null) }
    return .component(kind: kind, id: "", [])
  }
}

/// Types that know what their elements look like even where there are none.
private protocol TemplatedList: Encodable {
  static var element: SettingsTree? { get throws }
}

private protocol TemplatedDictionary: Encodable {
  static var element: SettingsTree? { get throws }
}

extension Array: TemplatedList where Element: Encodable {
  static var element: SettingsTree? { get throws { try SettingsTree(templateFor: Element.self) } }
}

extension Dictionary: TemplatedDictionary where Key == String, Value: Encodable {
  static var element: SettingsTree? { get throws { try SettingsTree(templateFor: Value.self) } }
}

extension SettingsTree {
  /// What an element of `type` is laid over: an element without a value of its own.
  fileprivate init?(templateFor type: Any.Type) throws {
    if let expectation = Expectation.of(type) {
      self = .leaf(.null, expectation)
    } else if let type = type as? any Settings.Type {
      self = try DocumentEncoder().encodeTree(type.init())
    } else if let type = type as? any TemplatedList.Type {
      self = .list([], element: try type.element ?? .free(.null))
    } else if let type = type as? any TemplatedDictionary.Type {
      self = .dictionary([], element: try type.element ?? .free(.null))
    } else {
      return nil
    }
  }
}

extension Component {
  fileprivate var tree: SettingsTree {
    .component(kind: kind, id: id, SettingsTree.members(of: settings))
  }
}

extension Document {
  /// A single value, or `nil` for anything that encodes itself.
  fileprivate init?(scalar value: some Encodable, at path: String) throws {
    switch value {
    case let value as Bool: self = .bool(value)
    case let value as String: self = .string(value)
    case let value as Double: self = .number(value)
    case let value as Float:
      let short = Double(value.description) ?? Double(value)
      self = .number(Float(short) == value ? short : Double(value))
    case let value as any FixedWidthInteger:
      guard let integer = Int(exactly: value) else {
        throw ConfigurationError(
          key: path, found: "\(value)", expected: "a whole number up to \(Int.max)")
      }
      self = .integer(integer)
    default: return nil
    }
  }
}

// MARK: What `Codable` asks of an encoder

private struct TreeEncoder: Encoder {
  let slot: Slot
  let path: String
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    slot.shape = .group
    return KeyedEncodingContainer(KeyedContainer<Key>(encoder: self))
  }
  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    slot.shape = .list
    return ListContainer(encoder: self)
  }
  func singleValueContainer() -> any SingleValueEncodingContainer { ValueContainer(encoder: self) }

  func member(_ key: String) -> TreeEncoder {
    TreeEncoder(slot: slot.makeMember(key), path: path.appending(key: key))
  }
  func element() -> TreeEncoder {
    TreeEncoder(slot: slot.makeElement(), path: path.appending(index: slot.slots.count - 1))
  }
}

private struct KeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let encoder: TreeEncoder
  var codingPath: [any CodingKey] { [] }

  func encodeNil(forKey key: Key) { encoder.member(key.stringValue).slot.finish(.free(.null)) }
  func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    let member = encoder.member(key.stringValue)
    try member.slot.fill(with: value, at: member.path)
  }
  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    encoder.member(key.stringValue).container(keyedBy: type)
  }
  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    encoder.member(key.stringValue).unkeyedContainer()
  }
  func superEncoder() -> any Encoder { encoder.member("super") }
  func superEncoder(forKey key: Key) -> any Encoder { encoder.member(key.stringValue) }
}

private struct ListContainer: UnkeyedEncodingContainer {
  let encoder: TreeEncoder
  var codingPath: [any CodingKey] { [] }
  var count: Int { encoder.slot.slots.count }

  func encodeNil() { encoder.element().slot.finish(.free(.null)) }
  func encode<Value: Encodable>(_ value: Value) throws {
    let element = encoder.element()
    try element.slot.fill(with: value, at: element.path)
  }
  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) -> KeyedEncodingContainer<Nested> {
    encoder.element().container(keyedBy: type)
  }
  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
    encoder.element().unkeyedContainer()
  }
  func superEncoder() -> any Encoder { encoder.element() }
}

private struct ValueContainer: SingleValueEncodingContainer {
  let encoder: TreeEncoder
  var codingPath: [any CodingKey] { [] }

  func encodeNil() { encoder.slot.finish(.free(.null)) }
  func encode<Value: Encodable>(_ value: Value) throws {
    try encoder.slot.fill(with: value, at: encoder.path)
  }
}
