import Documents
import Files
import Testing

@Suite("Commands that work on datasets")
struct DatasetCommandTests {
  private let program: Program
  private let sample = Sample.shared

  init() throws { program = try Program() }

  private func succeed(_ arguments: String...) throws -> Document {
    let outcome = try program.run(arguments + ["--json"])
    #expect(outcome.code == 0, "\(arguments): \(outcome.error)")
    return try json(outcome.output)
  }

  @Test("export and import again through every format")
  func interchange() throws {
    for (format, output, source) in [
      ("minari", "root", "root/corridor/random-v0"), ("d4rl", "flat.hdf5", "flat.hdf5"),
      ("d3rlpy", "buffer.h5", "buffer.h5"),
    ] {
      let exported = try succeed(
        "export", sample.dataset, "--format", format, "--output", output)
      #expect(exported["path"] == .string(source))
      #expect(exported["episodes"] == 60)
      let imported = try succeed("import", source, "--output", "\(format)-back")
      #expect(imported["format"] == .string(format))
      #expect(imported["dataset"]?["path"] == .string("\(format)-back.hdf5"))
      #expect(imported["dataset"]?["episodes"] == 60)
      let again = try program("export", sample.dataset, "--format", format, "--output", output)
      expectRefusal(again, 73, saying: "it exists already; choose another")
      let over = try program("import", source, "--output", "\(format)-back")
      expectRefusal(over, 73, saying: "it exists already; choose another --output, or remove it")
    }
    let outcome = try program("export", sample.dataset, "--format", "d3rlpy", "--output", "b.h5")
    #expect(outcome.error.contains("Note: episode_seeds: d3rlpy has no place for them, left out"))
    let difference = try program("dataset", "diff", sample.dataset, "d4rl-back.hdf5", "--json")
    #expect(difference.code == 1)
    #expect(try json(difference.output)["common_episodes"] == 60)
    #expect(try json(difference.output)["only_in_first"] == 0)
  }

  @Test("refuse ids, formats and files that are none")
  func refusals() throws {
    let id = try program(
      "export", sample.dataset, "--format", "minari", "--output", "r", "--id", "../../a-v0")
    expectRefusal(id, 65, saying: "\"../../a-v0\": is no id of a Minari dataset")
    #expect(!FileStatus.exists(program.folder("r")))
    expectRefusal(
      try program("import", sample.dataset, "--output", "x"), 65,
      saying: "a dataset of hindsight already")
    try Folder(program.folder("parts")).make()
    try DurableFile.write("{}", to: program.folder("parts/index.json"), replacing: false)
    expectRefusal(
      try program("import", "parts", "--output", "x"), 65,
      saying: "parts: found a dataset of hindsight already")
    expectRefusal(try program("import", "", "--output", "x"), 66, saying: "the path is empty")
    expectRefusal(try program("dataset", "validate", ""), 66, saying: "the path is empty")
    expectRefusal(
      try program(
        "dataset", "split", sample.dataset, "--fraction", "0.5", "--output", "s", "--rest",
        "./s.hdf5"), 64, saying: "--output and --rest are the same place")
    expectRefusal(
      try program("import", "none.hdf5", "--output", "x"), 66, saying: "no such file")
    expectRefusal(
      try program("export", sample.dataset, "--format", "d4rl", "--output", "x", "--id", "a-v0"),
      64, saying: "--id is for --format minari")
  }

