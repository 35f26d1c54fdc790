import Reports
import Testing

@Suite("Terminal text")
struct TerminalTextTests {
  @Test(
    "carries nothing that steers a terminal",
    arguments: [
      ("plain é 日本", "plain é 日本"), ("\u{1B}[31mred\u{1B}[0m", "red"),
      ("\u{1B}[2J\u{1B}[1;1Hx", "x"), ("\u{1B}]0;title\u{7}x", "x"),
      ("\u{1B}]8;;http://a\u{1B}\\link\u{1B}]8;;\u{1B}\\", "link"),
      ("\u{9B}31mred", "red"), ("\u{9D}0;t\u{9C}x", "x"), ("\u{1B}Px\u{1B}\\y", "y"),
      ("\u{1B}(Bx", "x"), ("\u{1B}cx", "x"), ("a\u{1B}", "a"), ("a\u{1B}[", "a"),
      ("a\u{1B}[31", "a"), ("a\u{1B}]0;never ends", "a"), ("a\r\nb\tc", "a  b c"),
      ("a\u{7}\u{8}\u{0}b", "ab"), ("\u{202E}evil\u{202C}", "evil"), ("a\u{2066}b\u{2069}", "ab"),
      ("\u{FEFF}a\u{E0041}", "a"), ("\u{1B}\u{1B}[31mx", "x"), ("👨‍👩‍👧 ok", "👨‍👩‍👧 ok"),
    ])
  func sanitises(text: String, safe: String) {
    #expect(TerminalText.sanitised(text) == safe)
  }

  @Test("is safe whatever went in")
  func sanitisesAnything() {
    let pieces = ["\u{1B}", "[", "]", "3", "m", "\u{9B}", "\u{7}", "\\", "a", "\u{9D}", "P", "\n"]
    for code in 0..<(pieces.count * pieces.count * pieces.count * pieces.count) {
      var text = ""
      var rest = code
      for _ in 0..<4 {
        text += pieces[rest % pieces.count]
        rest /= pieces.count
      }
      let safe = TerminalText.sanitised(text)
      let isSafe = safe.unicodeScalars.allSatisfy {
        $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value)
      }
      #expect(isSafe)
    }
  }

  @Test(
    "has a width in columns",
    arguments: [
      ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("한", 2), ("😀", 2), ("❤️", 2),
      ("👨‍👩‍👧", 2), ("ｱ", 1), ("Ａ", 2), ("│█╸…", 4), ("\u{200D}", 0), ("🇩🇪", 2),
    ])
  func width(text: String, columns: Int) {
    #expect(TerminalText.width(text) == columns)
  }

  @Test("is cut to columns")
  func truncates() {
    #expect(TerminalText.truncated("abcdef", to: 6) == "abcdef")
    #expect(TerminalText.truncated("abcdef", to: 5) == "abcd…")
    #expect(TerminalText.truncated("日本語", to: 5) == "日本…")
    #expect(TerminalText.truncated("日本語", to: 4) == "日…")
    #expect(TerminalText.truncated("abc", to: 0) == "")
  }
}
