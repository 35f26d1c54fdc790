import Documents
import Experiments
import Files
import Testing

/// A sweep file in a folder of its own, beside a base configuration.
struct SampleSweep {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try DurableFile.write(
      "environment: corridor\ndataset: {episodes: 60}\nagent: {contextLength: 8}\n",
      to: folder("base.yaml"), replacing: false)
  }

  func file(_ yaml: String) throws -> SweepFile {
    try DurableFile.write(yaml, to: folder("sweep.yaml"), replacing: true)
    return try SweepFile(path: folder("sweep.yaml"))
  }

  func plan(
    _ yaml: String, overrides: [String] = [], seedCount: Int? = nil
  ) throws -> SweepPlan {
    try SweepPlan(file(yaml), overrides: overrides, seedCount: seedCount, registry: .builtIn)
  }

  /// What is said of a file that cannot be used, its folder left out.
  func message(_ yaml: String) throws -> String {
    do {
      _ = try plan(yaml).experiments()
      return ""
    } catch {
      return "\(error)".replacing(folder.path + "/", with: "")
    }
  }
}

@Suite("The plan of a sweep")
struct SweepPlanTests {
  private let sample: SampleSweep

  init() throws { sample = try SampleSweep() }

  private static let whole = """
    base: base.yaml
    axes:
      agent:
        list:
          dt: {}
          "a/b c": {agent.contextLength: 5, training: {steps: 7}}
      size: {grid: {dataset.episodes: [10, 20]}}
    seeds: {count: 2, from: 3, keys: {seed: seed, evaluation.seed: 100 + seed}}
    """

