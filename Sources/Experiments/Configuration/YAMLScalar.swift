import Documents

/// What an unquoted word of YAML means.
///
/// This is the core schema of YAML 1.2 with everything left out that other versions and other
/// readers understand differently: `012` is 10 or 12, `1_000` a number or text, `1:30` ninety or
/// text. Those are refused, so that a file means the same to everyone who reads it.
enum YAMLScalar {
  case value(Document)
  case ambiguous(suggestion: String?)
  case notFinite

  init(plain text: String) {
    switch text {
    case "", "~", "null", "Null", "NULL": self = .value(.null)
    case "true": self = .value(true)
    case "false": self = .value(false)
    case _ where text.utf8.count > 200:  // no number is as long
      self = .value(.string(text))
    default:
      if let number = YAMLScalar(number: text) {
        self = number
      } else if Self.isNotFinite(text) {
        self = .notFinite
      } else if Self.isOdd(text) {
        self = .ambiguous(suggestion: Self.decimal(of: text))
      } else {
        self = .value(.string(text))
      }
    }
  }

  /// `[-+]? (digits [. digits?]? | . digits) ([eE] [-+]? digits)?`, or `nil`.
  private init?(number text: String) {
    var rest = Substring(text)
    if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
    let whole = rest.takeDigits()
    var fraction: Substring?
    if rest.first == "." {
      rest.removeFirst()
      fraction = rest.takeDigits()
    }
    guard !(whole.isEmpty && fraction?.isEmpty ?? true) else { return nil }
    var hasExponent = false
    if rest.first == "e" || rest.first == "E" {
      hasExponent = true
      rest.removeFirst()
      if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
      guard !rest.takeDigits().isEmpty else { return nil }
    }
    guard rest.isEmpty else { return nil }
    if whole.count > 1, whole.first == "0" {
      self = .ambiguous(suggestion: Self.decimal(of: text))
    } else if fraction == nil, !hasExponent, let integer = Int(text) {
      self = .value(.integer(integer))
    } else if let number = Self.double(text) {
      self = number.isFinite ? .value(.number(number)) : .notFinite
    } else {
      return nil
    }
  }

  /// Swift wants digits on both sides of a point.
  private static func double(_ text: String) -> Double? {
    Double(text)
      ?? Double(
        text.replacing("+.", with: "+0.").replacing("-.", with: "-0.").replacing(".e", with: ".0e")
          .replacing(".E", with: ".0E")) ?? Double("0" + text) ?? Double(text + "0")
  }

  private static func isNotFinite(_ text: String) -> Bool {
    let word = text.first == "-" || text.first == "+" ? text.dropFirst() : Substring(text)
    return [".inf", ".nan"].contains(word.lowercased())
  }

  /// Numbers of YAML 1.1, or of some readers: `0x1F`, `0o17`, `0b1`, `1_000`, `1:30`.
  private static func isOdd(_ text: String) -> Bool {
    let digits = text.first == "-" || text.first == "+" ? text.dropFirst() : Substring(text)
    guard let first = digits.first, first.isASCII, first.isWholeNumber else { return false }
    let prefixed = digits.lowercased()
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where prefixed.hasPrefix(prefix) {
      let rest = prefixed.dropFirst(2).filter { $0 != "_" }
      return !rest.isEmpty && rest.allSatisfy { ($0.hexDigitValue ?? 99) < radix }
    }
    let others = digits.filter { !($0.isASCII && $0.isWholeNumber) }
    if others.contains("_") { return others.allSatisfy { "_.eE+-".contains($0) } }
    return !others.isEmpty && others.allSatisfy { $0 == ":" } && digits.last != ":"
  }

  /// The number that was probably meant.
  private static func decimal(of text: String) -> String? {
    var digits = text.lowercased().filter { $0 != "_" && $0 != "+" }
    let isNegative = digits.first == "-"
    if isNegative { digits.removeFirst() }
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
      return Int(digits.dropFirst(2), radix: radix).map { (isNegative ? "-" : "") + String($0) }
    }
    while digits.count > 1, digits.first == "0", digits.dropFirst().first?.isWholeNumber == true {
      digits.removeFirst()
    }
    guard Double(digits) != nil, digits.count < 40 else { return nil }
    return (isNegative ? "-" : "") + digits
  }
}

extension Substring {
  fileprivate mutating func takeDigits() -> Substring {
    let digits = prefix { $0.isASCII && $0.isWholeNumber }
    self = self[digits.endIndex...]
    return digits
  }
}
