import Documents
import Experiments
import Randomness
import Testing

@Suite("The YAML writer")
struct YAMLWriterTests {
  @Test("writes what the reader reads back equal, for 3,000 random documents")
  func roundTrip() throws {
    var random = RandomStream(seed: 1, "yaml")
    for _ in 0..<3_000 {
      let document = makeDocument(depth: 0, using: &random)
      let text = document.yamlText
      #expect(try YAMLReader.read(text.utf8, named: "a").document == document, "\(text)")
    }
  }

  @Test("quotes every text that could be taken for something else")
  func quotes() throws {
    let words = [
      "", " ", "true", "No", "on", "y", "null", "~", "nan", ".nan", ".inf", "1", "1e3", "012",
      "0x1F", "1:30", "1_000", "a: b", "a #b", "#a", "-", "- a", "? a", "*a", "&a", "!a", "|", ">",
      "%a", "@a", "`a", "[", "{", "a,b", "'", "\"", "\\", "a\nb", "\t", "\u{1B}[0m", "\u{85}",
      "a\u{FEFF}", "\u{FFFE}", "\u{2028}", "é", "😀", "<<", "---", "...", "a ", " a", "2024-01-01",
      String(repeating: "long ", count: 1_000),
    ]
    for word in words {
      let document: Document = [
        "v": .string(word), "l": [.string(word)], "o": .object([word: [.object([word: 1])]]),
      ]
      #expect(
        try YAMLReader.read(document.yamlText.utf8, named: "a").document == document,
        "\(document.yamlText.debugDescription)")
    }
  }

  private func makeDocument(depth: Int, using random: inout RandomStream) -> Document {
    switch random.integer(below: depth < 4 ? 9 : 6) {
    case 0: return .null
    case 1: return .bool(random.integer(below: 2) == 0)
    case 2: return .integer(Int(bitPattern: UInt(random.next())) >> random.integer(below: 64))
    case 3: return .number(Double(random.integer(below: 1000)) / 8)
    case 4:
      let number = Double(bitPattern: random.next())
      return .number(number.isFinite ? number : 0)
    case 5: return .string(makeText(using: &random))
    case 6:
      return .array(
        (0..<random.integer(below: 4)).map { _ in makeDocument(depth: depth + 1, using: &random) })
    default:
      var fields = Document.Fields()
      for _ in 0..<random.integer(below: 4) {
        fields[makeText(using: &random)] = makeDocument(depth: depth + 1, using: &random)
      }
      return .object(fields)
    }
  }

  private func makeText(using random: inout RandomStream) -> String {
    let letters = Array("ab1.-_:#'\"\\ \n\t{}[],&*!|>%@`?~=é😀\u{7F}")
    return String(
      (0..<random.integer(below: 8)).map { _ in letters[random.integer(below: letters.count)] })
  }
}
