import Randomness

/// Damages configurations by bytes and by lines.
struct ConfigurationMutator {
  private var random: RandomStream
  private let pieces = [
    "{", "}", "[", "]", ":", ": ", ",", "\"", "'", "\\", "-", "- ", "0", "1e999", "#", " #", "&a ",
    "*a", "!t ", "!!int ", "<<: ", "---\n", "...\n", "? ", "| ", ">\n", "%", "@", "`", "\n", "\r\n",
    "\r", "\t", "  ", "\u{FEFF}", "\u{0}", "\u{85}", "\u{2028}", "é", "😀", "~", "null", "true",
    "yes",
    ".nan", "-.inf", "0x1F", "012", "1_0", "1:2", "99999999999999999999", "\u{1B}[2J", "\"\\e[2J\"",
    "id: endless", "id: bc", "id: 3", "[[[[[[", "{a: {b: {c: ", "seed: 1\n", "name: &x [*x]\n",
  ]

  init(seed: UInt64 = 13) { random = RandomStream(seed: seed, "yaml mutations") }

  mutating func mutate(_ text: String) -> [UInt8] {
    var bytes = Array(text.utf8)
    for _ in 0...random.integer(below: 3) {
      guard !bytes.isEmpty else { break }
      let place = random.integer(below: bytes.count)
      let length = min(random.integer(below: 12) + 1, bytes.count - place)
      switch random.integer(below: 7) {
      case 0: bytes[place] ^= 1 << UInt8(random.integer(below: 8))
      case 1: bytes.removeSubrange(place..<place + length)
      case 2:
        let block = Array(bytes[place..<place + length])
        bytes.insert(contentsOf: block, at: random.integer(below: bytes.count))
      case 3:
        let piece = pieces[random.integer(below: pieces.count)]
        bytes.insert(contentsOf: Array(piece.utf8), at: place)
      case 4: bytes.removeLast(bytes.count - place)
      case 5: bytes = moveLine(of: bytes)
      default: bytes.swapAt(place, random.integer(below: bytes.count))
      }
    }
    return bytes
  }

  private mutating func moveLine(of bytes: [UInt8]) -> [UInt8] {
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
    let line = lines.remove(at: random.integer(below: lines.count))
    lines.insert(line, at: random.integer(below: lines.count + 1))
    return Array(lines.joined(separator: [0x0A]))
  }
}
