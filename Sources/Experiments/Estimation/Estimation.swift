internal import Agents
internal import Datasets
public import Documents
internal import Environments
internal import Randomness

/// Estimates what a run's policy would achieve from episodes that another policy has recorded: an
/// evaluation without an environment.
///
///     for every target return and selection
///       lead the policy through the recorded episodes      ActionProbabilities
///       fit its values to them                             FittedQ
///       weigh the episodes and sum up                      ImportanceSampling, DoublyRobust
///
/// Everything follows from the checkpoint, the data and the seed, for any number of threads.
public struct Estimation {
  public let folder: RunFolder
  public let settings: EstimationSettings
  public let choice: CheckpointChoice
  public let trained: TrainedAgent
  /// What the policy is asked for.
  public let targets: [ResolvedTarget]
  private let document: Document
  private let parts: AgentParts
  /// The fingerprint of the data that the run has learned from.
  private let learnedFrom: String

  /// How far the fits have come.
  public struct Progress: Sendable {
    public var step: Int
    public var steps: Int
    public var loss: Double
  }

  /// - Parameters:
  ///   - checkpoint: `nil` for the run's own choice.
  ///   - overrides: `key=value` for ``EstimationSettings``, such as `fqe.steps=2000`.
  public init(
    of folder: RunFolder, checkpoint: CheckpointChoice? = nil, overrides: [String] = [],
    registry: Registry
  ) throws {
    let loaded = try SettingsLoader(EstimationSettings.self, catalogue: registry.catalogue).load(
      yaml: "", named: "", overrides: overrides)
    do throws(ConfigurationError) {
      try loaded.settings.check()
    } catch { throw loaded.locate(error) }
    // Knows which checkpoint a run is tried with.
    let evaluation = try Evaluation(of: folder, checkpoint: checkpoint, registry: registry)
    self.folder = folder
    settings = loaded.settings
    document = loaded.document
    choice = evaluation.choice
    trained = evaluation.trained
    learnedFrom = try Checkpoint(contentsOf: folder.checkpointPath(choice)).dataset
    parts = registry.parts
    targets =
      settings.targetReturns.isEmpty
      ? evaluation.targets
      : try ResolvedTarget.all(
        settings.targetReturns, data: trained.data, for: trained.policies, key: "targetReturns")
  }

  /// Estimates at all targets, for each selection in turn.
  ///
  /// - Throws: ``Interruption`` where a signal asked to stop; nothing is reported then.
  public func run(
    on recorded: RecordedEpisodes, threads: Int, stop: StopRequest = StopRequest(),
    onProgress: (Progress) -> Void = { _ in }
  ) throws -> [EstimateReport] {
    let dataset = recorded.dataset
    try check(dataset, from: recorded.path)
    let estimators = try chosenEstimators(dataset)
    let data = DataSummary(
      of: dataset, horizon: trained.data.horizon, normalisingObservations: true)
    let fits =
      estimators.contains(where: \.needsValues)
      ? settings.fqe.updateCount(episodes: dataset.episodeCount) : 0
    let total = targets.count * settings.selections.count * fits
    var done = 0
    var reports: [EstimateReport] = []
    for target in targets {
      for rule in settings.selections {
        let before = done
        reports.append(
          try report(
            target, Selection(rule, temperature: settings.temperature), estimators, dataset, data,
            threads: threads, stop: stop
          ) { onProgress(Progress(step: before + $0.step, steps: total, loss: $0.loss)) })
        done += fits
      }
    }
    return reports
  }

  private func report(
    _ target: ResolvedTarget, _ selection: Selection, _ estimators: [EstimatorKind],
    _ dataset: Dataset, _ data: DataSummary, threads: Int, stop: StopRequest,
    onProgress: (FittedQ.Progress) -> Void
  ) throws -> EstimateReport {
    let decisions = try ActionProbabilities(
      of: trained.policies, on: dataset, prompt: target.prompt,
      selection: selection, isAskedAtEnds: !settings.fqe.usesTime, threads: threads)
    var fit: FittedQ?
    if estimators.contains(where: \.needsValues) {
      fit = try makeFit(dataset, decisions, data, threads: threads) {
        onProgress($0)
        return stop.signal == nil
      }
    }
    if let signal = stop.signal {
      throw Interruption(
        signal: signal, message: "the estimation was stopped and nothing was written")
    }
    let episodes =
      estimators.contains(where: \.needsProbabilities)
      ? try weigh(dataset, decisions, fit) : []
    let limit = settings.weightLimit > 0 ? settings.weightLimit : .infinity
    let overlap = episodes.isEmpty ? nil : Overlap(of: episodes, weightLimit: limit)
    let start = RandomStream(seed: UInt64(settings.seed), "estimation/bootstrap")
    let estimates = estimators.map { kind in
      func estimate(_ estimator: some OffPolicyEstimator) -> Estimate {
        Estimate(
          kind, estimator, overlap: kind.needsProbabilities ? overlap : nil,
          resamples: settings.resamples, random: start)
      }
      func sampling(_ rule: ImportanceSampling.Rule) -> Estimate {
        estimate(
          ImportanceSampling(
            rule, of: episodes, discount: settings.discount, weightLimit: limit))
      }
      func robust(isWeighted: Bool) -> Estimate {
        estimate(
          DoublyRobust(
            of: episodes, discount: settings.discount, isWeighted: isWeighted, weightLimit: limit))
      }
      return switch kind {
      case .fqe: estimate(fit?.estimator ?? MeanEstimator(of: []))
      case .ordinary: sampling(.ordinary)
      case .perDecision: sampling(.perDecision)
      case .weighted: sampling(.weighted)
      case .weightedPerDecision: sampling(.weightedPerDecision)
      case .doublyRobust: robust(isWeighted: false)
      case .weightedDoublyRobust: robust(isWeighted: true)
      }
    }
    return EstimateReport(
      target: target, selection: selection, estimates: estimates, fitLoss: fit?.loss,
      rewardScale: fit?.rewardScale, featureCount: fit?.featureCount)
  }

