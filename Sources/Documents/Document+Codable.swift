/// A document can stand inside settings, where it holds whatever the user writes, and can be read
/// and written by any encoder. ``DocumentEncoder`` and ``DocumentDecoder`` pass it through as it is.
extension Document: Codable {
  public init(from decoder: any Decoder) throws {
    if let container = try? decoder.container(keyedBy: DocumentKey.self) {
      var fields = Fields()
      for key in container.allKeys {
        fields[key.stringValue] = try container.decode(Document.self, forKey: key)
      }
      self = .object(fields)
    } else if var container = try? decoder.unkeyedContainer() {
      var elements: [Document] = []
      while !container.isAtEnd { elements.append(try container.decode(Document.self)) }
      self = .array(elements)
    } else {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .null
      } else if let value = try? container.decode(Bool.self) {
        self = .bool(value)
      } else if let value = try? container.decode(Int.self) {
        self = .integer(value)
      } else if let value = try? container.decode(Double.self) {
        self = .number(value)
      } else {
        self = .string(try container.decode(String.self))
      }
    }
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .array(let elements):
      var container = encoder.unkeyedContainer()
      for element in elements { try container.encode(element) }
    case .object(let fields): try fields.encode(to: encoder)
    default:
      var container = encoder.singleValueContainer()
      switch self {
      case .bool(let value): try container.encode(value)
      case .integer(let value): try container.encode(value)
      case .number(let value): try container.encode(value)
      case .string(let value): try container.encode(value)
      case .null, .array, .object: try container.encodeNil()
      }
    }
  }
}

extension Document.Fields: Codable {
  public init(from decoder: any Decoder) throws {
    let document = try Document(from: decoder)
    guard case .object(let fields) = document else {
      throw ConfigurationError(key: "", found: document.kind, expected: "a group of keys")
    }
    self = fields
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: DocumentKey.self)
    for (key, value) in self { try container.encode(value, forKey: DocumentKey(key)) }
  }
}

/// A key made at run time.
struct DocumentKey: CodingKey {
  let stringValue: String
  let intValue: Int?

  init(_ key: String) {
    stringValue = key
    intValue = nil
  }
  init?(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) {
    stringValue = String(intValue)
    self.intValue = intValue
  }
}
