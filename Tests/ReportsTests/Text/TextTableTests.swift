import Reports
import Testing

@Suite("A table of text")
struct TextTableTests {
  private let table = TextTable(
    columns: [.init("target"), .init("selection", alignment: .left), .init("mean")],
    rows: [["0", "greedy", "0.01"], ["0.5", "sampled", "12.5"]])

  @Test("aligns its columns under a line")
  func unicode() {
    #expect(
      table.text(unicode: true) == """
        target  selection  mean
        ──────  ─────────  ────
             0  greedy     0.01
           0.5  sampled    12.5
        """)
  }

  @Test("is drawn with hyphens where only ASCII is spoken")
  func ascii() {
    #expect(
      table.text(unicode: false) == """
        target  selection  mean
        ------  ---------  ----
             0  greedy     0.01
           0.5  sampled    12.5
        """)
  }

  @Test("has no spaces at the end of a line")
  func noTrailingSpaces() {
    let table = TextTable(
      columns: [.init("a"), .init("name", alignment: .left)], rows: [["1", "x"], ["2", ""]])
    #expect(table.text(unicode: false) == "a  name\n-  ----\n1  x\n2")
  }

  @Test("shows what could steer a terminal instead of obeying it")
  func escapes() {
    let table = TextTable(columns: [.init("name", alignment: .left)], rows: [["\u{1B}[31mred\n"]])
    #expect(table.text(unicode: false).hasSuffix("\n\\u{1b}[31mred\\u{a}"))
  }
}

@Suite("Text from outside")
struct SafeTextTests {
  @Test(
    "is shown, not obeyed",
    arguments: [
      ("plain text, größer → 漢字 🙂", "plain text, größer → 漢字 🙂"),
      ("\u{1B}[2J\u{1B}]0;title\u{07}", "\\u{1b}[2J\\u{1b}]0;title\\u{7}"),
      ("a\rb\nc\td", "a\\u{d}b\\u{a}c\\u{9}d"), ("a\r\nb", "a\\u{d}\\u{a}b"),
      ("\u{9B}31m", "\\u{9b}31m"), ("abc\u{202E}fdp.exe", "abc\\u{202e}fdp.exe"),
      ("zero\u{200B}width", "zero\\u{200b}width"), ("\u{2028}line", "\\u{2028}line"), ("", ""),
    ])
  func printable(text: String, expected: String) { #expect(SafeText.printable(text) == expected) }
}
