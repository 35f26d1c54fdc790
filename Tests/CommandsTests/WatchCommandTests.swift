import Documents
import Files
import Foundation
import Testing

@Suite("Commands that show what is there")
struct WatchCommandTests {
  private let program: Program
  private let sample = Sample.shared

  init() throws { program = try Program() }

  @Test("config show tells of every setting where its value comes from")
  func showsOrigins() throws {
    let outcome = try program(
      "config", "show", sample.experiment, "--resolved", "--set", "training.shards=4")
    #expect(outcome.code == 0, "\(outcome.error)")
    let lines = outcome.output.split(separator: "\n").map { line in
      line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: true)
    }
    func line(_ key: String) -> [Substring] { lines.first { $0.first == key[...] } ?? [] }
    #expect(line("seed").dropFirst().map { $0.filter { $0 != " " } } == ["0", "default"])
    #expect(line("environment.id").last?.hasSuffix("tiny.yaml:1:14") == true)
    #expect(line("environment.length").last?.hasSuffix("preset corridor") == true)
    #expect(line("agent.contextLength").last?.contains("tiny.yaml:5:") == true)
    #expect(line("training.shards").last?.hasSuffix("--set training.shards=4") == true)
    let run = try program("config", "show", sample.run)
    #expect(
      run.output
        == (try FileContents.text(of: sample.run + "/config.yaml", atMost: 1 << 20)))
  }

  @Test("config check reports all that is wrong, and ends with 78")
  func checks() throws {
    let sound = try program("config", "check", sample.experiment)
    #expect(sound.code == 0)
    #expect(sound.output == "\(sample.experiment): in order\n")
    try DurableFile.write(
      "environment: corridr\ntraining: {stepz: 3}\n", to: program.folder("wrong.yaml"),
      replacing: false)
    expectRefusal(
      try program("config", "check", "wrong.yaml"), 78,
      saying: "wrong.yaml:1:14: environment: found \"corridr\"", "did you mean corridor?",
      "wrong.yaml:2:", "training.stepz: unknown key; did you mean steps?")
    expectRefusal(try program("config", "check", "none.yaml"), 66, saying: "no such file")
  }

  @Test("doctor ends with 1 where something is broken")
  func doctor() throws {
    let outcome = try program("doctor", "nowhere/at-all")
    #expect(outcome.code == 1)
    #expect(outcome.output.contains("broken  free space"))
    #expect(outcome.output.contains("→ name a folder that is there"))
    #expect(try program("doctor").code == 0)
    #expect(try Folder(program.folder.path).names() == [])
  }

  @Test("exports of runs refuse folders that hold something, and folders without runs")
  func exports() throws {
    let outcome = try program("export", "csv", sample.run, "csv")
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(try Folder(program.folder("csv")).names().contains("loss.csv"))
    expectRefusal(
      try program("export", "csv", sample.run, "csv"), 73,
      saying: "something is there already; name a folder that is new or empty")
    expectRefusal(
      try program("export", "tensorboard", "csv", "tb"), 66, saying: "no run is there or below")
    expectRefusal(
      try program("export", "tensorboard", "none", "tb"), 66, saying: "there is no such folder")
  }

  @Test("serve refuses a port that is in use, and folders that are none")
  func serve() throws {
    try Folder(program.folder("runs")).make()
    let file = program.folder("address")
    try DurableFile.write([], to: file, replacing: false)
    let server = try program.start(["serve", "runs", "--port", "0", "--json"], output: file)
    server.wait { ((try? FileStatus(of: file))?.size ?? 0) > 0 }
    let document = try json(FileContents.text(of: file, atMost: 1 << 16))
    guard case .string(let address)? = document["address"],
      let port = address.split(separator: ":").last?.dropLast()
    else {
      Issue.record("no address in \(document)")
      return
    }
    #expect(address.hasPrefix("http://127.0.0.1:"))
    expectRefusal(
      try program("serve", "runs", "--port", String(port)), 75,
      saying: "another process uses that port; choose another with --port, or 0 for any")
    server.signal(15)
    #expect(try server.wait().code == 0)
    expectRefusal(try program("serve", "none"), 66, saying: "there is no such folder")
    expectRefusal(
      try program("serve", "runs", "--port", "70000"), 64,
      saying: "--port is a whole number from 0 to 65535")
  }

  @Test("render draws the checkpoint that is asked for")
  func checkpoint() throws {
    for choice in ["best", "last"] {
      let outcome = try program(
        "render", "--run", sample.run, "--checkpoint", choice, "--output", "\(choice).svg")
      #expect(outcome.code == 0, "\(outcome.error)")
    }
    expectRefusal(
      try program("render", "corridor", "--checkpoint", "last", "--output", "x.svg"), 64,
      saying: "--checkpoint is for the policy of a --run")
  }
}
