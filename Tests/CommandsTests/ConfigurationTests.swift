import Files
import Testing

@Suite("A configuration that cannot be used")
struct ConfigurationTests {
  private let program: Program
  private let sample = Sample.shared

  init() throws { program = try Program() }

  struct Case: Sendable, CustomTestStringConvertible {
    var change: String
    var expected: String
    var testDescription: String { change }

    init(_ change: String, _ expected: String) {
      self.change = change
      self.expected = expected
    }
  }

  private static let cases: [Case] = [
    Case("agent.contextLengt=3", "agent.contextLengt: unknown key; did you mean contextLength?"),
    Case("trainig.steps=3", "trainig: unknown key; did you mean training?"),
    Case("agent.contextLength=abc", "found \"abc\", expected a whole number"),
    Case("training.steps=1.5", "training.steps: found 1.5, expected a whole number"),
    Case("training.steps=[1]", "training.steps: found a list, expected a whole number"),
    Case("training={steps: yes}", "training.steps: found \"yes\", expected a whole number"),
    Case("training.steps=0", "training.steps: found 0, expected a whole number from 1"),
    Case("training.batchSize=-1", "training.batchSize: found -1, expected 1 to 1000000 windows"),
    Case("training.shards=0", "training.shards: found 0, expected a whole number from 1 to 1024"),
    Case(
      "dataset.behaviour={id: expert, epsilon: .nan}",
      "dataset.behaviour.epsilon: found .nan, expected a finite number"),
    Case("dataset.episodes=0", "dataset.episodes: found 0, expected a whole number from 1"),
    Case("dataset.partSteps=-5", "dataset.partSteps: found -5"),
    Case("dataset.keepTopFraction=0", "expected a number above 0, at most 1"),
    Case("agent.backbone.width=0", "agent.backbone.width: found 0"),
    Case("agent.backbone.layers=-1", "agent.backbone.layers: found -1"),
    Case("agent.backbone.heads=3", "agent.backbone.heads: found 3, expected a divisor"),
    Case("agent.backbone.dropout=1", "expected a number from 0 to 0.99"),
    Case("agent.contextLength=0", "expected a whole number from 1 to the horizon, 30"),
    Case("agent.contextLength=31", "at most 30, the steps of the longest episode; did you mean 30"),
    Case("environment.length=1", "environment.length: found 1, expected 2 to 1000000 cells"),
    Case(
      "environment.length=9223372036854775807",
      "environment.length: found 9223372036854775807, expected 2 to 1000000 cells"),
    Case("environment.horizon=-1", "environment.horizon: found -1, expected 1 step or more"),
    Case("evaluation.targetReturns=[abc]", "targetReturns[0]: found \"abc\", expected a number"),
    Case("evaluation.targetReturns=[.nan]", "found .nan, expected a finite number"),
    Case("evaluation.targetReturns=[.inf]", "found .inf, expected a finite number"),
    Case("evaluation.targetReturns=1", "found 1, expected a list; did you mean [1]?"),
    Case("evaluation.episodes=0", "evaluation.episodes: found 0"),
    Case("environment=coridor", "found \"coridor\", expected one of corridor, key-to-door"),
    Case("agent=decision-transformr", "did you mean decision-transformer?"),
    Case("agent.backbone=transfomer", "did you mean transformer?"),
    Case("dataset.behaviour=exprt", "found \"exprt\""),
    Case("seed=-1", "seed: found -1, expected a whole number from 0"),
    Case("noequals", "--set noequals: expected key=value"),
    Case("=3", "expected a path such as agent.contextLength"),
  ]

  @Test("is refused with 78, the key, what was found and what was expected", arguments: cases)
  func isRefused(_ change: Case) throws {
    let outcome = try program(
      "train", sample.experiment, "--dataset", sample.dataset, "--output", "run", "--quiet",
      "--set", change.change)
    expectRefusal(outcome, 78, saying: "Error: --set \(change.change): ", change.expected)
    #expect(try Folder(program.folder.path).names().isEmpty, "nothing is left behind")
  }

  @Test("is refused with the file, the line and the column")
  func place() throws {
    try DurableFile.write(
      Sample.yaml.replacing("  episodes: 60", with: "  epsodes: 60\n  partSteps: many"),
      to: program.folder("bad.yaml"), replacing: false)
    expectRefusal(
      try program("collect", "bad.yaml"), 78,
      saying: "bad.yaml:3:3: dataset.epsodes: unknown key; did you mean episodes?\n",
      "bad.yaml:4:14: dataset.partSteps: found \"many\", expected a whole number\n")
  }

  @Test(
    "is refused when it is no YAML, or no group of keys",
    arguments: [
      ("- 1\n- 2\n", "x.yaml:1:1: found a list, expected a group of keys"),
      ("hello\n", "x.yaml:1:1: found \"hello\", expected a group of keys"),
      ("seed: 1\n---\nseed: 2\n", "x.yaml:2:1: found another document, expected one"),
      ("seed: [1\n", "x.yaml:2:1: not YAML"), ("seed: 1\nseed: 2\n", "key appears twice"),
      ("a:\n\tb: 1\n", "found a tab, expected spaces"),
    ])
  func notYAML(text: String, expected: String) throws {
    try DurableFile.write(text, to: program.folder("x.yaml"), replacing: false)
    expectRefusal(try program("collect", "x.yaml"), 78, saying: expected)
  }

  @Test("is refused with the policies of this very environment where one cannot act there")
  func behaviour() throws {
    let outcome = try program("collect", sample.experiment, "--set", "dataset.behaviour=planner")
    expectRefusal(
      outcome, 78,
      saying: "found planner, expected a policy that can act in corridor: random, expert, softmax")
  }

  @Test("may be empty: then everything is as it is by default", arguments: ["", "# a comment\n"])
  func empty(text: String) throws {
    try DurableFile.write(text, to: program.folder("empty.yaml"), replacing: false)
    let outcome = try program("collect", "empty.yaml", "--set", "dataset.episodes=2")
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(outcome.output.hasPrefix("datasets/empty.hdf5: 2 episodes, "))
  }
}
