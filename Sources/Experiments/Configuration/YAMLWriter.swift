package import Documents

extension Document {
  /// The document as YAML that ``YAMLReader`` reads back equal, keys in their order.
  ///
  /// Groups and lists of groups are written in block style, lists of single values on one line.
  /// Text is quoted wherever any reader might take it for something else. NaN and infinities are
  /// written as `.nan` and `.inf`, which the reader refuses. A byte order mark at the start of a text
  /// is lost, because the parser drops it.
  package var yamlText: String {
    let text = yamlText(escapesSigns: false)
    return YAMLAnchors.firstMark(in: text) == nil ? text : yamlText(escapesSigns: true)
  }

  private func yamlText(escapesSigns: Bool) -> String {
    var writer = YAMLWriter(escapesSigns: escapesSigns)
    switch self {
    case .object(let fields) where !fields.isEmpty: writer.write(fields, indent: 0)
    case .array(let elements) where !writer.fitsLine(elements): writer.write(elements, indent: 0)
    default: writer.text = writer.inline(self) + "\n"
    }
    return writer.text
  }
}

private struct YAMLWriter {
  /// Whether `&` and `*` are escaped, where the reader could take them for anchors and aliases.
  let escapesSigns: Bool
  var text = ""

  init(escapesSigns: Bool) { self.escapesSigns = escapesSigns }

  mutating func write(_ fields: Document.Fields, indent: Int, isFirstIndented: Bool = false) {
    for (index, member) in fields.enumerated() {
      if index > 0 || !isFirstIndented { text += String(repeating: " ", count: indent) }
      let key = inline(.string(member.key))
      // A key of more than 1,024 characters has to be announced.
      text +=
        key.utf8.count > 500 ? "? \(key)\n\(String(repeating: " ", count: indent)):" : "\(key):"
      switch member.value {
      case .object(let fields) where !fields.isEmpty:
        text += "\n"
        write(fields, indent: indent + 2)
      case .array(let elements) where !fitsLine(elements):
        text += "\n"
        write(elements, indent: indent + 2)
      case let value: text += " \(inline(value))\n"
      }
    }
  }

  mutating func write(_ elements: [Document], indent: Int, isFirstIndented: Bool = false) {
    for (index, element) in elements.enumerated() {
      if index > 0 || !isFirstIndented { text += String(repeating: " ", count: indent) }
      text += "- "
      switch element {
      case .object(let fields) where !fields.isEmpty:
        write(fields, indent: indent + 2, isFirstIndented: true)
      case .array(let elements) where !fitsLine(elements):
        write(elements, indent: indent + 2, isFirstIndented: true)
      default: text += "\(inline(element))\n"
      }
    }
  }

  /// Whether a list holds single values alone, or nothing.
  func fitsLine(_ elements: [Document]) -> Bool {
    elements.allSatisfy {
      switch $0 {
      case .array(let elements): elements.isEmpty
      case .object(let fields): fields.isEmpty
      default: true
      }
    }
  }

  func inline(_ document: Document) -> String {
    switch document {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .number(let value):
      value.isFinite ? value.description : value.isNaN ? ".nan" : value < 0 ? "-.inf" : ".inf"
    case .string(let value): isPlain(value) ? value : quoted(value)
    case .array(let elements): "[" + elements.map(inline).joined(separator: ", ") + "]"
    case .object: "{}"
    }
  }

  /// Words like `key-to-door/dt-paper` that every version of YAML reads as text.
  private func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 200 else { return false }
    let isWord = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
        UInt8(ascii: "/"), UInt8(ascii: "."):
        true
      default: false
      }
    }
    let startsWithLetter =
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first | 0x20)
    return isWord && startsWithLetter && !Self.reserved.contains(text.lowercased())
  }

  private static let reserved: Set = [
    "true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf", "infinity",
  ]

  /// JSON's quotes, and escapes for the few characters that JSON allows and YAML does not.
  private func quoted(_ text: String) -> String {
    var quoted = ""
    for scalar in Document.string(text).jsonText().unicodeScalars {
      if ["\u{FEFF}", "\u{FFFE}", "\u{FFFF}"].contains(scalar) {
        quoted += "\\u" + String(scalar.value, radix: 16)
      } else if escapesSigns, scalar == "&" || scalar == "*" {
        quoted += "\\x" + String(scalar.value, radix: 16)
      } else {
        quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted
  }
}
