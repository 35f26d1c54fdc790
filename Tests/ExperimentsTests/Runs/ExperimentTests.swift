import Datasets
import Documents
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
