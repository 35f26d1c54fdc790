import Documents
import Experiments
import Foundation
import Testing

@Suite("Every key of a configuration")
struct SettingsMatrixTests {
  private let matrix = SettingsMatrix()

  /// Slips of a typist: a letter left out, doubled, wrong, or two in the wrong order.
  private func typos(of word: String) -> [String] {
    let letters = Array(word)
    guard letters.count > 3 else { return [] }
    let middle = letters.count / 2
    var left = letters
    left.remove(at: middle)
    var doubled = letters
    doubled.insert(letters[middle], at: middle)
    var wrong = letters
    wrong[middle] = letters[middle] == "x" ? "q" : "x"
    var swapped = letters
    swapped.swapAt(1, 2)
    var late = letters
    late.swapAt(letters.count - 2, letters.count - 1)
    return [left, doubled, wrong, swapped, late, letters + ["s"], Array(letters.dropLast())].map {
      String($0)
    }.filter { $0 != word }
  }

  private func split(_ path: String) -> (parent: String, word: String) {
    let words = path.split(separator: ".")
    return (words.dropLast().joined(separator: "."), String(words.last ?? ""))
  }

  @Test("is refused where it is misspelt, and suggested in 95 cases of 100")
  func misspelt() throws {
    let keys = try matrix.keys()
    let names = Set(keys.map(\.path))
    var suggested = 0
    var tries = 0
    for key in keys {
      let (parent, word) = split(key.path)
      for typo in typos(of: word) where !names.contains(parent.isEmpty ? typo : "\(parent).\(typo)")
      {
        let file = matrix.file(
          key.base, path: parent, key: typo, value: key.value.jsonText())
        let problems = matrix.problems(file.text)
        let problem = try #require(problems.first, "\(key.name) written \(typo) was taken")
        #expect(problems.count == 1, "\(problems)")
        #expect(problem.key == (parent.isEmpty ? typo : "\(parent).\(typo)"), "\(problem)")
        #expect(problem.location == "a.yaml:\(file.line):\(file.keyColumn)", "\(problem)")
        tries += 1
        suggested += problem.suggestion == word ? 1 : 0
      }
    }
    #expect(keys.count > 150 && tries > 800, "\(keys.count) keys, \(tries) typos")
    print("Settings: \(suggested) of \(tries) misspelt keys understood")
    #expect(
      Double(suggested) >= 0.95 * Double(tries), "\(suggested) of \(tries) typos were understood")
  }

  /// What no key may be but one that holds just that.
  private static let values = [
    "a group": "{a: 1}", "a list": "[[1]]", "a word": "nonsense", "a quoted number": "\"1\"",
    "minus one": "-1", "zero": "0", "one and a half": "1.5", "huge": "1e300",
    "too many digits": "99999999999999999999", "no number": ".nan", "infinite": ".inf",
    "nothing": "~", "true": "true",
  ]

  /// What is taken is on a list that people read: accepted-values.txt, which
  /// `HINDSIGHT_WRITE_ACCEPTED=1` writes anew.
  @Test("is refused with a value that it cannot have, where that stands")
  func values() throws {
    var accepted: Set<String> = []
    var refused = 0
    let keys = try matrix.keys()
    for key in keys {
      let (parent, word) = split(key.path)
      for (kind, value) in Self.values {
        let file = matrix.file(key.base, path: parent, key: word, value: value)
        guard let problem = matrix.problems(file.text).first else {
          accepted.insert("\(key.name): \(kind)")
          continue
        }
        refused += 1
        #expect(
          problem.location?.hasPrefix("a.yaml:\(file.line):") == true,
          "\(key.name), \(kind): \(problem) in line \(file.line)")
        #expect(
          problem.key.hasPrefix(key.path)
            || key.path.hasPrefix(problem.key) && !problem.key.isEmpty,
          "\(key.name), \(kind): \(problem)")
      }
    }
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "accepted-values.txt")
    let found = accepted.sorted().joined(separator: "\n") + "\n"
    if ProcessInfo.processInfo.environment["HINDSIGHT_WRITE_ACCEPTED"] != nil {
      try Data(found.utf8).write(to: path)
    }
    let known = Set(
      try String(contentsOf: path, encoding: .utf8).split(separator: "\n").map(String.init))
    #expect(
      accepted.subtracting(known).isEmpty, "taken, and not on the list: see accepted-values.txt")
    #expect(
      known.subtracting(accepted).isEmpty, "on the list, and refused: see accepted-values.txt")
    print("Settings: \(refused) values of \(keys.count) keys refused in their place")
    #expect(refused > 1500, "\(refused) refused")
  }
}
