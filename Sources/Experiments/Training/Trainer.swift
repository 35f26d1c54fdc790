internal import Agents
public import Datasets
internal import Documents
internal import Environments
internal import Files
internal import TensorCore

/// What a training run reports while it works.
public struct TrainingProgress: Sendable {
  /// Steps taken, and to be taken.
  public var step: Int
  public var steps: Int
  public var loss: Double
  /// Every value that the agent reports, by name.
  public var values: [(name: String, value: Double)]
  /// The newest validation score; `nil` before the first.
  public var validationScore: Double?
}

/// What a finished training run came to.
public struct TrainingReport: Sendable, Equatable {
  public var steps: Int
  public var finalLoss: Double
  /// Score of the best checkpoint; `nil` without validation.
  public var bestScore: Double?
  public var bestStep: Int
  public var weights: Int
  public var seconds: Double
}

/// Trains an agent on a dataset in a run folder: the one loop for every agent.
///
/// Everything that decides the next step is in the checkpoint or follows from the seed and the
/// number of the step, so an interrupted run that resumes ends with the same bits as one that was
/// left alone.
public struct Trainer {
  private let loaded: LoadedSettings<ExperimentSettings>
  private let registry: Registry
  private let folder: RunFolder
  private let threads: Int
  private let stop: StopRequest
  private let onProgress: (TrainingProgress) -> Void

  private var settings: ExperimentSettings { loaded.settings }

  public init(
    _ loaded: LoadedSettings<ExperimentSettings>, registry: Registry, folder: RunFolder,
    threads: Int, stop: StopRequest = StopRequest(),
    onProgress: @escaping (TrainingProgress) -> Void = { _ in }
  ) {
    self.loaded = loaded
    self.registry = registry
    self.folder = folder
    self.threads = threads
    self.stop = stop
    self.onProgress = onProgress
  }

  /// Trains from the beginning in a folder that is new or empty.
  public func run(on dataset: Dataset, from path: String) throws -> TrainingReport {
    let session = try makeSession(dataset)
    try folder.create()
    let lock = try FileLock(folder: folder.path)
    try DurableFile.write(loaded.yamlText, to: folder.configurationPath, replacing: true)
    var record = RunRecord(started: Clock.now())
    record.dataset = [
      "path": .string(path), "episodes": .integer(session.data.episodeCount),
      "steps": .integer(session.data.stepCount),
    ]
    return try keep(lock) { try train(session, from: nil, record) }
  }

  /// Goes on with an unfinished run.
  public func resume(on dataset: Dataset) throws -> TrainingReport {
    let session = try makeSession(dataset)
    let lock = try FileLock(folder: folder.path)
    _ = try folder.folder.sweepTemporaries()
    _ = try folder.checkpoints.sweepTemporaries()
    var record = RunRecord(started: Clock.now())
    if let bytes = try? FileContents.bytes(of: folder.recordPath, atMost: 1 << 20),
      let document = try? Document(json: bytes)
    {
      record = RunRecord(document)
      if let dataset = document["dataset"] { record.dataset = dataset }
      record.sessions += 1
    }
    var checkpoint: Checkpoint?
    if FileStatus.exists(folder.checkpointPath(.last)) {
      let last = try Checkpoint(contentsOf: folder.checkpointPath(.last))
      guard last.step < settings.training.steps else {
        throw FileError(
          .exists, operation: "resume the run", path: folder.path,
          reason: "it is finished: all \(last.step) steps are done")
      }
      guard last.data == session.data else {
        throw CheckpointError(
          path: folder.checkpointPath(.last), field: "data",
          message: "the dataset is not the one that the run was started with")
      }
      guard last.configuration == loaded.document else {
        throw CheckpointError(
          path: folder.checkpointPath(.last), field: "configuration",
          message: "config.yaml is not what the run was started with")
      }
      checkpoint = last
    }
    return try keep(lock) { try train(session, from: checkpoint, record) }
  }

  /// Holds the lock until `body` is done.
  private func keep<Result>(
    _ lock: borrowing FileLock, _ body: () throws -> Result
  ) rethrows -> Result { try body() }

  // MARK: The session

  /// What stays the same for the whole run.
  private struct Session {
    let data: DataSummary
    let sampler: WindowSampler
    let learner: Learner
    let environment: any Environment
  }

  private func makeSession(_ whole: Dataset) throws -> Session {
    do {
      try settings.check()
      let environment: any Environment
      do throws(ConfigurationError) {
        environment = try registry.makeEnvironment(settings.environment)
      } catch { throw error.within("environment") }
      try check(whole, against: environment)
      let dataset =
        settings.dataset.keepTopFraction < 1
        ? whole.keepingTop(fraction: settings.dataset.keepTopFraction) : whole
      let data = DataSummary(
        of: dataset, horizon: environment.horizon,
        normalisingObservations: settings.training.normalisesObservations)
      var scope = ParameterScope()
      let agent: any Agent
      do throws(ConfigurationError) {
        agent = try registry.agents.make(
          settings.agent, data: data, backbones: registry.backbones, into: &scope)
      } catch { throw error.within("agent") }
      let seed = UInt64(settings.seed)
      let learner = Learner(
        agent, parameters: ParameterStore(scope, seed: seed),
        settings: settings.training.optimization, totalSteps: settings.training.steps,
        shards: settings.training.shards, threads: threads, seed: seed)
      let sampler = try WindowSampler(
        dataset, summary: data, request: agent.windowRequest,
        settings: settings.training.sampling, seed: seed)
      return Session(data: data, sampler: sampler, learner: learner, environment: environment)
    } catch let error as ConfigurationError {
      throw loaded.locate(error)
    }
  }

