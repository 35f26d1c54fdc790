import Documents
import Experiments
import Testing

@Suite("The settings loader")
struct SettingsLoaderTests {
  let loader = SettingsLoader(SampleSettings.self, catalogue: .sample)

  @Test("completes an empty file with the defaults of all components")
  func defaults() throws {
    for text in ["", "# nothing\n", "---\n", "{}", "\u{FEFF}"] {
      let loaded = try loader.load(yaml: text, named: "a.yaml")
      #expect(
        loaded.document.jsonText() == """
          {"name":"sample","seed":0,"environment":{"id":"corridor","length":7,"horizon":30},\
          "dataset":{"path":"","keepTopFraction":1.0,"behaviours":[{"id":"random"}]},\
          "agent":{"id":"dt","contextLength":20,"embeddingWidth":128,"dropout":0.1,\
          "backbone":{"id":"gpt","layers":6,"heads":4}},\
          "training":{"steps":1000,"learningRate":0.0001,"batchSize":64,"isDeterministic":true,\
          "schedule":"cosine","checkpoints":[]},"targetReturns":[0.0,1.0],"sweep":{}}
          """)
      #expect(loaded.origins.isEmpty || text == "{}")
      #expect(loaded.settings.agent.settings["backbone"]?["heads"] == 4)
    }
  }

  @Test("lays the file over the defaults of the chosen entries, and overrides over the file")
  func layers() throws {
    let loaded = try loader.load(
      yaml: """
        environment: corridor/long
        agent:
          contextLength: 5      # the id stays
          backbone: {heads: 8}
        dataset:
          behaviours:
            - random
            - {id: expert, epsilon: 0.5}
            - id: expert
        training:
          learningRate: 1
          checkpoints: [{every: 7}, {}]
        sweep:
          agent.contextLength: [1, 2]
          anything: {at: all}

        """, named: "a.yaml",
      overrides: ["agent.backbone.layers=1", "dataset.behaviours[1].epsilon=0.25", "name=x y"])
    #expect(
      loaded.document.jsonText() == """
        {"name":"x y","seed":0,"environment":{"id":"corridor/long","length":100,"horizon":30},\
        "dataset":{"path":"","keepTopFraction":1.0,"behaviours":[{"id":"random"},\
        {"id":"expert","epsilon":0.25},{"id":"expert","epsilon":0.1}]},\
        "agent":{"id":"dt","contextLength":5,"embeddingWidth":128,"dropout":0.1,\
        "backbone":{"id":"gpt","layers":1,"heads":8}},\
        "training":{"steps":1000,"learningRate":1.0,"batchSize":64,"isDeterministic":true,\
        "schedule":"cosine","checkpoints":[{"every":7,"keep":3},{"every":100,"keep":3}]},\
        "targetReturns":[0.0,1.0],"sweep":{"agent.contextLength":[1,2],"anything":{"at":"all"}}}
        """)
    let agent = try loaded.settings.agent.decode(as: SampleDecisionTransformer.self)
    #expect(agent.contextLength == 5)
    #expect(agent.backbone.kind == "backbone")
    #expect(try agent.backbone.decode(as: SampleGPT.self).heads == 8)
    #expect(
      loaded.settings.dataset.behaviours.map(\.kind) == ["behaviour", "behaviour", "behaviour"])
  }

  @Test("takes another entry's defaults whole, and forgets what the file said about the first")
  func changesEntry() throws {
    let text = "agent: {contextLength: 5, backbone: {heads: 2}}"
    for overrides in [["agent=bc"], ["agent.id=bc"], ["agent={id: bc}"]] {
      let loaded = try loader.load(yaml: text, named: "a.yaml", overrides: overrides)
      #expect(loaded.document["agent"] == ["id": "bc", "hiddenWidth": 64])
      #expect(loaded.origin(of: "agent.contextLength") == nil)
      #expect(loaded.origin(of: "agent.id") == .option("--set \(overrides[0])"))
    }
    for overrides in [["agent=bc", "agent.hiddenWidth=3"], ["agent.hiddenWidth=3", "agent=bc"]] {
      let loaded = try loader.load(yaml: text, named: "a.yaml", overrides: overrides)
      #expect(loaded.document["agent"] == ["id": "bc", "hiddenWidth": 3])
    }
    let nested = try loader.load(yaml: "agent: {backbone: none}", named: "a.yaml")
    #expect(nested.document["agent"]?["backbone"] == ["id": "none"])
  }

  @Test("knows where every value comes from")
  func origins() throws {
    let loaded = try loader.load(
      yaml: "training:\n  steps: 5\nagent: bc\ntargetReturns: [1,\n  2]\n", named: "a.yaml",
      overrides: ["training.steps=6"])
    let shown = loaded.entries.map { "\($0.key) \($0.origin?.description ?? "default")" }
    #expect(
      shown == [
        "name default", "seed default", "environment.id default", "environment.length default",
        "environment.horizon default", "dataset.path default", "dataset.keepTopFraction default",
        "dataset.behaviours[0].id default", "agent.id a.yaml:3:8", "agent.hiddenWidth default",
        "training.steps --set training.steps=6", "training.learningRate default",
        "training.batchSize default", "training.isDeterministic default",
        "training.schedule default", "training.checkpoints default", "targetReturns a.yaml:4:16",
        "sweep default",
      ])
  }

  @Test("locates errors that are found when the settings are used")
  func locates() throws {
    let loaded = try loader.load(
      yaml: "training:\n  steps: 5\nagent:\n  contextLength: 3\ntargetReturns: [1,\n  2]",
      named: "a.yaml", overrides: ["training.batchSize=6"])
    func place(_ key: String) -> String? {
      loaded.locate(ConfigurationError(key: key, found: "1", expected: "2")).location
    }
    #expect(place("training.steps") == "a.yaml:2:10")
    #expect(place("training.batchSize") == "--set training.batchSize=6")
    #expect(place("targetReturns[1]") == "a.yaml:6:3")
    #expect(place("agent.backbone.heads") == "a.yaml:3:1", "the group around it")
    #expect(place("environment.length") == nil)
  }

  @Test(
    "says what is wrong, where and what was meant",
    arguments: [
      (
        "agent:\n  contextLenght: 3",
        "a.yaml:2:3: agent.contextLenght: unknown key; did you mean contextLength?"
      ),
      ("agnet: dt", "a.yaml:1:1: agnet: unknown key; did you mean agent?"),
      (
        "training: {zebra: 1}",
        "a.yaml:1:12: training.zebra: unknown key, expected one of steps, learningRate, "
          + "batchSize, isDeterministic, schedule, checkpoints"
      ),
      (
        "contextLength: 3",
        "a.yaml:1:1: contextLength: unknown key; did you mean agent.contextLength?"
      ),
      (
        "environment: coridor",
        "a.yaml:1:14: environment: found \"coridor\", expected one of corridor, corridor/long; "
          + "did you mean corridor?"
      ),
      (
        "agent:\n  id: dtt",
        "a.yaml:2:7: agent.id: found \"dtt\", expected one of dt, bc, endless; did you mean dt?"
      ),
      (
        "agent:\n  backbone:\n    id: lstm",
        "a.yaml:3:9: agent.backbone.id: found \"lstm\", expected one of gpt, none"
      ),
      (
        "agent: 3",
        "a.yaml:1:8: agent: found 3, expected an id (agent), or a group of keys with an id"
      ),
      ("agent: {id: 3}", "a.yaml:1:13: agent.id: found 3, expected one of dt, bc, endless"),
      (
        "dataset: {behaviours: [{epsilon: 1}]}",
        "a.yaml:1:24: dataset.behaviours[0].id: found nothing, expected one of random, expert"
      ),
      (
        "environment: room.txt",
        "a.yaml:1:14: environment: found no file room.txt, expected a layout file"
      ),
      ("training: 3", "a.yaml:1:11: training: found 3, expected a group of keys"),
      ("training:\nname: x", "a.yaml:1:10: training: found nothing, expected a group of keys"),
      ("- 1", "a.yaml:1:1: found a list, expected a group of keys"),
      ("name: [a]", "a.yaml:1:7: name: found a list, expected text"),
      ("name: 42", "a.yaml:1:7: name: found 42, expected text; did you mean \"42\"?"),
      ("name: true", "a.yaml:1:7: name: found true, expected text; did you mean \"true\"?"),
      ("name: ~", "a.yaml:1:7: name: found nothing, expected text"),
      (
        "training: {isDeterministic: yes}",
        "a.yaml:1:29: training.isDeterministic: found \"yes\", expected true or false; "
          + "did you mean true?"
      ),
      (
        "training: {isDeterministic: OFF}",
        "a.yaml:1:29: training.isDeterministic: found \"OFF\", expected true or false; "
          + "did you mean false?"
      ),
      (
        "training: {isDeterministic: 1}",
        "a.yaml:1:29: training.isDeterministic: found 1, expected true or false; did you mean true?"
      ),
      (
        "training: {isDeterministic: \"true\"}",
        "a.yaml:1:29: training.isDeterministic: found \"true\", expected true or false; "
          + "did you mean true?"
      ),
      (
        "training: {steps: 1e3}",
        "a.yaml:1:19: training.steps: found 1e3, expected a whole number; did you mean 1000?"
      ),
      (
        "training: {steps: 3.0}",
        "a.yaml:1:19: training.steps: found 3.0, expected a whole number; did you mean 3?"
      ),
      ("training: {steps: 3.5}", "a.yaml:1:19: training.steps: found 3.5, expected a whole number"),
      (
        "training: {steps: \"3\"}",
        "a.yaml:1:19: training.steps: found \"3\", expected a whole number; did you mean 3?"
      ),
      (
        "training: {steps: 99999999999999999999}",
        "a.yaml:1:19: training.steps: found 99999999999999999999, expected a whole number"
      ),
      ("seed: -1", "a.yaml:1:7: seed: found -1, expected a whole number from 0"),
      (
        "training: {batchSize: 256}",
        "a.yaml:1:23: training.batchSize: found 256, expected a whole number from 0 to 255"
      ),
      (
        "training: {learningRate: 1e40}",
        "a.yaml:1:26: training.learningRate: found 1e40, expected a number of magnitude up to "
          + "3.4028234663852886e+38"
      ),
      (
        "training: {learningRate: fast}",
        "a.yaml:1:26: training.learningRate: found \"fast\", expected a number"
      ),
      (
        "training: {schedule: cosin}",
        "a.yaml:1:22: training.schedule: found \"cosin\", expected one of constant, cosine, linear; "
          + "did you mean cosine?"
      ),
      ("targetReturns: [1, x]", "a.yaml:1:20: targetReturns[1]: found \"x\", expected a number"),
      (
        "targetReturns: 3",
        "a.yaml:1:16: targetReturns: found 3, expected a list; did you mean [3]?"
      ),
      (
        "training: {checkpoints: [{evry: 1}]}",
        "a.yaml:1:27: training.checkpoints[0].evry: unknown key; did you mean every?"
      ),
      (
        "agent: endless",
        "agent.inner.inner.inner.inner.inner.inner.inner.inner.inner.inner.inner.inner.inner.inner"
          + ".inner.inner: components nested deeper than 16"
      ),
    ])
  func refuses(text: String, message: String) {
    let error = #expect(throws: ConfigurationErrors.self) {
      try loader.load(yaml: text, named: "a.yaml")
    }
    #expect(error?.description == message)
  }

  @Test("reports all problems at once, in order")
  func reportsAll() {
    let error = #expect(throws: ConfigurationErrors.self) {
      try loader.load(
        yaml: "nam: x\ntraining:\n  steps: a\n  lerningRate: 1\n", named: "a.yaml",
        overrides: ["sed=1"])
    }
    #expect(
      error?.description == """
        a.yaml:1:1: nam: unknown key; did you mean name?
        a.yaml:4:3: training.lerningRate: unknown key; did you mean learningRate?
        a.yaml:3:10: training.steps: found "a", expected a whole number
        --set sed=1: sed: unknown key; did you mean seed?
        """)
  }

  @Test("refuses nonsense for every key, with its place and path")
  func refusesNonsense() throws {
    let entries = try loader.load(yaml: "", named: "").entries.filter { $0.key != "sweep" }
    #expect(entries.count > 15)
    for (key, _, _) in entries {
      for value in ["~", ".nan", "1e999", "012", "0x10", "{a: 1}", "[[[x]]]", "!!int 3"] {
        let error = #expect(throws: ConfigurationErrors.self, "\(key)=\(value)") {
          try loader.load(yaml: "", named: "", overrides: ["\(key)=\(value)"])
        }
        let problem = try #require(error?.errors.first)
        #expect(problem.location == "--set \(key)=\(value)")
        // What cannot be read at all does not know its key; the option names it.
        #expect(problem.key.isEmpty || key.hasPrefix(problem.key) || problem.key.hasPrefix(key))
      }
    }
  }

  @Test("guesses the key that was meant for at least 95 of 100 typing mistakes")
  func guesses() throws {
    let keys = try loader.load(yaml: "", named: "").entries.map(\.key).filter {
      !$0.contains("[") && !$0.hasSuffix(".id") && $0 != "sweep"
    }
    var tried = 0
    var right = 0
    for path in keys {
      let key = Array(path.split(separator: ".").last ?? "")
      for place in key.indices {
        var mistakes = [key, key, key, key]
        mistakes[0].remove(at: place)
        mistakes[1].insert(key[place], at: place)
        if place > 0, key[place] != key[place - 1] { mistakes[2].swapAt(place, place - 1) }
        mistakes[3][place] = "x"
        for mistake in mistakes where mistake != key && !mistake.isEmpty {
          let typed = path.dropLast(key.count) + String(mistake)
          let error = #expect(throws: ConfigurationErrors.self, "\(typed)") {
            try loader.load(yaml: "", named: "", overrides: ["\(typed)=1"])
          }
          tried += 1
          if error?.errors.first?.suggestion == String(key) { right += 1 }
        }
      }
    }
    #expect(tried > 300)
    #expect(Double(right) >= 0.95 * Double(tried), "\(right) of \(tried)")
  }

  @Test("loads what it wrote into a document, and what was written before")
  func roundTrip() throws {
    let loaded = try loader.load(
      yaml: "name: \"yes\"\nagent: {backbone: none}\nsweep: {a b: [{c: 1}, [[]]], \"1\": ~}",
      named: "a.yaml")
    let fromText = try loader.load(yaml: loaded.yamlText, named: "config.yaml")
    #expect(fromText.document == loaded.document)
    #expect(fromText.settings == loaded.settings)
    #expect(try loader.load(loaded.document).settings == loaded.settings)
    #expect(
      try loader.load(yaml: "", named: "").yamlText == """
        name: sample
        seed: 0
        environment:
          id: corridor
          length: 7
          horizon: 30
        dataset:
          path: ""
          keepTopFraction: 1.0
          behaviours:
            - id: random
        agent:
          id: dt
          contextLength: 20
          embeddingWidth: 128
          dropout: 0.1
          backbone:
            id: gpt
            layers: 6
            heads: 4
        training:
          steps: 1000
          learningRate: 0.0001
          batchSize: 64
          isDeterministic: true
          schedule: cosine
          checkpoints: []
        targetReturns: [0.0, 1.0]
        sweep: {}

        """)
  }
}
