import Agents
import Datasets
import Documents
import Experiments
import Files
import Reports
import Testing

@Suite("An estimation")
struct EstimationTests {
  private let tiny: TinyExperiment

  init() throws { tiny = try TinyExperiment() }

  private func estimation(_ changes: [String] = [], run: String = "run") throws -> Estimation {
    try Estimation(
      of: tiny.run(run), overrides: ["fqe.steps=20", "resamples=200"] + changes, registry: .builtIn)
  }

  private func reports(
    _ estimation: Estimation, threads: Int = 2, data: String = "data.hdf5"
  ) throws -> [EstimateReport] {
    try estimation.run(
      on: RecordedEpisodes(contentsOf: tiny.folder(data)), threads: threads)
  }

  /// The policy is asked for a return, remembers 8 of up to 30 steps, and samples.
  @Test(
    "agrees with twenty thousand episodes of a Decision Transformer that are played",
    .tags(.learning))
  func agreesWithRollouts() throws {
    // Another seed: episodes that it has not learned from.
    try tiny.collect(to: "more.hdf5", ["dataset.episodes=4000", "seed=1"])
    try tiny.train("run")
    let evaluation = try Evaluation(of: tiny.run("run"), registry: .builtIn) {
      ($0.episodes, $0.targetReturns, $0.selections) = (20_000, [1], [.sampled])
    }
    let played = try #require(try evaluation.run(threads: 2).first)
    let estimation = try estimation([
      "selections=[sampled]", "targetReturns=[1]", "fqe.steps=4000", "fqe.network.hidden=[64, 64]",
      "fqe.optimization.learningRate=0.001", "fqe.target.every=50",
    ])
    let report = try #require(try reports(estimation, data: "more.hdf5").first)
    #expect(report.estimates.map(\.estimator) == EstimatorKind.allCases)
    for estimate in report.estimates {
      let value = try #require(estimate.value)
      let interval = try #require(estimate.interval)
      // A fit's error is not in its interval.
      let slack = estimate.estimator == .fqe ? 0.05 : interval.upper - interval.lower
      #expect(
        abs(value - played.meanReturn) < slack,
        "\(estimate.estimator.rawValue): \(value), played \(played.meanReturn)")
      #expect(interval.lower < value && value < interval.upper)
    }
    func width(_ kind: EstimatorKind) throws -> Double {
      let interval = try #require(report[kind]?.interval)
      return interval.upper - interval.lower
    }
    #expect(try width(.doublyRobust) < width(.ordinary))
  }

  @Test("is the same on any number of threads, and reports as much")
  func threads() throws {
    try tiny.train("run")
    let estimation = try estimation(["targetReturns=[0, 1]"])
    let one = try reports(estimation, threads: 1)
    #expect(one.map(\.target.value) == [0, 0, 1, 1])
    #expect(one.map(\.selection.rule) == [.greedy, .sampled, .greedy, .sampled])
    #expect(try reports(estimation, threads: 3) == one)
    #expect(try reports(self.estimation(["targetReturns=[0, 1]", "seed=1"])) != one)
    let recorded = try RecordedEpisodes(contentsOf: tiny.folder("data.hdf5"))
    let document = estimation.document(one, on: recorded, savedAs: nil)
    #expect(document["dataset"]?["learned_from"] == true)
    try tiny.collect(to: "unseen.hdf5", ["seed=1"])
    let unseen = try RecordedEpisodes(contentsOf: tiny.folder("unseen.hdf5"))
    #expect(!estimation.hasLearned(from: unseen))
    guard case .array(let elements)? = document["estimates"] else {
      Issue.record("there is no list of estimates")
      return
    }
    #expect(elements.count == 4 * EstimatorKind.allCases.count)
    #expect(document["settings"]?["fqe"]?["steps"] == 20)
    #expect(elements[0]["fit"]?["features"] == .integer(2 + 4 * (2 + 2) + 1 + 2 + 1))
    let first = try estimation.save(document, as: nil)
    #expect(first == tiny.folder("run/estimates/1/report.json"))
    #expect(try estimation.save(document, as: nil) == tiny.folder("run/estimates/2/report.json"))
    _ = try estimation.save(document, as: "mine")
    #expect(
      message { try tiny.run("run").requireNewEstimate("mine") }?.contains("choose another --name")
        == true)
  }

  @Test("of a policy without target or memory has one target and few features")
  func unconditioned() throws {
    try tiny.train("bc", ["agent={id: behaviour-cloning, network: {hidden: [8]}}"])
    let both = try reports(
      estimation(["targetReturns=[0, 1]", "estimators=[fqe, is]"], run: "bc"))
    #expect(both.map(\.target) == [.none, .none])
    let report = try #require(both.last)
    #expect(report.estimates.map(\.estimator) == [.fqe, .ordinary])
    #expect(report.featureCount == 3)
    #expect(report[.fqe]?.overlap == nil)
    #expect(try #require(report[.ordinary]?.overlap?.effectiveSampleSize) > 0)
  }

  @Test("of a fitted table is one like any other")
  func table() throws {
    try tiny.train("table", ["agent=tabular-q", "training.validation.every=0"])
    let report = try #require(try reports(estimation(run: "table")).first)
    #expect(report.estimates.map(\.estimator) == EstimatorKind.allCases)
  }

  @Test("refuses data of another world, and estimators that the data do not allow")
  func refusals() throws {
    try tiny.train("run")
    try tiny.collect(to: "other.hdf5", ["environment=key-to-door", "dataset.episodes=2"])
    #expect(
      message { _ = try reports(estimation(), data: "other.hdf5") }?
        .contains("with other observations or actions than the run's, of corridor") == true)
    #expect(
      message { _ = try estimation(["fqe.stepps=3"]) }?.contains("did you mean steps") == true)
    #expect(
      message { _ = try estimation(["estimators=[wiss]"]) }?.contains("wis") == true)
    #expect(message { _ = try estimation(["discount=2"]) }?.contains("from 0 to 1") == true)
  }
}