  /// - Returns: `nil` where it was stopped.
  private func makeFit(
    _ dataset: Dataset, _ decisions: ActionProbabilities, _ data: DataSummary, threads: Int,
    onStep: (FittedQ.Progress) -> Bool
  ) throws -> FittedQ? {
    let memory =
      if case .agent(let agent, _) = trained.method {
        FittedQ.Memory(of: agent)
      } else { FittedQ.Memory(needsHistory: false) }
    do {
      return try FittedQ(
        to: dataset, decisions: decisions, data: data, memory: memory, settings: settings.fqe,
        discount: settings.discount, parts: parts, threads: threads, seed: UInt64(settings.seed),
        onStep: onStep)
    } catch let error as ConfigurationError { throw error.within("fqe") }
  }

  /// The episodes with their ratios and, where there is a fit, its values.
  private func weigh(
    _ dataset: Dataset, _ decisions: ActionProbabilities, _ fit: FittedQ?
  ) throws(OffPolicyError) -> [WeighedEpisode] {
    let ratios = try decisions.logRatios(on: dataset)
    return (0..<dataset.episodeCount).map { episode in
      let steps = dataset.steps(ofEpisode: episode)
      return WeighedEpisode(
        rewards: Array(dataset.rewards[steps]), logRatios: Array(ratios[steps]),
        actionValues: fit?.actionValues[episode] ?? [],
        stateValues: fit?.stateValues[episode] ?? [])
    }
  }

  /// Those asked for, or all that the data allow.
  private func chosenEstimators(_ dataset: Dataset) throws(OffPolicyError) -> [EstimatorKind] {
    let isDiscrete = if case .discrete = dataset.header.actionSpace { true } else { false }
    let hasProbabilities = !dataset.behaviourLogProbabilities.isEmpty
    guard !settings.estimators.isEmpty else {
      return EstimatorKind.allCases.filter {
        !$0.needsProbabilities || (isDiscrete && hasProbabilities)
      }
    }
    if settings.estimators.contains(where: \.needsProbabilities) {
      guard isDiscrete else { throw .continuousActions }
      guard hasProbabilities else { throw .noBehaviourProbabilities }
    }
    return settings.estimators
  }

  private func check(_ dataset: Dataset, from path: String) throws(MismatchError) {
    let header = dataset.header
    guard dataset.episodeCount > 0 else {
      throw MismatchError(message: "\(path): the dataset holds no finished episode to learn from")
    }
    guard header.observationSpace == trained.data.observationSpace,
      header.actionSpace == trained.data.actionSpace
    else {
      throw MismatchError(
        message: "\(path): the dataset was collected in \(header.environment) with other "
          + "observations or actions than the run's, of \(trained.settings.environment.id)")
    }
    let longest = dataset.episodeLengths.max() ?? 0
    guard longest <= trained.data.horizon else {
      throw MismatchError(
        message: "\(path): the dataset has an episode of \(longest) steps; the run's have at most "
          + "\(trained.data.horizon)")
    }
  }

  // MARK: Reporting

  /// Whether these are the very episodes that the policy has learned from: then importance weights
  /// and rewards go together, and estimates are far too high. Copies of some of them are not
  /// recognised.
  public func hasLearned(from recorded: RecordedEpisodes) -> Bool {
    recorded.fingerprint == learnedFrom
  }

  /// The report as a document: `estimates` holds an element per target, selection and estimator.
  public func document(
    _ reports: [EstimateReport], on recorded: RecordedEpisodes, savedAs saved: String?
  ) -> Document {
    let dataset = recorded.dataset
    let mean = recorded.meanReturn(discount: settings.discount)
    var fields: Document.Fields = [
      "schema_version": 1, "hindsight_version": .string(Version.current),
      "run": .string(folder.path), "step": .integer(trained.step),
      "checkpoint": .string(choice.rawValue),
      "environment": .string(trained.settings.environment.id),
      "agent": .string(trained.settings.agent.id),
      "dataset": [
        "path": .string(recorded.path), "fingerprint": .string(recorded.fingerprint),
        "learned_from": .bool(hasLearned(from: recorded)),
        "episodes": .integer(dataset.episodeCount), "steps": .integer(dataset.stepCount),
        "mean_return": mean.map { .number($0) } ?? .null,
      ],
      "settings": document,
    ]
    if let saved { fields["report"] = .string(saved) }
    fields["estimates"] = .array(reports.flatMap(\.elements))
    return .object(fields)
  }
}
