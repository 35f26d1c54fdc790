import Datasets
import Documents
import Experiments
import Files
import Foundation
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

  /// Parts of 500 steps hold about 18 episodes.
  @Test(
    "goes on after a signal and ends with the same bytes", arguments: [[40], [60, 150], [180]])
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
      #expect(stopped?.message.contains("steps are safe; the same command") == true)
    }
    let report = try tiny.collect(to: "cut.hdf5", changes)
    #expect(report.resumedEpisodes >= stops.reduce(0, max), "whole episodes were lost")
    #expect(report.resumedEpisodes < 300)
    #expect(report.episodes == 300)
    #expect(report.path == tiny.folder("cut"), "several parts make a folder")
    expectEqual(try contents(of: tiny.folder("cut")), try contents(of: tiny.folder("whole")))
    #expect(try Folder(tiny.folder.path).names() == ["cut", "tiny.yaml", "whole"])
  }

  /// What a collection goes on from is read back, where columns come by name.
  @Test(
    "of a mixture goes on in the midst of a part",
    arguments: ["corridor", "{id: MiniGrid-Empty-6x6-v0, horizon: 20}"])
  func resumesMixtures(world: String) throws {
    let tiny = try TinyExperiment()
    let changes = [
      "environment=\(world)", "dataset.episodes=150", "dataset.partSteps=100000",
      "dataset.behaviour={id: mixture, behaviours: [expert, random]}",
    ]
    try tiny.collect(to: "whole.hdf5", changes)
    let stop = StopRequest()
    #expect(throws: Interruption.self) {
      try tiny.collect(to: "cut.hdf5", changes, stop: stop) {
        if $0.episodes >= 40 { stop.request(signal: 15) }
      }
    }
    let report = try tiny.collect(to: "cut.hdf5", changes)
    #expect(report.resumedEpisodes >= 40 && report.resumedEpisodes < 150)
    #expect(
      try contents(of: tiny.folder("cut.hdf5")) == contents(of: tiny.folder("whole.hdf5")))
    let solved = try DatasetReader(report.path).read().infos
    #expect(solved.map(\.name) == [Info.behaviour, Info.solved])
  }

  @Test(
    "refuses to go on with another configuration",
    arguments: ["seed=1", "environment.length=8", "dataset.episodes=301", "dataset.partSteps=501"])
  func otherConfiguration(change: String) throws {
    let tiny = try TinyExperiment()
    let changes = ["dataset.episodes=300", "dataset.partSteps=500"]
    let stop = StopRequest()
    #expect(throws: Interruption.self) {
      try tiny.collect(changes, stop: stop) { if $0.episodes > 40 { stop.request(signal: 2) } }
    }
    let refusal = message { _ = try tiny.collect(changes + [change]) }
    #expect(refusal?.contains(".data.partial") == true)
    #expect(refusal?.contains("finish that one, or remove the folder") == true)
    #expect(try tiny.collect(changes).episodes == 300)
  }

  @Test(
    "has the same bytes on any number of threads",
    arguments: ["random", "expert", "q-learning", "{id: mixture, behaviours: [expert, random]}"])
  func threads(behaviour: String) throws {
    let tiny = try TinyExperiment()
    let changes = ["dataset.episodes=130", "dataset.behaviour=\(behaviour)"]
    try tiny.collect(to: "1.hdf5", changes)
    let alone = try contents(of: tiny.folder("1.hdf5"))
    for threads in [2, 3] {
      try tiny.collect(to: "\(threads).hdf5", changes, threads: threads)
      #expect(try contents(of: tiny.folder("\(threads).hdf5")) == alone)
    }
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
    let unknown = message { _ = try tiny.collect(["dataset.behaviour=exprt"]) }
    #expect(
      unknown?.hasPrefix(
        "--set dataset.behaviour=exprt: dataset.behaviour: found \"exprt\", expected one of "
          + "random, expert, ") == true)
    #expect(unknown?.hasSuffix("; did you mean expert?") == true)
    #expect(
      message { _ = try tiny.collect(["dataset.behaviour=planner"]) }
        == "--set dataset.behaviour=planner: dataset.behaviour.id: found planner, expected a "
        + "policy that can act in corridor: random, expert, softmax, q-learning, mixture, phases, run"
    )
    #expect(try Folder(tiny.folder.path).names() == ["tiny.yaml"], "nothing is left behind")
  }

  @Test("writes down who of a mixture acted, and how probable that made its actions")
  func mixture() throws {
    let tiny = try TinyExperiment()
    try tiny.collect([
      "dataset.behaviour={id: mixture, weights: [1, 3], behaviours: [expert, random]}",
      "dataset.episodes=200",
    ])
    let dataset = try DatasetReader(tiny.folder("data.hdf5")).read()
    let info = try #require(dataset.infos.first { $0.name == Info.behaviour })
    guard case .int64(let numbers) = info.column else {
      Issue.record("the column is \(info.column)")
      return
    }
    var acted = [0, 0]
    for episode in 0..<200 {
      let steps = dataset.episodeOffsets[episode]..<dataset.episodeOffsets[episode + 1]
      let probabilities = Set(dataset.behaviourLogProbabilities[steps])
      let number = Int(numbers[episode])
      acted[number] += 1
      if number == 0 { #expect(dataset.episodeReturns[episode] == 1) }
      #expect(
        number == 1 ? probabilities == [-0.6931472] : probabilities.isSubset(of: [0, -0.6931472]))
    }
    // Four standard errors of a share of 1/4 in 200.
    #expect(abs(Double(acted[0]) / 200 - 0.25) < 0.123)
    try tiny.collect(to: "random.hdf5")
    let random = try DatasetReader(tiny.folder("random.hdf5")).read()
    #expect(random.infos.map(\.name) == [Info.solved])
  }

  @Test("of a policy that learns goes on with the same bytes, and gets better")
  func learning() throws {
    let tiny = try TinyExperiment()
    let changes = [
      "dataset.behaviour={id: q-learning, epsilonEpisodes: 300, learningRate: 0.5}",
      "dataset.episodes=600", "dataset.partSteps=1500",
    ]
    try tiny.collect(to: "whole.hdf5", changes)
    let stop = StopRequest()
    #expect(throws: Interruption.self) {
      try tiny.collect(to: "cut.hdf5", changes, stop: stop) {
        if $0.episodes >= 256 { stop.request(signal: 15) }
      }
    }
    let report = try tiny.collect(to: "cut.hdf5", changes)
    #expect(report.resumedEpisodes > 0)
    expectEqual(try contents(of: tiny.folder("cut")), try contents(of: tiny.folder("whole")))
    let returns = try DatasetReader(tiny.folder("whole")).read().episodeReturns
    let (first, last) = (returns[..<100].reduce(0, +), returns[500...].reduce(0, +))
    #expect(first < 60 && last > 95, "\(first) of the first and \(last) of the last 100")
  }

  @Test("can be made by a trained run, which says how probable its actions were")
  func run() throws {
    let tiny = try TinyExperiment()
    try tiny.train("run")
    let path = tiny.run("run").path
    func behaviour(_ more: String) -> String {
      "dataset.behaviour={id: run, path: \(path), targetReturn: 1\(more)}"
    }
    try tiny.collect(to: "greedy.hdf5", [behaviour(", selection: greedy")])
    try tiny.collect(to: "sampled.hdf5", [behaviour("")])
    try tiny.collect(to: "again.hdf5", [behaviour("")])
    let greedy = try DatasetReader(tiny.folder("greedy.hdf5")).read()
    #expect(greedy.behaviourLogProbabilities.allSatisfy { $0 == 0 })
    let sampled = try DatasetReader(tiny.folder("sampled.hdf5")).read()
    #expect(sampled.behaviourLogProbabilities.allSatisfy { $0 < 0 && $0 > -20 })
    #expect(Set(sampled.behaviourLogProbabilities).count > 20)
    #expect(
      try contents(of: tiny.folder("again.hdf5")) == contents(of: tiny.folder("sampled.hdf5")))
    // The mean probability of what was drawn is the mean of Σ p², at least 1/2 for two actions.
    let mean =
      sampled.behaviourLogProbabilities.reduce(0.0) { $0 + exp(Double($1)) }
      / Double(sampled.stepCount)
    #expect(mean > 0.48 && mean < 1)
    // In the midst of an episode it would not know what was done before.
    let run = "{id: run, path: \(path), targetReturn: 1}"
    func phases(_ behaviours: String) -> String {
      "dataset.behaviour={id: phases, steps: [3], behaviours: [\(behaviours)]}"
    }
    try tiny.collect(to: "first.hdf5", [phases("\(run), {id: random}")])
    let refusal = message { try tiny.collect(to: "second.hdf5", [phases("{id: random}, \(run)")]) }
    #expect(
      refusal?.contains("dataset.behaviour.behaviours[1].id: found a policy that acts on what it")
        == true, "\(refusal ?? "nothing")")
  }

  @Test(
    "by a run says what is wrong with the run",
    arguments: [
      ("path: \"\"", "dataset.behaviour.path: found nothing, expected the folder of a trained run"),
      ("path: nowhere", "dataset.behaviour.path: "), ("temperature: 0, path: x", "temperature"),
    ])
  func badRun(settings: String, expected: String) throws {
    let tiny = try TinyExperiment()
    let refusal = message { try tiny.collect(["dataset.behaviour={id: run, \(settings)}"]) }
    #expect(refusal?.contains(expected) == true, "\(refusal ?? "nothing")")
  }
}
