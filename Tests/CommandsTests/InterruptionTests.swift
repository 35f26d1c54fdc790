import Documents
import Files
import Foundation
import Randomness
import Testing

@Suite("A command that is interrupted")
struct InterruptionTests {
  private let program: Program
  private let sample = Sample.shared

  init() throws { program = try Program() }

  private var collecting: [String] {
    [
      "collect", sample.experiment, "--output", "d.hdf5", "--quiet", "--set",
      "dataset.episodes=100000", "--set", "dataset.partSteps=30000",
    ]
  }

  private func training(_ name: String) -> [String] {
    [
      "train", sample.experiment, "--dataset", sample.dataset, "--output", name, "--quiet",
      "--threads", "2", "--set", "training.steps=1200", "--set", "training.logEvery=1", "--set",
      "training.checkpointEvery=30", "--set", "training.validation.every=35",
    ]
  }

  /// The bytes of a finished run that must not depend on interruptions.
  private func result(_ run: String) throws -> [[UInt8]] {
    try [
      "config.yaml", "metrics.csv", "validation.csv", "checkpoints/last.safetensors",
      "checkpoints/best.safetensors",
    ].map { try FileContents.bytes(of: program.folder("\(run)/\($0)"), atMost: 1 << 24) }
  }

  private func hasText(_ path: String, lines: Int) -> Bool {
    let text = try? FileContents.text(of: path, atMost: 1 << 24)
    return (text?.split(separator: "\n").count ?? 0) >= lines
  }

  private static let codes: [(signal: Int32, code: Int32)] = [
    (SIGINT, 130), (SIGTERM, 143), (SIGHUP, 143), (SIGUSR1, 75),
  ]

  @Test("saves, says how to go on, and ends with the code of its signal", arguments: codes)
  func train(signal: Int32, code: Int32) throws {
    #expect(try program.run(training("whole")).code == 0)
    var running = try program.start(training("cut"))
    var lines = 20
    var stops = 0
    while true {
      let log = program.folder("cut/metrics.csv")
      running.wait { hasText(log, lines: lines) }
      running.signal(signal)
      let outcome = try running.wait()
      if outcome.code == 0 { break }
      stops += 1
      if stops == 1 {
        expectRefusal(
          try program.run(training("cut")), 73,
          saying: "cut: it exists already", "go on with it by `hindsight train --resume cut`")
      }
      expectRefusal(
        outcome, code, saying: "Stopped: saved after step ",
        " of 1200; go on with `hindsight train --resume cut`\n")
      if stops == 3 {
        #expect(try program("train", "--resume", "cut", "--quiet").code == 0)
        break
      }
      lines += 60
      running = try program.start(["train", "--resume", "cut", "--quiet"])
    }
    #expect(stops > 0)
    #expect(try result("cut") == result("whole"))
  }

  @Test("goes on with its collection", arguments: codes[..<2])
  func collect(signal: Int32, code: Int32) throws {
    let running = try program.start(collecting)
    running.wait { FileStatus.exists(program.folder(".d.partial/part-00002.hdf5")) }
    // Stood still, so that the second one is refused however busy the machine is.
    running.signal(SIGSTOP)
    let second = try program.run(collecting)
    running.signal(signal)
    running.signal(SIGCONT)
    let outcome = try running.wait()
    expectRefusal(second, 75, saying: "cannot lock .d.partial: process ", " is using it since ")
    expectRefusal(outcome, code, saying: "Stopped: ", "steps are safe; the same command")
    let rest = try program.run(collecting)
    #expect(rest.output.contains("episodes were there already)"))
    #expect(rest.code == 0, "\(rest.error)")
    #expect(try Folder(program.folder.path).names() == ["d"])
  }

