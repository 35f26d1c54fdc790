import Datasets
import Documents
import Environments
import Experiments
import Files
import Testing

@Suite("An experiment")
struct ExperimentTests {
  @Test(
    "is named after its file",
    arguments: [
      ("dt.yaml", "dt"), ("dt.yml", "dt"), ("my.experiment.yaml", "my.experiment"), ("dt", "dt"),
      ("dt.hdf5", "dt.hdf5"), (".yaml", ".yaml"), ("a b.yaml", "a b"),
    ])
  func name(file: String, name: String) throws {
    let folder = try TemporaryFolder()
    try DurableFile.write("seed: 3", to: folder(file), replacing: false)
    let experiment = try Experiment(path: folder(file), registry: .builtIn)
    #expect(experiment.name == name)
    #expect(experiment.datasetPath == "datasets/\(name).hdf5")
    #expect(experiment.defaultRunPath == "runs/\(name)-3")
  }

  @Test("may be empty, or a comment alone: all settings are complete by default")
  func empty() throws {
    let folder = try TemporaryFolder()
    for text in ["", "\n", "# nothing\n"] {
      try DurableFile.write(text, to: folder("empty.yaml"), replacing: true)
      let experiment = try Experiment(path: folder("empty.yaml"), registry: .builtIn)
      #expect(experiment.settings.environment.id == "key-to-door/dt-paper")
    }
  }

  @Test("is the same whether a file or a program says it")
  func fromSettings() throws {
    let folder = try TemporaryFolder()
    let yaml = """
      seed: 4
      environment: {id: corridor, length: 5}
      agent: {id: behaviour-cloning, network: {hidden: [32]}}
      training: {steps: 7}
      """
    try DurableFile.write(yaml, to: folder("short.yaml"), replacing: false)
    let read = try Experiment(path: folder("short.yaml"), registry: .builtIn)
    var settings = ExperimentSettings()
    settings.seed = 4
    settings.environment.id = "corridor"
    settings.environment.settings = ["length": 5]
    settings.agent.id = "behaviour-cloning"
    settings.agent.settings = ["network": ["hidden": [32]]]
    settings.training.steps = 7
    let made = try Experiment(name: "short", settings, registry: .builtIn)
    #expect(made.loaded.document == read.loaded.document)
    #expect(made.defaultRunPath == read.defaultRunPath)
    #expect(made.settings.agent.settings["logitPenalty"] == 0.0, "defaults are missing")
  }

  @Test("builds the environment that an id names, with that entry's own defaults")
  func environmentByID() throws {
    for id in ["apples", "key-to-door/dt-paper", "MiniGrid-DoorKey-8x8-v0"] {
      let made = try Registry.builtIn.makeEnvironment(Component("environment", id: id))
      var settings = ExperimentSettings()
      settings.environment.id = id
      let whole = try Experiment(name: "whole", settings, registry: .builtIn)
      let loaded = try Registry.builtIn.makeEnvironment(whole.settings.environment)
      #expect(
        made.horizon == loaded.horizon && made.observationSpace == loaded.observationSpace, "\(id)")
    }
    let longer = try Registry.builtIn.makeEnvironment(
      Component("environment", id: "apples", settings: ["horizon": 31]))
    let apples = try Registry.builtIn.makeEnvironment(Component("environment", id: "apples"))
    #expect(apples.horizon == 30 && longer.horizon == 31)
    #expect(longer.observationSpace == apples.observationSpace)
  }

  @Test("refuses wrong settings of a program, with what was meant")
  func wrongSettings() {
    var settings = ExperimentSettings()
    settings.agent.settings = ["contextLenght": 20]
    #expect(
      message { _ = try Experiment(name: "wrong", settings, registry: .builtIn) }?
        .contains("agent.contextLenght: unknown key; did you mean contextLength?") == true)
    settings.agent.settings = [:]
    settings.environment.id = "coridor"
    #expect(
      message { _ = try Experiment(name: "wrong", settings, registry: .builtIn) }?
        .contains("did you mean corridor?") == true)
    settings.environment.id = "corridor"
    settings.training.steps = 0
    #expect(
      message { _ = try Experiment(name: "wrong", settings, registry: .builtIn) }?
        .contains("training.steps") == true)
  }

  @Test("finds the data it collected itself, and none that are unfinished or another's")
  func collected() throws {
    let tiny = try TinyExperiment()
    let changes = ["dataset.episodes=200", "dataset.partSteps=500"]
    let experiment = try tiny.experiment(changes)
    let path = try experiment.prepareDatasetPath(in: tiny.run("run"))
    #expect(path == tiny.folder("run/dataset.hdf5"))
    #expect(try experiment.collectedDataset(at: path) == nil)
    let stop = StopRequest()
    #expect(throws: Interruption.self) {
      try tiny.collect(to: "run/dataset.hdf5", changes, stop: stop) { _ in
        stop.request(signal: 2)
      }
    }
    #expect(try experiment.collectedDataset(at: path) == nil, "it is not finished")
    #expect(try experiment.prepareDatasetPath(in: tiny.run("run")) == path)
    try tiny.collect(to: "run/dataset.hdf5", changes)
    #expect(try experiment.collectedDataset(at: path)?.episodeCount == 200)
    let other = try tiny.experiment(changes + ["seed=1"])
    #expect(
      message { _ = try other.collectedDataset(at: path) }?.contains("another configuration")
        == true)
    let report = try Trainer(
      experiment.loaded, registry: .builtIn, folder: tiny.run("run"), threads: 2
    ).run(on: experiment.readDataset(at: path), from: path)
    #expect(report.steps == 40)
    #expect(try tiny.run("run").recordedDatasetPath() == path)
  }

  @Test("reads its data by the name they were collected to", arguments: ["d", "d.hdf5", "d.h5"])
  func names(name: String) throws {
    let tiny = try TinyExperiment()
    for (place, changes) in [("one", []), ("many", ["dataset.partSteps=300"])] {
      try Folder(tiny.folder(place)).make()
      try tiny.collect(to: "\(place)/\(name)", changes)
      let path = tiny.folder("\(place)/\(name)")
      #expect(try tiny.experiment().readDataset(at: path).episodes.count == 60)
    }
  }
}
