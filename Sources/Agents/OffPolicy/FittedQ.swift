public import Datasets
public import Documents
internal import TensorCore

/// How the values of a policy are fitted: d3rlpy's settings of FQE, but for features, network,
/// discount and learning rate, which is ten times d3rlpy's 1e-4: on Key-to-Door, for a policy that
/// achieves 0.84, one fit of 10,000 updates gave 0.25 with that and 0.30 with this. Values travel one
/// step back per copy of the target network, and rare rewards need large batches: there two fits of
/// 20,000 updates of 500 steps gave 0.59, and doubly robust estimates with them 0.84.
public struct FittedQSettings: Settings {
  public var features = FeatureSettings.Features.automatic
  public var historyLength = FeatureSettings().historyLength
  public var usesTime = FeatureSettings().usesTime
  public var network = ObservationNetwork.Shape()
  /// Updates.
  public var steps = 10_000
  /// Steps of the data per update.
  public var batchSize = 100
  /// Parts of the data, each of which is given values by a fit to all others, so that no episode's
  /// own luck is in its values: doubly robust estimates need that. 1 for one fit to everything.
  public var folds = 2
  public var target = TargetSettings(every: 100, rate: 1)
  public var optimization = OptimizationSettings()
  /// Pieces a batch is cut into. It changes the bits of the result; threads do not.
  public var shards = 4

  public init() {
    optimization.learningRate = 1e-3
    optimization.weightDecay = 0
  }

  public static let descriptions = FeatureSettings.descriptions.merging(
    [
      "steps": "Updates, at least 1.",
      "batchSize": "Steps of the data per update.",
      "folds": "Parts of the data, each valued by a fit to the others; 1 for one fit.",
      "shards": "Pieces a batch is cut into.",
    ], uniquingKeysWith: { first, _ in first })

  /// Updates of all fits to a number of episodes.
  public func updateCount(episodes: Int) -> Int { steps * foldCount(episodes: episodes) }

  func foldCount(episodes: Int) -> Int { max(1, min(folds, episodes)) }

  var shown: FeatureSettings {
    var settings = FeatureSettings()
    (settings.features, settings.historyLength) = (features, historyLength)
    settings.usesTime = usesTime
    return settings
  }

  public func check() throws(ConfigurationError) {
    try shown.check()
    try require(steps >= 1, "steps", steps, "a whole number from 1")
    try require(1...1_000_000 ~= batchSize, "batchSize", batchSize, "1 to 1000000 steps")
    try require(1...100 ~= folds, "folds", folds, "a whole number from 1 to 100")
    try require(1...1024 ~= shards, "shards", shards, "a whole number from 1 to 1024")
    do { try target.check() } catch { throw error.within("target") }
    do { try optimization.check() } catch { throw error.within("optimization") }
  }
}

/// A policy's values, fitted to recorded episodes.
public struct FittedQ: Sendable {
  /// What a policy may know when it acts, which is what features must show.
  public struct Memory: Sendable, Equatable {
    /// Whether it remembers more than the newest observation, or is asked for a return.
    public var needsHistory: Bool

    public init(needsHistory: Bool) { self.needsHistory = needsHistory }

    public init(of agent: any Agent) {
      needsHistory = agent.windowRequest.contextLength > 1 || agent.isConditionedOnReturns
    }
  }

  /// How far the fits have come.
  public struct Progress: Sendable {
    public var step: Int
    public var steps: Int
    public var loss: Double
  }

  /// `[E]` of `[T]` Q of the recorded actions, in reward units, discounted.
  public let actionValues: [[Double]]
  /// `[E]` of `[T]` V of what was seen before them.
  public let stateValues: [[Double]]
  /// Of the last update of the last fit, in squared units of ``rewardScale``.
  public let loss: Double
  public let rewardScale: Double
  /// Numbers that the network is shown.
  public let featureCount: Int

  /// Fits; episode `i` belongs to fold `i mod folds`.
  ///
  /// - Parameters:
  ///   - decisions: of the policy, on this dataset; asked at ends where the horizon does not end
  ///     values.
  ///   - data: of the dataset, with observations normalised.
  ///   - seed: names first weights and draws.
  ///   - onStep: called after every update; `false` stops the work.
  /// - Returns: `nil` where it was stopped.
  /// - Throws: `ConfigurationError` and ``DivergenceError``.
  public init?(
    to dataset: Dataset, decisions: ActionProbabilities, data: DataSummary, memory: Memory,
    settings: FittedQSettings, discount: Double, parts: AgentParts, threads: Int, seed: UInt64,
    onStep: (Progress) -> Bool = { _ in true }
  ) throws {
    try settings.check()
    let showsHistory =
      switch settings.features {
      case .automatic: memory.needsHistory
      case .observation: false
      case .history: true
      }
    let source = EvaluatedSteps(
      dataset, data: data, decisions: decisions, settings: settings.shown,
      showsHistory: showsHistory, seed: seed)
    var configuration = FittedQEvaluation.Configuration()
    configuration.network = settings.network
    configuration.discount = discount
    configuration.target = settings.target
    var actionValues = [[Double]](repeating: [], count: dataset.episodeCount)
    var stateValues = actionValues
    var loss = Double.nan
    let scale = source.rewardScale
    let folds = settings.foldCount(episodes: dataset.episodeCount)
    let total = settings.updateCount(episodes: dataset.episodeCount)
    for fold in 0..<folds {
      let all = 0..<dataset.episodeCount
      let learned = folds == 1 ? Array(all) : all.filter { $0 % folds != fold }
      var scope = ParameterScope()
      let agent = try FittedQEvaluation(
        configuration, data: source.summary(of: data), parts: parts, into: &scope)
      let learner = Learner(
        agent, parameters: ParameterStore(scope, seed: seed), settings: settings.optimization,
        totalSteps: settings.steps, shards: settings.shards, threads: threads, seed: seed)
      let sampler = source.drawing(from: learned)
      var batch = SequenceBatch()
      for step in 0..<settings.steps {
        sampler.fill(&batch, windows: settings.batchSize, step: step)
        loss = try learner.step(batch, number: step).loss
        let done = fold * settings.steps + step + 1
        guard onStep(Progress(step: done, steps: total, loss: loss)) else { return nil }
      }
      var tape = Tape(parameters: learner.actingParameters)
      for episode in all where episode % folds == fold {
        tape.clear()
        let (actions, states) = agent.values(on: source.batch(ofEpisode: episode), tape: &tape)
        actionValues[episode] = actions.map { Double($0) * scale }
        stateValues[episode] = states.map { Double($0) * scale }
      }
    }
    self.actionValues = actionValues
    self.stateValues = stateValues
    self.loss = loss
    rewardScale = scale
    featureCount = source.rowWidth - decisions.columns
  }

  /// The policy's value: the mean over episodes of V at their first observation. Its spread over
  /// episodes is that of starts; how wrong the fit is, it does not know.
  public var estimator: MeanEstimator { MeanEstimator(of: stateValues.map { $0[0] }) }
}