  private func check(_ dataset: Dataset, against environment: any Environment) throws {
    guard dataset.stepCount > 0 else {
      throw MismatchError(message: "the dataset holds no episodes to learn from")
    }
    guard dataset.header.observationSpace == environment.observationSpace else {
      throw MismatchError(
        message: "the dataset was collected in \(dataset.header.environment) with observations of "
          + "\(dataset.header.observationSpace.width) numbers; the configured environment, "
          + "\(settings.environment.id), gives other observations "
          + "(\(environment.observationSpace.width) numbers)")
    }
    guard dataset.header.actionSpace == environment.actionSpace else {
      throw MismatchError(
        message: "the dataset was collected in \(dataset.header.environment) with other actions "
          + "than the configured environment, \(settings.environment.id), takes")
    }
  }

  // MARK: The loop

  private func train(
    _ session: Session, from checkpoint: Checkpoint?, _ startRecord: RunRecord
  ) throws -> TrainingReport {
    let training = settings.training
    let learner = session.learner
    var record = startRecord
    var bestScore = checkpoint?.bestScore ?? -.infinity
    let start = checkpoint?.step ?? 0
    if let checkpoint { try checkpoint.restore(learner) }
    let clock = Stopwatch(alreadyElapsed: record.seconds)
    record.host = Host.description(threads: threads)
    try folder.write(record)

    var batch = SequenceBatch()
    var metrics: MetricsLog?
    let validation = try MetricsLog(
      folder.validationPath,
      columns: ["step", "target_return", "mean_return", "success_rate", "score"], after: start)
    var score: Double?
    var loss = Double.nan

    func save(_ choice: CheckpointChoice, step: Int) throws {
      if let name = learner.parameters.firstNonFinite {
        throw DivergenceError(step: step, episodes: [], tensor: "parameter \(name)")
      }
      if choice == .last {
        try metrics?.sync()
        try validation.sync()
      }
      try Checkpoint(
        of: learner, step: step, configuration: loaded.document, data: session.data,
        bestScore: bestScore
      ).write(to: folder.checkpointPath(choice))
      guard choice == .last else { return }
      record.step = step
      record.seconds = clock.seconds
      record.isFinished = step == training.steps
      if record.isFinished { record.finished = Clock.now() }
      try folder.write(record)
    }

    for step in start..<training.steps {
      if let signal = stop.signal {
        try save(.last, step: step)
        throw Interruption(
          signal: signal,
          message: "saved after step \(step) of \(training.steps); go on with "
            + "`hindsight train --resume \(folder.path)`")
      }
      session.sampler.fill(&batch, windows: training.batchSize, step: step)
      let report = try learner.step(batch, number: step)
      loss = report.loss
      let done = step + 1
      if metrics == nil {
        metrics = try MetricsLog(
          folder.metricsPath,
          columns: ["step"] + report.values.map(\.name) + [
            "gradient_norm", "learning_rate", "is_skipped",
          ], after: start)
      }
      if done % training.logEvery == 0 || done == training.steps {
        try metrics?.write(
          step: done,
          report.values.map(\.value) + [
            report.gradientNorm, report.learningRate, report.isSkipped ? 1 : 0,
          ])
      }
      let isLast = done == training.steps
      if training.validation.every > 0, done % training.validation.every == 0 || isLast {
        if let newest = try validate(session, step: done, log: validation) {
          score = newest
          if newest > bestScore {
            bestScore = newest
            record.bestStep = done
            try save(.best, step: done)
          }
        }
      }
      if done % training.checkpointEvery == 0 || isLast { try save(.last, step: done) }
      onProgress(
        TrainingProgress(
          step: done, steps: training.steps, loss: report.loss, values: report.values,
          validationScore: score))
    }
    return TrainingReport(
      steps: training.steps, finalLoss: loss, bestScore: bestScore.isFinite ? bestScore : nil,
      bestStep: record.bestStep, weights: learner.parameters.weightCount, seconds: clock.seconds)
  }

  /// Plays the validation episodes and returns the score: minus the mean distance between target
  /// and mean achieved return. `nil` if it was cut short by a request to stop.
  private func validate(
    _ session: Session, step: Int, log: borrowing MetricsLog
  ) throws -> Double? {
    let validation = settings.training.validation
    let targets =
      validation.targetReturns.isEmpty ? [session.data.maximumReturn] : validation.targetReturns
    let evaluator = Evaluator(
      agent: session.learner.agent, parameters: session.learner.actingParameters,
      environment: session.environment, lanes: settings.evaluation.lanes, threads: threads)
    var total = 0.0
    var rows: [[Double]] = []
    for target in targets {
      let episodes = evaluator.play(
        target: target, selection: Selection(.greedy), episodes: validation.episodes,
        seed: UInt64(settings.seed), purpose: "validation", stop: stop)
      if stop.signal != nil { return nil }
      let mean = episodes.reduce(0) { $0 + $1.achievedReturn } / Double(episodes.count)
      let solved = episodes.count { $0.isSolved }
      total -= abs(target - mean)
      rows.append([target, mean, Double(solved) / Double(episodes.count)])
    }
    let score = total / Double(targets.count)
    for row in rows { try log.write(step: step, row + [score]) }
    return score
  }
}

/// Inputs that are each in order but do not belong together.
public struct MismatchError: Error, Sendable, Equatable, CustomStringConvertible {
  public var message: String
  public var description: String { message }
}
