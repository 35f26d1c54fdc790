/// Text as a page shows it.
public enum HTMLText {
  /// The text without anything that steers a terminal or a browser, for the inside of an element or
  /// of an attribute in quotes.
  ///
  /// Names come from files that others made; a name must not be able to run a script, open an element
  /// or end one.
  ///
  /// - Parameter keepingLines: whether line breaks stay, as in a listing.
  public static func escaped(_ text: String, keepingLines: Bool = false) -> String {
    if keepingLines {
      return text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { escaped(String($0)) }.joined(separator: "\n")
    }
    var safe = ""
    for scalar in TerminalText.sanitised(text).unicodeScalars {
      switch scalar {
      case "&": safe += "&amp;"
      case "<": safe += "&lt;"
      case ">": safe += "&gt;"
      case "\"": safe += "&quot;"
      case "'": safe += "&#39;"
      default: safe.unicodeScalars.append(scalar)
      }
    }
    return safe
  }
}
