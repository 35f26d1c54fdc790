public import Datasets
public import Documents
internal import TensorCore

/// How the values of a policy are fitted: d3rlpy's settings of FQE, but for features and network.
public struct FittedQSettings: Settings {
  public var features = FeatureSettings.Features.automatic
  public var historyLength = FeatureSettings().historyLength
  public var usesTime = FeatureSettings().usesTime
  public var network = ObservationNetwork.Shape()
  /// Updates.
  public var steps = 10_000
  /// Steps of the data per update.
  public var batchSize = 100
  public var target = TargetSettings(every: 100, rate: 1)
  public var optimization = OptimizationSettings()
  /// Pieces a batch is cut into. It changes the bits of the result; threads do not.
  public var shards = 4

  public init() {
    optimization.learningRate = 1e-4
    optimization.weightDecay = 0
  }

  public static let descriptions = FeatureSettings.descriptions.merging(
    [
      "steps": "Updates, at least 1.",
      "batchSize": "Steps of the data per update.",
      "shards": "Pieces a batch is cut into.",
    ], uniquingKeysWith: { first, _ in first })

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

  /// How far the fit has come.
  public struct Progress: Sendable {
    public var step: Int
    public var steps: Int
    public var loss: Double
  }

  /// `[E]` of `[T]` Q of the recorded actions, in reward units, discounted.
  public let actionValues: [[Double]]
  /// `[E]` of `[T]` V of what was seen before them.
  public let stateValues: [[Double]]
  /// Of the last update, in squared units of ``rewardScale``.
  public let loss: Double
  public let rewardScale: Double
  /// Numbers that the network is shown.
  public let featureCount: Int

  /// Fits.
  ///
  /// - Parameters:
  ///   - decisions: of the policy, on this dataset; asked at ends where the horizon does not end
  ///     values.
  ///   - data: of the dataset, with observations normalised.
  ///   - seed: names first weights and draws.
  ///   - onStep: called after every update; `false` stops the work.
  /// - Returns: `nil` where it was stopped.
  /// - Throws: ``ConfigurationError`` and ``DivergenceError``.
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
    var scope = ParameterScope()
    let agent = try FittedQEvaluation(
      configuration, data: source.summary(of: data), parts: parts, into: &scope)
    let learner = Learner(
      agent, parameters: ParameterStore(scope, seed: seed), settings: settings.optimization,
      totalSteps: settings.steps, shards: settings.shards, threads: threads, seed: seed)
    var batch = SequenceBatch()
    var loss = Double.nan
    for step in 0..<settings.steps {
      source.fill(&batch, windows: settings.batchSize, step: step)
      loss = try learner.step(batch, number: step).loss
      guard onStep(Progress(step: step + 1, steps: settings.steps, loss: loss)) else { return nil }
    }
    var tape = Tape(parameters: learner.actingParameters)
    let scale = source.rewardScale
    let values = (0..<dataset.episodeCount).map { episode in
      tape.clear()
      let (actions, states) = agent.values(on: source.batch(ofEpisode: episode), tape: &tape)
      return (actions.map { Double($0) * scale }, states.map { Double($0) * scale })
    }
    actionValues = values.map(\.0)
    stateValues = values.map(\.1)
    self.loss = loss
    rewardScale = scale
    featureCount = source.rowWidth - decisions.columns
  }

  /// The policy's value: the mean over episodes of V at their first observation. Its spread over
  /// episodes is that of starts; how wrong the fit is, it does not know.
  public var estimator: MeanEstimator { MeanEstimator(of: stateValues.map { $0[0] }) }
}
