import Documents
import Experiments
import Files
import Testing

@Suite("Watching a run")
struct RunWatchTests {
  private func details(_ watch: inout RunWatch, _ path: String) throws -> Document {
    let run = try #require(watch.run(at: path))
    return watch.details(of: run)
  }

  private func numbers(_ document: Document?) throws -> [Double] {
    guard case .array(let elements)? = document else { return [] }
    return try elements.map { try #require($0.decimal) }
  }

  @Test("shows what the run's own files say, and nothing of other folders")
  func details() throws {
    let tiny = try TinyExperiment()
    try tiny.train("runs/one")
    try tiny.train("elsewhere")
    let evaluation = try Evaluation(of: tiny.run("runs/one"), registry: .builtIn)
    _ = try evaluation.save(evaluation.run(threads: 1), as: "1")
    var watch = try RunWatch([tiny.folder("runs")])
    let path = tiny.folder("runs/one")
    #expect(watch.all().map(\.path) == [path])
    for other in ["elsewhere", "runs/../elsewhere", "runs/one/", "runs"] {
      #expect(watch.run(at: tiny.folder(other)) == nil, "\(other)")
    }
    let shown = try details(&watch, path)
    // Rows at 3, 6, …, 39 and 40.
    #expect(try numbers(shown["metrics"]?["steps"]) == (1...13).map { Double(3 * $0) } + [40])
    let log = try FileContents.text(of: tiny.run("runs/one").metricsPath, atMost: 1 << 20)
    let losses = log.split(separator: "\n").dropFirst().compactMap {
      Double($0.split(separator: ",")[1])
    }
    #expect(try numbers(shown["metrics"]?["loss"]) == losses)
    guard case .array(let validations)? = shown["validation"],
      case .array(let targets)? = validations.last?["targets"]
    else {
      Issue.record("no validation in \(shown)")
      return
    }
    #expect(validations.count == 4)
    #expect(targets.map { $0["target_return"]?.decimal } == [0, 1])
    guard case .array(let evaluations)? = shown["evaluations"],
      case .array(let elements)? = evaluations.first?["evaluation"]
    else {
      Issue.record("no evaluation in \(shown)")
      return
    }
    #expect(elements.count == 4)
    #expect(elements[0]["returns"] == nil, "single episodes are left out")
    #expect(elements[0]["mean_return"] != nil)
    #expect(shown["settings"]?["agent.backbone.width"] == 16)
    #expect(shown["checkpoint"]?.decimal != nil)
    #expect(shown["step_saved"] == 40)
  }

  @Test("reads a log on as it grows, and anew where it was replaced")
  func growth() throws {
    let tiny = try TinyExperiment()
    try tiny.train("run")
    let (path, log) = (tiny.folder("run"), tiny.run("run").metricsPath)
    func write(_ rows: String, replacing: Bool) throws {
      if replacing {
        try DurableFile.write("step,loss\n" + rows, to: log, replacing: true)
      } else {
        try AppendFile(log).write(Array(rows.utf8))
      }
    }
    var watch = try RunWatch([path])
    try write("1,0.5\n2,0.25\n3,0.1", replacing: true)
    #expect(try numbers(details(&watch, path)["metrics"]?["steps"]) == [1, 2])
    try write("25\n4,\n", replacing: false)
    let grown = try details(&watch, path)
    #expect(try numbers(grown["metrics"]?["steps"]) == [1, 2, 3, 4])
    #expect(grown["metrics"]?["loss"] == [0.5, 0.25, 0.125, nil])
    try write("1,8.0\n", replacing: true)
    #expect(try details(&watch, path)["metrics"]?["loss"] == [8.0])
  }

  @Test("keeps few points of a long log, its first and its last among them")
  func thinning() throws {
    let tiny = try TinyExperiment()
    try tiny.train("run")
    let rows = (1...20_000).map { "\($0),\(Double($0) / 2)\n" }.joined()
    try DurableFile.write(
      "step,loss\n" + rows, to: tiny.run("run").metricsPath, replacing: true)
    var watch = try RunWatch([tiny.folder("run")])
    let metrics = try details(&watch, tiny.folder("run"))["metrics"]
    let steps = try numbers(metrics?["steps"])
    #expect((250...502).contains(steps.count), "\(steps.count)")
    #expect(steps.first == 1)
    #expect(steps.last == 20_000)
    #expect(try numbers(metrics?["loss"]) == steps.map { $0 / 2 })
    let gaps = Set(zip(steps, steps.dropFirst().dropLast()).map { $1 - $0 })
    #expect(gaps.count == 1, "evenly spread: \(gaps)")
  }
}
