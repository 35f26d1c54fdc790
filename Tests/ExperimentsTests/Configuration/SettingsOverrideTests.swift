import Documents
import Experiments
import Testing

@Suite("Overrides")
struct SettingsOverrideTests {
  let loader = SettingsLoader(SampleSettings.self, catalogue: .sample)

  @Test(
    "are read as YAML",
    arguments: [
      ("training.steps=5", "training", "steps", 5),
      ("training.steps = 5", "training", "steps", 5),
      ("training.learningRate=1e-3", "training", "learningRate", 1e-3),
      ("training.checkpoints=[{every: 2}]", "training", "checkpoints", [["every": 2, "keep": 3]]),
      ("training={steps: 3}", "training", "steps", 3),
      ("dataset.path=a=b", "dataset", "path", "a=b"),
      ("dataset.path=\"1\"", "dataset", "path", "1"),
      (
        "dataset.behaviours[0]=expert", "dataset", "behaviours", [["id": "expert", "epsilon": 0.1]]
      ),
    ] as [(String, String, String, Document)])
  func reads(text: String, group: String, key: String, value: Document) throws {
    let loaded = try loader.load(yaml: "", named: "", overrides: [text])
    #expect(loaded.document[group]?[key] == value)
  }

  @Test("count from left to right")
  func order() throws {
    let loaded = try loader.load(yaml: "name: a", named: "", overrides: ["name=b", "name=c"])
    #expect(loaded.settings.name == "c")
  }

  @Test(
    "that cannot be used say why",
    arguments: [
      ("name", "--set name: expected key=value"),
      (
        "=3",
        "--set =3: found \"\", expected a path such as agent.contextLength or behaviours[0].id"
      ),
      (
        "a..b=3",
        "--set a..b=3: found \"a..b\", expected a path such as agent.contextLength or behaviours[0].id"
      ),
      (
        "a[x]=3",
        "--set a[x]=3: found \"a[x]\", expected a path such as agent.contextLength or behaviours[0].id"
      ),
      (
        "a[-1]=3",
        "--set a[-1]=3: found \"a[-1]\", expected a path such as agent.contextLength or behaviours[0].id"
      ),
      ("training.stps=3", "--set training.stps=3: training.stps: unknown key; did you mean steps?"),
      ("name=", "--set name=: name: found nothing, expected text"),
      (
        "name=[a",
        "--set name=[a: not YAML: did not find expected ',' or ']' (while parsing a flow sequence that starts at line 1)"
      ),
      (
        "seed=012",
        "--set seed=012: found 012, expected a number in plain decimal digits, or text in quotes; did you mean 12?"
      ),
      (
        "dataset.behaviours[3].id=x",
        "--set dataset.behaviours[3].id=x: dataset.behaviours[3]: found index 3, expected one from 0 to 0"
      ),
      (
        "training.checkpoints[0].every=1",
        "--set training.checkpoints[0].every=1: training.checkpoints[0]: found index 0, expected none, as the list is empty"
      ),
      ("training[0]=1", "--set training[0]=1: training: found an index, expected a group of keys"),
      ("seed[0]=1", "--set seed[0]=1: seed: found an index, expected a whole number from 0"),
      (
        "agent[0]=1",
        "--set agent[0]=1: agent: found an index, expected an id (agent), or a group of keys with an id"
      ),
    ])
  func refuses(text: String, message: String) {
    let error = #expect(throws: ConfigurationErrors.self) {
      try loader.load(yaml: "", named: "", overrides: [text])
    }
    #expect(error?.description == message)
  }
}
