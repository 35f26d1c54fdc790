/// Text from outside made fit for a terminal.
public enum SafeText {
  /// `text` with control characters, escapes and direction marks shown as `\u{…}`, so that a name in
  /// a file cannot move the cursor or change colours.
  public static func printable(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .privateUse, .lineSeparator, .paragraphSeparator:
        result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
