import Experiments
import Files
import Reports
import Testing

@Suite("Event files of a run")
struct TrainingEventsTests {
  private func files(in folder: String) throws -> [String] {
    try Folder(folder).names().filter { $0.hasPrefix(SummaryEvent.fileNamePrefix) }
      .map { Folder(folder).path(of: $0) }
  }

  @Test("hold every row of its logs and change nothing else")
  func wholeRun() throws {
    let tiny = try TinyExperiment()
    try tiny.train("plain")
    try tiny.train("shown", ["training.tensorboard=true"])
    let (plain, shown) = (try tiny.result(of: "plain"), try tiny.result(of: "shown"))
    for name in ["metrics.csv", "validation.csv"] { #expect(plain[name] == shown[name]) }
    #expect(try files(in: tiny.folder("plain")).isEmpty)

    let records = try EventRecords(of: #require(try files(in: tiny.folder("shown")).first))
    #expect(records.rest == 0)
    // Rows at 3, 6, …, 39 and 40; validations at 10, 20, 30 and 40; checkpoints at 15, 30 and 40.
    #expect(records.count(of: "training/loss") == 14)
    #expect(records.count(of: "validation/score") == 1 + 4, "the table of settings and the scalars")
    #expect(records.count(of: "validation/mean_return/target_1") == 4)
    #expect(records.count(of: "weights/") == 3)
    #expect(records.count(of: "rollout") == 3)
    #expect(records.count(of: "configuration/text_summary") == 1)
    #expect(records.count(of: "_hparams_/session_end_info") == 1)
  }

  @Test("are a file more after a resumption, which comes after those that are there")
  func resumption() throws {
    let tiny = try TinyExperiment()
    #expect(throws: Interruption.self) {
      try tiny.train("run", ["training.tensorboard=true"], stoppingAt: 17)
    }
    let first = try files(in: tiny.folder("run"))
    let before = try contents(of: first[0])
    try tiny.resume("run")
    let all = try files(in: tiny.folder("run"))
    #expect(all.count == 2)
    #expect(all.first == first.first, "names are in the order of the sessions")
    #expect(try contents(of: first[0]) == before)
    #expect(all[1].hasSuffix(".1"))
    let records = try EventRecords(of: all[1])
    #expect(records.count(of: "configuration/text_summary") == 0)
    #expect(records.count(of: "training/loss") == 9, "18, 21, …, 39 and 40")
    // Field 2, the step 18; field 7, a session that has begun.
    #expect(records.messages[1].suffix(6) == [0x10, 18, 0x3A, 2, 0x08, 1])
  }

  @Test("are added to an evaluation of a run that is to be shown")
  func evaluation() throws {
    let tiny = try TinyExperiment()
    try tiny.train("run", ["training.tensorboard=true"])
    let evaluation = try Evaluation(of: tiny.run("run"), registry: .builtIn)
    _ = try evaluation.save(evaluation.run(threads: 1), as: "first")
    let folder = tiny.folder("run/evaluations/first")
    let records = try EventRecords(of: #require(try files(in: folder).first))
    #expect(records.messages.count == 2)
    for tag in [
      "evaluation/mean_return/greedy/target_1", "evaluation/returns/sampled/target_0",
      "evaluation/success_rate/greedy/target_0", "evaluation/lengths/greedy/target_1",
    ] {
      #expect(records.count(of: tag) == 1, "\(tag)")
    }
  }

  @Test("are the same afterwards as those that the run has written, but for the time")
  func export() throws {
    let tiny = try TinyExperiment()
    try tiny.train("run", ["training.tensorboard=true"])
    let evaluation = try Evaluation(of: tiny.run("run"), registry: .builtIn)
    _ = try evaluation.save(evaluation.run(threads: 1), as: "1")
    let exports = try RunExport.write(
      .tensorboard, of: tiny.folder("run"), to: tiny.folder("out"), registry: .builtIn)
    #expect(exports.count == 1)
    #expect(exports[0].files.count == 2)
    /// Without the nine bytes of the time, and the places where weights and pictures of every
    /// checkpoint stand.
    func scalars(_ path: String) throws -> [[UInt8]] {
      try EventRecords(of: path).messages.map { Array($0.dropFirst(9)) }.filter { message in
        let text = String(decoding: message, as: UTF8.self)
        return text.contains("training/") || text.contains("validation/mean_return")
      }
    }
    let live = try scalars(#require(try files(in: tiny.folder("run")).first))
    let exported = try scalars(#require(try files(in: tiny.folder("out")).first))
    #expect(live.count == 18)
    #expect(Set(exported) == Set(live))
    #expect(try files(in: tiny.folder("out/evaluations/1")).count == 1)
  }

  @Test("are made of all runs below a folder, and never over what is there")
  func exportOfMany() throws {
    let tiny = try TinyExperiment()
    for name in ["runs/a", "runs/b"] { try tiny.train(name) }
    let exports = try RunExport.write(
      .tensorboard, of: tiny.folder("runs"), to: tiny.folder("out"), registry: .builtIn)
    #expect(exports.map(\.folder) == [tiny.folder("out/a"), tiny.folder("out/b")])
    for export in exports { #expect(try files(in: export.folder).count == 1) }
    #expect(
      message {
        _ = try RunExport.write(
          .csv, of: tiny.folder("runs"), to: tiny.folder("out"), registry: .builtIn)
      }?.contains("name a folder that is new or empty") == true)
    #expect(
      message {
        _ = try RunExport.write(
          .csv, of: tiny.folder("out"), to: tiny.folder("new"), registry: .builtIn)
      }?.contains("no run is there or below") == true)
  }
}
