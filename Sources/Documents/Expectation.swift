/// What a single value must be.
public enum Expectation: Sendable, Equatable {
  case bool
  /// A whole number in a range.
  case integer(ClosedRange<Int>)
  /// A finite number of magnitude up to a bound; a whole number will do.
  case number(magnitude: Double)
  case text
  case choice([String])
  /// A finite number or a word of a certain form.
  case numberOrWord(WordForm)
}

/// A value that is not what it must be.
struct Mismatch: Error {
  var found: String
  var expected: String
  var suggestion: String?

  func error(at key: String, location: String? = nil) -> ConfigurationError {
    ConfigurationError(
      key: key, found: found, expected: expected, suggestion: suggestion, location: location)
  }

  /// A value as the user sees it, cut to a length that fits a line.
  static func describe(_ document: Document, text: String?) -> String {
    switch document {
    case .bool, .integer, .number: return cut(text ?? document.jsonText(allowsNonFinite: true))
    case .string(let value): return Document.string(cut(value)).jsonText()
    case .null, .array, .object: return document.kind
    }
  }

  private static func cut(_ text: String) -> String {
    let start = text.prefix(60)
    return start.endIndex < text.endIndex ? start + "…" : text
  }
}

extension Expectation {
  /// The value in its canonical form (a whole number where any number will do becomes a number),
  /// or why it will not do.
  ///
  /// - Parameter text: the characters that the user wrote, for the message.
  func accept(_ document: Document, text: String?) -> Result<Document, Mismatch> {
    var mismatch = Mismatch(
      found: Mismatch.describe(document, text: text), expected: description)
    switch (self, document) {
    case (.bool, .bool), (.text, .string): return .success(document)
    case (.integer(let range), .integer(let value)) where range.contains(value):
      return .success(document)
    case (.number(let magnitude), .number(let value))
    where value.magnitude <= magnitude || !value.isFinite:
      return .success(document)
    case (.numberOrWord, .number): return .success(document)
    case (.number, .integer(let value)), (.numberOrWord, .integer(let value)):
      return .success(.number(Double(value)))
    case (.numberOrWord(let form), .string(let word)):
      if form.accepts(word) { return .success(document) }
      mismatch.suggestion =
        Double(word).flatMap { $0.isFinite ? word : nil } ?? nearest(to: word, among: form.words)
    case (.choice(let choices), .string(let word)):
      if choices.contains(word) { return .success(document) }
      mismatch.suggestion = nearest(to: word, among: choices)
    case (.choice(let choices), _):
      mismatch.suggestion = text.flatMap { nearest(to: $0, among: choices) }
    case (.bool, .string(let word)):
      mismatch.suggestion = Self.booleanWords[word.lowercased()]
    case (.bool, .integer(let value)) where value == 0 || value == 1:
      mismatch.suggestion = value == 1 ? "true" : "false"
    case (.text, .integer), (.text, .number), (.text, .bool):
      mismatch.suggestion = Document.string(mismatch.found).jsonText()
    case (.integer(let range), .number(let value)):
      if let whole = Int(exactly: value), range.contains(whole) {
        mismatch.suggestion = String(whole)
      }
    case (.integer(let range), .string(let word)):
      if let whole = Int(word), range.contains(whole) { mismatch.suggestion = String(whole) }
    case (.number, .string(let word)):
      mismatch.expected = "a number"
      if let number = Double(word), number.isFinite { mismatch.suggestion = word }
    default: break
    }
    return .failure(mismatch)
  }

  private static let booleanWords = [
    "yes": "true", "y": "true", "on": "true", "true": "true", "no": "false", "n": "false",
    "off": "false", "false": "false",
  ]

  /// In the words of an error message.
  var description: String {
    switch self {
    case .bool: "true or false"
    case .integer(Int.min...Int.max): "a whole number"
    case .integer(0...Int.max): "a whole number from 0"
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number(let magnitude):
      magnitude < Double.greatestFiniteMagnitude
        ? "a number of magnitude up to \(magnitude)" : "a number"
    case .text: "text"
    case .choice(let choices): Self.list(choices)
    case .numberOrWord(let form): form.expected
    }
  }

  /// `one of a, b, c`, cut after a dozen.
  static func list(_ choices: [String]) -> String {
    let shown = choices.prefix(12).joined(separator: ", ")
    if choices.count > 12 { return "one of \(shown), … (\(choices.count) in all)" }
    return choices.count == 1 ? shown : "one of \(shown)"
  }

  /// What values of `type` are read from, or `nil` if it is no single value.
  static func of(_ type: Any.Type) -> Expectation? {
    if type == Bool.self { return .bool }
    if type == String.self { return .text }
    if type == Double.self { return .number(magnitude: .greatestFiniteMagnitude) }
    if type == Float.self { return .number(magnitude: Double(Float.greatestFiniteMagnitude)) }
    if let type = type as? any NumberOrWord.Type { return .numberOrWord(WordForm(type)) }
    if let type = type as? any FixedWidthInteger.Type { return .integer(range(of: type)) }
    return choices(of: type).map { .choice($0) }
  }

  private static func range<Value: FixedWidthInteger>(of type: Value.Type) -> ClosedRange<Int> {
    Int(clamping: Value.min)...Int(clamping: Value.max)
  }

  /// The raw values of an enum that is `String` and `CaseIterable`.
  private static func choices(of type: Any.Type) -> [String]? {
    func rawValues<Value: CaseIterable & RawRepresentable>(_ type: Value.Type) -> [String]? {
      guard Value.RawValue.self == String.self else { return nil }
      return type.allCases.compactMap { $0.rawValue as? String }
    }
    guard let type = type as? any (CaseIterable & RawRepresentable).Type else { return nil }
    return rawValues(type)
  }
}
