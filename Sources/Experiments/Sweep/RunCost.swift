internal import Agents
internal import Datasets
public import Documents
internal import Environments
internal import Files

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// What a run is expected to take, from a trial of about two seconds.
public struct RunCost: Sendable, Equatable {
  /// Seconds of collecting the data; 0 where they are there.
  public var collecting: Double
  /// Seconds of training, with its validations.
  public var training: Double
  public var evaluating: Double
  /// Bytes of memory at the most.
  public var memory: Double

  public var document: Document {
    [
      "collecting_seconds": .number(collecting), "training_seconds": .number(training),
      "evaluating_seconds": .number(evaluating), "memory_bytes": .number(memory),
    ]
  }

  public init?(_ document: Document) {
    guard let collecting = document["collecting_seconds"]?.decimal,
      let training = document["training_seconds"]?.decimal,
      let evaluating = document["evaluating_seconds"]?.decimal,
      let memory = document["memory_bytes"]?.decimal
    else { return nil }
    self.collecting = collecting
    self.training = training
    self.evaluating = evaluating
    self.memory = memory
  }
}

extension RunCost {
  /// Seconds that each part of a trial is given.
  private static let seconds = 0.7
  /// Episodes of the first try, and by how much a try that was too short to time grows.
  private static let episodes = 32
  private static let growth = 4

  /// Collects a few episodes, trains a few steps and evaluates a few episodes.
  ///
  /// - Parameters:
  ///   - dataset: where the data are, if they are there.
  ///   - folder: an empty folder for the trial.
  /// - Returns: the cost of the whole, each part in proportion; memory is this process's own so far,
  ///   and what the whole data take beyond the trial's.
  public init(
    trying experiment: Experiment, dataset: String?, threads: Int, in folder: String,
    stop: StopRequest
  ) throws {
    let settings = experiment.settings
    let loader = SettingsLoader(
      ExperimentSettings.self, catalogue: experiment.registry.catalogue)
    func changed(_ overrides: [String]) throws -> Experiment {
      try Experiment(
        name: experiment.name, loader.load(experiment.loaded.document, overrides: overrides),
        registry: experiment.registry)
    }
    // Collecting.
    var path = dataset ?? ""
    var perEpisode = 0.0
    var count = min(Self.episodes, settings.dataset.episodes)
    while dataset == nil {
      path = Folder(folder).path(of: "\(count).hdf5")
      let report = try Collector(
        changed(["dataset.episodes=\(count)"]).loaded, registry: experiment.registry,
        threads: threads, stop: stop
      ).collect(to: path)
      perEpisode = report.seconds / Double(count)
      if report.seconds > Self.seconds / Double(Self.growth) || count == settings.dataset.episodes {
        break
      }
      count = min(count * Self.growth, settings.dataset.episodes)
    }
    collecting = dataset == nil ? perEpisode * Double(settings.dataset.episodes) : 0

    // Training.
    let trial = RunFolder(Folder(folder).path(of: "run"))
    let steps = settings.training.steps
    let short = try changed([
      "training.validation.every=0", "training.checkpointEvery=\(steps)",
    ])
    let data = try experiment.readDataset(at: path)
    let pause = StopRequest()
    let clock = Stopwatch()
    var first: (step: Int, seconds: Double)?
    var last = (step: 0, seconds: 0.0)
    do {
      _ = try Trainer(
        short.loaded, registry: experiment.registry, folder: trial, threads: threads, stop: pause,
        onProgress: { state in
          last = (state.step, clock.seconds)
          if first == nil { first = last }
          if stop.signal != nil || clock.seconds - (first?.seconds ?? 0) > Self.seconds {
            pause.request(signal: SIGTERM)
          }
        }
      ).run(on: data, from: path)
    } catch is Interruption {}
    if let signal = stop.signal {
      throw Interruption(signal: signal, message: "a trial was stopped")
    }
    let taken = last.step - (first?.step ?? 0)
    // The whole data in units of the trial's.
    let size = dataset == nil ? Double(settings.dataset.episodes) / Double(count) : 1
    // An agent that is fitted to all data at once has no steps.
    let learning =
      taken > 0
      ? (last.seconds - (first?.seconds ?? 0)) / Double(taken) * Double(steps)
      : clock.seconds * size

    // Evaluating.
    let few = min(settings.evaluation.episodes, settings.evaluation.lanes)
    var targets = 0
    let evaluation = try Evaluation(of: trial, registry: experiment.registry) { settings in
      targets = max(settings.targetReturns.count, 1)
      settings.targetReturns = Array(settings.targetReturns.prefix(1))
      settings.selections = Array(settings.selections.prefix(1))
      settings.episodes = few
    }
    let start = clock.seconds
    _ = try evaluation.run(threads: threads, stop: stop)
    let played = (clock.seconds - start) / Double(few)
    evaluating =
      played * Double(targets * settings.evaluation.selections.count * settings.evaluation.episodes)
    let validation = settings.training.validation
    let validations =
      validation.every > 0 ? (steps + validation.every - 1) / validation.every : 0
    training =
      learning + played
      * Double(validations * validation.episodes * max(validation.targetReturns.count, 1))

    // Memory: what was needed, and the rest of the data.
    let width = data.header.observationSpace.width + data.header.actionSpace.width
    let bytesPerStep = Double((width + 8) * MemoryLayout<Float>.size)
    memory =
      Double(Self.peakBytes)
      + min(
        (size - 1) * Double(data.stepCount) * bytesPerStep, Double(settings.dataset.memory << 20))
  }

  /// The most memory that this process has had resident.
  private static var peakBytes: Int {
    var usage = rusage()
    #if canImport(Glibc)
    getrusage(RUSAGE_SELF.rawValue, &usage)
    return usage.ru_maxrss * 1024
    #else
    getrusage(RUSAGE_SELF, &usage)
    return usage.ru_maxrss
    #endif
  }
}
