import Documents
import Experiments
import TestSupport
import Testing

@Suite("The YAML reader")
struct YAMLReaderTests {
  @Test(
    "reads values as YAML 1.2 does",
    arguments: [
      ("a: 1", ["a": 1]), ("a: -3", ["a": -3]), ("a: +3", ["a": 3]), ("a: 0", ["a": 0]),
      ("a: 1.5", ["a": 1.5]), ("a: .5", ["a": 0.5]), ("a: -.5e1", ["a": -5.0]),
      ("a: 1.", ["a": 1.0]), ("a: 1.e2", ["a": 100.0]), ("a: 1e3", ["a": 1000.0]),
      ("a: 2E-4", ["a": 2e-4]), ("a: true", ["a": true]), ("a: false", ["a": false]),
      ("a: True", ["a": "True"]), ("a: yes", ["a": "yes"]), ("a: on", ["a": "on"]),
      ("a:", ["a": nil]), ("a: ~", ["a": nil]), ("a: null", ["a": nil]),
      ("a: 'true'", ["a": "true"]), ("a: \"12\"", ["a": "12"]), ("a: \"\"", ["a": ""]),
      ("a: |\n  x\n  y\n", ["a": "x\ny\n"]), ("a: >\n  x\n  y\n", ["a": "x y\n"]),
      ("a: 2024-01-01", ["a": "2024-01-01"]), ("a: key-to-door/dt", ["a": "key-to-door/dt"]),
      ("a: 1e", ["a": "1e"]), ("a: 1.2.3", ["a": "1.2.3"]), ("a: 3x", ["a": "3x"]),
      ("a: 7f00_ab", ["a": "7f00_ab"]), ("a: nan", ["a": "nan"]), ("a: R & D", ["a": "R & D"]),
      ("a: x*y", ["a": "x*y"]), ("a: \"*x\"", ["a": "*x"]), ("'<<': 1", ["<<": 1]),
      ("a: [1, {b: c}]\r\nd: 2\r\n", ["a": [1, ["b": "c"]], "d": 2]), ("1: x", ["1": "x"]),
      ("\u{FEFF}a: é😀", ["a": "é😀"]), ("a: \"\\e[31m\"", ["a": "\u{1B}[31m"]),
      ("# only a comment with &x and *y", nil),
    ] as [(String, Document)])
  func reads(text: String, expected: Document) throws {
    #expect(try YAMLReader.read(text.utf8, named: "a.yaml").document == expected)
  }

