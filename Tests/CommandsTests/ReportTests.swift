import Documents
import Files
import Foundation
import Testing

@Suite("hindsight report")
struct ReportTests {
  private let program: Program
  private let sample = Sample.shared

  init() throws { program = try Program() }

  private func text(_ path: String) throws -> String {
    try FileContents.text(of: program.folder(path), atMost: 1 << 24)
  }

  /// The shared run under a name of its own, evaluated.
  private func copyRun(to name: String) throws {
    let path = program.folder(name)
    try Folder(String(path[..<path.lastIndex(of: "/")!])).make()
    try FileManager.default.copyItem(atPath: sample.run, toPath: path)
    let outcome = try program("evaluate", name, "--quiet", "--episodes", "12")
    #expect(outcome.code == 0, "\(outcome.error)")
  }

  @Test("writes one page into the run's folder, and says what is on it")
  func page() throws {
    try copyRun(to: "run")
    let outcome = try program("report", "run", "--quiet")
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(outcome.output.contains("mean return") && outcome.output.contains("greedy"))
    #expect(outcome.output.hasSuffix("run/report.html\n"))
    let html = try text("run/report.html")
    for words in ["Achieved against target return", "Success by step", "hindsight evaluate run"] {
      #expect(html.contains(words), "\(words)")
    }
    // The command that trained the run, as it was.
    #expect(html.contains("tiny.yaml"))

    // Neither is an earlier report replaced unasked, nor any other file at all.
    expectRefusal(
      try program("report", "run", "--quiet"), 73, saying: "run/report.html", "--replace")
    let again = try program("report", "run", "--quiet", "--replace")
    #expect(again.code == 0)
    #expect(try text("run/report.html") == html)
    try DurableFile.write("my notes", to: program.folder("notes.html"), replacing: false)
    expectRefusal(
      try program("report", "run", "--quiet", "--replace", "--output", "notes.html"), 73,
      saying: "notes.html", "no report of this program")
    #expect(try text("notes.html") == "my notes")
  }

