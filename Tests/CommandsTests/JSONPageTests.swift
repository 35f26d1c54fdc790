import Documents
import Files
import Foundation
import Testing

/// `docs/json.md` against what the commands print.
@Suite("The page about JSON")
struct JSONPageTests {
  private let program: Program
  private let page: JSONPage
  private let sample = Sample.shared

  init() throws {
    program = try Program()
    page = try JSONPage()
  }

  /// Runs a command, and compares its document with the section of that name.
  private func check(
    _ section: String, _ calls: [String]..., code: Int32 = 0,
    at place: SourceLocation = #_sourceLocation
  ) throws {
    let documents = try calls.map { words in
      let outcome = try program.run(words + ["--json"])
      #expect(outcome.code == code, "\(words): \(outcome.error)", sourceLocation: place)
      return try json(outcome.output)
    }
    let differences = page.differences(of: section, documents)
    #expect(differences.isEmpty, "\(section): \(differences)", sourceLocation: place)
  }

  @Test("has a section for every command that prints JSON, and rows that can be read")
  func isComplete() throws {
    #expect(page.oddities.isEmpty, "\(page.oddities)")
    let commands = try CommandTree(program).commands.filter { $0.options.contains("--json") }
    #expect(commands.count > 20)
    for command in commands {
      #expect(page.sections[command.name] != nil, "`\(command.name)` has no section")
    }
    let names = Set(commands.map(\.name) + ["hindsight sweep --dry-run"])
    for section in page.sections.keys { #expect(names.contains(section), "\(section)") }
  }

  @Test("notices keys that are not promised, promises that are not kept, and other types")
  func canFail() {
    let document: Document = [
      "schema_version": 1, "format": 3, "runs": [["run": "a", "folder": "b", "extra": true]],
    ]
    #expect(
      page.differences(of: "hindsight export csv", [document]) == [
        "format is 3, promised is [\"text\"]", "runs[].extra is not on the page",
        "runs[].files[] is on the page and not in the document",
      ])
  }

  @Test("says what commands that make and try runs print")
  func runs() throws {
    let (yaml, data) = (sample.experiment, sample.dataset)
    try check("hindsight collect", ["collect", yaml, "--output", "d.hdf5"])
    try check("hindsight train", ["train", yaml, "--dataset", "d.hdf5", "--output", "runs/r"])
    try check("hindsight runs", ["runs", "runs"])
    try check(
      "hindsight evaluate", ["evaluate", "runs/r", "--target-return", "0", "max"],
      ["evaluate", "runs/r"])
    try check("hindsight analyse", ["analyse", "calibration", "runs/r"])
    try check("hindsight report", ["report", "runs/r", "--films", "0"])
    try check("hindsight runs", ["runs", "runs"])
    try check(
      "hindsight estimate", ["estimate", "runs/r", "--dataset", data, "--steps", "20"])
    try check("hindsight run", ["run", yaml, "--output", "runs/w"])
    try check("hindsight config show", ["config", "show", yaml, "--seed", "3"])
    try check("hindsight config check", ["config", "check", yaml])
    try check(
      "hindsight config check", ["config", "check", yaml, "--set", "training.stepz=1"], code: 78)
    try check("hindsight export tensorboard", ["export", "tensorboard", "runs", "tb"])
    try check("hindsight export csv", ["export", "csv", "runs/r", "csv"])
    try check("hindsight doctor", ["doctor"])
  }

  @Test("says what sweeps print")
  func sweeps() throws {
    try DurableFile.write(
      """
      base: \(sample.experiment)
      axes:
        agent:
          list:
            dt: {}
            short: {agent.contextLength: 5}
      seeds: {count: 2, keys: {seed: seed, evaluation.seed: 1000 + seed}}
      comparison: {of: agent, score: success_rate}
      """, to: program.folder("s.yaml"), replacing: false)
    try check("hindsight sweep --dry-run", ["sweep", "s.yaml", "--output", "sw", "--dry-run"])
    try check("hindsight sweep", ["sweep", "s.yaml", "--output", "sw", "--quiet"])
  }

  @Test("says what commands on worlds print")
  func worlds() throws {
    try check("hindsight list", ["list"])
    try check(
      "hindsight solve", ["solve", "corridor"],
      ["solve", "MiniGrid-DoorKey-5x5-v0", "--seeds", "0..1"])
    try check(
      "hindsight render",
      ["render", "corridor", "--behaviour", "expert", "--output", "a.svg"])
    let played = try program(
      "play", "corridor", "--output", "mine.hdf5", "--json", input: "left\nquit\n")
    if played.code == 0 {
      let differences = page.differences(of: "hindsight play", [try json(played.output)])
      #expect(differences.isEmpty, "\(differences)")
    } else {
      Issue.record("play ended with \(played.code): \(played.error)")
    }
  }

  @Test("says what commands on datasets print")
  func datasets() throws {
    let data = sample.dataset
    try check("hindsight inspect", ["inspect", data])
    try check(
      "hindsight export dataset", ["export", data, "--format", "d4rl", "--output", "flat.hdf5"],
      ["export", "dataset", data, "--format", "d3rlpy", "--output", "b.h5"])
    try check("hindsight import", ["import", "flat.hdf5", "--output", "back"])
    try check(
      "hindsight dataset merge", ["dataset", "merge", data, "back.hdf5", "--output", "m.hdf5"])
    try check(
      "hindsight dataset split",
      [
        "dataset", "split", data, "--fraction", "0.5", "--output", "a.hdf5", "--rest", "b.hdf5",
      ])
    try check(
      "hindsight dataset filter",
      ["dataset", "filter", data, "--minimum-length", "1", "--output", "c.hdf5"])
    try check(
      "hindsight dataset sample",
      ["dataset", "sample", data, "--episodes", "10", "--output", "e.hdf5"])
    try check(
      "hindsight dataset relabel",
      ["dataset", "relabel", data, "--delayed", "--output", "g.hdf5"])
    try check("hindsight dataset validate", ["dataset", "validate", data])
    try check("hindsight dataset diff", ["dataset", "diff", data, data])
    try check("hindsight dataset diff", ["dataset", "diff", data, "back.hdf5"], code: 1)
  }

  @Test("says what serve prints")
  func serve() throws {
    try Folder(program.folder("runs")).make()
    let file = program.folder("address")
    try DurableFile.write([], to: file, replacing: false)
    let server = try program.start(["serve", "runs", "--port", "0", "--json"], output: file)
    server.wait { ((try? FileStatus(of: file))?.size ?? 0) > 0 }
    server.signal(2)
    #expect(try server.wait().code == 0)
    let differences = page.differences(
      of: "hindsight serve", [try json(FileContents.text(of: file, atMost: 1 << 16))])
    #expect(differences.isEmpty, "\(differences)")
  }
}
