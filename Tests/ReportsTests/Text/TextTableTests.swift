import Reports
import Testing

@Suite("A text table")
struct TextTableTests {
  private func makeTable() -> TextTable {
    var table = TextTable([.init("name"), .init("return", .right), .init("note")])
    table.append(["dt", "0.5", "ok"])
    table.append(["日本", "12.25", ""])
    table.append(["\u{1B}[31mevil", "-1", "e\u{301}"])
    return table
  }

  @Test("aligns its columns by what a terminal shows")
  func unicode() {
    #expect(
      makeTable().formatted() == """
        name │ return │ note
        ─────┼────────┼─────
        dt   │    0.5 │ ok
        日本 │  12.25 │
        evil │     -1 │ e\u{301}

        """)
  }

  @Test("has lines of ASCII where the terminal knows no others")
  func ascii() {
    #expect(
      makeTable().formatted(isASCII: true) == """
        name | return | note
        -----+--------+-----
        dt   |    0.5 | ok
        日本 |  12.25 |
        evil |     -1 | e\u{301}

        """)
  }

  @Test("shortens its widest columns to fit")
  func shrinks() {
    var table = TextTable([.init("a"), .init("b", .right)])
    table.append(["a rather long name", "1.5"])
    #expect(
      table.formatted(maximumWidth: 14) == """
        a        │   b
        ─────────┼────
        a rathe… │ 1.5

        """)
  }
}
