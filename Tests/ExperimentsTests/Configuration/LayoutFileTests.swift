import Datasets
import Documents
import Environments
import Experiments
import Files
import Foundation
import Testing

@Suite("A layout file")
struct LayoutFileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try Folder(folder("layouts")).make()
  }

  private let maze = """
    # Two ways to the goal.
    horizon: 25
    map: |
      S...
      .##.   
      ..oG
    legend:
      o: {reward: 2}
    """.replacing("   \n", with: "\n")

  private func write(_ text: String, to name: String) throws {
    try DurableFile.write(text, to: folder(name), replacing: true)
  }

  private func experiment(_ yaml: String, _ changes: [String] = []) throws -> Experiment {
    try write(yaml, to: "experiment.yaml")
    return try Experiment(
      path: folder("experiment.yaml"), overrides: changes, registry: .builtIn)
  }

  private func layout(of experiment: Experiment) throws -> GridWorld.Configuration {
    let component = experiment.settings.environment
    #expect(component.id == "grid")
    return try component.decode(as: GridWorld.Configuration.self)
  }

  @Test(
    "stands for the environment wherever an id does",
    arguments: [
      "environment: layouts/maze.yaml", "environment: {id: layouts/maze.yaml}",
      "environment: {id: FOLDER/layouts/maze.yaml}",
    ])
  func resolves(yaml: String) throws {
    try write(maze, to: "layouts/maze.yaml")
    let experiment = try experiment(yaml.replacing("FOLDER", with: folder.path))
    let layout = try layout(of: experiment)
    #expect(layout.map == ["S...", ".##.", "..oG"])
    #expect(layout.title == "maze" && layout.horizon == 25)
    #expect(layout.legend["o"] == .init(.coin, reward: 2, colour: .red))
    #expect(layout.moves == [.up, .right, .down, .left], "the rest has its defaults")
    #expect(
      experiment.loaded.origin(of: "environment.horizon")?.description
        == folder("layouts/maze.yaml") + ":2:10")
  }

  @Test("lies below what is written beside it, and can be chosen on the command line")
  func layers() throws {
    try write(maze, to: "layouts/maze.yaml")
    try write("map: [SG]\ntitle: short", to: "layouts/short.yml")
    let yaml = "environment: {id: layouts/maze.yaml, horizon: 9, legend: {m: {reward: -1}}}"
    var layout = try layout(of: experiment(yaml, ["environment.slip.probability=0.25"]))
    #expect(layout.horizon == 9 && layout.slip.probability == 0.25)
    #expect(layout.legend["m"] == .init(.floor, reward: -1))
    #expect(layout.map.count == 3)
    layout = try self.layout(
      of: experiment(yaml, ["environment.id=\(folder("layouts/short.yml"))"]))
    #expect(layout.map == ["SG"] && layout.title == "short")
    #expect(layout.horizon == 100, "what belonged to the other layout is gone")
    layout = try self.layout(
      of: experiment(
        "environment: corridor",
        ["environment=\(folder("layouts/maze.yaml"))", "environment.map=[S.oG]"]))
    #expect(layout.map == ["S.oG"] && layout.horizon == 25)
  }

  @Test("can be written as a map in the experiment itself")
  func inline() throws {
    let settings = try layout(
      of: experiment(
        """
        environment:
          id: grid
          map: |
            S.G
            ...
          horizon: 7
        """))
    #expect(settings.map == ["S.G", "..."] && settings.horizon == 7)
  }

  @Test("is in the settings whole, which load again without it")
  func roundTrip() throws {
    try write(maze, to: "layouts/maze.yaml")
    let first = try experiment("environment: layouts/maze.yaml")
    try FileManager.default.removeItem(atPath: folder("layouts/maze.yaml"))
    try write(first.loaded.yamlText, to: "again.yaml")
    let again = try Experiment(path: folder("again.yaml"), registry: .builtIn)
    #expect(again.loaded.document == first.loaded.document)
    let loader = SettingsLoader(ExperimentSettings.self, catalogue: Registry.builtIn.catalogue)
    #expect(try loader.load(first.loaded.document).document == first.loaded.document)
  }

  @Test("makes a dataset that holds the layout, and a policy that is evaluated without the file")
  func endToEnd() throws {
    let tiny = try TinyExperiment()
    try DurableFile.write(
      maze + "\ngoals: {areShown: false}\nobservation: {mode: cell}\n",
      to: tiny.folder("maze.yaml"),
      replacing: false)
    let changes = [
      "environment=\(tiny.folder("maze.yaml"))", "training.steps=10", "evaluation.episodes=5",
      "training.validation.every=0",
    ]
    try tiny.collect(changes)
    let header = try DatasetReader(tiny.folder("data.hdf5")).read().header
    #expect(header.environment == "grid")
    #expect(header.environmentConfiguration["map"] == ["S...", ".##.", "..oG"])
    #expect(header.environmentConfiguration["title"] == "maze")
    let world = try GridWorld(
      DocumentDecoder().decode(GridWorld.Configuration.self, from: header.environmentConfiguration))
    #expect(world.observationSpace == header.observationSpace)
    try tiny.train("run", changes)
    try FileManager.default.removeItem(atPath: tiny.folder("maze.yaml"))
    let reports = try Evaluation(of: tiny.run("run"), registry: .builtIn).run(threads: 1)
    #expect(reports.count == 4 && reports.allSatisfy { $0.episodes.count == 5 })
  }

  @Test("is refused with file, line and column")
  func refusals() throws {
    let layouts = folder("layouts")
    /// The message for a layout's text, the folder's path left out.
    func problem(_ text: String, _ yaml: String = "environment: layouts/a.yaml") throws -> String? {
      try write(text, to: "layouts/a.yaml")
      return message {
        let experiment = try experiment(yaml)
        do throws(ConfigurationError) {
          _ = try Registry.builtIn.makeEnvironment(experiment.settings.environment)
        } catch { throw experiment.loaded.locate(error.within("environment")) }
      }?.replacing(layouts + "/", with: "").replacing(folder.path + "/", with: "")
    }
    #expect(
      try problem("map: |\n  S..\n  .Z.\n  ..G\n")
        == "a.yaml:3:4: environment.map[1][1]: found \"Z\", expected a character of the legend: "
        + "space # . < > C D G S ^ k o v x ~")
    #expect(
      try problem("# a\n\nmap: |\n    ...S\n    ...G\n    ..\n")
        == "a.yaml:6:7: environment.map[2][2]: found a row of 2 cells, expected 4, as in the first row"
    )
    #expect(
      try problem("map: [\"S..\", '..G', .Z.]")
        == "a.yaml:1:22: environment.map[2][1]: found \"Z\", expected a character of the legend: "
        + "space # . < > C D G S ^ k o v x ~")
    #expect(
      try problem("map:\n  - \"S.G\"\n  - \"..Z\"")
        == "a.yaml:3:8: environment.map[1][2]: found \"Z\", expected a character of the legend: "
        + "space # . < > C D G S ^ k o v x ~")
    #expect(
      try problem("map: |\n  ...\n  ..G\n")
        == "a.yaml:1:6: environment.map: found no start, expected one or more cells where an "
        + "episode begins (S)")
    #expect(
      try problem("map: |\n  S#.\n  .#G\n")
        == "a.yaml:2:3: environment.map[0][0]: found a start from which no goal can be reached, "
        + "expected a way")
    #expect(
      try problem("map: [SG]\nhorizn: 3\n")
        == "a.yaml:2:1: environment.horizn: unknown key; did you mean horizon?")
    #expect(
      try problem("map: [SG]\nlegend:\n  o: {kind: apple}\n")
        == "a.yaml:3:13: environment.legend.o.kind: found \"apple\", expected one of floor, wall, "
        + "start, goal, startGoal, coin, key, door, pit, cliff, ice, oneWayUp, … (15 in all)")
    #expect(
      try problem("map: [SG]\nmoves: [up, rigth]\n")
        == "a.yaml:2:13: environment.moves[1]: found \"rigth\", expected one of up, upRight, right, "
        + "downRight, down, downLeft, left, upLeft, stay; did you mean right?")
    #expect(
      try problem("map: [SG]\nhorizon: soon\nslip: 0.5\n")
        == "a.yaml:3:7: environment.slip: found 0.5, expected a group of keys\n"
        + "a.yaml:2:10: environment.horizon: found \"soon\", expected a whole number")
    #expect(
      try problem("map: [SG]\nslip:\n  probability: 2\n")
        == "a.yaml:3:16: environment.slip.probability: found 2.0, expected a probability, 0 to 1")
    #expect(
      try problem("horizon: 4\n")
        == "a.yaml:1:1: environment.map: found nothing, expected the rows "
        + "of a map")
    #expect(
      try problem("") == "a.yaml:1:1: environment.map: found nothing, expected the rows of a map")
    #expect(
      try problem("map: [SG\n")?.hasPrefix("a.yaml:2:1: environment: not YAML") == true)
    #expect(
      try problem("map: [SG]", "environment: layouts/b.yaml")
        == "experiment.yaml:1:14: environment.id: found \"layouts/b.yaml\", expected a layout file; "
        + "there is none at b.yaml or layouts/b.yaml")
  }

  @Test("is compiled in as it stands in the repository, for every built-in layout")
  func embedded() throws {
    let place = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Environments/Layouts").path
    let names = try Folder(place).names().filter { $0.hasSuffix(".yaml") }
    #expect(names.map { String($0.dropLast(5)) }.sorted() == GridWorld.Configuration.builtInNames)
    for name in names {
      let experiment = try experiment("environment: \(place)/\(name)")
      #expect(
        try layout(of: experiment) == .init(builtIn: String(name.dropLast(5))),
        "\(name) was changed: run Scripts/embed-layouts")
    }
  }
}
