import Datasets
import Documents
import Environments
import Experiments
import Files
import Testing

@Suite("Training refuses")
struct TrainerRefusalTests {
  private func error(_ body: () throws -> Void) -> (any Error)? {
    do {
      try body()
      return nil
    } catch {
      return error
    }
  }

  @Test("to resume a finished run")
  func finished() throws {
    let tiny = try TinyExperiment()
    try tiny.train("run")
    let before = try tiny.result(of: "run")
    let refusal = try #require(error { try tiny.resume("run") } as? FileError)
    #expect(refusal.category == .exists)
    #expect("\(refusal)".hasSuffix("run: it is finished: all 40 steps are done"))
    expectEqual(try tiny.result(of: "run"), before)
  }

  /// In five steps nobody fetches the key and opens the door, so the data of all seeds look alike:
  /// as many steps, the same returns.
  @Test("to resume on another dataset, even one that looks alike")
  func otherDataset() throws {
    let tiny = try TinyExperiment()
    let changes = ["environment.horizon=5", "agent.contextLength=5"]
    try tiny.collect(to: "alike.hdf5", changes + ["seed=1"])
    #expect(throws: Interruption.self) { try tiny.train("run", changes, stoppingAt: 20) }
    let refusal = try #require(
      error { try tiny.resume("run", on: "alike.hdf5") } as? CheckpointError)
    #expect(refusal.message == "the dataset is not the one that the run was started with")
    #expect(refusal.path == tiny.run("run").checkpointPath(.last))
    try tiny.resume("run")
  }

  @Test("to resume with another configuration")
  func otherConfiguration() throws {
    let tiny = try TinyExperiment()
    #expect(throws: Interruption.self) { try tiny.train("run", stoppingAt: 20) }
    let path = tiny.run("run").configurationPath
    let text = try FileContents.text(of: path, atMost: 1 << 20)
    try DurableFile.write(
      text.replacing("batchSize: 16", with: "batchSize: 17"), to: path, replacing: true)
    let refusal = try #require(error { try tiny.resume("run") } as? CheckpointError)
    #expect(refusal.message == "config.yaml is not what the run was started with")
    try DurableFile.write(text, to: path, replacing: true)
    try tiny.resume("run")
  }

  @Test("a folder that holds a run or anything else, and leaves it as it is")
  func existing() throws {
    let tiny = try TinyExperiment()
    try tiny.train("run")
    let before = try tiny.result(of: "run")
    let run = try #require(error { try tiny.train("run") } as? FileError)
    #expect(run.category == .exists)
    #expect(run.reason == "it holds a finished run; name another with --output")
    expectEqual(try tiny.result(of: "run"), before)

    #expect(throws: Interruption.self) { try tiny.train("begun", stoppingAt: 20) }
    let begun = try #require(error { try tiny.train("begun") } as? FileError)
    #expect(begun.reason.contains("hindsight train --resume \(tiny.folder("begun"))"))

    try Folder(tiny.folder("full")).make()
    try DurableFile.write("mine", to: tiny.folder("full/notes.txt"), replacing: false)
    let full = try #require(error { try tiny.train("full") } as? FileError)
    #expect(full.category == .exists && full.reason.contains("it holds notes.txt"))
    #expect(try Folder(tiny.folder("full")).names() == ["notes.txt"])

    let file = try #require(error { try tiny.train("tiny.yaml") } as? FileError)
    #expect(file.category == .exists && file.reason.contains("something else of that name"))
  }

  @Test("a folder that another process trains in")
  func locked() throws {
    let tiny = try TinyExperiment()
    #expect(throws: Interruption.self) { try tiny.train("run", stoppingAt: 5) }
    let lock = try FileLock(folder: tiny.folder("run"))
    for attempt in [{ try tiny.train("run") }, { try tiny.resume("run") }] {
      #expect((error { _ = try attempt() } as? FileError)?.category == .locked)
    }
    extend(lock)
  }

  /// Keeps the lock until here.
  private func extend(_ lock: borrowing FileLock) {}

  @Test("nothing that a start which was killed early leaves behind")
  func killedEarly() throws {
    let tiny = try TinyExperiment()
    try tiny.train("whole")
    try Folder(tiny.folder("run/checkpoints")).make()
    for name in ["LOCK", "run.json", ".tmp-config.yaml-77-0"] {
      try DurableFile.write("{", to: tiny.folder("run/\(name)"), replacing: false)
    }
    try tiny.train("run")
    expectEqual(try tiny.result(of: "run"), try tiny.result(of: "whole"))
    #expect(try Folder(tiny.folder("run")).names().allSatisfy { !$0.hasPrefix(".tmp") })
  }

  @Test("data that do not belong to the environment")
  func otherEnvironment() throws {
    let tiny = try TinyExperiment()
    try tiny.collect()
    let data = tiny.folder("data.hdf5")
    #expect(
      message { try tiny.train("run", ["environment=key-to-door"]) }
        == "\(data): the dataset was collected in corridor with observations of 2 numbers; the "
        + "configured environment, key-to-door, gives other observations (57 numbers)")
    #expect(
      message { try tiny.train("run", ["environment.horizon=20"]) }
        == "\(data): the dataset has an episode of 30 steps; those of the configured environment, "
        + "corridor, have at most 20")
    #expect(!FileStatus.exists(tiny.folder("run")), "nothing is left behind")
  }

  @Test(
    "a model that no machine can hold",
    arguments: [
      ["environment.horizon=9000000000000000000"],
      ["environment.horizon=1000000", "agent.backbone.width=16384", "agent.backbone.layers=256"],
      ["environment.horizon=9000000000000000000", "agent.timesteps=none"],
    ])
  func tooLarge(changes: [String]) throws {
    let tiny = try TinyExperiment()
    try tiny.collect()
    let refusal = message {
      try tiny.train("run", changes + ["training.steps=1", "training.validation.every=0"])
    }
    if changes.contains("agent.timesteps=none") {
      #expect(refusal == nil, "a horizon alone costs nothing")
    } else {
      #expect(refusal?.contains("agent") == true && refusal?.contains("expected") == true)
      #expect(!FileStatus.exists(tiny.folder("run")))
    }
  }

  @Test("to go on when numbers are no longer finite, and keeps the last good checkpoint")
  func divergence() throws {
    let tiny = try TinyExperiment()
    let changes = [
      "training.optimization.learningRate=1000", "training.optimization.clipNorm=0",
      "training.optimization.weightDecay=10", "training.optimization.averageDecay=0",
      "training.optimization.warmUpSteps=0", "training.checkpointEvery=1",
      "training.validation.every=0",
    ]
    let refusal = try #require(message { try tiny.train("run", changes) })
    #expect(refusal.contains("is not finite"))
    #expect(refusal.contains("training.optimization.learningRate"))
    let last = try Checkpoint(contentsOf: tiny.run("run").checkpointPath(.last))
    #expect(throws: Never.self) { try TrainedAgent(last, registry: .builtIn) }
  }
}
