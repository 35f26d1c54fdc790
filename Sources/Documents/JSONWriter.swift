extension Document {
  /// The document as JSON text, keys in their order.
  ///
  /// Numbers are written with the fewest digits that read back as the same `Double`, and always
  /// with a point or an exponent, so that reading the text gives an equal document. JSON has no
  /// word for NaN and infinity: they become `null` unless `allowsNonFinite`, which writes `NaN`,
  /// `Infinity` and `-Infinity` as Python does.
  ///
  /// - Parameter pretty: one member per line, indented by two spaces; otherwise all on one line.
  public func jsonText(pretty: Bool = false, allowsNonFinite: Bool = false) -> String {
    var writer = JSONWriter(pretty: pretty, allowsNonFinite: allowsNonFinite)
    writer.write(self)
    return writer.text
  }
}

private struct JSONWriter {
  let pretty: Bool
  let allowsNonFinite: Bool
  var text = ""
  var depth = 0

  init(pretty: Bool, allowsNonFinite: Bool) {
    self.pretty = pretty
    self.allowsNonFinite = allowsNonFinite
  }

  mutating func write(_ document: Document) {
    switch document {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .number(let value): write(value)
    case .string(let value): write(value)
    case .array(let elements):
      write(between: "[", and: "]", elements) { writer, element in writer.write(element) }
    case .object(let fields):
      write(between: "{", and: "}", fields) { writer, member in
        writer.write(member.key)
        writer.text += writer.pretty ? ": " : ":"
        writer.write(member.value)
      }
    }
  }

  private mutating func write<Members: Collection>(
    between opening: String, and closing: String, _ members: Members,
    _ writeMember: (inout JSONWriter, Members.Element) -> Void
  ) {
    text += opening
    depth += 1
    var isFirst = true
    for member in members {
      if !isFirst { text += "," }
      isFirst = false
      breakLine()
      writeMember(&self, member)
    }
    depth -= 1
    if !isFirst { breakLine() }
    text += closing
  }

  private mutating func breakLine() {
    guard pretty else { return }
    text += "\n"
    for _ in 0..<depth { text += "  " }
  }

  private mutating func write(_ number: Double) {
    if number.isFinite {
      text += number.description
    } else if !allowsNonFinite {
      text += "null"
    } else if number.isNaN {
      text += "NaN"
    } else {
      text += number < 0 ? "-Infinity" : "Infinity"
    }
  }

  /// Control characters, DEL and the C1 range included, are escaped, so that a text printed to a
  /// terminal or pasted into a script cannot carry any.
  private mutating func write(_ string: String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{0}"..<"\u{20}", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