  @Test("has a run for every point of every axis and every seed, by readable names")
  func product() throws {
    let plan = try sample.plan(Self.whole)
    #expect(
      plan.runs.map(\.name) == [
        "dt_size-10_seed-3", "dt_size-10_seed-4", "dt_size-20_seed-3", "dt_size-20_seed-4",
        "a-b-c_size-10_seed-3", "a-b-c_size-10_seed-4", "a-b-c_size-20_seed-3",
        "a-b-c_size-20_seed-4",
      ])
    #expect(plan.runs.map(\.variant) == [0, 0, 1, 1, 2, 2, 3, 3])
    #expect(plan.columns == ["agent", "size"])
    #expect(plan.runs[7].values == ["agent": "a/b c", "size": 20])
    let settings = try plan.experiments().map(\.settings)
    #expect(settings.map(\.seed) == [3, 4, 3, 4, 3, 4, 3, 4])
    #expect(settings.map(\.evaluation.seed) == [103, 104, 103, 104, 103, 104, 103, 104])
    #expect(settings.map(\.dataset.episodes) == [10, 10, 20, 20, 10, 10, 20, 20])
    #expect(settings.map(\.training.steps)[3...4] == [1000, 7])
    #expect(settings.map { $0.agent.settings["contextLength"] }[3...4] == [8, 5])
  }

  @Test("takes a later axis to count more than an earlier one, and --set most of all")
  func order() throws {
    let yaml = """
      base: {environment: corridor, agent: {contextLength: 8}}
      axes:
        first: {list: {a: {training: {steps: 1, batchSize: 2}}}}
        second: {list: {b: {training.steps: 3}}}
      """
    let plain = try sample.plan(yaml).experiments()[0].settings
    #expect(plain.training.steps == 3)
    #expect(plain.training.batchSize == 2)
    let changed = try sample.plan(yaml, overrides: ["training.steps=9"]).experiments()[0].settings
    #expect(changed.training.steps == 9)
  }

  @Test("may be a base alone, seeds alone, or fewer seeds than the file has")
  func few() throws {
    #expect(try sample.plan("base: base.yaml").runs.map(\.name) == ["sweep"])
    #expect(try sample.plan("base: base.yaml\nseeds: 2").runs.map(\.name) == ["seed-0", "seed-1"])
    #expect(try sample.plan(Self.whole, seedCount: 1).runs.count == 4)
    let evaluation = try sample.plan("base: base.yaml\nseeds: 2").experiments().map {
      $0.settings.evaluation.seed
    }
    #expect(evaluation == [1000, 1001], "each seed is evaluated on episodes of its own")
  }

  @Test("names combinations of a grid, numbers, components and values that look alike")
  func names() throws {
    let plan = try sample.plan(
      """
      base: base.yaml
      axes:
        both: {grid: {agent.contextLength: [4, 8], training.optimization.learningRate: [1e-3]}}
        world: {grid: {environment: [corridor, {id: corridor, length: 9}, {id: corridor, length: 9}]}}
      """)
    #expect(plan.columns == ["agent.contextLength", "training.optimization.learningRate", "world"])
    #expect(
      plan.runs.prefix(3).map(\.name) == [
        "contextLength-4-learningRate-0.001_world-corridor",
        "contextLength-4-learningRate-0.001_world-corridor-length-9",
        "contextLength-4-learningRate-0.001_world-corridor-length-9-2",
      ])
    #expect(try plan.experiments()[1].settings.environment.settings["length"] == 9)
  }

  @Test("draws at random within ranges, and more draws or keys leave the others as they were")
  func draws() throws {
    func values(_ draws: Int, _ keys: String) throws -> [Document.Fields] {
      try sample.plan(
        """
        base: base.yaml
        axes:
          search: {random: {draws: \(draws), seed: 4, keys: {\(keys)}}}
        """
      ).runs.map(\.values)
    }
    let rate = "training.optimization.learningRate: {from: 1e-5, to: 1e-1, scale: log}"
    let width = "agent.backbone.width: {from: 8, to: 11}"
    let dropout = "agent.backbone.dropout: {choices: [0, 0.25]}"
    let many = try values(400, [rate, width, dropout].joined(separator: ", "))
    let few = try values(5, "\(width), \(rate)")
    for (one, other) in zip(few, many) {
      for key in ["search", "agent.backbone.width", "training.optimization.learningRate"] {
        #expect(one[key] == other[key])
      }
    }
    func numbers(_ key: String) -> [Double] {
      many.compactMap {
        switch $0[key] {
        case .integer(let value)?: Double(value)
        case .number(let value)?: value
        default: nil
        }
      }
    }
    let rates = numbers("training.optimization.learningRate")
    #expect(rates.count == 400 && rates.allSatisfy { (1e-5...1e-1).contains($0) })
    // Half of a logarithmic range from 1e-5 to 1e-1 lies below 1e-3; 4 standard deviations are 40.
    #expect((160...240).contains(rates.count { $0 < 1e-3 }))
    #expect(Set(numbers("agent.backbone.width")) == [8, 9, 10, 11])
    #expect(Set(numbers("agent.backbone.dropout")) == [0, 0.25])
    #expect(try values(5, rate) != values(5, rate).reversed())
  }

  @Test("shares data among runs that would collect the same, and only among those")
  func datasets() throws {
    let plan = try sample.plan(
      """
      base: base.yaml
      axes:
        context: {grid: {agent.contextLength: [4, 8]}}
        size: {grid: {dataset.episodes: [10, 20]}}
      seeds: 2
      """)
    let folder = SweepFolder(sample.folder("out"))
    let paths = try plan.experiments().map { folder.datasetPath(of: $0) }
    #expect(Set(paths).count == 4)
    #expect(Array(paths[..<4]) == Array(paths[4...]))
    #expect(paths[0].hasPrefix(sample.folder("out/datasets/corridor_random_10_seed-0_")))
    let own = try sample.plan(
      "base: base.yaml\naxes: {a: {list: {b: {dataset.path: d.hdf5}}}}"
    ).experiments()
    #expect(folder.datasetPath(of: own[0]) == "d.hdf5")
  }

  @Test("finds a run by its name, or says which was meant")
  func named() throws {
    let plan = try sample.plan(Self.whole)
    #expect(try plan.run(named: "dt_size-20_seed-4").variant == 1)
    #expect(
      message { _ = try plan.run(named: "dt_size-20_seed-5") }?.contains("did you mean dt_size-")
        == true)
  }
}

@Suite("A sweep file that cannot be used")
struct SweepFileErrorTests {
  private let sample: SampleSweep

  init() throws { sample = try SampleSweep() }

  struct Case: Sendable, CustomTestStringConvertible {
    let yaml: String
    let expected: String
    var testDescription: String { expected }

    init(_ yaml: String, _ expected: String) {
      self.yaml = yaml
      self.expected = expected
    }
  }

  /// A base and one axis called `a`.
  private static func axis(_ text: String) -> String { "base: base.yaml\naxes:\n  a: \(text)\n" }

