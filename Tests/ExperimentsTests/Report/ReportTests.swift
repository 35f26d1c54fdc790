import Agents
import Documents
import Experiments
import Files
import Reports
import Testing

@Suite("A report")
struct ReportTests {
  private let tiny: TinyExperiment

  init() throws { tiny = try TinyExperiment() }

  private func evaluate(_ run: String) throws -> Document {
    let evaluation = try Evaluation(of: tiny.run(run), registry: tiny.registry)
    let path = try evaluation.save(try evaluation.run(threads: 1), as: nil)
    return try Document(json: FileContents.bytes(of: path, atMost: 1 << 24))
  }

  private func report(_ names: String..., films: Int = 4) throws -> Report {
    var options = Report.Options()
    options.films = films
    return try Report(
      of: names.map { tiny.folder($0) }, options, registry: tiny.registry)
  }

  @Test("shows the numbers of the evaluation, and plays its first episodes again")
  func evaluatedRun() throws {
    try tiny.train("run")
    guard case .array(let elements)? = try evaluate("run")["evaluation"] else {
      Issue.record("no evaluation")
      return
    }
    let report = try report("run")
    #expect(report.figure("results")?.rows.count == 4)

    // Targets 0 and 1, greedy and sampled in turn.
    for (index, selection) in ["greedy", "sampled"].enumerated() {
      let series = try #require(report.chart("calibration")?["series"]?.at(index))
      #expect(series["name"] == .string(selection))
      for target in 0...1 {
        let element = elements[2 * target + index]
        #expect(series["x"]?.at(target)?.real == element["target_return"]?.real)
        #expect(series["y"]?.at(target) == element["mean_return"])
        #expect(series["low"]?.at(target) == element["ci_low"])
        #expect(series["high"]?.at(target) == element["ci_high"])
      }
    }
    // A corridor's returns are 0 and 1, and random episodes have both.
    let guides = report.chart("calibration")?["guides"]
    #expect(guides?.at(1)?["from"] == 0.0 && guides?.at(1)?["to"] == 1.0)

    for target in 0...1 {
      let played = try #require(report.figure("rollout-1-\(target + 1)")?.rows.last)
      let element = elements[2 * target]
      #expect(played.at(0)?.real == element["lengths"]?.at(0)?.real)
      #expect(played.at(3)?.real == element["returns"]?.at(0)?.real)
    }

    guard let series = report.chart("success")?["series"] else { return }
    for (place, element) in elements.enumerated() {
      for step in [0, 7, 12, 30] {
        guard
          let position = report.figure("success")?.rows.firstIndex(where: {
            $0.at(0)?.real == Double(step)
          })
        else { continue }
        let solved = (0..<30).count {
          element["solved"]?.at($0) == true && element["lengths"]!.at($0)!.real! <= Double(step)
        }
        #expect(series.at(place)?["y"]?.at(position)?.real == Double(solved) / 30)
      }
    }
  }

