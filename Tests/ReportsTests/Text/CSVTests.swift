import Reports
import Testing

@Suite("CSV lines")
struct CSVTests {
  @Test("quote what needs quotes")
  func quotes() {
    #expect(CSV.line(["a", "b c", "1.5"]) == "a,b c,1.5\n")
    #expect(
      CSV.line(["a,b", "say \"x\"", "two\nlines", " x", "x ", "cr\r"])
        == "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\" x\",\"x \",\"cr\r\"\n")
    #expect(CSV.line(["a\r\nb"]) == "\"a\r\nb\"\n", "CR LF is one Character to Swift")
    #expect(CSV.line(["", ""]) == ",\n")
    #expect(CSV.line([""]) == "\"\"\n")
  }

  @Test("write numbers so that they read back equal")
  func numbers() {
    #expect(CSV.line([1, 0.1, nil, -2.5e-7, .nan, -.infinity]) == "1,0.1,,-2.5e-07,nan,-inf\n")
    #expect(CSV.number(-0.0) == "-0.0")
    #expect(CSV.number(1e300) == "1e+300")
    #expect(Double(CSV.number(0.1 + 0.2)) == 0.1 + 0.2)
  }
}
