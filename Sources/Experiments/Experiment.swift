public import Datasets
internal import Documents
internal import Files

/// A configuration file with everything filled in, and what can be done with it.
public struct Experiment {
  /// The file's name without folder and extension; it names the dataset.
  public let name: String
  public let loaded: LoadedSettings<ExperimentSettings>
  public let registry: Registry

  public var settings: ExperimentSettings { loaded.settings }

  /// Reads a configuration file and lays overrides (`key.path=value`) over it.
  public init(path: String, overrides: [String] = [], registry: Registry) throws {
    let bytes = try FileContents.bytes(of: path, atMost: 1 << 20)
    name = Self.name(ofFile: path)
    self.registry = registry
    loaded = try SettingsLoader(ExperimentSettings.self, catalogue: registry.catalogue).load(
      yaml: bytes, named: path, overrides: overrides)
    do { try loaded.settings.check() } catch { throw loaded.locate(error) }
  }

  /// Takes settings that a program has put together; of components only what differs from their
  /// entry's defaults need be there.
  ///
  ///     var settings = ExperimentSettings()
  ///     settings.environment.id = "corridor"
  ///     settings.agent.settings = ["contextLength": 20]
  ///     let experiment = try Experiment(name: "short", settings, registry: .builtIn)
  public init(name: String, _ settings: ExperimentSettings, registry: Registry) throws {
    try self.init(
      name: name,
      SettingsLoader(ExperimentSettings.self, catalogue: registry.catalogue)
        .load(DocumentEncoder().encode(settings)), registry: registry)
  }

  /// An experiment of settings that were put together otherwise.
  init(
    name: String, _ loaded: LoadedSettings<ExperimentSettings>, registry: Registry
  ) throws(ConfigurationError) {
    self.name = name
    self.loaded = loaded
    self.registry = registry
    do throws(ConfigurationError) {
      try loaded.settings.check()
    } catch { throw loaded.locate(error) }
  }

  /// The experiment of a run folder, as `config.yaml` says.
  public init(of run: RunFolder, registry: Registry) throws {
    try run.requireFolder()
    try self.init(path: run.configurationPath, registry: registry)
  }

  static func name(ofFile path: String) -> String {
    let file = path.split(separator: "/").last ?? "experiment"
    for ending in [".yaml", ".yml"] where file.hasSuffix(ending) && file.count > ending.count {
      return String(file.dropLast(ending.count))
    }
    return String(file)
  }

  /// Where the dataset is or will be.
  public var datasetPath: String {
    settings.dataset.path.isEmpty ? "datasets/\(name).hdf5" : settings.dataset.path
  }

  /// Reads the dataset to learn from, or, where it is larger than `dataset.memory` allows, what must
  /// be known of its episodes.
  public func readDataset(at path: String) throws -> TrainingData {
    try TrainingData(DatasetReader(path), memoryLimit: settings.dataset.memory << 20)
  }

  /// What is worth knowing before training on a dataset: that it comes from a world with other
  /// settings than this experiment's, in which the policy will be tried.
  public func remark(on data: TrainingData) -> String? {
    let header = data.header
    let environment = settings.environment
    if header.environment != environment.id {
      return "the dataset was collected in \(header.environment), the policy is tried in "
        + environment.id
    }
    guard header.environmentConfiguration != .object(environment.settings) else { return nil }
    return "the dataset was collected in \(header.environment) with other settings than this "
      + "experiment's"
  }
}

extension ExperimentSettings {
  var collectionConfiguration: Document {
    [
      "seed": .integer(seed), "environment": environment.document,
      "dataset": [
        "episodes": .integer(dataset.episodes), "behaviour": dataset.behaviour.document,
        "partSteps": .integer(dataset.partSteps),
      ],
    ]
  }
}
