import Documents
import TestSupport
import Testing

@Suite("JSON that was damaged")
struct JSONFuzzTests {
  private let seeds = [
    #"{"schema": 1, "spaces": {"type": "Box", "low": [-1.5e3, 0], "high": [1, 2]}, "ok": true}"#,
    #"[[[[1, "a\u00e9\ud83d\ude00\n"], null], {"k": -0.0, "": [{}, []]}], false, 1e-7]"#,
    "{\"name\": \"日本 é\", \"a\\\"b\": [9223372036854775807, NaN, -Infinity, Infinity]}",
  ]

  @Test("is read or refused with a place, 5,000 times, and what is read can be written")
  func mutations() {
    var mutator = TextMutator(seed: 15)
    for round in 0..<5_000 {
      let bytes = mutator.mutate(Array(seeds[round % seeds.count].utf8))
      let time = processorTime {
        do throws(DocumentError) {
          let document = try Document(json: bytes, allowsNonFinite: true)
          let text = document.jsonText(allowsNonFinite: true)
          let again = try Document(json: text, allowsNonFinite: true)
          #expect(again.jsonText(allowsNonFinite: true) == text)
        } catch {
          #expect(error.line > 0 && error.column > 0 && !error.message.isEmpty)
          #expect(error.message.utf8.count < 400)
        }
      }
      #expect(time < .seconds(1))
    }
  }

  @Test("of a megabyte of anything takes less than a second")
  func repeats() {
    for piece in [
      "[", "{", "{\"a\":", "\"", "\\", "[1,", "1", "\"a\",", " ", "\n", "\"\\u0041", "é",
    ] {
      let text = String(repeating: piece, count: (1 << 20) / piece.utf8.count)
      let time = processorTime {
        _ = try? Document(json: text)
        _ = try? Document(json: "[" + text)
        _ = try? Document(json: "\"" + text + "\"")
        _ = try? Document(json: "[" + text + "1]")
      }
      #expect(time < .seconds(1), "\(piece): \(time)")
    }
  }
}

/// Damages texts: bytes flipped, dropped, doubled, swapped for signs that matter, blocks moved.
struct TextMutator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  private mutating func number(below bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }

  mutating func mutate(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...number(below: 4) {
      guard !bytes.isEmpty else { break }
      let place = number(below: bytes.count)
      let length = min(number(below: 12) + 1, bytes.count - place)
      switch number(below: 7) {
      case 0: bytes[place] ^= 1 << UInt8(number(below: 8))
      case 1: bytes.removeSubrange(place..<place + length)
      case 2:
        bytes.insert(contentsOf: bytes[place..<place + length], at: number(below: bytes.count))
      case 3: bytes.insert(contentsOf: Array(pieces[number(below: pieces.count)].utf8), at: place)
      case 4: bytes.removeLast(bytes.count - place)
      case 5: bytes[place] = UInt8(number(below: 256))
      default: bytes.swapAt(place, number(below: bytes.count))
      }
    }
    return bytes
  }

  private let pieces = [
    "{", "}", "[", "]", ":", ": ", ",", "\"", "'", "\\", "\\u", "\\ud800", "-", "- ", "0", "1e999",
    "#", " #", "&a ", "*a", "!t ", "!!int ", "<<: ", "---\n", "...\n", "? ", "| ", ">\n", "%", "@",
    "`", "\n", "\r\n", "\r", "\t", "  ", "\u{FEFF}", "\u{0}", "\u{85}", "\u{2028}", "é", "😀", "~",
    "null", "true", "yes", ".nan", "-.inf", "0x1F", "012", "1_0", "1:2", "99999999999999999999",
    "\u{1B}[2J",
  ]
}
