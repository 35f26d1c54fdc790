import Documents
import TestSupport
import Testing

@Suite("JSON")
struct JSONTests {
  @Test(
    "reads what RFC 8259 allows",
    arguments: [
      ("null", nil), (" true\n", true), ("false", false), ("0", 0), ("-12", -12),
      ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
      ("9223372036854775808", 9_223_372_036_854_775_808.0), ("1.0", 1.0), ("1e2", 100.0),
      ("-2.5E-1", -0.25), (#""aé\u00e9\ud83d\ude00\n\/""#, "aéé😀\n/"), ("[]", []), ("{}", [:]),
      ("[1, [2.5, \"x\"], {}]", [1, [2.5, "x"], [:]]),
      (#"{"b": 1, "a": {"c": null}}"#, ["b": 1, "a": ["c": nil]]),
    ] as [(String, Document)])
  func reads(text: String, expected: Document) throws {
    #expect(try Document(json: text) == expected)
  }

  @Test("keeps the sign of minus zero")
  func minusZero() throws {
    #expect(try Document(json: "-0").jsonText() == "-0.0")
    #expect(try Document(json: Document.number(-0.0).jsonText()) == .number(-0.0))
  }

  @Test(
    "refuses malformed text and says where",
    arguments: [
      ("", "1:1: found the end of the text, expected a value"),
      ("nul", "1:1: found \"n\", expected a value"),
      ("True", "1:1: found \"T\", expected a value"),
      ("truefalse", "1:5: found \"f\" after the value, expected the end"),
      ("1 2", "1:3: found \"2\" after the value, expected the end"),
      ("[1,]", "1:4: found \"]\", expected a value"),
      ("[1\n 2]", "2:2: found \"2\", expected \",\" or \"]\""),
      ("{\"é\": 1 x}", "1:9: found \"x\", expected \",\" or \"}\""),
      ("{,}", "1:2: found \",\", expected a key in double quotes"),
      ("{\"a\":1,}", "1:8: found \"}\", expected a key in double quotes"),
      ("{a: 1}", "1:2: found \"a\", expected a key in double quotes"),
      ("{\"a\" 1}", "1:6: found \"1\" after key \"a\", expected \":\""),
      ("{\"a\": 1,\n \"a\": 2}", "2:2: key \"a\" appears twice, expected once"),
      ("{\"a\": 1, \"\\u0061\": 2}", "1:10: key \"a\" appears twice, expected once"),
      ("[", "1:2: found the end of the text, expected a value"),
      ("01", "1:1: found a number with a leading zero, expected none"),
      ("-", "1:2: found the end of the text after \"-\", expected a digit"),
      ("+1", "1:1: found \"+\", expected a value"),
      (".5", "1:1: found \".\", expected a value"),
      ("1.", "1:3: found the end of the text after the decimal point, expected a digit"),
      ("1e+", "1:4: found the end of the text after the exponent sign, expected a digit"),
      ("1e999", "1:1: found 1e999, expected a number of magnitude below 1.8e308"),
      ("NaN", "1:1: found \"N\", expected a value"),
      ("-Infinity", "1:2: found \"I\" after \"-\", expected a digit"),
      ("\"abc", "1:1: found no closing quote for this string"),
      (
        "\"a\tb\"",
        "1:3: found the control character U+0009 in a string, expected it escaped"
      ),
      ("\"\\x\"", "1:2: found \\ before \"x\", expected one of \" \\ / b f n r t u"),
      ("\"\\u12g4\"", "1:2: found \\u without four hexadecimal digits"),
      ("\"\\ud800\"", "1:2: found half of a surrogate pair, expected both halves"),
      ("\"\\ud800\\u0041\"", "1:2: found half of a surrogate pair, expected both halves"),
      ("\"\\udc00\"", "1:2: found half of a surrogate pair, expected both halves"),
      ("'a'", "1:1: found \"'\", expected a value"),
      ("[1] // no", "1:5: found \"/\" after the value, expected the end"),
      ("\u{FEFF}1", "1:1: found a byte order mark, expected JSON without one"),
      ("[é]", "1:2: found a character outside ASCII, expected a value"),
    ])
  func refuses(text: String, message: String) {
    let error = #expect(throws: DocumentError.self) { try Document(json: text) }
    #expect(error?.description == message)
  }

  @Test("refuses text that is not UTF-8, at its first bad byte")
  func refusesInvalidUTF8() {
    let sequences: [[UInt8]] = [
      [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
    ]
    for sequence in sequences {
      let bytes = Array("\"aé".utf8) + sequence + Array("b\"".utf8)
      let error = #expect(throws: DocumentError.self) { try Document(json: bytes) }
      #expect(error?.description == "1:4: found text that is not UTF-8")
    }
  }

  @Test("caps nesting, length and digits")
  func caps() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    _ = try Document(json: nested(64))
    #expect(throws: DocumentError.self) { try Document(json: nested(65)) }
    #expect(throws: DocumentError.self) { try Document(json: nested(1_000_000)) }
    let long = #expect(throws: DocumentError.self) { try Document(json: "[1, 2]", maximumBytes: 5) }
    #expect(long?.message == "found 6 bytes, expected at most 5")
    let digits = String(repeating: "1", count: 1001)
    #expect(throws: DocumentError.self) { try Document(json: digits) }
  }

  @Test("reads bare NaN and infinities only where allowed")
  func nonFinite() throws {
    let text = "[NaN,Infinity,-Infinity]"
    let document = try Document(json: text, allowsNonFinite: true)
    #expect(document.jsonText(allowsNonFinite: true) == text)
    #expect(document.jsonText() == "[null,null,null]")
  }

  @Test("writes compact and pretty text, and escapes control characters")
  func writes() {
    let document: Document = [
      "b": [1, 0.1, true], "a": ["e": [], "o": [:]], "t": "\"\\\n\u{1B}[31m\u{9B}é",
    ]
    #expect(
      document.jsonText()
        == #"{"b":[1,0.1,true],"a":{"e":[],"o":{}},"t":"\"\\\n\u001b[31m\u009bé"}"#)
    #expect(
      document.jsonText(pretty: true) == """
        {
          "b": [
            1,
            0.1,
            true
          ],
          "a": {
            "e": [],
            "o": {}
          },
          "t": "\\"\\\\\\n\\u001b[31m\\u009bé"
        }
        """)
  }

  @Test("gives back every number that it wrote")
  func roundTrip() throws {
    var bits: UInt64 = 1
    for _ in 0..<20_000 {
      bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let number = Double(bitPattern: bits)
      guard number.isFinite else { continue }
      let document: Document = [.number(number), .integer(Int(bitPattern: UInt(bits)))]
      #expect(try Document(json: document.jsonText()) == document)
    }
  }

  @Test("finds 100,000 keys of one object unique in well under a second")
  func manyKeys() throws {
    let text = "{" + (0..<100_000).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}"
    let time = try processorTime { _ = try Document(json: text) }
    #expect(time < .seconds(1))
  }
}