  @Test("make new files with the same bytes each time, and tell how they came about")
  func operations() throws {
    let verbs: [(String, [String])] = [
      ("filter", ["--top", "0.5", "--solved"]), ("sample", ["--episodes", "7", "--seed", "3"]),
      ("relabel", ["--delayed"]), ("split", ["--fraction", "0.75", "--rest", "rest"]),
      ("merge", [sample.dataset]),
    ]
    for (verb, options) in verbs {
      var hashes: [String] = []
      for copy in ["a", "b"] {
        let renamed = options.map { $0 == "rest" ? "rest-\(copy)" : $0 }
        let outcome = try program.run(
          ["dataset", verb, sample.dataset] + renamed + ["--output", "\(verb)-\(copy)"])
        #expect(outcome.code == 0, "\(verb): \(outcome.error)")
        hashes.append(try FileHash.sha256(of: program.folder("\(verb)-\(copy).hdf5")))
      }
      #expect(hashes[0] == hashes[1], "\(verb)")
      let lineage = try succeed("inspect", "\(verb)-a")["lineage"]
      #expect(lineage?["operation"] == .string(verb))
      guard case .array(let inputs)? = lineage?["inputs"] else {
        Issue.record("\(verb) has no inputs")
        continue
      }
      let hash = try FileHash.sha256(of: sample.dataset)
      #expect(inputs.allSatisfy { $0["sha256"] == .string(hash) })
      #expect(inputs.count == (verb == "merge" ? 2 : 1))
      #expect(try succeed("dataset", "validate", "\(verb)-a")["valid"] == true)
    }
    #expect(try succeed("inspect", "split-a")["episodes"] == 45)
    #expect(try succeed("inspect", "rest-a")["episodes"] == 15)
    // All episodes of a merged pair are there twice.
    #expect(try succeed("inspect", "merge-a")["duplicates"]?["episodes"].map { $0 != 0 } == true)
  }

  @Test("say where no episode meets the conditions of a filter")
  func emptyFilter() throws {
    let filter = ["dataset", "filter", sample.dataset, "--minimum-return", "2", "--output"]
    let none = try program.run(filter + ["none"])
    #expect(none.code == 0)
    #expect(none.error == "Note: none of the 60 episodes meets all conditions\n")
    #expect(try program.run(filter + ["quiet", "--quiet"]).error.isEmpty)
    let some = try program("dataset", "filter", sample.dataset, "--top", "0.5", "--output", "some")
    #expect(some.code == 0 && some.error.isEmpty)
  }

  @Test("report the problems of a file and exit with 65")
  func validation() throws {
    var bytes = try FileContents.bytes(of: sample.dataset, atMost: 1 << 24)
    let word = Array("corridor".utf8)
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: word) })
    bytes[place] = UInt8(ascii: "m")
    try DurableFile.write(bytes, to: program.folder("bad.hdf5"), replacing: false)
    let outcome = try program("dataset", "validate", "bad.hdf5")
    #expect(outcome.code == 65)
    #expect(
      outcome.output.hasPrefix("bad.hdf5 › header_sha256: found attributes with another checksum"))
    let document = try json(try program("dataset", "validate", "bad.hdf5", "--json").output)
    #expect(document["valid"] == false && document["problem_count"] == 1)
  }

  @Test("inspect coverage and stitching, in the terminal and as a page")
  func inspection() throws {
    let document = try succeed("inspect", sample.dataset, "--page", "page.html")
    #expect(document["coverage"]?["reachable_states"] == 12)
    #expect(document["coverage"]?["reachable_pairs"] == 24)
    #expect(document["stitching"]?["best_stitched_return"] == 1.0)
    let page = try FileContents.text(of: program.folder("page.html"), atMost: 1 << 20)
    #expect(page.hasPrefix("<!doctype html>") && page.contains("<svg viewBox"))
    for forbidden in ["<script", "http://", "https://", "src="] {
      #expect(!page.contains(forbidden), "\(forbidden)")
    }
    expectRefusal(
      try program("inspect", sample.dataset, "--page", "page.html"), 73,
      saying: "it exists already; choose another --page")
    let text = try program("inspect", sample.dataset).output
    #expect(text.contains("coverage      12 of 12 states (100.0 %)"))
    // Another world's settings do not fit what was recorded.
    let other = try succeed("inspect", sample.otherDataset)
    #expect(other["coverage"]?["reachable_states"] != nil || other["coverage"]?["unknown"] != nil)
  }
}
