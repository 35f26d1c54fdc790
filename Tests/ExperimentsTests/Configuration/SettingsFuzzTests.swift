import Documents
import Experiments
import Randomness
import Testing

@Suite("Configurations that were damaged")
struct SettingsFuzzTests {
  private let loader = SettingsLoader(SampleSettings.self, catalogue: .sample)

  private let seeds = [
    """
    # an experiment
    name: sample
    environment: {id: corridor, length: 9}
    agent:
      id: dt
      contextLength: 5
      backbone: {id: gpt, heads: 8}
    dataset:
      behaviours:
        - random
        - {id: expert, epsilon: 0.5}
    training:
      learningRate: 1e-3
      schedule: linear
      checkpoints: [{every: 7}, {}]
    targetReturns: [0, 0.5, 1]
    sweep:
      agent.contextLength: [1, 2]
    """,
    "name: |\r\n  two\r\n  lines\r\nagent: bc\r\n\"seed\": 7\r\ndataset: {path: 'it''s'}\r\n",
  ]

  @Test("are loaded or refused with places, 3,000 times, and what is loaded can be written")
  func mutations() throws {
    var mutator = ConfigurationMutator()
    let clock = ContinuousClock()
    var loadedCount = 0
    for round in 0..<3_000 {
      let bytes = mutator.mutate(seeds[round % seeds.count])
      let start = clock.now
      do throws(ConfigurationErrors) {
        let loaded = try loader.load(yaml: bytes, named: "a.yaml")
        loadedCount += 1
        let again = try loader.load(yaml: loaded.yamlText, named: "b.yaml")
        #expect(again.document == loaded.document)
      } catch {
        for problem in error.errors {
          #expect(problem.location?.hasPrefix("a.yaml") == true || problem.key.contains("inner"))
          #expect(problem.description.utf8.count < 1_000)
          let isSafe = problem.description.unicodeScalars.allSatisfy { $0.value >= 0x20 }
          #expect(isSafe)
        }
      }
      #expect(clock.now - start < .seconds(1))
    }
    #expect((30...2_900).contains(loadedCount), "\(loadedCount) of 3000 mutants loaded")
  }

  @Test("may be overrides too")
  func overrides() {
    var mutator = ConfigurationMutator()
    let options = [
      "agent.backbone.heads=8", "dataset.behaviours[0].id=expert", "training={steps: 3}",
    ]
    for round in 0..<1_000 {
      let bytes = mutator.mutate(options[round % options.count])
      guard let option = String(validating: bytes, as: UTF8.self) else { continue }
      do throws(ConfigurationErrors) {
        _ = try loader.load(yaml: "", named: "a.yaml", overrides: [option])
      } catch {
        #expect(error.errors.allSatisfy { $0.location?.hasPrefix("--set ") == true })
      }
    }
  }

  @Test("of great size or depth are dealt with in less than a second")
  func extremes() {
    let long = String(repeating: "x", count: 10 << 20)
    let deep = String(repeating: "[", count: 5_000)
    func lines(_ count: Int, _ line: (Int) -> String) -> String {
      (0..<count).map(line).joined()
    }
    func list(_ key: String, _ count: Int, of item: String) -> String {
      "\(key): [" + String(repeating: item + ",", count: count) + "]"
    }
    var texts: [String] = ["name: \(long)", "name: \"\(long)\"", "name: |\n  \(long)", long, deep]
    texts.append(deep + String(repeating: "]", count: 5_000))
    texts.append(lines(5_000) { String(repeating: " ", count: $0 % 200) + "a:\n" })
    texts.append(lines(600) { String(repeating: " ", count: $0) + "a:\n" })
    texts.append(lines(20_000) { "key\($0): \($0)\n" })
    texts.append("sweep:\n" + lines(20_000) { "  key\($0): \($0)\n" })
    texts.append(list("targetReturns", 40_000, of: "1"))
    texts.append(list("targetReturns", 40_000, of: "x"))
    texts.append(list("training: {checkpoints", 20_000, of: "{}") + "}")
    texts.append(list("dataset: {behaviours", 20_000, of: "expert") + "}")
    texts.append(list("sweep: {a", 20_000, of: "[]") + "}")
    texts += ["\u{FEFF}name: x\r\n", "name:\tx\n", "\tname: x\n", "name: x\n\tseed: 1\n"]
    for text in texts {
      let time = ContinuousClock().measure { _ = try? loader.load(yaml: text, named: "a.yaml") }
      #expect(time < .seconds(1), "\(text.prefix(40)): \(time)")
    }
  }
}

/// Damages configurations by bytes and by lines.
private struct ConfigurationMutator {
  private var random = RandomStream(seed: 13, "yaml mutations")
  private let pieces = [
    "{", "}", "[", "]", ":", ": ", ",", "\"", "'", "\\", "-", "- ", "0", "1e999", "#", " #", "&a ",
    "*a", "!t ", "!!int ", "<<: ", "---\n", "...\n", "? ", "| ", ">\n", "%", "@", "`", "\n", "\r\n",
    "\r", "\t", "  ", "\u{FEFF}", "\u{0}", "\u{85}", "\u{2028}", "é", "😀", "~", "null", "true",
    "yes",
    ".nan", "-.inf", "0x1F", "012", "1_0", "1:2", "99999999999999999999", "\u{1B}[2J", "\"\\e[2J\"",
    "id: endless", "id: bc", "id: 3", "[[[[[[", "{a: {b: {c: ", "seed: 1\n", "name: &x [*x]\n",
  ]

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