  static let cases: [Case] = [
    Case(
      "base: base.yaml\naxis: {}",
      "sweep.yaml:2:1: axis: unknown key, expected one of base, axes, seeds, comparison; did "
        + "you mean axes?"),
    Case(
      "axes: {}",
      "sweep.yaml:1:1: base: found nothing, expected the path of a configuration file, or a group "
        + "of its settings"),
    Case(
      "base: none.yaml", "sweep.yaml:1:7: base: cannot read none.yaml: no such file or directory"),
    Case(
      "base: 3",
      "sweep.yaml:1:7: base: found 3, expected the path of a configuration file, or a group of its "
        + "settings"),
    Case("- 1", "sweep.yaml:1:1: found a list, expected a group of keys"),
    Case(
      axis("{gird: {}}"),
      "sweep.yaml:3:7: axes.a.gird: unknown key, expected one of grid, list, random; did you mean "
        + "grid?"),
    Case(
      axis("{grid: {seed: [1]}, list: {b: {}}}"),
      "sweep.yaml:3:6: axes.a: found grid and list, expected one of grid, list, random"),
    Case(axis("{}"), "sweep.yaml:3:6: axes.a: found nothing, expected one of grid, list, random"),
    Case(
      axis("{grid: {dataset.episodes: 3}}"),
      "sweep.yaml:3:32: axes.a.grid.\"dataset.episodes\": found 3, expected a list of one value or "
        + "more"),
    Case(
      axis("{grid: {dataset.episods: [3]}}"),
      "sweep.yaml:3:14: dataset.episods: unknown key; did you mean episodes?"),
    Case(
      axis("{grid: {dataset.episodes: [3, many]}}"),
      "sweep.yaml:3:36: dataset.episodes: found \"many\", expected a whole number"),
    Case(
      axis("{list: {b: {dataset: {episodes: 0}}}}"),
      "sweep.yaml:3:38: dataset.episodes: found 0, expected a whole number from 1"),
    Case(
      axis("{list: {b: {..: 0}}}"),
      "sweep.yaml:3:18: axes.a.list.b.\"..\": found \"..\", expected a path such as "
        + "agent.contextLength or behaviours[0].id"),
    Case(
      axis("{random: {draws: 0, keys: {seed: {from: 1, to: 2}}}}"),
      "sweep.yaml:3:23: axes.a.random.draws: found 0, expected a whole number from 1 to 10000"),
    Case(
      axis("{random: {keys: {seed: {from: 1, to: 2}}}}"),
      "sweep.yaml:3:15: axes.a.random: found no number of draws, expected draws, and keys with a "
        + "range each"),
    Case(
      axis("{random: {draws: 2, keys: {seed: {from: 2, to: 1}}}}"),
      "sweep.yaml:3:39: axes.a.random.keys.seed: found from 2 to 1, expected a rising range"),
    Case(
      axis("{random: {draws: 2, keys: {seed: {from: 0, to: 1, scale: log}}}}"),
      "expected a rising range above 0, as the scale is log"),
    Case(
      axis("{random: {draws: 2, keys: {seed: {from: 0, to: 1, scale: lin}}}}"),
      "keys.seed.scale: found \"lin\", expected linear or log"),
    Case(
      axis("{random: {draws: 2, keys: {seed: {from: 0, choices: [1]}}}}"),
      "found choices and a range, expected from and to, or choices"),
    Case(
      "base: base.yaml\nseeds: 0",
      "sweep.yaml:2:8: seeds: found 0, expected a whole number from 1 to 100000"),
    Case(
      "base: base.yaml\nseeds: {count: 2, keys: {seed: 2 * seed}}",
      "sweep.yaml:2:32: seeds.keys.seed: found \"2 * seed\", expected seed, or a sum such as 1000 + "
        + "seed"),
    Case(
      "base: base.yaml\naxes: {a: {grid: {seed: [1]}}}\nseeds: 2",
      "seed: seeds changes what a changes already"),
    Case(
      "base: base.yaml\naxes: {run: {grid: {seed: [1]}}}",
      "sweep.yaml:2:8: axes.run: found the name of a column that all results have, expected another "
        + "name"),
    Case(
      "base: {dataset: {episodes: 0}}",
      "sweep.yaml:1:28: dataset.episodes: found 0, expected a whole number from 1"),
  ]

  @Test("is refused with its place, key, what was found and what was expected", arguments: cases)
  func refused(_ refusal: Case) throws {
    let message = try sample.message(refusal.yaml)
    if refusal.expected.hasPrefix("sweep.yaml") {
      #expect(message == refusal.expected)
    } else {
      #expect(message.contains(refusal.expected), "\(message)")
    }
  }

  @Test("is told all that is wrong, each problem once though many runs have it")
  func all() throws {
    let message = try sample.message(
      """
      base: base.yaml
      axes:
        a: {grid: {training.step: [1, 2]}}
        b: {list: {x: {agent: dtt}, y: {}}}
      seeds: 3
      """)
    let lines = message.split(separator: "\n").map(String.init)
    #expect(lines.count == 2, "\(message)")
    #expect(lines[0] == "sweep.yaml:3:14: training.step: unknown key; did you mean steps?")
    #expect(lines[1].hasPrefix("sweep.yaml:4:25: agent: found \"dtt\", expected one of "))
  }

  @Test("with more runs than anybody wants is refused before they are made")
  func tooMany() throws {
    let numbers = (1...400).map(String.init).joined(separator: ", ")
    let message = try sample.message(
      """
      base: base.yaml
      axes:
        a: {grid: {agent.contextLength: [\(numbers)]}}
        b: {grid: {dataset.episodes: [\(numbers)]}}
        c: {grid: {training.steps: [\(numbers)]}}
      """)
    #expect(message.contains("axes: found 64000000 runs, expected at most 100000"), "\(message)")
  }
}
