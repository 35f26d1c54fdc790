import Agents
import Datasets
import Documents
import Experiments
import Files
import Randomness
import Reports
import Testing

@Suite("An evaluation")
struct EvaluationTests {
  private let tiny: TinyExperiment

  init() throws {
    tiny = try TinyExperiment(registry: .forTests)
  }

  private func evaluation(
    _ run: String = "run", changing change: (inout EvaluationSettings) -> Void = { _ in }
  ) throws -> Evaluation {
    try Evaluation(of: tiny.run(run), registry: .forTests, changing: change)
  }

  @Test("gives the same results on any number of threads")
  func threads() throws {
    try tiny.train("run")
    let evaluation = try evaluation { $0.episodes = 150 }
    let one = try evaluation.run(threads: 1)
    #expect(one.count == 4)
    for threads in [2, 3, 8] { #expect(try evaluation.run(threads: threads) == one) }
    let other = try self.evaluation { ($0.episodes, $0.seed) = (150, 1) }.run(threads: 2)
    #expect(other.map(\.episodes) != one.map(\.episodes))
  }

  /// Returns of this world are decided by the episode's seed alone.
  @Test("plays the same episodes for every target, selection, checkpoint and number of lanes")
  func paired() throws {
    try tiny.train("run", ["environment=lottery", "agent.contextLength=1"])
    var all: Set<[Double]> = []
    for (lanes, checkpoint) in [(1, CheckpointChoice.best), (7, .last), (64, .best)] {
      let evaluation = try Evaluation(
        of: tiny.run("run"), checkpoint: checkpoint, registry: .forTests
      ) { ($0.lanes, $0.episodes, $0.targetReturns) = (lanes, 41, [-100, 0, 500, 1e6]) }
      for report in try evaluation.run(threads: 2) {
        all.insert(report.episodes.map(\.achievedReturn))
      }
    }
    #expect(all.count == 1)
    #expect(Set(try #require(all.first)).count > 35, "episodes differ from one another")
    // More episodes are these and others.
    let more = try evaluation { ($0.episodes, $0.targetReturns) = (60, [0]) }.run(threads: 1)
    #expect(Array(more[0].episodes.map(\.achievedReturn).prefix(41)) == all.first)
  }

  @Test("writes a report whose sums are those of its episodes")
  func report() throws {
    try tiny.train("run")
    let evaluation = try evaluation { ($0.targetReturns, $0.temperature) = ([1], 2) }
    let reports = try evaluation.run(threads: 2)
    let path = try evaluation.save(reports, as: nil)
    #expect(path == tiny.folder("run/evaluations/1/report.json"))
    let document = try Document(json: FileContents.bytes(of: path, atMost: 1 << 20))
    #expect(document["schema_version"] == 1)
    #expect(document["environment"] == "corridor" && document["agent"] == "decision-transformer")
    guard case .array(let entries)? = document["evaluation"] else {
      Issue.record("no evaluation array in \(document)")
      return
    }
    #expect(entries.map { $0["selection"] } == ["greedy", "sampled"])
    for (entry, report) in zip(entries, reports) {
      let returns = try numbers(entry["returns"])
      let lengths = try numbers(entry["lengths"])
      #expect(returns.count == 30 && lengths.count == 30)
      guard case .array(let solved)? = entry["solved"] else { throw Missing() }
      #expect(entry["target_return"] == .number(1))
      #expect(entry["temperature"] == .number(2))
      #expect(entry["episodes"] == 30)
      #expect(entry["seed"] == 0)
      #expect(entry["checkpoint"] == "best")
      #expect(entry["mean_return"] == .number(Statistics.mean(returns)))
      #expect(entry["mean_length"] == .number(Statistics.mean(lengths)))
      let successes = solved.count { $0 == true }
      #expect(entry["success_rate"] == .number(Double(successes) / 30))
      var random = RandomStream(seed: 0, "bootstrap")
      let interval = Interval.bootstrapMean(of: returns, using: &random)
      #expect(entry["ci_low"] == .number(interval.lower))
      #expect(entry["ci_high"] == .number(interval.upper))
      let wilson = Interval.wilson(successes: successes, of: 30)
      #expect(entry["success_low"] == .number(wilson.lower))
      #expect(entry["success_high"] == .number(wilson.upper))
      // In the corridor an episode is solved where its return is 1, and ends then.
      for (index, value) in returns.enumerated() {
        #expect(solved[index] == .bool(value == 1))
        #expect(value == 1 ? lengths[index] <= 30 : lengths[index] == 30)
      }
      #expect(returns == report.episodes.map(\.achievedReturn))
    }
  }

  private struct Missing: Error {}

  private func numbers(_ document: Document?) throws -> [Double] {
    guard case .array(let elements)? = document else { throw Missing() }
    return try elements.map { element in
      switch element {
      case .number(let value): return value
      case .integer(let value): return Double(value)
      default: throw Missing()
      }
    }
  }

  @Test("counts its reports and never writes over one")
  func names() throws {
    try tiny.train("run", ["training.steps=2"])
    let evaluation = try evaluation { ($0.episodes, $0.targetReturns) = (2, [1]) }
    let reports = try evaluation.run(threads: 1)
    #expect(try evaluation.save(reports, as: nil).hasSuffix("run/evaluations/1/report.json"))
    #expect(try evaluation.save(reports, as: "mine").hasSuffix("evaluations/mine/report.json"))
    #expect(try evaluation.save(reports, as: nil).hasSuffix("run/evaluations/2/report.json"))
    let refusal = try #require(message { _ = try evaluation.save(reports, as: "mine") })
    #expect(refusal.hasSuffix("the run has an evaluation mine already; choose another --name"))
    #expect(throws: FileError.self) { try tiny.run("run").requireNewEvaluation("mine") }
    #expect(throws: Never.self) { try tiny.run("run").requireNewEvaluation("yours") }
  }

  @Test(
    "has a name that can only name a folder of its run",
    arguments: [
      ("a", true), ("A-1_b.c", true), ("", false), (".", false), ("..", false), (".a", false),
      ("a/b", false), ("a b", false), ("ä", false), ("a\n", false),
      (String(repeating: "a", count: 100), true), (String(repeating: "a", count: 101), false),
    ])
  func nameCheck(name: String, isGood: Bool) { #expect(RunFolder.isEvaluationName(name) == isGood) }

  @Test("takes the best checkpoint, or the last where it is asked for or there is no other")
  func choice() throws {
    try tiny.train("run", ["training.optimization.learningRate=0.01"])
    #expect(try evaluation().choice == .best)
    let last = try Evaluation(of: tiny.run("run"), checkpoint: .last, registry: .forTests)
    #expect(last.choice == .last && last.trained.step == 40)
    try tiny.train("without", ["training.validation.every=0"])
    #expect(try evaluation("without").choice == .last)
    try tiny.train("asked", ["evaluation.checkpoint=last"])
    #expect(try evaluation("asked").choice == .last)
    #expect(
      message { _ = try evaluation("nowhere") }
        == "cannot open the run folder \(tiny.folder("nowhere")): there is no such folder")
    #expect(message { _ = try evaluation("tiny.yaml") }?.hasSuffix("it is not a folder") == true)
  }

  @Test("asks for the largest return in the data where nothing is configured")
  func defaultTarget() throws {
    try tiny.train("run", ["training.steps=1", "evaluation.targetReturns=[]"])
    let evaluation = try evaluation()
    #expect(evaluation.targets.map(\.value) == [evaluation.trained.data.maximumReturn])
  }

  @Test("says which setting is out of range")
  func settings() throws {
    try tiny.train("run", ["training.steps=1"])
    #expect(
      message { _ = try evaluation { $0.episodes = 0 } }
        == "evaluation.episodes: found 0, expected a whole number from 1 to 10000000")
    #expect(
      message { _ = try evaluation { $0.lanes = 0 } }
        == "evaluation.lanes: found 0, expected a whole number from 1 to 65536")
  }

  @Test("reports nothing when it is stopped")
  func stopped() throws {
    try tiny.train("run", ["training.steps=1"])
    let evaluation = try evaluation()
    let stop = StopRequest()
    let stopped = #expect(throws: Interruption.self) {
      try evaluation.run(threads: 2, stop: stop) { done, _ in
        if done == 40 { stop.request(signal: 15) }
      }
    }
    #expect(stopped?.signal == 15)
    #expect(stopped?.message == "the evaluation was stopped and nothing was written")
    #expect(!FileStatus.exists(tiny.folder("run/evaluations")))
  }
}
