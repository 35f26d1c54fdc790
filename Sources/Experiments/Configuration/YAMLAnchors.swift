/// Finds anchors (`&name`) before the text is parsed.
///
/// Aliases of anchored lists grow exponentially as soon as something looks at every value, and the
/// parser itself does that to find duplicate keys. So a text with anything that could be an anchor
/// *and* anything that could be an alias is refused unread. Both are only looked for where a value
/// can start, so `R & D` and `a*b` are fine; `": &y"` inside quotes together with a `- *z` in some
/// comment is refused without need, which can be lived with.
enum YAMLAnchors {
  static let problem = "anchors (&) and aliases (*) are not supported; write the value out"

  /// Line and column of the first `&` if the text may have both anchors and aliases.
  static func firstMark(in text: String) -> (line: Int, column: Int)? {
    var anchor: (line: Int, column: Int)?
    var hasAlias = false
    var line = 1
    var column = 1
    var canStartValue = true
    var isInTag = false
    var last: Unicode.Scalar = "\n"
    for scalar in text.unicodeScalars {
      if canStartValue, scalar == "&" { anchor = anchor ?? (line, column) }
      if canStartValue, scalar == "*" { hasAlias = true }
      column += 1
      switch scalar {
      case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
        if scalar != "\n" || last != "\r" { line += 1 }
        column = 1
        canStartValue = true
        isInTag = false
      case " ", "\t", "\u{FEFF}":
        // A value can follow its tag, and these two signs if there is space between.
        if isInTag || last == "-" || last == "?" { canStartValue = true }
        isInTag = false
      case ":", "[", "{", ",": canStartValue = true
      default:
        isInTag = isInTag || (canStartValue && scalar == "!")
        canStartValue = false
      }
      last = scalar
    }
    return hasAlias ? anchor : nil
  }
}
