import Documents
import Files
import Testing

@Suite("Results for scripts")
struct ResultTests {
  private let program: Program
  private let sample = Sample.shared

  init() throws { program = try Program() }

  /// What every element of an `evaluation` array has.
  private func check(_ element: Document, episodes: Int, seed: Int = 0) throws {
    let mean = try element.decimal("mean_return")
    #expect(0...1 ~= mean)
    #expect(try element.decimal("ci_low") <= mean)
    #expect(try element.decimal("ci_high") >= mean)
    #expect(try element.decimal("success_rate") == mean, "in the corridor success is return 1")
    #expect(element["episodes"] == .integer(episodes))
    #expect(element["seed"] == .integer(seed))
    #expect(element["checkpoint"] == "best")
    #expect(element["selection"] == "greedy" || element["selection"] == "sampled")
  }

  @Test("of run are one document with dataset, training and evaluation")
  func run() throws {
    let outcome = try program(
      "run", sample.experiment, "--output", "out", "--json", "--set", "evaluation.seed=7")
    #expect(outcome.code == 0, "\(outcome.error)")
    let document = try json(outcome.output)
    #expect(document["run"] == "out")
    #expect(document["dataset"]?["path"] == "out/dataset.hdf5")
    #expect(document["dataset"]?["episodes"] == 60)
    #expect(document["training"]?["steps"] == 20)
    #expect(document["report"] == "out/evaluations/1/report.json")
    let elements = try evaluation(document)
    #expect(try targets(document) == [0, 0, 1, 1])
    for element in elements { try check(element, episodes: 20, seed: 7) }
    #expect(
      try Folder(program.folder("out")).names() == [
        "LOCK", "checkpoints", "config.yaml", "dataset.hdf5", "evaluations", "metrics.csv",
        "run.json", "validation.csv",
      ])
    // The same with the steps taken one by one.
    #expect(
      try FileContents.bytes(of: program.folder("out/dataset.hdf5"), atMost: 1 << 24)
        == FileContents.bytes(of: sample.dataset, atMost: 1 << 24))
  }

  @Test("of evaluate have an element per target and selection")
  func evaluate() throws {
    let outcome = try program(
      "evaluate", sample.run, "--target-return", "0", "1", "--episodes", "50", "--json")
    #expect(outcome.code == 0, "\(outcome.error)")
    let document = try json(outcome.output)
    #expect(try targets(document) == [0, 0, 1, 1])
    #expect(
      try evaluation(document).map { $0["selection"] } == [
        "greedy", "sampled", "greedy", "sampled",
      ])
    for element in try evaluation(document) { try check(element, episodes: 50) }
    guard case .string(let path)? = document["report"] else { throw MissingField(name: "report") }
    let report = try Document(json: FileContents.bytes(of: path, atMost: 1 << 20))
    #expect(try targets(report) == [0, 0, 1, 1])
    #expect(try evaluation(report).allSatisfy { $0["returns"] != nil })
  }

  @Test("of estimate have an element per target, selection and estimator")
  func estimate() throws {
    let outcome = try program(
      "estimate", sample.run, "--dataset", sample.dataset, "--target-return", "0", "-1",
      "--selection", "sampled", "--estimator", "wis", "fqe", "--steps", "30", "--seed", "4",
      "--discount", "0.9", "--name", "scripted", "--json")
    #expect(outcome.code == 0, "\(outcome.error)")
    let document = try json(outcome.output)
    guard case .array(let elements)? = document["estimates"] else {
      throw MissingField(name: "estimates")
    }
    #expect(elements.map { $0["estimator"] } == ["wis", "fqe", "wis", "fqe"])
    #expect(try elements.map { try $0.decimal("target_return") } == [0, 0, -1, -1])
    for element in elements {
      let estimate = try element.decimal("estimate")
      #expect(try element.decimal("ci_low") <= estimate && estimate <= element.decimal("ci_high"))
      #expect(element["selection"] == "sampled")
    }
    #expect(try elements[0].decimal("effective_sample_size") > 1)
    #expect(elements[1]["effective_sample_size"] == .null)
    #expect(try elements[0].decimal("mean_weight") > 0 && elements[1]["mean_weight"] == .null)
    #expect(document["settings"]?["seed"] == 4)
    #expect(document["settings"]?["fqe"]?["steps"] == 30)
    #expect(try document["dataset"]?.decimal("episodes") == 60)
    guard case .string(let path)? = document["report"] else { throw MissingField(name: "report") }
    #expect(path.hasSuffix("/estimates/scripted/report.json"))
    let saved = try Document(json: FileContents.bytes(of: path, atMost: 1 << 20))
    #expect(saved["estimates"] == document["estimates"])
    let again = try program(
      "estimate", sample.run, "--dataset", sample.dataset, "--name", "scripted")
    expectRefusal(again, 73, saying: "the run has an estimate scripted already")
    let table = try program(
      "estimate", sample.run, "--dataset", sample.dataset, "--estimator", "is", "--selection",
      "sampled", "--quiet")
    #expect(table.code == 0, "\(table.error)")
    #expect(table.error.contains("Note: the policy has learned from these episodes"))
    #expect(table.output.contains("mean return of the 60 recorded episodes: "))
    let other = try program("estimate", sample.run, "--dataset", sample.otherDataset)
    expectRefusal(other, 65, saying: "with other observations or actions than the run's")
  }

  @Test("of collect, inspect, train and list are one document each")
  func others() throws {
    let collected = try json(
      program("collect", sample.experiment, "--output", "d.hdf5", "--json").output)
    #expect(collected["dataset"]?["path"] == "d.hdf5")
    #expect(collected["dataset"]?["episodes"] == 60)
    #expect(collected["dataset"]?["resumed_episodes"] == 0)
    let inspected = try json(program("inspect", "d.hdf5", "--json").output)
    #expect(inspected["environment"] == "corridor")
    #expect(inspected["episodes"] == 60)
    #expect(inspected["steps"] == collected["dataset"]?["steps"])
    let trained = try json(
      program("train", sample.experiment, "--dataset", "d.hdf5", "--output", "r", "--json").output)
    #expect(trained["run"] == "r")
    #expect(trained["training"]?["steps"] == 20)
    #expect(try trained["training"]?.decimal("final_loss") ?? .nan < 1)
    let listed = try json(program("list", "--json").output)
    #expect(listed["environment"] != nil && listed["behaviour"] != nil)
  }

  @Test("document a layout file as if it were registered, its parts included, and what is left out")
  func layoutSheets() throws {
    try DurableFile.write(
      "map: |\n  S~G\nslip: {probability: 0.25}\n", to: program.folder("slide.yaml"),
      replacing: false)
    let sheet = try program("list", "environments", "slide.yaml").output
    #expect(sheet.hasPrefix("slide.yaml\n  slide\n"))
    #expect(sheet.contains("slip.probability = 0.25"))
    #expect(sheet.contains("legend.<character>.kind = \"floor\""))
    #expect(sheet.contains("coin, key, door, pit, cliff"))
    expectRefusal(
      try program("list", "environments", "none.yaml"), 78, saying: "none.yaml")
    let all = try program("list", "environments").output
    #expect(all.contains("left out, for its obstacles move at random"))
    #expect(all.contains("\n  MiniGrid-Playground-v0\n"))
  }

  @Test("document each environment from its code")
  func environmentSheets() throws {
    let sheet = try program("list", "environments", "corridor").output
    #expect(
      sheet == """
        corridor
          Fetch the key at the left end, open the door at the right end.
          observation  2, float32 0 to 1
          action       discrete, 2
          horizon      30 steps
          rewards      1 for opening the door, which ends the episode; else 0.
          behaviours   random, expert, softmax, q-learning, mixture, phases
          settings     length = 7    cells, 2 to 1000000
                       horizon = 30  steps until an episode is truncated, at least 1

        """)
    let all = try json(program("list", "environments", "--json").output)
    guard case .array(let sheets)? = all["environment"] else {
      throw MissingField(name: "settings")
    }
    #expect(sheets.count > 8)
    for sheet in sheets {
      #expect(sheet["rewards"] != "", "\(sheet["id"] ?? .null) does not say what it rewards")
      guard case .array(let settings)? = sheet["settings"] else {
        throw MissingField(name: "settings")
      }
      for setting in settings {
        #expect(setting["description"] != "", "\(sheet["id"] ?? .null): \(setting["key"] ?? .null)")
      }
    }
    let unknown = try program("list", "environments", "coridor")
    expectRefusal(unknown, 78, saying: "did you mean corridor")
  }

  @Test("say of targets what was asked and what it is, and remark where they do not matter")
  func targetReturns() throws {
    let asked = try program(
      "evaluate", sample.run, "--target-return", "max", "q0", "-1", "--episodes", "3",
      "--selection",
      "greedy", "--quiet")
    #expect(asked.code == 0, "\(asked.error)")
    for label in ["1 (max) │", " 0 (q0) │", " -1 │"] {
      #expect(asked.output.contains(label), "\(asked.output)")
    }
    let wrong = try program("evaluate", sample.run, "--target-return", "most")
    #expect(wrong.code == 64 && wrong.error.contains("most"))
    let sampled = try program("evaluate", sample.run, "--target-return", "sampled")
    expectRefusal(sampled, 78, saying: "the agent predicts no returns to draw from")

    let trained = try program(
      "train", sample.experiment, "--dataset", sample.dataset, "--output", "bc", "--set",
      "agent=windowed-behaviour-cloning", "--set", "training.steps=2", "--set",
      "agent.contextLength=8", "--set", "agent.backbone.width=16", "--quiet")
    #expect(trained.code == 0, "\(trained.error)")
    let cloned = try program(
      "evaluate", "bc", "--target-return", "1", "0", "--episodes", "3", "--quiet")
    #expect(cloned.code == 0)
    #expect(
      cloned.error
        == "Note: windowed-behaviour-cloning takes no return; --target-return changes nothing\n")
    #expect(cloned.output.split(separator: "\n").count { $0.contains("none │") } == 2)
  }

  @Test("fail with 1 where they fall short of --fail-under, and are shown and kept all the same")
  func failUnder() throws {
    let short = try program(
      "evaluate", sample.run, "--episodes", "5", "--fail-under", "1.5", "--name", "short", "--quiet"
    )
    #expect(short.code == 1)
    #expect(short.error.hasPrefix("Error: mean return "))
    #expect(short.error.hasSuffix(" at target 1 is below 1.5\n"))
    #expect(short.output.hasSuffix("/evaluations/short/report.json\n"))
    #expect(FileStatus.exists(sample.run + "/evaluations/short/report.json"))
    let enough = try program(
      "evaluate", sample.run, "--episodes", "5", "--fail-under", "0", "--quiet")
    #expect(enough.code == 0 && enough.error.isEmpty)
  }

  @Test("show no control characters of names")
  func escapes() throws {
    let name = "re\u{1B}[31md\nline.hdf5"
    let outcome = try program("collect", sample.experiment, "--output", name, "--quiet")
    #expect(outcome.output.hasPrefix("red line.hdf5: 60 episodes, "))
    #expect(FileStatus.exists(program.folder(name)))
    let again = try program("collect", sample.experiment, "--output", name, "--quiet")
    expectRefusal(again, 73, saying: "cannot create red line.hdf5: it exists already")
    let json = try json(program("inspect", name, "--json").output)
    #expect(json["path"] == .string(name))
  }
}
