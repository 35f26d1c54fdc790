import Files
import Foundation
import Testing

@Suite("An output that cannot be made")
struct OutputTests {
  private let program: Program
  private let sample = Sample.shared

  init() throws { program = try Program() }

  @Test("is a dataset, run or evaluation that exists: it is left as it is")
  func existing() throws {
    func files() throws -> [[UInt8]] {
      try [sample.dataset, sample.run + "/config.yaml", sample.run + "/run.json"].map {
        try FileContents.bytes(of: $0, atMost: 1 << 24)
      }
    }
    let before = try files()
    expectRefusal(
      try program("collect", sample.experiment, "--output", sample.dataset), 73,
      saying: "it exists already; choose another path, or remove it")
    for command in ["train", "run"] {
      expectRefusal(
        try program(command, sample.experiment, "--output", sample.run), 73,
        saying: "\(sample.run): it holds a finished run; name another with --output")
    }
    let evaluate = ["evaluate", sample.run, "--episodes", "2", "--name", "existing", "--quiet"]
    #expect(try program.run(evaluate).code == 0)
    expectRefusal(
      try program.run(evaluate), 73, saying: "has an evaluation existing already; choose another")
    #expect(try files() == before)
  }

  @Test("lies below a file, in a folder of the system, or in one that is not empty")
  func impossible() throws {
    try DurableFile.write("mine", to: program.folder("notes"), replacing: false)
    for place in ["notes/below", "/proc/none", "/dev/null/x"] {
      expectRefusal(
        try program("collect", sample.experiment, "--output", "\(place)/d.hdf5"), 73,
        saying: "cannot create folder \(place)")
      for command in ["train", "run"] {
        let outcome = try program.run(
          [command, sample.experiment, "--output", place]
            + (command == "train" ? ["--dataset", sample.dataset] : []))
        expectRefusal(outcome, 73, saying: "cannot create folder \(place)")
      }
    }
    expectRefusal(
      try program("train", sample.experiment, "--dataset", sample.dataset, "--output", "."), 73,
      saying: "it is not empty, it holds notes")
    #expect(try Folder(program.folder.path).names() == ["notes"])
  }

  /// Runs `body` with a small file system of its own, or not at all where none can be mounted.
  private func withFileSystem(_ options: String, _ body: (String) throws -> Void) throws {
    let place = program.folder("disk")
    try Folder(place).make()
    func run(_ arguments: [String]) -> Bool {
      let command = try? Running("/usr/bin/env", arguments, in: program.folder, output: nil).wait()
      return command?.code == 0
    }
    guard run(["mount", "-t", "tmpfs", "-o", options, "hindsight-test", place]) else {
      print("skipped: no file system can be mounted here")
      return
    }
    defer { _ = run(["umount", place]) }
    try body(place)
  }

  @Test("lies on a read-only file system")
  func readOnly() throws {
    try withFileSystem("size=1m,ro") { disk in
      expectRefusal(
        try program("collect", sample.experiment, "--output", "\(disk)/d.hdf5"), 73,
        saying: "read-only file system")
      expectRefusal(
        try program(
          "train", sample.experiment, "--dataset", sample.dataset, "--output", "\(disk)/run"), 73,
        saying: "cannot create folder \(disk)/run: read-only file system")
    }
  }

  @Test("does not fit the disk: 74, the missing bytes, and what was there is whole")
  func diskFull() throws {
    try withFileSystem("size=1m") { disk in
      let wide = ["--set", "agent.backbone.width=128", "--quiet"]
      let train = ["train", sample.experiment, "--dataset", sample.dataset]
      let trained = try program.run(train + ["--output", "\(disk)/wide"] + wide)
      expectRefusal(trained, 74, saying: "no space left on device (", " bytes more are needed)")
      #expect(
        try Folder("\(disk)/wide/checkpoints").names().isEmpty, "no half checkpoint, no temporary")

      let collect = [
        "collect", sample.experiment, "--output", "\(disk)/d.hdf5", "--quiet", "--set",
        "dataset.episodes=100000", "--set", "dataset.partSteps=20000",
      ]
      let collected = try program.run(collect)
      expectRefusal(collected, 74, saying: "\(disk)/.d.partial", "bytes more are needed)")
      let parts = try Folder("\(disk)/.d.partial").names().filter { $0.hasPrefix("part-") }
      #expect(!parts.isEmpty, "what was durable stays")
      #expect(try Folder("\(disk)/.d.partial").names().allSatisfy { !$0.hasPrefix(".tmp") })
      for part in parts {
        #expect(try program("inspect", "\(disk)/.d.partial/\(part)").code == 0)
      }
    }
  }
}
