extension Document {
  /// Reads one JSON text (RFC 8259), strictly: duplicate keys, lone surrogates, invalid UTF-8, a
  /// byte order mark, trailing commas, comments and anything after the value are refused.
  ///
  /// A number without fraction and exponent that fits `Int` becomes `.integer` (but `-0`, which an
  /// `Int` cannot hold, `.number`); every other becomes `.number`, unless it overflows a `Double`.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8.
  ///   - allowsNonFinite: accepts the bare words `NaN`, `Infinity` and `-Infinity`, as Python's
  ///     writer makes them.
  ///   - maximumDepth: how deeply lists and groups may nest.
  ///   - maximumBytes: how long the text may be.
  public init(
    json bytes: some Collection<UInt8>, allowsNonFinite: Bool = false, maximumDepth: Int = 64,
    maximumBytes: Int = 16 << 20
  ) throws(DocumentError) {
    guard bytes.count <= maximumBytes else {
      throw DocumentError(
        line: 1, column: 1,
        message: "found \(bytes.count) bytes, expected at most \(maximumBytes)")
    }
    var reader = JSONReader(
      bytes: Array(bytes), allowsNonFinite: allowsNonFinite, maximumDepth: maximumDepth)
    self = try reader.readDocument()
  }

  /// Reads one JSON text, as ``init(json:allowsNonFinite:maximumDepth:maximumBytes:)`` does.
  public init(
    json text: String, allowsNonFinite: Bool = false, maximumDepth: Int = 64,
    maximumBytes: Int = 16 << 20
  ) throws(DocumentError) {
    try self.init(
      json: text.utf8, allowsNonFinite: allowsNonFinite, maximumDepth: maximumDepth,
      maximumBytes: maximumBytes)
  }
}

/// One pass over the bytes; `position` is the next byte to read.
private struct JSONReader {
  let bytes: [UInt8]
  let allowsNonFinite: Bool
  let maximumDepth: Int
  var position = 0
  var depth = 0

  /// Longest number that is read: far more digits than a `Double` can tell apart.
  static let maximumNumberLength = 1_000

  init(bytes: [UInt8], allowsNonFinite: Bool, maximumDepth: Int) {
    self.bytes = bytes
    self.allowsNonFinite = allowsNonFinite
    self.maximumDepth = maximumDepth
  }