  @Test("puts runs together that differ in their seeds alone")
  func seeds() throws {
    var means: [Double] = []
    for seed in 0...1 {
      try tiny.train("runs/a-\(seed)", ["seed=\(seed)"], on: "data-\(seed).hdf5")
      means.append(
        try #require(try evaluate("runs/a-\(seed)")["evaluation"]?.at(2)?["mean_return"]?.real))
    }
    try tiny.train("runs/short", ["agent.contextLength=2"], on: "data-0.hdf5")
    _ = try evaluate("runs/short")
    let report = try report("runs", films: 0)
    let results = try #require(report.figure("results")?.rows)
    #expect(results.count == 8)
    let row = try #require(results.first { $0.at(0) == "a" && $0.at(1) == 1.0 })
    #expect(row.at(3)?.real == (means[0] + means[1]) / 2 && row.at(8) == 2.0)
    let interval = try #require(row.at(4))
    #expect(interval.at(0)?.real == means.min() && interval.at(1)?.real == means.max())
    // A band where there are two seeds, none where there is one.
    let loss = try #require(report.chart("learning-loss")?["series"])
    #expect(loss.at(0)?["name"] == "a" && loss.at(1)?["name"] == "short")
    #expect(loss.at(0)?["low"]?.at(0)?.real != nil && loss.at(1)?["low"]?.at(0) == .null)
    let differences = try #require(report.figure("settings")?.rows)
    #expect(differences == [["agent.contextLength", "8", "2"]])
    #expect(!report.page.figures.contains { $0.id.hasPrefix("rollout") })
  }

  @Test("shows what a model looked at and foresaw, as far as causes go")
  func attention() throws {
    try tiny.train(
      "run", ["agent.order=observationFirst", "agent.returnHead=categories", "training.steps=60"])
    _ = try evaluate("run")
    let report = try report("run")
    let chart = try #require(report.chart("attention-1"))
    guard case .array(let panels)? = chart["panels"], case .array(let rows)? = chart["rows"] else {
      Issue.record("no attention")
      return
    }
    #expect(panels.map { $0["name"] } == ["returns to go", "observations", "actions"])
    #expect((2...8).contains(rows.count))
    for query in rows.indices {
      var sum = 0.0
      for panel in panels {
        for key in rows.indices {
          let weight = try #require(panel["values"]?.at(query)?.at(key)?.real)
          if key > query { #expect(weight == 0) }
          sum += weight
        }
      }
      #expect(abs(sum - 1) < 1e-4, "row \(query) adds up to \(sum)")
      // The action of a step is not known when it is chosen.
      #expect(panels[2]["values"]?.at(query)?.at(query) == 0.0)
    }
    guard case .array(let heads)? = report.chart("attention-1-heads")?["panels"] else {
      Issue.record("no heads")
      return
    }
    let table = try #require(report.figure("attention-1-heads")?.rows)
    #expect(heads.map { $0["name"] } == ["layer 1, head 1", "layer 1, head 2"])
    for (head, shares) in zip(heads, table) {
      let kinds = try (2..<5).map { try #require(shares.at($0)?.real) }
      #expect(abs(kinds.reduce(0, +) - 1) < 1e-4, "\(head["name"] ?? .null): \(kinds)")
    }
    // All heads' mean is what the picture of all shows.
    for query in rows.indices {
      for key in rows.indices {
        func sum(_ panels: [Document]) throws -> Double {
          try panels.reduce(0) {
            $0 + (try #require($1["values"]?.at(query)?.at(key)?.real))
          }
        }
        let mean = try sum(heads) / Double(heads.count)
        let all = try sum(panels)
        #expect(abs(mean - all) < 1e-6)
      }
    }
    for target in 1...2 {
      let series = try #require(report.chart("predicted-return-1-\(target)")?["series"])
      let steps = try #require(report.figure("rollout-1-\(target)")?.rows.count) - 1
      #expect(report.figure("predicted-return-1-\(target)")?.rows.count == steps)
      for step in 0..<steps {
        let foreseen = try #require(series.at(0)?["y"]?.at(step)?.real)
        #expect((0...1).contains(foreseen))
      }
      // What came from the first step on is the episode's return.
      #expect(
        series.at(1)?["y"]?.at(0)?.real
          == report.figure("rollout-1-\(target)")?.rows.last?.at(3)?.real)
      #expect(series.at(2)?["y"]?.at(0)?.real == Double(target - 1))
    }
  }

  @Test("sets estimates beside what was achieved")
  func estimates() throws {
    try tiny.train("run")
    #expect(try report("run", films: 0).figure("estimates") == nil)
    let achieved = try evaluate("run")["evaluation"]
    let changes = [["targetReturns=[1]"], ["targetReturns=[0, 1]", "discount=0.9"]]
    for more in changes {
      let estimation = try Estimation(
        of: tiny.run("run"), overrides: ["fqe.steps=20", "resamples=100"] + more,
        registry: tiny.registry)
      let recorded = try RecordedEpisodes(contentsOf: tiny.folder("data.hdf5"))
      let document = estimation.document(
        try estimation.run(on: recorded, threads: 1), on: recorded, savedAs: nil)
      _ = try estimation.save(document, as: nil)
    }
    let rows = try #require(try report("run", films: 0).figure("estimates")?.rows)
    let kinds = EstimatorKind.allCases.count
    #expect(rows.count == 2 * kinds + 4 * kinds)
    let saved = try Document(
      json: FileContents.bytes(of: tiny.folder("run/estimates/1/report.json"), atMost: 1 << 24))
    for (place, row) in rows.prefix(2 * kinds).enumerated() {
      let element = try #require(saved["estimates"]?.at(place))
      #expect(row.at(1) == "1")
      #expect(row.at(2) == "1")
      #expect(row.at(5)?.real == 1)
      #expect(row.at(3) == element["selection"])
      #expect(row.at(4) == element["estimator"])
      #expect(row.at(6)?.real == element["estimate"]?.real)
      // Target 1, greedy and sampled in turn.
      #expect(row.at(10)?.real == achieved?.at(place < kinds ? 2 : 3)?["mean_return"]?.real)
    }
    // Nothing was achieved that is discounted.
    for row in rows.suffix(4 * kinds) {
      #expect(row.at(5)?.real == 0.9)
      #expect(row.at(10) == .null)
    }

    let damaged = tiny.folder("run/estimates/2/report.json")
    try DurableFile.write("{\"estimates\": [{}]}", to: damaged, replacing: true)
    let report = try report("run", films: 0)
    #expect(report.figure("estimates")?.rows.count == 2 * kinds)
    #expect(report.page.document.jsonText().contains("estimates[0]: found no estimator"))
  }

  @Test(
    "takes runs of any agent",
    arguments: [
      "behaviour-cloning", "windowed-behaviour-cloning", "rvs", "double-dqn", "discrete-bcq",
      "discrete-iql", "tabular-q",
    ])
  func agents(id: String) throws {
    // The settings of the sequence model are not those of others.
    let yaml = """
      environment: corridor
      dataset: {episodes: 40}
      agent: \(id)
      training: {steps: 12, batchSize: 8, validation: {every: 6, episodes: 4}}
      evaluation: {episodes: 10}
      """
    try DurableFile.write(yaml, to: tiny.folder("other.yaml"), replacing: false)
    let experiment = try Experiment(path: tiny.folder("other.yaml"), registry: tiny.registry)
    try tiny.collect()
    _ = try Trainer(
      experiment.loaded, registry: tiny.registry, folder: tiny.run("run"), threads: 1,
      stop: StopRequest(), onProgress: { _ in }
    ).run(on: experiment.readDataset(at: tiny.folder("data.hdf5")), from: tiny.folder("data.hdf5"))
    _ = try evaluate("run")
    let report = try report("run")
    #expect(report.figure("rollout-1-1")?.rows.isEmpty == false)
    #expect(report.figure("results")?.rows.isEmpty == false)
    #expect(report.chart("returns") != nil && report.chart("lengths") != nil)
    let learning = report.page.figures.first { $0.id.hasPrefix("learning-") }
    #expect(learning?.document["chart"] != nil)
    if id == "windowed-behaviour-cloning" {
      #expect(report.chart("attention-1")?["panels"]?.at(2) == nil)
      #expect(report.chart("attention-1")?["panels"]?.at(1)?["name"] == "actions")
    } else {
      #expect(report.reason("attention-1")?.contains("no sequence model") == true)
      #expect(report.reason("predicted-return-1")?.contains("no return head") == true)
    }
    if id != "rvs" { #expect(report.reason("calibration")?.contains("take no return") == true) }
  }

  @Test("leaves out what an unfinished run lacks, and says why")
  func unfinished() throws {
    #expect(throws: Interruption.self) { try tiny.train("run", stoppingAt: 17) }
    // A row that is being written while somebody looks.
    let metrics = tiny.run("run").metricsPath
    let written = try FileContents.text(of: metrics, atMost: 1 << 20)
    try DurableFile.write(written + "99,0.125,0.5", to: metrics, replacing: true)
    let report = try report("run")
    for id in ["results", "calibration", "success", "returns", "lengths"] {
      #expect(report.reason(id)?.contains("no run has an evaluation") == true, "\(id)")
    }
    #expect(report.chart("learning-loss")?["series"]?.at(0)?["x"] == [3.0, 6.0, 9.0, 12.0, 15.0])
    #expect(report.chart("validation")?["series"]?.at(0)?["x"] == [10.0])
    let problems = try #require(report.figure("problems")?.rows)
    #expect(problems.count == 1 && problems[0].at(1) == "stopped")
    // It can act already.
    #expect(report.figure("rollout-1-1")?.rows.isEmpty == false)

    #expect(throws: Interruption.self) { try tiny.train("new", stoppingAt: 0) }
    try DurableFile.write([1, 2, 3], to: tiny.run("new").checkpointPath(.last), replacing: true)
    let other = try self.report("new")
    #expect(other.reason("learning-loss")?.contains("no run has logged a step") == true)
    #expect(other.reason("rollout-1")?.contains("last.safetensors") == true)
  }

  @Test("has the same bytes whenever it is made")
  func reproducible() throws {
    try tiny.train("run")
    _ = try evaluate("run")
    let (one, other) = (try report("run"), try report("run"))
    #expect(one.page.html == other.page.html)
    #expect(one.document == other.document)
  }

  @Test("says where it found nothing to show")
  func refusals() throws {
    #expect(message { _ = try report("nowhere") }?.contains("there is no such folder") == true)
    try Folder(tiny.folder("empty")).make()
    #expect(
      message { _ = try report("empty") }?.contains("no run is in there or below") == true)
    try tiny.train("run")
    var options = Report.Options()
    options.evaluation = "other"
    let text = message {
      _ = try Report(of: [tiny.folder("run")], options, registry: tiny.registry)
    }
    #expect(text?.contains("evaluations/other/report.json") == true)
    _ = try evaluate("run")
    try DurableFile.write(
      "{\"evaluation\": [{\"episodes\": \"many\"}]}",
      to: tiny.folder("run/evaluations/1/report.json"), replacing: true)
    let problems = try report("run").figure("problems")?.rows
    #expect(
      problems?.first?.at(2)?.words.contains(
        "evaluation[0].episodes: found text, expected a number") == true)
  }

  @Test("runs the script whose hash it gives to the browser")
  func scriptHash() {
    var hash = SHA256()
    hash.update(Array(PageStyle.script.utf8).span.bytes)
    #expect(PageStyle.scriptHash == base64(hash.digest()))
  }

  private func base64(_ bytes: [UInt8]) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    return stride(from: 0, to: bytes.count, by: 3).map { start in
      let three = bytes[start..<min(start + 3, bytes.count)]
      let number = (0..<3).reduce(0) { number, index in
        number << 8 | (index < three.count ? Int(three[start + index]) : 0)
      }
      return String(
        (0..<4).map { place in
          place <= three.count ? letters[number >> (18 - 6 * place) & 63] : "="
        })
    }.joined()
  }
}

extension Report {
  /// The table of a figure that is there.
  fileprivate func figure(_ id: String) -> (rows: [Document], document: Document)? {
    guard let figure = page.figures.first(where: { $0.id == id }),
      case .array(let rows)? = figure.document["table"]?["rows"]
    else { return nil }
    return (rows, figure.document)
  }

  fileprivate func chart(_ id: String) -> Document? {
    page.figures.first { $0.id == id }?.document["chart"]
  }

  /// Why a figure is left out.
  fileprivate func reason(_ id: String) -> String? {
    page.figures.first { $0.id == id }?.document["left_out_because"]?.words
  }
}

extension Document {
  /// The element of a list.
  fileprivate func at(_ index: Int) -> Document? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  fileprivate var real: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  fileprivate var words: String { if case .string(let text) = self { text } else { "" } }
}