  @Test(
    "refuses what is ambiguous, dangerous or not YAML",
    arguments: [
      (
        "a: 012",
        "a.yaml:1:4: a: found 012, expected a number in plain decimal digits, or text in quotes; did you mean 12?"
      ),
      (
        "a: -007",
        "a.yaml:1:4: a: found -007, expected a number in plain decimal digits, or text in quotes; did you mean -7?"
      ),
      (
        "a: 00.5",
        "a.yaml:1:4: a: found 00.5, expected a number in plain decimal digits, or text in quotes; did you mean 0.5?"
      ),
      (
        "a: 1_000",
        "a.yaml:1:4: a: found 1_000, expected a number in plain decimal digits, or text in quotes; did you mean 1000?"
      ),
      (
        "a: 0x1F",
        "a.yaml:1:4: a: found 0x1F, expected a number in plain decimal digits, or text in quotes; did you mean 31?"
      ),
      (
        "a: 0o17",
        "a.yaml:1:4: a: found 0o17, expected a number in plain decimal digits, or text in quotes; did you mean 15?"
      ),
      (
        "a: 0b11",
        "a.yaml:1:4: a: found 0b11, expected a number in plain decimal digits, or text in quotes; did you mean 3?"
      ),
      (
        "a: 1:30",
        "a.yaml:1:4: a: found 1:30, expected a number in plain decimal digits, or text in quotes"
      ),
      ("a: .nan", "a.yaml:1:4: a: found .nan, expected a finite number"),
      ("a: [-.INF]", "a.yaml:1:5: a[0]: found -.INF, expected a finite number"),
      ("a: 1e999", "a.yaml:1:4: a: found 1e999, expected a finite number"),
      ("a: 1\nb: 2\na: 3", "a.yaml:1:1: a: key appears twice"),
      ("a: 1\n\"a\": 3", "a.yaml:1:1: a: key appears twice"),
      (
        "a: &x 1\nb: *x",
        "a.yaml:1:4: anchors (&) and aliases (*) are not supported; write the value out"
      ),
      (
        "a: &x 1",
        "a.yaml:1:4: a: anchors (&) and aliases (*) are not supported; write the value out"
      ),
      ("b: *x", "a.yaml:1:4: anchors (&) and aliases (*) are not supported; write the value out"),
      (
        "b: !!map &x {}\nc: *x",
        "a.yaml:1:10: anchors (&) and aliases (*) are not supported; write the value out"
      ),
      ("<<: {a: 1}", "a.yaml:1:1: merge keys (<<) are not supported; write the keys out"),
      ("a: !!int 3", "a.yaml:1:4: a: tags (here tag:yaml.org,2002:int) are not supported"),
      ("a: ! 3", "a.yaml:1:4: a: tags (here !) are not supported"),
      ("a: !x {}", "a.yaml:1:4: a: tags (here !x) are not supported"),
      ("a: !!seq []", "a.yaml:1:4: a: tags (here tag:yaml.org,2002:seq) are not supported"),
      ("a: 1\n---\nb: 2", "a.yaml:2:1: found another document, expected one"),
      ("[1]: 2", "a.yaml:1:1: found a key that is not text"),
      ("? {a: 1}\n: 2", "a.yaml:1:3: found a key that is not text"),
      ("a:\n\tb: 1", "a.yaml:2:1: found a tab, expected spaces"),
      (
        "a: [1",
        "a.yaml:2:1: not YAML: did not find expected ',' or ']' (while parsing a flow sequence that starts at line 1)"
      ),
      ("a: b: c", "a.yaml:1:5: not YAML: mapping values are not allowed in this context"),
      ("a: \u{1}", "a.yaml:1:4: not YAML: control characters are not allowed"),
      (
        "a: @x",
        "a.yaml:1:4: not YAML: found character that cannot start any token (while scanning for the next token that starts at line 1)"
      ),
    ])
  func refuses(text: String, message: String) {
    let error = #expect(throws: ConfigurationErrors.self) {
      try YAMLReader.read(text.utf8, named: "a.yaml")
    }
    #expect(error?.description == message)
  }

  @Test("refuses text that is not UTF-8, is too long or nests too deeply, in no time")
  func caps() {
    func message(_ bytes: some Collection<UInt8>) -> String? {
      var error: ConfigurationErrors?
      let time = processorTime {
        error = #expect(throws: ConfigurationErrors.self) {
          try YAMLReader.read(bytes, named: "a.yaml")
        }
      }
      #expect(time < .seconds(1))
      return error?.description
    }
    #expect(message([0x61, 0x3A, 0x20, 0xFF]) == "a.yaml: found text that is not UTF-8")
    #expect(
      message(("a: " + String(repeating: "x", count: 10 << 20)).utf8)
        == "a.yaml: found 10485763 bytes, expected at most 1048576")
    #expect(
      message((String(repeating: "[", count: 65) + String(repeating: "]", count: 65)).utf8)?
        .hasSuffix(": found values nested deeper than 64") == true)
    for depth in [5_000, 500_000] {
      let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
      #expect(message(nested.utf8)?.isEmpty == false)
    }
    #expect(message(String(repeating: "- ", count: 5_000).utf8)?.isEmpty == false)
    #expect(message(String(repeating: "{a: ", count: 5_000).utf8)?.isEmpty == false)
    #expect(message(String(repeating: "? ", count: 5_000).utf8)?.isEmpty == false)
  }

  @Test("refuses bombs of aliases, in no time")
  func bombs() {
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<40 {
      let reference = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      bomb += "a\(level): &a\(level) [\(reference)]\n"
    }
    let keys = bomb + "? *a39\n: 1\n? *a38\n: 2\n"
    let tagged = bomb.replacing(" &", with: " !!seq &")
    for text in [bomb, keys, tagged] {
      let time = processorTime {
        #expect(throws: ConfigurationErrors.self) { try YAMLReader.read(text.utf8, named: "a") }
      }
      #expect(time < .seconds(1))
    }
  }

  @Test(
    "takes a second at the most for a megabyte of anything",
    arguments: [
      "a: 1\n", "- 1\n", "[", "{a: ", "\"", "'", "a", " ", "\n", "#", "a:\n", "- - \n", "1,", "!x ",
      "&a ", "*a ", "? ", "|\n ", "\r", "é", "- a: 1\n  b: [1, {c: d}]\n", "-", "0", "1_", "%",
      "x: y: ", "\"a\": 1, ", "{}", "[],", "\t",
    ])
  func repeats(piece: String) {
    for opening in ["", "[", "{", "a: "] {
      let text = opening + String(repeating: piece, count: 1_048_000 / piece.utf8.count)
      let time = processorTime {
        _ = try? YAMLReader.read(text.utf8.prefix(1 << 20), named: "a")
      }
      #expect(time < .seconds(1), "\(opening)\(piece): \(time)")
    }
  }
}