  mutating func readDocument() throws(DocumentError) -> Document {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      throw error("found a byte order mark, expected JSON without one", at: 0)
    }
    let document = try readValue()
    skipSpace()
    guard position == bytes.count else {
      throw error("found \(describe(position)) after the value, expected the end", at: position)
    }
    return document
  }

  private mutating func readValue() throws(DocumentError) -> Document {
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"): return try readObject()
    case UInt8(ascii: "["): return try readArray()
    case UInt8(ascii: "\""): return .string(try readString())
    case UInt8(ascii: "-"), .some(UInt8(ascii: "0")...UInt8(ascii: "9")):
      return try readNumber()
    default: return try readWord()
    }
  }

  private mutating func readObject() throws(DocumentError) -> Document {
    try enter()
    var keys: [String] = []
    var values: [Document] = []
    var seen: Set<String> = []
    skipSpace()
    if take("}") { return leave(.object([:])) }
    repeat {
      skipSpace()
      let start = position
      guard peek == UInt8(ascii: "\"") else {
        throw error("found \(describe(position)), expected a key in double quotes", at: position)
      }
      let key = try readString()
      guard seen.insert(key).inserted else {
        throw error("key \(quoted(key)) appears twice, expected once", at: start)
      }
      skipSpace()
      guard take(":") else {
        throw error(
          "found \(describe(position)) after key \(quoted(key)), expected \":\"", at: position)
      }
      keys.append(key)
      values.append(try readValue())
      skipSpace()
    } while take(",")
    guard take("}") else {
      throw error("found \(describe(position)), expected \",\" or \"}\"", at: position)
    }
    return leave(.object(Document.Fields(uniqueKeys: keys, values: values)))
  }

  private mutating func readArray() throws(DocumentError) -> Document {
    try enter()
    var elements: [Document] = []
    skipSpace()
    if take("]") { return leave(.array([])) }
    repeat {
      elements.append(try readValue())
      skipSpace()
    } while take(",")
    guard take("]") else {
      throw error("found \(describe(position)), expected \",\" or \"]\"", at: position)
    }
    return leave(.array(elements))
  }

  private mutating func readWord() throws(DocumentError) -> Document {
    let words: [(String, Document)] = [("true", true), ("false", false), ("null", nil)]
    for (word, value) in words where take(word: word) { return value }
    if allowsNonFinite {
      if take(word: "NaN") { return .number(.nan) }
      if take(word: "Infinity") { return .number(.infinity) }
    }
    throw error("found \(describe(position)), expected a value", at: position)
  }

  // MARK: Numbers

  private mutating func readNumber() throws(DocumentError) -> Document {
    let start = position
    let isNegative = take("-")
    if isNegative, allowsNonFinite, take(word: "Infinity") { return .number(-.infinity) }
    if take("0") {
      if let next = peek, isDigit(next) {
        throw error("found a number with a leading zero, expected none", at: start)
      }
    } else {
      try skipDigits(after: "\"-\"")
    }
    var isWhole = true
    if take(".") {
      isWhole = false
      try skipDigits(after: "the decimal point")
    }
    if take("e") || take("E") {
      isWhole = false
      if !take("+") { _ = take("-") }
      try skipDigits(after: "the exponent sign")
    }
    guard position - start <= Self.maximumNumberLength else {
      throw error(
        "found a number of \(position - start) characters, expected at most "
          + "\(Self.maximumNumberLength)", at: start)
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isWhole, let integer = Int(text), !(integer == 0 && isNegative) { return .integer(integer) }
    guard let number = Double(text), number.isFinite else {
      throw error("found \(text), expected a number of magnitude below 1.8e308", at: start)
    }
    return .number(number)
  }

  private mutating func skipDigits(after what: String) throws(DocumentError) {
    guard let first = peek, isDigit(first) else {
      throw error("found \(describe(position)) after \(what), expected a digit", at: position)
    }
    while let next = peek, isDigit(next) { position += 1 }
  }

  private func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  // MARK: Strings

  /// Reads a string; `position` is at its opening quote.
  private mutating func readString() throws(DocumentError) -> String {
    let opening = position
    position += 1
    var text = ""
    while true {
      let start = position
      while position < bytes.count, bytes[position] != UInt8(ascii: "\""),
        bytes[position] != UInt8(ascii: "\\"), bytes[position] >= 0x20
      {
        position += 1
      }
      if position > start {
        guard let run = String(validating: bytes[start..<position], as: UTF8.self) else {
          throw error("found text that is not UTF-8", at: invalidOffset(in: start..<position))
        }
        text += run
      }
      switch peek {
      case UInt8(ascii: "\""):
        position += 1
        return text
      case UInt8(ascii: "\\"):
        text.unicodeScalars.append(try readEscape())
      case nil:
        throw error("found no closing quote for this string", at: opening)
      default:
        throw error("found \(describe(position)) in a string, expected it escaped", at: position)
      }
    }
  }

  private mutating func readEscape() throws(DocumentError) -> Unicode.Scalar {
    let start = position
    position += 1
    let escapes: [(String, Unicode.Scalar)] = [
      ("\"", "\""), ("\\", "\\"), ("/", "/"), ("b", "\u{8}"), ("f", "\u{C}"), ("n", "\n"),
      ("r", "\r"), ("t", "\t"),
    ]
    for (letter, scalar) in escapes where take(word: letter) { return scalar }
    guard take("u") else {
      throw error(
        "found \\ before \(describe(position)), expected one of \" \\ / b f n r t u", at: start)
    }
    let unit = try readUnit(from: start)
    if let scalar = Unicode.Scalar(unit) { return scalar }
    if unit < 0xDC00, take(word: "\\u") {
      let low = try readUnit(from: start)
      if (0xDC00...0xDFFF).contains(low),
        let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
      {
        return scalar
      }
    }
    throw error("found half of a surrogate pair, expected both halves", at: start)
  }

  private mutating func readUnit(from start: Int) throws(DocumentError) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw error("found \\u without four hexadecimal digits", at: start)
      }
      unit = unit << 4 | UInt32(digit)
      position += 1
    }
    return unit
  }

  // MARK: Bytes

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func take(word: String) -> Bool {
    guard bytes[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
  }

  private mutating func enter() throws(DocumentError) {
    depth += 1
    guard depth <= maximumDepth else {
      throw error("found lists or groups nested deeper than \(maximumDepth)", at: position)
    }
    position += 1
  }

  private mutating func leave(_ document: Document) -> Document {
    depth -= 1
    return document
  }

  // MARK: Errors

  private func error(_ message: String, at offset: Int) -> DocumentError {
    var line = 1
    var column = 1
    for byte in bytes[..<offset] {
      if byte == 0x0A {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return DocumentError(line: line, column: column, message: message)
  }

  /// The character at `offset`, in the words of an error message.
  private func describe(_ offset: Int) -> String {
    guard offset < bytes.count else { return "the end of the text" }
    let byte = bytes[offset]
    if byte < 0x20 || byte == 0x7F {
      return "the control character U+00" + (byte < 16 ? "0" : "")
        + String(byte, radix: 16, uppercase: true)
    }
    if byte == UInt8(ascii: "\"") { return "a double quote" }
    if byte < 0x80 { return quoted(String(Character(Unicode.Scalar(byte)))) }
    return "a character outside ASCII"
  }

  private func quoted(_ text: String) -> String {
    let start = text.prefix(40)
    return Document.string(start.count < text.count ? start + "…" : text).jsonText()
  }

  /// Where, inside a range that is not UTF-8, the first bad sequence starts.
  private func invalidOffset(in range: Range<Int>) -> Int {
    var decoder = UTF8()
    var iterator = bytes[range].makeIterator()
    var offset = range.lowerBound
    while case .scalarValue(let scalar) = decoder.decode(&iterator) {
      offset += UTF8.width(scalar)
    }
    return offset
  }
}
