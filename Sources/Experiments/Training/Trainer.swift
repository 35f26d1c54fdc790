internal import Agents
public import Datasets
internal import Documents
internal import Environments
internal import Files
internal import Reports
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
  /// Loss of the last step; NaN where it was taken in an earlier session.
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
  let loaded: LoadedSettings<ExperimentSettings>
  let registry: Registry
  let folder: RunFolder
  let threads: Int
  let stop: StopRequest
  let onProgress: (TrainingProgress) -> Void

  var settings: ExperimentSettings { loaded.settings }

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
  ///
  /// - Parameter path: where the dataset was read.
  public func run(on dataset: Dataset, from path: String) throws -> TrainingReport {
    try run(on: TrainingData(dataset), from: path)
  }

  /// Trains from the beginning in a folder that is new or empty.
  ///
  /// - Parameter path: where the data were read.
  public func run(on data: TrainingData, from path: String) throws -> TrainingReport {
    if let fitting = try makeFitting(data, from: path) {
      let lock = try folder.claim()
      let record = startRecord(fitting.data, from: path)
      try folder.write(record)
      try DurableFile.write(loaded.yamlText, to: folder.configurationPath, replacing: true)
      return try keep(lock) { try fit(fitting, record) }
    }
    let session = try makeSession(data, from: path)
    let lock = try folder.claim()
    let record = startRecord(session.data, from: path)
    try folder.write(record)
    // The last, because a folder with a configuration is a run that can be resumed.
    try DurableFile.write(loaded.yamlText, to: folder.configurationPath, replacing: true)
    return try keep(lock) { try train(session, from: nil, record) }
  }

  /// Goes on with an unfinished run.
  ///
  /// - Parameter path: where the dataset was read.
  public func resume(on dataset: Dataset, from path: String) throws -> TrainingReport {
    try resume(on: TrainingData(dataset), from: path)
  }

  /// Goes on with an unfinished run.
  ///
  /// - Parameter path: where the data were read.
  public func resume(on data: TrainingData, from path: String) throws -> TrainingReport {
    if let fitting = try makeFitting(data, from: path) {
      let lock = try folder.claimAgain()
      guard !FileStatus.exists(folder.checkpointPath(.last)) else {
        throw FileError(
          .exists, operation: "resume the run", path: folder.path, reason: "it is finished")
      }
      return try keep(lock) { try fit(fitting, resumedRecord(fitting.data, from: path)) }
    }
    let session = try makeSession(data, from: path)
    let lock = try folder.claimAgain()
    let record = resumedRecord(session.data, from: path)
    let checkpoint = try lastCheckpoint(session)
    return try keep(lock) { try train(session, from: checkpoint, record) }
  }

  /// The checkpoint to go on from, if there is one; it must be of this very run.
  private func lastCheckpoint(_ session: Session) throws -> Checkpoint? {
    let path = folder.checkpointPath(.last)
    guard FileStatus.exists(path) else { return nil }
    let last = try Checkpoint(contentsOf: path)
    guard last.step < settings.training.steps || last.progress.owesValidation else {
      throw FileError(
        .exists, operation: "resume the run", path: folder.path,
        reason: "it is finished: all \(last.step) steps are done")
    }
    guard last.data == session.data, last.dataset == session.dataset else {
      throw last.error("data", "the dataset is not the one that the run was started with")
    }
    guard last.configuration == loaded.document else {
      throw last.error("configuration", "config.yaml is not what the run was started with")
    }
    return last
  }

  /// Holds the lock until `body` is done.
  private func keep<Result>(
    _ lock: borrowing FileLock, _ body: () throws -> Result
  ) rethrows -> Result { try body() }

  // MARK: The session

  /// What stays the same for the whole run.
  struct Session {
    let data: DataSummary
    /// The fingerprint of the dataset.
    let dataset: String
    let sampler: any BatchSource
    /// Whether batches are made on a thread of their own: they are read from files.
    let isPrefetching: Bool
    let learner: Learner
    let environment: any Environment
    /// What the policy is asked for in validation.
    let targets: [ResolvedTarget]
  }

  private func makeSession(_ whole: TrainingData, from path: String) throws -> Session {
    do {
      try settings.check()
      let environment: any Environment
      do throws(ConfigurationError) {
        environment = try registry.makeEnvironment(settings.environment)
      } catch { throw error.within("environment") }
      try check(whole, from: path, against: environment)
      let kept = try keeping(whole, from: path)
      let data = try kept.summary(
        horizon: environment.horizon,
        normalisingObservations: settings.training.normalisesObservations)
      var scope = ParameterScope()
      // Weights, their average, the gradient and its parts on each thread, two moments, and a
      // checkpoint's copy of most of these with its file image.
      let agent = try registry.makeAgent(
        settings.agent, data: data, copies: 13 + 2 * threads, into: &scope)
      let seed = UInt64(settings.seed)
      let learner = Learner(
        agent, parameters: ParameterStore(scope, seed: seed),
        settings: settings.training.optimization, totalSteps: settings.training.steps,
        shards: settings.training.shards, threads: threads, seed: seed)
      let policies = PolicySource(agent, learner.actingParameters)
      let targets = try ResolvedTarget.all(
        settings.training.validation.targetReturns, data: data, for: policies,
        key: "training.validation.targetReturns")
      // Better now than after the training.
      _ = try ResolvedTarget.all(
        settings.evaluation.targetReturns, data: data, for: policies,
        key: "evaluation.targetReturns")
      let sampler = try kept.makeSampler(
        summary: data, request: agent.windowRequest, settings: settings.training.sampling,
        seed: seed)
      try checkMemory(sampler, learner, agent.windowRequest)
      return Session(
        data: data, dataset: try whole.fingerprint(), sampler: sampler,
        isPrefetching: kept.isInFiles, learner: learner, environment: environment,
        targets: targets)
    } catch let error as ConfigurationError {
      throw loaded.locate(error)
    }
  }

  /// The episodes to learn from.
  func keeping(_ whole: TrainingData, from path: String) throws -> TrainingData {
    var kept = whole.keepingFinished()
    if settings.dataset.keepSolved {
      guard let solved = kept.keepingSolved() else {
        throw MismatchError(
          message: "\(path): dataset.keepSolved is set, but nobody wrote down which episodes were "
            + "solved; choose by dataset.keepTopFraction")
      }
      guard solved.episodes.count > 0 else {
        throw MismatchError(
          message: "\(path): dataset.keepSolved is set, but no episode was solved")
      }
      kept = solved
    }
    return settings.dataset.keepTopFraction < 1
      ? kept.keepingTop(fraction: settings.dataset.keepTopFraction) : kept
  }

  /// Refuses batches that the machine's memory cannot hold, before anything is allocated for them.
  private func checkMemory(
    _ sampler: any BatchSource, _ learner: Learner, _ request: WindowRequest
  ) throws {
    let training = settings.training
    guard training.batchSize <= Int(Int32.max) / 4 / request.contextLength else {
      throw ConfigurationError(
        key: "training.batchSize", found: "\(training.batchSize)",
        expected: "fewer than 2³¹ tokens in a batch: at most "
          + "\(Int(Int32.max) / 4 / request.contextLength) windows of "
          + "\(request.contextLength) steps")
    }
    var batch = SequenceBatch()
    try sampler.fill(&batch, windows: 1, step: 0)
    let bytes = learner.estimateBytes(
      trying: batch, steps: training.batchSize * request.contextLength, shards: training.shards,
      threads: threads)
    guard bytes <= Double(Machine.memoryBytes) else {
      throw ConfigurationError(
        key: "training.batchSize", found: "\(training.batchSize)",
        expected: "a batch that \(Format.bytes(Machine.memoryBytes)) of memory can hold; this one "
          + "takes about \(Format.bytes(Int(min(bytes, 1e18)))); fewer windows, a shorter context "
          + "or more training.shards take less")
    }
  }

  func check(
    _ data: TrainingData, from path: String, against environment: any Environment
  ) throws {
    let header = data.header
    let id = settings.environment.id
    guard data.stepCount > 0 else {
      throw MismatchError(message: "\(path): the dataset holds no episodes to learn from")
    }
    guard header.observationSpace == environment.observationSpace else {
      throw MismatchError(
        message: "\(path): the dataset was collected in \(header.environment) with observations of "
          + "\(header.observationSpace.width) numbers; the configured environment, \(id), gives "
          + "other observations (\(environment.observationSpace.width) numbers)")
    }
    guard header.actionSpace == environment.actionSpace else {
      throw MismatchError(
        message: "\(path): the dataset was collected in \(header.environment) with other actions "
          + "than the configured environment, \(id), takes")
    }
    let longest = data.episodes.lengths.max() ?? 0
    guard longest <= environment.horizon else {
      throw MismatchError(
        message: "\(path): the dataset has an episode of \(longest) steps; those of the configured "
          + "environment, \(id), have at most \(environment.horizon)")
    }
  }

  // MARK: The loop

  private func train(
    _ session: Session, from checkpoint: Checkpoint?, _ startRecord: RunRecord
  ) throws -> TrainingReport {
    let training = settings.training
    let learner = session.learner
    var record = startRecord
    var progress = checkpoint?.progress ?? Checkpoint.Progress()
    if let checkpoint { try checkpoint.restore(learner) }
    let clock = Stopwatch(alreadyElapsed: record.seconds)
    record.host = Host.description(threads: threads)
    try folder.write(record)

    let start = progress.step
    var batch = SequenceBatch()
    var metrics: MetricsLog?
    let validation = try MetricsLog(
      folder.validationPath,
      columns: ["step", "target_return", "mean_return", "success_rate", "score"],
      after: progress.owesValidation ? start - 1 : start)
    let events = try TrainingEvents(self, after: start)
    var score: Double?
    var loss = Double.nan

    func save(_ choice: CheckpointChoice) throws {
      if let name = learner.firstNonFinite {
        throw DivergenceError(step: progress.step, episodes: [], tensor: name)
      }
      if choice == .last {
        try metrics?.sync()
        try validation.sync()
        try events.write(checkpointEvents(session), step: progress.step)
      }
      try Checkpoint(
        of: learner, progress, configuration: loaded.document, data: session.data,
        dataset: session.dataset
      ).write(to: folder.checkpointPath(choice))
      guard choice == .last else { return }
      record.step = progress.step
      record.bestStep = progress.bestStep
      record.seconds = clock.seconds
      record.isFinished = progress.step == training.steps && !progress.owesValidation
      if record.isFinished {
        record.finished = Clock.now()
        try events.write(RunEvents.end(isSuccess: true, time: EventLog.now), step: progress.step)
      }
      try events.sync()
      try folder.write(record)
    }

    func saveAndStop(_ signal: Int32) throws -> Never {
      try save(.last)
      throw Interruption(
        signal: signal,
        message: "saved after step \(progress.step) of \(training.steps); go on with "
          + "`hindsight train --resume \(folder.path)`")
    }

    /// Validates and saves what is due after the newest step.
    func conclude() throws {
      if progress.owesValidation {
        guard let newest = try validate(session, progress.step, validation, events) else {
          try saveAndStop(stop.signal ?? 0)
        }
        progress.owesValidation = false
        score = newest
        if newest > progress.bestScore {
          progress.bestScore = newest
          progress.bestStep = progress.step
          try save(.best)
        }
      }
      if progress.step % training.checkpointEvery == 0 || progress.step == training.steps {
        try save(.last)
      }
    }

    if progress.owesValidation { try conclude() }
    let batches: any BatchSource =
      session.isPrefetching
      ? PrefetchingSampler(
        session.sampler, windows: training.batchSize, from: start, upTo: training.steps)
      : session.sampler
    for step in start..<training.steps {
      if let signal = stop.signal { try saveAndStop(signal) }
      try batches.fill(&batch, windows: training.batchSize, step: step)
      let report = try learner.step(batch, number: step)
      loss = report.loss
      progress.step = step + 1
      let isLast = progress.step == training.steps
      let columns = report.values.map(\.name) + ["gradient_norm", "learning_rate", "is_skipped"]
      if metrics == nil {
        metrics = try MetricsLog(folder.metricsPath, columns: ["step"] + columns, after: start)
      }
      if progress.step % training.logEvery == 0 || isLast {
        let row =
          report.values.map(\.value) + [
            report.gradientNorm, report.learningRate, report.isSkipped ? 1 : 0,
          ]
        try metrics?.write(step: progress.step, row)
        try events.write(RunEvents.metrics(columns, row), step: progress.step)
      }
      let every = training.validation.every
      progress.owesValidation = every > 0 && (progress.step % every == 0 || isLast)
      try conclude()
      onProgress(
        TrainingProgress(
          step: progress.step, steps: training.steps, loss: report.loss, values: report.values,
          validationScore: score))
    }
    return TrainingReport(
      steps: training.steps, finalLoss: loss,
      bestScore: progress.bestScore.isFinite ? progress.bestScore : nil,
      bestStep: progress.bestStep, weights: learner.parameters.weightCount, seconds: clock.seconds)
  }
}

/// Inputs that are each in order but do not belong together.
public struct MismatchError: Error, Sendable, Equatable, CustomStringConvertible {
  public var message: String
  public var description: String { message }
}
