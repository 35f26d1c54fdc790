import Documents
import Testing

/// A result on standard output: one JSON document of a known version, and nothing else.
func json(_ text: String) throws -> Document {
  let document = try Document(json: text)
  #expect(document["schema_version"] == 1)
  return document
}

/// The `evaluation` array.
func evaluation(_ document: Document) throws -> [Document] {
  guard case .array(let elements)? = document["evaluation"] else {
    throw MissingField(name: "evaluation")
  }
  return elements
}

/// The `target_return` of each element of the `evaluation` array.
func targets(_ document: Document) throws -> [Double] {
  try evaluation(document).map { try $0.decimal("target_return") }
}

struct MissingField: Error {
  let name: String
}

extension Document {
  /// A member that must be a number.
  func decimal(_ name: String) throws -> Double {
    switch self[name] {
    case .number(let value)?: return value
    case .integer(let value)?: return Double(value)
    default: throw MissingField(name: name)
    }
  }
}
