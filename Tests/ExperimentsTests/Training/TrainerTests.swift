import Agents
import Datasets
import Documents
import Environments
import Experiments
import Files
import Synchronization
import Testing

@Suite("A training run")
struct TrainerTests {
  @Test("has the same bytes on 1, 2 and 4 threads")
  func threads() throws {
    let tiny = try TinyExperiment()
    try tiny.train("one")
    let one = try tiny.result(of: "one")
    for threads in [2, 4] {
      try tiny.train("run-\(threads)", threads: threads)
      expectEqual(try tiny.result(of: "run-\(threads)"), one, "with \(threads) threads")
    }
    try tiny.train("seed", ["seed=1"], on: "other.hdf5")
    #expect(try tiny.result(of: "seed")["last.safetensors"] != one["last.safetensors"])
  }

  @Test("has the same metrics and weights whether the data are in memory or in their files")
  func memory() throws {
    let tiny = try TinyExperiment()
    let settings = ["training.normalisesObservations=true", "dataset.keepTopFraction=0.6"]
    try tiny.train("memory", settings)
    #expect(throws: Interruption.self) {
      try tiny.train("files", settings + ["dataset.memory=0"], stoppingAt: 13)
    }
    #expect(
      try tiny.experiment(settings + ["dataset.memory=0"])
        .readDataset(at: tiny.folder("data.hdf5")).isInFiles)
    try tiny.resume("files")
    let (memory, files) = (try tiny.result(of: "memory"), try tiny.result(of: "files"))
    for name in ["metrics.csv", "validation.csv"] { #expect(memory[name] == files[name]) }
    let (a, b) = (
      try Checkpoint(contentsOf: tiny.run("memory").checkpointPath(.last)),
      try Checkpoint(contentsOf: tiny.run("files").checkpointPath(.last))
    )
    #expect(a.data == b.data)
    #expect(a.dataset == b.dataset)
  }

  /// Validations are due at 10, 20, 30 and 40, checkpoints at 15, 30 and 40.
  @Test(
    "that is stopped and resumed ends with the same bytes as one that is not",
    arguments: [[0], [1], [9], [10], [11], [15], [29, 30], [39], [7, 0, 8, 31], [5, 0, 0, 39]])
  func resumes(stops: [Int]) throws {
    let tiny = try TinyExperiment()
    try tiny.train("whole")
    let first = #expect(throws: Interruption.self) {
      try tiny.train("cut", stoppingAt: stops[0])
    }
    #expect(
      first?.message == "saved after step \(stops[0]) of 40; go on with `hindsight train --resume "
        + "\(tiny.folder("cut"))`")
    for step in stops.dropFirst() {
      #expect(throws: Interruption.self) {
        try tiny.resume("cut", threads: 2, stoppingAt: step)
      }
    }
    let report = try tiny.resume("cut")
    expectEqual(try tiny.result(of: "cut"), try tiny.result(of: "whole"), "stopped at \(stops)")
    #expect(report.steps == 40)
    let record = try record(of: tiny.run("cut"))
    #expect(record["is_finished"] == true)
    #expect(record["step"] == 40)
    #expect(record["sessions"] == .integer(stops.count + 1))
    #expect(record["best_step"] == .integer(report.bestStep))
  }

  @Test("saves what it says it saves when it is stopped")
  func saves() throws {
    let tiny = try TinyExperiment()
    #expect(throws: Interruption.self) { try tiny.train("cut", stoppingAt: 17) }
    let checkpoint = try Checkpoint(contentsOf: tiny.run("cut").checkpointPath(.last))
    #expect(checkpoint.step == 17)
    #expect(!checkpoint.progress.owesValidation)
    #expect(try record(of: tiny.run("cut"))["is_finished"] == false)
  }

  private func record(of run: RunFolder) throws -> Document {
    try Document(json: FileContents.bytes(of: run.recordPath, atMost: 1 << 16))
  }

  @Test("learns the corridor from random episodes", .tags(.learning))
  func learns() throws {
    let tiny = try TinyExperiment()
    let changes = [
      "dataset.episodes=400", "agent.contextLength=20", "training.steps=400",
      "training.batchSize=64", "training.optimization.learningRate=0.003",
      "training.optimization.averageDecay=0.99", "training.validation.every=0",
      "training.sampling.episodes=balancedByReturn", "agent.backbone.dropout=0",
    ]
    try tiny.train("run", changes, threads: 2)
    let behaviour = try DatasetReader(tiny.folder("data.hdf5")).read()
    let random = behaviour.episodeReturns.reduce(0, +) / Double(behaviour.episodeCount)
    let evaluation = try Evaluation(of: tiny.run("run"), registry: .builtIn) {
      $0.episodes = 200
    }
    let reports = try evaluation.run(threads: 2)
    #expect(0.05...0.35 ~= random)
    #expect(reports.count == 4)
    for report in reports where report.target.value == 1 {
      let needed = report.selection.rule == .greedy ? 0.9 : random + 0.15
      #expect(report.meanReturn >= needed, "\(report.selection.rule), behaviour \(random)")
    }
    let sampled = reports.filter { $0.selection.rule == .sampled }
    #expect(sampled[0].meanReturn < sampled[1].meanReturn, "the target has no effect")
  }
}

/// Serialized because the world asks the one who was last to set its trigger.
@Suite("A validation that a signal cuts short", .serialized)
struct CutValidationTests {
  /// Of 160 validation episodes, 40 in each of four validations; the last belongs to the last step.
  @Test("is made up for by the resumed run", arguments: [1, 20, 40, 41, 85, 121, 160])
  func isMadeUpFor(episode: Int) throws {
    let tiny = try TinyExperiment(registry: .forTests)
    let changes = ["environment=interrupting"]
    InterruptingCorridor.trigger.withLock { $0 = nil }
    try tiny.train("whole", changes)
    let stop = StopRequest()
    InterruptingCorridor.trigger.withLock { $0 = (episode, stop) }
    let stopped = #expect(throws: Interruption.self) {
      try tiny.train("cut", changes, stop: stop)
    }
    InterruptingCorridor.trigger.withLock { $0 = nil }
    let step = (episode + 39) / 40 * 10
    #expect(stopped?.message.hasPrefix("saved after step \(step) of 40") == true)
    #expect(try Checkpoint(contentsOf: tiny.run("cut").checkpointPath(.last)).step == step)
    #expect(throws: Interruption.self, "the second time before it begins") {
      try tiny.resume("cut", stoppingAt: 0)
    }
    try tiny.resume("cut")
    expectEqual(try tiny.result(of: "cut"), try tiny.result(of: "whole"), "at \(episode)")
  }
}
