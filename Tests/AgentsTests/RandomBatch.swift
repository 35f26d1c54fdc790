import Agents
import Datasets
import Documents
import Environments
import Randomness
import TensorCore

/// Batches of random numbers and small agents to run on them.
enum RandomBatch {
  static let observationWidth = 5
  static let actionCount = 3

  static func summary(horizon: Int, discrete: Bool = true) -> DataSummary {
    DataSummary(
      observationSpace: .box(shape: [observationWidth], low: -10, high: 10),
      actionSpace: discrete
        ? .discrete(count: actionCount) : .box(shape: [actionCount], low: -1, high: 3),
      horizon: horizon, episodeCount: 1, stepCount: 1,
      observationMean: Array(repeating: 0.25, count: observationWidth),
      observationScale: Array(repeating: 2, count: observationWidth), minimumReturn: -1,
      meanReturn: 0, maximumReturn: 3, largestReturnToGo: 3,
      returnDistribution: ReturnDistribution(
        quantiles: (0...100).map { Double($0) / 25 - 1 }, returnsToGo: [-1, 0, 0.5, 3],
        counts: [1, 2, 3, 4]))
  }

  static func make(lengths: [Int], discrete: Bool = true, seed: UInt64 = 1) -> SequenceBatch {
    var random = RandomStream(seed: seed, "batch")
    var batch = SequenceBatch()
    for (window, length) in lengths.enumerated() {
      for step in 0..<length {
        batch.observations += (0..<observationWidth).map { _ in Float(random.normal()) }
        if discrete {
          batch.discreteActions.append(Int32(random.integer(below: actionCount)))
        } else {
          batch.continuousActions += (0..<actionCount).map { _ in
            Float(random.uniform() * 2 - 1)
          }
        }
        batch.rewards.append(0)
        batch.returnsToGo.append(Float(random.uniform() * 3))
        batch.timesteps.append(Int32(step))
        batch.isTerminated.append(false)
        batch.isTruncated.append(false)
      }
      batch.offsets.append(batch.offsets[window] + Int32(length))
      batch.successors += Array(repeating: 0, count: observationWidth)
      batch.episodes.append(window)
    }
    batch.totalWindows = lengths.count
    batch.totalSteps = batch.stepCount
    return batch
  }

  /// A two-layer Decision Transformer with noisy weights everywhere, so that nothing hides.
  static func agent(
    context: Int, dropout: Double = 0, discrete: Bool = true, horizon: Int = 12,
    positions: Transformer.Positions = .none, seed: UInt64 = 3,
    configure: (inout DecisionTransformer.Configuration) -> Void = { _ in }
  ) throws -> (agent: DecisionTransformer, parameters: ParameterStore) {
    var transformer = Transformer.Configuration()
    transformer.width = 24
    transformer.layers = 2
    transformer.heads = 3
    transformer.dropout = dropout
    transformer.attentionDropout = dropout
    transformer.positions = positions
    transformer.initialDeviation = 0.2
    var configuration = DecisionTransformer.Configuration()
    configuration.contextLength = context
    configuration.initialDeviation = 0.3
    configuration.backbone = try Component("backbone", id: "transformer", settings: transformer)
    configure(&configuration)
    var scope = ParameterScope()
    let agent = try DecisionTransformer(
      configuration, data: summary(horizon: horizon, discrete: discrete), parts: .builtIn,
      into: &scope)
    let store = ParameterStore(scope, seed: seed)
    var random = RandomStream(seed: seed, "noise")
    for index in store.specifications.indices {
      store.setValues(
        of: index, to: store.values(of: index).map { $0 + Float(0.1 * random.normal()) })
    }
    return (agent, store)
  }
}