  @Test("even with kill -9, ends with the same bytes once it was taken up again")
  func killed() throws {
    #expect(try program.run(training("whole")).code == 0)
    var random = RandomStream(seed: UInt64.random(in: 0...UInt64.max), "kills")
    var kills = 0
    for _ in 0..<6 {
      let isThere = FileStatus.exists(program.folder("cut/config.yaml"))
      let running = try program.start(
        isThere ? ["train", "--resume", "cut", "--quiet"] : training("cut"))
      // The first in the middle, on however fast a machine; the others at any time.
      if kills == 0 {
        running.wait { hasText(program.folder("cut/metrics.csv"), lines: 50) }
      } else {
        usleep(UInt32(random.integer(below: 150_000)))
      }
      running.signal(SIGKILL)
      let outcome = try running.wait()
      if outcome.code == 0 { break }
      #expect(outcome.code == -SIGKILL, "\(outcome.error)")
      kills += 1
    }
    #expect(kills > 0)
    let isThere = FileStatus.exists(program.folder("cut/config.yaml"))
    let last = try program.run(
      isThere ? ["train", "--resume", "cut", "--quiet"] : training("cut"))
    #expect(last.code == 0 || last.error.contains("is finished"), "\(last.error)")
    #expect(try result("cut") == result("whole"))
    for folder in ["cut", "cut/checkpoints"] {
      #expect(
        try Folder(program.folder(folder)).names().allSatisfy { !$0.hasPrefix(".tmp") },
        "temporaries are swept")
    }
  }

  @Test("goes on with all of run, which uses the data it has")
  func run() throws {
    let run = [
      "run", sample.experiment, "--output", "out", "--json", "--quiet", "--set",
      "dataset.episodes=100000", "--set", "dataset.partSteps=30000", "--set", "training.steps=2",
    ]
    let running = try program.start(run)
    running.wait { FileStatus.exists(program.folder("out/.dataset.partial/part-00001.hdf5")) }
    running.signal(SIGINT)
    expectRefusal(try running.wait(), 130, saying: "Stopped: ")
    let rest = try program.run(run)
    #expect(rest.code == 0, "\(rest.error)")
    let document = try json(rest.output)
    #expect(try document["dataset"]?.decimal("resumed_episodes") ?? 0 > 0)
    #expect(document["dataset"]?["episodes"] == 100_000)
    expectRefusal(try program.run(run), 73, saying: "out: it holds a finished run")
  }

  @Test("goes on with a run that is trained and was not evaluated, or whose record is behind")
  func lateStages() throws {
    let run = ["run", sample.experiment, "--output", "out", "--json", "--quiet"]
    let whole = try json(program.run(run).output)
    let report = try FileContents.text(
      of: program.folder("out/evaluations/1/report.json"), atMost: 1 << 20)
    for isRecorded in [true, false] {
      try FileManager.default.removeItem(
        atPath: program.folder("out/evaluations/1/report.json"))
      // Half-written files of a process that died.
      for name in ["out/.tmp-run.json-1-1", "out/evaluations/1/.tmp-report.json-1-2"] {
        try DurableFile.write([1], to: program.folder(name), replacing: false)
      }
      let record = program.folder("out/run.json")
      if !isRecorded {
        // As if the process had died between the last checkpoint and its record.
        let text = try FileContents.text(of: record, atMost: 1 << 20)
        try DurableFile.write(
          text.replacing("\"is_finished\": true", with: "\"is_finished\": false"), to: record,
          replacing: true)
      }
      let rest = try program.run(run)
      #expect(rest.code == 0, "\(rest.error)")
      let document = try json(rest.output)
      #expect(document["evaluation"] == whole["evaluation"])
      #expect(document["training"]?["best_score"] == whole["training"]?["best_score"])
      #expect(
        try FileContents.text(
          of: program.folder("out/evaluations/1/report.json"), atMost: 1 << 20) == report)
      #expect(
        try json(FileContents.text(of: record, atMost: 1 << 20))["is_finished"] == true)
      for folder in ["out", "out/evaluations/1"] {
        #expect(
          try Folder(program.folder(folder)).names().allSatisfy { !$0.hasPrefix(".tmp") },
          "temporaries are swept")
      }
    }
  }

  @Test("stops an evaluation of any length, and reports nothing")
  func evaluate() throws {
    let running = try program.start(["evaluate", sample.run, "--episodes", "1000000"])
    running.waitUntilItWatches(SIGTERM)
    usleep(200_000)
    running.signal(SIGTERM)
    expectRefusal(
      try running.wait(), 143, saying: "Stopped: the evaluation was stopped and nothing")
  }

  @Test("keeps others out of the run it is training")
  func locked() throws {
    let first = try program.start(training("cut"))
    first.wait { hasText(program.folder("cut/metrics.csv"), lines: 2) }
    first.signal(SIGSTOP)
    for arguments in [training("cut"), ["train", "--resume", "cut"]] {
      expectRefusal(
        try program.run(arguments), 75, saying: "cannot lock cut: process ", " is using it since ")
    }
    first.signal(SIGCONT)
    #expect(try first.wait().code == 0)
    expectRefusal(try program.run(training("cut")), 73, saying: "cut: it holds a finished run")
  }
}
