import Documents
import Experiments
import Files
import Testing

@Suite("Settings with their origins")
struct ResolvedSettingsTests {
  private func resolved(
    _ yaml: String, _ overrides: [String] = []
  ) throws -> (entries: [String: ResolvedSettings.Entry], path: String) {
    let folder = try TemporaryFolder()
    let path = folder("dt.yaml")
    try DurableFile.write(yaml, to: path, replacing: false)
    let settings = try ResolvedSettings(path: path, overrides: overrides, registry: .builtIn)
    #expect(Set(settings.entries.map(\.key)).count == settings.entries.count)
    return (
      Dictionary(uniqueKeysWithValues: settings.entries.map { ($0.key, $0) }), path
    )
  }

  @Test("say of each value whether it is the default, the preset's, the file's or an option's")
  func sources() throws {
    let (entries, path) = try resolved(
      """
      environment: key-to-door/tvt
      agent:
        contextLength: 30
        backbone: {width: 64}
      training:
        steps: 1000
      evaluation:
        targetReturns: [0, 1]
      """, ["agent.backbone.heads=4", "training.validation.every=50"])
    func text(_ key: String) -> String? {
      entries[key]?.source.text.replacing(path, with: "FILE")
    }
    #expect(text("seed") == "default")
    #expect(text("dataset.episodes") == "default")
    #expect(text("environment.id") == "FILE:1:14")
    #expect(
      text("environment.exploreSteps") ?? "" == "preset key-to-door/tvt"
        || entries.keys
          .filter { $0.hasPrefix("environment.") && $0 != "environment.id" }
          .allSatisfy { text($0) == "preset key-to-door/tvt" }
    )
    #expect(text("agent.contextLength")?.hasPrefix("FILE:3:") == true)
    #expect(text("agent.backbone.width")?.hasPrefix("FILE:4:") == true)
    #expect(text("agent.backbone.layers") == "preset transformer")
    #expect(text("agent.order") == "preset decision-transformer")
    #expect(text("agent.backbone.heads") == "--set agent.backbone.heads=4")
    #expect(text("training.validation.every") == "--set training.validation.every=50")
    #expect(text("training.steps")?.hasPrefix("FILE:6:") == true)
    #expect(text("evaluation.targetReturns")?.hasPrefix("FILE:8:") == true)
  }

  @Test("say which values that were written are the defaults all the same")
  func defaults() throws {
    let (entries, _) = try resolved("training: {steps: 1000, batchSize: 16}\nseed: 0\n")
    #expect(entries["training.steps"]?.isDefault == true)
    #expect(entries["training.batchSize"]?.isDefault == false)
    #expect(entries["seed"]?.isDefault == true)
    #expect(entries["training.shards"]?.isDefault == true)
  }

  @Test("of a run are those of its config.yaml")
  func run() throws {
    let tiny = try TinyExperiment()
    try tiny.train("run")
    let settings = try ResolvedSettings(
      path: tiny.folder("run"), overrides: [], registry: .builtIn)
    #expect(
      settings.yamlText
        == (try FileContents.text(
          of: tiny.run("run").configurationPath, atMost: 1 << 20)))
    for entry in settings.entries {
      #expect(entry.source.name == "file", "\(entry.key): \(entry.source.text)")
    }
    #expect(settings.entries.contains { $0.key == "training.batchSize" && !$0.isDefault })
    #expect(settings.entries.contains { $0.key == "training.shards" && $0.isDefault })
  }
}

@Suite("The check of a configuration file")
struct ConfigurationCheckTests {
  private func check(_ yaml: String, _ overrides: [String] = []) throws -> ConfigurationCheck {
    let folder = try TemporaryFolder()
    try DurableFile.write("environment: corridor\n", to: folder("base.yaml"), replacing: false)
    try DurableFile.write(yaml, to: folder("file.yaml"), replacing: false)
    return try ConfigurationCheck(
      path: folder("file.yaml"), overrides: overrides, registry: .builtIn)
  }

  @Test("finds every problem, with its place and the nearest key")
  func problems() throws {
    let check = try check("environment: corridor\ntraining: {stepz: 3, batchSize: many}\n")
    #expect(check.kind == .experiment)
    #expect(check.problems.map(\.key).sorted() == ["training.batchSize", "training.stepz"])
    #expect(check.problems.first { $0.key == "training.stepz" }?.suggestion == "steps")
    #expect(check.problems.allSatisfy { $0.location?.contains("file.yaml:2:") == true })
  }

  @Test("finds what only the environment itself notices")
  func environment() throws {
    let check = try check("environment: {id: corridor, length: 1}\n")
    #expect(check.problems.first?.key == "environment.length", "\(check.problems)")
    #expect(check.problems.first?.location != nil)
  }

  @Test("counts the runs of a sweep, and finds what is wrong with one of its points")
  func sweeps() throws {
    let sound = try check(
      "base: base.yaml\naxes: {steps: {grid: {training.steps: [10, 20]}}}\nseeds: 3\n")
    #expect(sound.kind == .sweep)
    #expect(sound.problems.isEmpty)
    #expect(sound.runs == 6)
    let wrong = try check(
      "base: base.yaml\naxes: {steps: {grid: {training.steps: [10, 0]}}}\nseeds: 3\n")
    #expect(!wrong.problems.isEmpty)
  }
}
