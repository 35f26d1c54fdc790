import Agents
import Datasets
import Documents
import Environments
import Randomness
import TensorCore

/// A model and batch as `peer_bench.py` defines them.
struct ModelSize: Sendable {
  let name: String
  let layers: Int
  let heads: Int
  let width: Int
  let context: Int
  let batch: Int

  static let all = [
    ModelSize(name: "S", layers: 3, heads: 1, width: 128, context: 20, batch: 64),
    ModelSize(name: "M", layers: 6, heads: 8, width: 128, context: 30, batch: 128),
    ModelSize(name: "L", layers: 6, heads: 8, width: 512, context: 30, batch: 32),
  ]
  /// Steps per timed round, as in the peers' script.
  var stepsPerRound: Int { name == "S" ? 5 : name == "M" ? 2 : 1 }

  static let observationWidth = 64
  static let actionCount = 5
  static let horizon = 1024

  /// Operations of a training step at full windows, counted as the peers' script counts them: two
  /// per multiply-add of matrix products, attention causal, backward twice forward, no input
  /// gradient for embeddings, the last block not pruned.
  var stepOperations: Double {
    let (b, k, d, l) = (Double(batch), Double(context), Double(width), Double(layers))
    let t = 3 * k
    let linear = 2 * 12 * d * d * b * t * l
    let attention = 2 * 2 * (t * (t + 1) / 2) * d * b * l
    let embedding = 2 * Double(Self.observationWidth + 1) * d * b * k
    let head = 2 * d * Double(Self.actionCount) * b * k
    return 3 * (linear + attention + head) + 2 * embedding
  }

  /// The agent: dropout 0.1 everywhere, exact GELU, embeddings normalised.
  func makeAgent(
    observationWidth: Int = Self.observationWidth, actionCount: Int = Self.actionCount,
    context: Int? = nil
  ) throws -> (agent: any Agent, parameters: ParameterStore) {
    var transformer = Transformer.Configuration()
    transformer.width = width
    transformer.layers = layers
    transformer.heads = heads
    transformer.activation = .geluExact
    var configuration = DecisionTransformer.Configuration()
    configuration.contextLength = context ?? self.context
    configuration.backbone = try Component("backbone", id: "transformer", settings: transformer)
    let data = DataSummary(
      observationSpace: .box(shape: [observationWidth], low: -10, high: 10),
      actionSpace: .discrete(count: actionCount), horizon: Self.horizon, episodeCount: 1,
      stepCount: 1, observationMean: Array(repeating: 0, count: observationWidth),
      observationScale: Array(repeating: 1, count: observationWidth), minimumReturn: 0,
      meanReturn: 0, maximumReturn: 1, largestReturnToGo: 1)
    var scope = ParameterScope()
    let agent = try DecisionTransformer(
      configuration, data: data, parts: .builtIn, into: &scope)
    return (agent, ParameterStore(scope, seed: 0))
  }

  /// A batch of windows of the given lengths, full of random numbers.
  static func makeBatch(
    lengths: [Int], observationWidth: Int = Self.observationWidth,
    actionCount: Int = Self.actionCount, seed: UInt64
  ) -> SequenceBatch {
    var random = RandomStream(seed: seed, "batch")
    var batch = SequenceBatch()
    for (window, length) in lengths.enumerated() {
      let start = random.integer(below: 100)
      for step in 0..<length {
        for _ in 0..<observationWidth { batch.observations.append(Float(random.normal())) }
        batch.discreteActions.append(Int32(random.integer(below: actionCount)))
        batch.returnsToGo.append(Float(random.uniform()))
        batch.timesteps.append(Int32(start + step))
      }
      batch.offsets.append(batch.offsets[window] + Int32(length))
      batch.episodes.append(window)
    }
    let steps = batch.stepCount
    batch.rewards = Array(repeating: 0, count: steps)
    batch.isTerminated = Array(repeating: false, count: steps)
    batch.isTruncated = batch.isTerminated
    batch.successors = Array(repeating: 0, count: lengths.count * observationWidth)
    batch.totalWindows = lengths.count
    batch.totalSteps = steps
    return batch
  }
}
