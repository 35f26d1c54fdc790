/// A tree of plain values: what a configuration, a JSON text or a metadata attribute is made of.
///
/// Fields keep the order in which they were written, so equal documents have equal bytes.
public enum Document: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([Document])
  case object(Fields)

  /// The ordered members of an object; keys are unique.
  public struct Fields: Sendable, Equatable {
    public private(set) var keys: [String]
    public private(set) var values: [Document]

    public init() {
      keys = []
      values = []
    }

    /// Members whose keys are known to differ, without searching for each.
    init(uniqueKeys keys: [String], values: [Document]) {
      precondition(keys.count == values.count, "\(keys.count) keys, \(values.count) values")
      self.keys = keys
      self.values = values
    }

    public var count: Int { keys.count }
    public var isEmpty: Bool { keys.isEmpty }

    /// The value of `key`. Setting a new key appends it; setting `nil` removes it.
    public subscript(key: String) -> Document? {
      get { keys.firstIndex(of: key).map { values[$0] } }
      set {
        switch (keys.firstIndex(of: key), newValue) {
        case (let index?, let value?): values[index] = value
        case (let index?, nil):
          keys.remove(at: index)
          values.remove(at: index)
        case (nil, let value?):
          keys.append(key)
          values.append(value)
        case (nil, nil): break
        }
      }
    }
  }
}

extension Document.Fields: RandomAccessCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { keys.count }
  public subscript(position: Int) -> (key: String, value: Document) {
    (keys[position], values[position])
  }
}

extension Document.Fields: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, Document)...) {
    self.init()
    for (key, value) in elements { self[key] = value }
  }
}

extension Document: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
  ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
  public init(dictionaryLiteral elements: (String, Document)...) {
    var fields = Fields()
    for (key, value) in elements { fields[key] = value }
    self = .object(fields)
  }
  public init(arrayLiteral elements: Document...) { self = .array(elements) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(nilLiteral: ()) { self = .null }
}

extension Document {
  /// The member `key` of an object, or `nil` for anything else.
  public subscript(key: String) -> Document? {
    guard case .object(let fields) = self else { return nil }
    return fields[key]
  }

  /// What this value is, in the words of an error message: "a whole number", "a list", …
  public var kind: String {
    switch self {
    case .null: "nothing"
    case .bool: "true or false"
    case .integer: "a whole number"
    case .number: "a number"
    case .string: "text"
    case .array: "a list"
    case .object: "a group of keys"
    }
  }
}