  @Test("writes every figure as SVG and PNG, and films as GIF")
  func figures() throws {
    try copyRun(to: "run")
    let outcome = try program(
      "report", "run", "--quiet", "--json", "--output", "page.html", "--figures", "figures")
    #expect(outcome.code == 0, "\(outcome.error)")
    let document = try json(outcome.output)
    guard case .array(let files)? = document["files"] else { throw MissingField(name: "files") }
    let names = try Folder(program.folder("figures")).names()
    let written = files.map { if case .string(let path) = $0 { path } else { "" } }
    #expect(written.sorted() == names.map { "figures/\($0)" }.sorted())
    for id in ["calibration", "success", "returns", "lengths", "learning-loss", "attention-1"] {
      let svg = try text("figures/\(id).svg")
      #expect(svg.hasPrefix("<svg ") && svg.contains("role=\"img\"") && svg.contains("<desc"))
      let png = try FileContents.bytes(of: program.folder("figures/\(id).png"), atMost: 1 << 24)
      #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    }
    let gif = try FileContents.bytes(
      of: program.folder("figures/rollout-1-1.gif"), atMost: 1 << 24)
    #expect(gif.starts(with: Array("GIF89a".utf8)))
    #expect(try text("figures/rollout-1-1.svg").contains("<animate"))
    expectRefusal(
      try program("report", "run", "--quiet", "--output", "b.html", "--figures", "figures"), 73,
      saying: "figures", "--replace")
    #expect(!FileStatus.exists(program.folder("b.html")))
  }

  @Test("shows figures in the terminal, where no colours are asked for without any")
  func terminal() throws {
    try copyRun(to: "run")
    let outcome = try program("report", "run", "--quiet", "--terminal")
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(!outcome.output.contains("\u{1B}"))
    for title in ["Achieved against target return", "Training: loss", "Returns of episodes"] {
      #expect(outcome.output.contains("\n\(title)\n"), "\(title)")
    }
    let widest = outcome.output.split(separator: "\n").map(\.count).max() ?? 0
    #expect(widest <= 100)
    #expect(!FileStatus.exists(program.folder("run/report.html")))
  }

  @Test("keeps names that hold markup and escape sequences from doing anything")
  func hostileNames() throws {
    let name = "runs/<img src=x onerror=alert(1)>\u{1B}[2J\u{1B}]0;title\u{7}"
    try copyRun(to: name)
    let path = program.folder(name)
    // The settings are somebody else's as well.
    let configuration = try FileContents.text(of: path + "/config.yaml", atMost: 1 << 20)
    try DurableFile.write(
      configuration + "# </pre><script>alert(2)</script>\n", to: path + "/config.yaml",
      replacing: true)
    for arguments in [
      ["report", "runs", "--quiet"], ["report", name, "--quiet", "--terminal"],
      ["report", "runs", "--quiet", "--json", "--output", "other.html"],
    ] {
      let outcome = try program.run(arguments)
      #expect(outcome.code == 0, "\(outcome.error)")
      for text in [outcome.output, outcome.error] {
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
      }
    }
    let html = try text("runs/report.html")
    #expect(html.contains("&lt;img src=x onerror=alert(1)&gt;"))
    #expect(html.contains("&lt;/pre&gt;&lt;script&gt;alert(2)&lt;/script&gt;"))
    #expect(!html.contains("<img src=x") && !html.contains("<script>alert"))
    #expect(!html.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
  }

  @Test("compares the variants of a sweep, and names the runs that failed")
  func sweep() throws {
    let yaml = """
      base: \(sample.experiment)
      axes: {agent: {list: {dt: {}, bc: {agent: windowed-behaviour-cloning}}}}
      seeds: 2
      comparison: {of: agent}
      """
    try DurableFile.write(yaml, to: program.folder("s.yaml"), replacing: false)
    let sweep = try program("sweep", "s.yaml", "--output", "sweep", "--quiet")
    #expect(sweep.code == 0, "\(sweep.error)")
    // A run that failed after its folder was begun.
    let state = try text("sweep/sweep.json").replacing(
      "\"name\": \"bc_seed-1\",\n      \"status\": \"finished\"",
      with: "\"name\": \"bc_seed-1\",\n      \"status\": \"failed\"")
    try DurableFile.write(
      state.replacing("\"reason\": \"\"", with: "\"reason\": \"it \\u001b[31mdiverged\""),
      to: program.folder("sweep/sweep.json"), replacing: true)
    let outcome = try program("report", "sweep", "--quiet", "--json", "--films", "1")
    #expect(outcome.code == 0, "\(outcome.error)")
    let document = try json(outcome.output)
    guard case .array(let sections)? = document["sections"] else {
      throw MissingField(name: "sections")
    }
    var figures: [String: Document] = [:]
    for case .array(let list)? in sections.map({ $0["figures"] }) {
      for figure in list {
        if case .string(let id)? = figure["id"] { figures[id] = figure }
      }
    }
    // The table of the comparison has the numbers of the sweep's own results.
    let results = try Document(json: text("sweep/results.json"))
    guard case .array(let entries)? = results["comparison"]?["entries"],
      case .array(let rows)? = figures["comparison"]?["table"]?["rows"]
    else { throw MissingField(name: "comparison") }
    #expect(rows.count == 2)
    for (row, entry) in zip(rows, entries) {
      guard case .array(let cells) = row else { throw MissingField(name: "cells") }
      #expect(cells[0] == entry["name"] && cells[2] == entry["iqm"])
      #expect(
        cells[3] == entry["iqm_ci"] && cells[8] == entry["probability_of_improvement"] ?? .null)
      #expect(cells[12] == entry["p_value"] ?? .null)
    }
    #expect(figures["profile"]?["chart"] != nil && figures["aggregates"]?["chart"] != nil)
    #expect(figures["rollout-1-1"] != nil && figures["rollout-2-1"] == nil)
    guard case .array(let problems)? = figures["problems"]?["table"]?["rows"] else {
      throw MissingField(name: "problems")
    }
    #expect(problems == [["bc_seed-1", "failed", "it diverged"]])
  }

  @Test("refuses what is no run, in words")
  func refusals() throws {
    expectRefusal(try program("report", "nowhere"), 66, saying: "nowhere", "no such folder")
    try Folder(program.folder("empty")).make()
    expectRefusal(try program("report", "empty"), 66, saying: "empty", "no run is in there")
    expectRefusal(
      try program("report", sample.run, "--films", "200"), 64, saying: "--films")
    expectRefusal(
      try program("report", sample.run, "--terminal", "--json"), 64, saying: "--json")
    expectRefusal(
      try program("report", sample.run, "--evaluation", "none", "--output", "page.html"), 66,
      saying: "evaluations/none/report.json")
    #expect(!FileStatus.exists(program.folder("page.html")))
  }
}
