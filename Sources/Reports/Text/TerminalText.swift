internal import Documents

/// Text as a terminal shows it.
public enum TerminalText {
  /// The text without anything that steers a terminal: escape sequences, control characters, marks
  /// that reverse the direction of writing. Line breaks and tabs become spaces.
  ///
  /// Names come from files that others made; a name must not be able to clear the screen, change
  /// the window's title or pretend to be another name.
  public static func sanitised(_ text: String) -> String {
    var safe = ""
    var scalars = text.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      switch scalar {
      case "\u{1B}": dropSequence(from: &scalars)
      case "\u{9B}": dropControlSequence(from: &scalars)
      case "\u{90}", "\u{98}", "\u{9D}", "\u{9E}", "\u{9F}": dropString(from: &scalars)
      case "\n", "\r", "\t", "\u{85}", "\u{2028}", "\u{2029}": safe += " "
      case _ where scalar.steersText: continue
      default: safe.unicodeScalars.append(scalar)
      }
    }
    return safe
  }

  /// Columns that the text takes: 2 for wide East Asian characters and emoji, 0 for marks that join
  /// the character before, else 1.
  public static func width(_ text: String) -> Int { text.reduce(0) { $0 + width($1) } }

  /// The text cut to at most `columns`, the last of which is then "…".
  public static func truncated(_ text: String, to columns: Int, ellipsis: String = "…") -> String {
    guard width(text) > columns else { return text }
    let room = columns - width(ellipsis)
    guard room >= 0 else { return "" }
    var cut = ""
    var used = 0
    for character in text {
      used += width(character)
      if used > room { break }
      cut.append(character)
    }
    return cut + ellipsis
  }

  private static func width(_ character: Character) -> Int {
    guard let first = character.unicodeScalars.first else { return 0 }
    if first.isASCII { return first.value < 0x20 || first.value == 0x7F ? 0 : 1 }
    let isEmoji =
      first.properties.isEmojiPresentation
      || (first.properties.isEmoji && character.unicodeScalars.contains("\u{FE0F}"))
    if isEmoji || isWide(first) { return 2 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: return 1
    }
  }

  /// The blocks that Unicode's East Asian Width calls wide or full-width, in the large.
  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
      0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1B000...0x1B2FF, 0x20000...0x3FFFD:
      true
    default: false
    }
  }

  // MARK: Escape sequences (ECMA-48)

  private static func dropSequence(from scalars: inout Substring.UnicodeScalarView) {
    guard let kind = scalars.first else { return }
    switch kind {
    case "[":
      scalars.removeFirst()
      dropControlSequence(from: &scalars)
    case "]", "P", "X", "^", "_":
      scalars.removeFirst()
      dropString(from: &scalars)
    default:
      while let next = scalars.first, (0x20...0x2F).contains(next.value) { scalars.removeFirst() }
      if let next = scalars.first, (0x30...0x7E).contains(next.value) { scalars.removeFirst() }
    }
  }

  /// Parameters and a final letter.
  private static func dropControlSequence(from scalars: inout Substring.UnicodeScalarView) {
    while let next = scalars.first, (0x20...0x3F).contains(next.value) { scalars.removeFirst() }
    if let next = scalars.first, (0x40...0x7E).contains(next.value) { scalars.removeFirst() }
  }

  /// Everything up to BEL or the string terminator; all of it where neither comes.
  private static func dropString(from scalars: inout Substring.UnicodeScalarView) {
    while let next = scalars.popFirst() {
      if next == "\u{7}" || next == "\u{9C}" { return }
      if next == "\u{1B}", scalars.first == "\\" {
        scalars.removeFirst()
        return
      }
    }
  }
}
