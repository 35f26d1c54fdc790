import Datasets
import Documents
import Experiments
import Files
import Testing

@Suite("A collection")
struct CollectorTests {
  @Test("has the same bytes for the same seed, and others for another")
  func reproducible() throws {
    let tiny = try TinyExperiment()
    let report = try tiny.collect(to: "a.hdf5")
    try tiny.collect(to: "b.hdf5")
    try tiny.collect(to: "c.hdf5", ["seed=1"])
    let a = try contents(of: tiny.folder("a.hdf5"))
    #expect(try contents(of: tiny.folder("b.hdf5")) == a)
    #expect(try contents(of: tiny.folder("c.hdf5")) != a)
    #expect(report.path == tiny.folder("a.hdf5"))
    #expect(report.episodes == 60 && report.resumedEpisodes == 0)
    let dataset = try DatasetReader(report.path).read()
    #expect(dataset.episodeCount == 60 && dataset.stepCount == report.steps)
    #expect(Set(dataset.episodeSeeds).count == 60)
  }

  /// Progress is reported every 64 episodes; parts of 500 steps hold about 18 of them.
  @Test(
    "goes on after a signal and ends with the same bytes", arguments: [[64], [128, 192], [256]])
  func resumes(stops: [Int]) throws {
    let tiny = try TinyExperiment()
    let changes = ["dataset.episodes=300", "dataset.partSteps=500"]
    try tiny.collect(to: "whole.hdf5", changes)
    for episodes in stops {
      let stop = StopRequest()
      let stopped = #expect(throws: Interruption.self) {
        try tiny.collect(to: "cut.hdf5", changes, stop: stop) {
          if $0.episodes >= episodes { stop.request(signal: 15) }
        }
      }
      #expect(stopped?.signal == 15)
      #expect(stopped?.message.contains("steps are safe in parts") == true)
    }
    let report = try tiny.collect(to: "cut.hdf5", changes)
    #expect((1..<300).contains(report.resumedEpisodes))
    #expect(report.episodes == 300)
    #expect(report.path == tiny.folder("cut"), "several parts make a folder")
    expectEqual(try contents(of: tiny.folder("cut")), try contents(of: tiny.folder("whole")))
    #expect(try Folder(tiny.folder.path).names() == ["cut", "tiny.yaml", "whole"])
  }

  @Test(
    "refuses to go on with another configuration",
    arguments: ["seed=1", "environment.length=8", "dataset.episodes=301", "dataset.partSteps=501"])
  func otherConfiguration(change: String) throws {
    let tiny = try TinyExperiment()
    let changes = ["dataset.episodes=300", "dataset.partSteps=500"]
    let stop = StopRequest()
    #expect(throws: Interruption.self) {
      try tiny.collect(changes, stop: stop) { _ in stop.request(signal: 2) }
    }
    let refusal = message { _ = try tiny.collect(changes + [change]) }
    #expect(refusal?.contains(".data.partial") == true)
    #expect(refusal?.contains("finish that one, or remove the folder") == true)
    #expect(try tiny.collect(changes).episodes == 300)
  }

  @Test("refuses a path that is taken, by a dataset or by anything else, and names the way out")
  func taken() throws {
    let tiny = try TinyExperiment()
    try tiny.collect()
    let before = try contents(of: tiny.folder("data.hdf5"))
    let refusal = try #require(message { _ = try tiny.collect(["seed=1"]) })
    #expect(refusal.hasSuffix("data.hdf5: it exists already; choose another path, or remove it"))
    #expect(try contents(of: tiny.folder("data.hdf5")) == before)
    let empty = message {
      _ = try Collector(tiny.experiment().loaded, registry: .builtIn).collect(to: "")
    }
    #expect(empty == "cannot create \"\": the path is empty")
  }

  @Test("is locked for others while it runs")
  func locked() throws {
    let tiny = try TinyExperiment()
    var refusals: [String] = []
    try tiny.collect(["dataset.episodes=64"]) { _ in
      if refusals.isEmpty { refusals.append(message { _ = try tiny.collect() } ?? "none") }
    }
    #expect(refusals.first?.contains("is using it since") == true, "\(refusals)")
  }

  @Test("plays the expert, who always succeeds, and the random policy, who seldom does")
  func behaviours() throws {
    let tiny = try TinyExperiment()
    try tiny.collect(to: "expert.hdf5", ["dataset.behaviour=expert"])
    try tiny.collect(to: "random.hdf5")
    let expert = try DatasetReader(tiny.folder("expert.hdf5")).read()
    let random = try DatasetReader(tiny.folder("random.hdf5")).read()
    #expect(expert.episodeReturns.allSatisfy { $0 == 1 })
    #expect(random.behaviourLogProbabilities.allSatisfy { abs($0 + 0.693_147) < 1e-6 })
    #expect(1...30 ~= random.episodeReturns.count { $0 == 1 })
    #expect(expert.header.behaviourPolicy["id"] == "expert")
    #expect(expert.header.configuration["seed"] == 0)
  }

  @Test("says which behaviour policies there are, and which is meant")
  func unknownBehaviour() throws {
    let tiny = try TinyExperiment()
    #expect(
      message { _ = try tiny.collect(["dataset.behaviour=exprt"]) }
        == "--set dataset.behaviour=exprt: dataset.behaviour: found \"exprt\", expected one of "
        + "\(Registry.builtIn.ids("behaviour").joined(separator: ", ")); did you mean expert?")
    #expect(
      message { _ = try tiny.collect(["dataset.behaviour=planner"]) }
        == "--set dataset.behaviour=planner: dataset.behaviour.id: found planner, expected a "
        + "policy that can act in corridor: random, expert")
    #expect(try Folder(tiny.folder.path).names() == ["tiny.yaml"], "nothing is left behind")
  }
}
