import Agents
import Documents
import Experiments
import Files
import Reports
import Testing

@Suite("Analyses of trained runs")
struct AnalysisTests {
  private let tiny: TinyExperiment

  init() throws { tiny = try TinyExperiment() }

  private func value(_ name: String, _ rows: [AnalysisRow], asked: String = "") throws -> Double {
    let row = try #require(rows.first { $0.asked == asked }, "\(rows.map(\.asked))")
    let measure = try #require(row.measures.first { $0.name == name }, "\(row.measures)")
    return try #require(measure.value, "\(name) is unknown")
  }

  // MARK: Calibration

  @Test("call a policy that does as it is told calibrated, within the data")
  func calibrated() throws {
    let points = (0...6).map { (target: Double($0), achieved: min(Double($0), 4)) }
    let measures = CalibrationAnalysis.measures(points, data: 0...4)
    let known = Dictionary(uniqueKeysWithValues: measures.map { ($0.name, $0.value) })
    #expect(known["targets_in_range"] == 5 && known["targets_beyond"] == 2)
    let spearman = try #require(known["spearman_in_range"] ?? nil)
    #expect(abs(spearman - 1) < 1e-12 && known["mean_absolute_error_in_range"] == 0)
    #expect(known["achieved_beyond"] == 4 && known["best_return_in_data"] == 4)
  }

  @Test("find a policy that does the opposite, and one that does not care")
  func uncalibrated() throws {
    func spearman(_ achieve: (Double) -> Double) -> Double? {
      let points = (0...4).map { (target: Double($0), achieved: achieve(Double($0))) }
      return CalibrationAnalysis.measures(points, data: 0...4)
        .first { $0.name == "spearman_in_range" }?.value
    }
    let opposite = try #require(spearman { 4 - $0 })
    #expect(abs(opposite + 1) < 1e-12)
    #expect(spearman { _ in 2 } == nil)
  }

  @Test("measure calibration by a run's newest evaluation, and say where there is none")
  func calibrationOfRun() throws {
    try tiny.train("run")
    let analysis = CalibrationAnalysis(registry: .builtIn)
    #expect(throws: FileError.self) { try analysis.rows(of: tiny.run("run")) }
    let evaluation = try Evaluation(of: tiny.run("run"), registry: .builtIn) {
      ($0.targetReturns, $0.episodes) = ([0, 0.5, 1, 2], 4)
    }
    _ = try evaluation.save(evaluation.run(threads: 1), as: "late")
    let rows = try analysis.rows(of: tiny.run("run"))
    #expect(try value("targets_in_range", rows, asked: "greedy") == 3)
    #expect(try value("targets_beyond", rows, asked: "greedy") == 1)
  }

  // MARK: Start states

  @Test("see that a table fitted to all of a graph finds the shortest path from every node")
  func starts() throws {
    let path = tiny.folder("graph.yaml")
    try DurableFile.write(
      """
      environment: graph
      dataset: {episodes: 400}
      agent: {id: tabular-q}
      """, to: path, replacing: false)
    let experiment = try Experiment(path: path, registry: .builtIn)
    _ = try Collector(experiment.loaded, registry: .builtIn).collect(to: tiny.folder("graph.hdf5"))
    _ = try Trainer(
      experiment.loaded, registry: .builtIn, folder: tiny.run("table"), threads: 1
    ).run(
      on: experiment.readDataset(at: tiny.folder("graph.hdf5")), from: tiny.folder("graph.hdf5"))
    let rows = try StartAnalysis(registry: .builtIn).rows(of: tiny.run("table"))
    #expect(try value("optimal_starts", rows, asked: "nothing, greedy") == 1)
    #expect(try value("mean_regret", rows, asked: "nothing, greedy") == 0)
    // Drawn from a softmax of values it takes detours.
    #expect(try value("mean_regret", rows, asked: "nothing, sampled") > 0)
  }

  // MARK: The exact conditional

  @Test("find a trained policy closer to the exact conditional than the data's policy is")
  func conditional() throws {
    try tiny.collect(["dataset.episodes=600"])
    try tiny.train("early", ["training.steps=1"])
    try tiny.train("late", ["training.steps=400", "agent.contextLength=30"])
    var analysis = ConditionalAnalysis(registry: .builtIn)
    analysis.episodes = 300
    let early = try analysis.rows(of: tiny.run("early"), checkpoint: .last)
    let late = try analysis.rows(of: tiny.run("late"), checkpoint: .last)
    let best = "divergence_at_best_return"
    let behaviour = try value("divergence_of_behaviour_at_best_return", late)
    #expect(try value(best, late) < 0.7 * behaviour)
    #expect(try value(best, late) < value(best, early))
    // An untrained policy acts about uniformly, as the data's does.
    #expect(try abs(value(best, early) - behaviour) < 0.05)
  }

  // MARK: The critic

  @Test("find what a critic has learned of the exact expectation")
  func critic() throws {
    let changes = [
      "agent.conditioning=none", "agent.returnHead=categories", "agent.contextLength=30",
      "training.steps=300", "training.validation.targetReturns=[]",
    ]
    try tiny.collect(["dataset.episodes=600"])
    try tiny.train("critic", changes)
    var analysis = CriticAnalysis(registry: .builtIn)
    analysis.episodes = 200
    let (rows, curves) = try analysis.rows(of: tiny.run("critic"), checkpoint: .last)
    #expect(try value("correlation", rows) > 0.6)
    // Nothing predicts better than the exact expectation, but for chance.
    #expect(try value("squared_error", rows) > value("squared_error_exact", rows) - 0.01)
    #expect(curves["solved"] != nil && curves["unsolved"] != nil)
  }

  @Test("refuse a critic that is told the return")
  func toldCritic() throws {
    try tiny.train("run")
    #expect {
      _ = try CriticAnalysis(registry: .builtIn).rows(of: tiny.run("run"))
    } throws: { error in
      (error as? ConfigurationError)?.key == "agent.returnHead"
    }
  }

  // MARK: Reports

  @Test("sum up the runs of a variant, whose names differ in the seed alone")
  func summaries() {
    let rows = [("a_seed-0", 1.0), ("a_seed-1", 3.0), ("b", 5.0)].map {
      AnalysisRow(RunFolder("/runs/\($0.0)"), [("x", $0.1)])
    }
    let summaries = AnalysisReport("starts", rows).summaries
    #expect(summaries.map(\.variant) == ["a", "b"])
    #expect(summaries.map(\.mean) == [2, 5])
    #expect(summaries[0].interval?.lower == 1 && summaries[0].interval?.upper == 3)
    #expect(summaries[1].interval == nil)
  }
}
