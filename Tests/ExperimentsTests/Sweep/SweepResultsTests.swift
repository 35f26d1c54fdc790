import Documents
import Experiments
import Files
import Reports
import Testing

@Suite("The results of a sweep")
struct SweepResultsTests {
  private let sample: SampleSweep

  init() throws { sample = try SampleSweep() }

  private static let yaml = """
    base: base.yaml
    axes:
      agent: {list: {dt: {}, bc: {agent.contextLength: 1}}}
      world: {grid: {environment.length: [5, 9]}}
    seeds: 3
    comparison: {of: agent, baseline: dt, scale: {random: 0.25, optimal: 1.25}}
    """

  /// A finished run whose mean return is `score` at target 1 and 0 at target 0.
  private func finish(_ run: SweepRun, _ plan: SweepPlan, score: Double) throws {
    let folder = SweepFolder(sample.folder("out")).runFolder(run.name)
    try Folder("\(folder.path)/evaluations/sweep").make()
    try DurableFile.write(
      plan.experiment(of: run).loaded.yamlText, to: folder.configurationPath, replacing: true)
    let elements: [Document] = [0.0, 1.0].map { target in
      [
        "target_return": .number(target), "selection": "greedy", "episodes": 10,
        "mean_return": .number(target * score), "success_rate": .number(target * score / 2),
        "mean_length": 7,
      ]
    }
    let report: Document = ["step": 4, "evaluation": .array(elements)]
    try DurableFile.write(
      report.jsonText(), to: "\(folder.path)/evaluations/sweep/report.json", replacing: true)
  }

  /// Scores by seed: dt 0.5 0.75 1 in both worlds, bc 0.25 less in the first and as good in the second.
  private func results(without missing: String? = nil) throws -> SweepResults {
    let plan = try sample.plan(Self.yaml)
    for (index, run) in plan.runs.enumerated() where run.name != missing {
      let isWorse = run.name.hasPrefix("bc_world-5")
      try finish(run, plan, score: [0.5, 0.75, 1][index % 3] - (isWorse ? 0.25 : 0))
    }
    return try SweepResults(of: plan, in: SweepFolder(sample.folder("out")))
  }

  @Test("are means over seeds, with intervals between the worst and the best seed")
  func groups() throws {
    let results = try results()
    #expect(results.rows.count == 24)
    #expect(results.groups.map(\.name).prefix(3) == ["dt_world-5", "dt_world-5", "dt_world-9"])
    let group = results.groups[1]
    #expect(group.targets == [1, 1, 1])
    #expect(group.seeds == 3)
    #expect((group.meanReturn - 0.75).magnitude < 1e-12)
    #expect((group.successRate - 0.375).magnitude < 1e-12)
    #expect(group.meanInterval.lower >= 0.5 && group.meanInterval.lower < 0.6)
    #expect(group.meanInterval.upper <= 1 && group.meanInterval.upper > 0.9)
    #expect(results.table.rows.count == 8)
  }

  @Test("compare the points of an axis over tasks and seeds")
  func comparison() throws {
    let comparison = try #require(try results().comparison)
    #expect(comparison.tasks == ["world-5", "world-9"])
    #expect(comparison.entries.map(\.name) == ["dt", "bc"])
    let (dt, bc) = (comparison.entries[0], comparison.entries[1])
    // Scaled from 0.25 … 1.25 to 0 … 1.
    #expect((dt.scores.mean - 0.5).magnitude < 1e-12)
    #expect((bc.scores.mean - 0.375).magnitude < 1e-12)
    #expect((bc.scores.median - 0.375).magnitude < 1e-12)
    #expect(dt.paired == nil && dt.improvement == nil, "it is the baseline")
    let paired = try #require(bc.paired)
    #expect((paired.meanDifference + 0.125).magnitude < 1e-12)
    #expect(paired.pValue == 2.0 / 8)
    // In one world 2 of 9 pairs are won, ties counted half; in the other it is even.
    let improvement = try #require(bc.improvement)
    #expect((improvement.probability - (2.0 / 9 + 0.5) / 2).magnitude < 1e-12)
    #expect(comparison.table.rows.count == 2)
  }

  @Test("leave out what is missing, and do not compare what lacks runs")
  func missing() throws {
    let results = try results(without: "bc_world-9_seed-1")
    #expect(results.missing == ["bc_world-9_seed-1"])
    #expect(results.rows.count == 22)
    #expect(results.groups.last?.seeds == 2)
    let comparison = try #require(results.comparison)
    #expect(comparison.entries.map(\.name) == ["dt"])
    #expect(comparison.incomplete == ["bc"])
  }

  @Test("of a damaged report say which file and what is wrong with it")
  func damaged() throws {
    _ = try results()
    let path = sample.folder("out/runs/dt_world-5_seed-0/evaluations/sweep/report.json")
    for (text, expected) in [
      ("{", "cannot read \(path): "),
      ("{}", "cannot read \(path): it has no list called evaluation"),
      (
        "{\"evaluation\": [{\"episodes\": \"x\"}]}",
        "cannot read \(path): evaluation[0].episodes: found text, expected a number"
      ),
    ] {
      try DurableFile.write(text, to: path, replacing: true)
      let plan = try sample.plan(Self.yaml)
      let found = message { _ = try SweepResults(of: plan, in: SweepFolder(sample.folder("out"))) }
      #expect(found?.hasPrefix(expected) == true, "\(found ?? "")")
    }
  }

  @Test(
    "refuse to compare what is not there",
    arguments: [
      (
        "of: agents",
        "comparison.of: found \"agents\", expected one of agent, world; did you mean agent?"
      ),
      ("of: agent, baseline: dd", "found \"dd\", expected one of dt, bc; did you mean dt?"),
      ("of: agent, score: mean", "expected one of mean_return, success_rate"),
      ("of: agent, scale: {random: 1}", "found random and optimal of 1.0, expected two numbers"),
      ("of: agent, scale: {world-5: {random: 0}}", "comparison.scale.world-9: found nothing"),
      ("of: agent, scale: {word-5: {random: 0}}", "did you mean world-5?"),
      ("baseline: dt", "comparison.of: found nothing, expected the name of an axis"),
    ])
  func refused(settings: String, expected: String) throws {
    let yaml = Self.yaml.split(separator: "\n").dropLast().joined(separator: "\n")
    let found = try sample.message("\(yaml)\ncomparison: {\(settings)}")
    #expect(found.contains(expected), "\(found)")
  }
}
