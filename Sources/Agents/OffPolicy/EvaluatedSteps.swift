public import Datasets
internal import Environments
internal import Randomness

/// Recorded steps as a fitted Q learns from them, one window of one step each.
///
/// An observation of these batches is a row `[features, decision]`: what ``HistoryFeatures`` shows of
/// an episode up to a time, then what the evaluated policy would do then, as ``ActionProbabilities``
/// has it. Rewards are divided by ``rewardScale``, so that values are about 1.
public struct EvaluatedSteps: BatchSource {
  private let dataset: Dataset
  private let decisions: ActionProbabilities
  private let features: HistoryFeatures
  private let bounds: ActionBounds
  private let seed: UInt64
  /// `[N]`
  private let episodes: [Int]
  /// The steps that batches are drawn from.
  private var drawn: [Int]
  /// Whether the horizon ends values as the world's rules do.
  private let endsAtHorizon: Bool
  /// The largest absolute return-to-go of the data, or 1 where all are zero.
  public let rewardScale: Double

  /// - Parameters:
  ///   - data: of the dataset, with observations normalised.
  ///   - showsHistory: whether rows hold more than the newest observation.
  ///   - seed: names the draws of steps.
  public init(
    _ dataset: Dataset, data: DataSummary, decisions: ActionProbabilities,
    settings: FeatureSettings, showsHistory: Bool, seed: UInt64
  ) {
    self.dataset = dataset
    self.decisions = decisions
    self.seed = seed
    features = HistoryFeatures(
      of: dataset, data: data, settings: settings, showsHistory: showsHistory)
    bounds = ActionBounds(data.actionSpace)
    endsAtHorizon = settings.usesTime
    rewardScale = data.largestReturnToGo > 0 ? data.largestReturnToGo : 1
    episodes = (0..<dataset.episodeCount).flatMap { episode in
      Array(repeating: episode, count: dataset.steps(ofEpisode: episode).count)
    }
    drawn = Array(episodes.indices)
  }

  /// The same with batches of some episodes' steps alone.
  public func drawing(from chosen: some Collection<Int>) -> EvaluatedSteps {
    var result = self
    result.drawn = chosen.flatMap { dataset.steps(ofEpisode: $0) }
    return result
  }

  public var rowWidth: Int { features.width + decisions.columns }

  /// What a network over rows must know; `horizon` and returns are the data's.
  public func summary(of data: DataSummary) -> DataSummary {
    var result = data
    result.observationSpace = .box(shape: [rowWidth], low: -.infinity, high: .infinity)
    result.observationMean = Array(repeating: 0, count: rowWidth)
    result.observationScale = Array(repeating: 1, count: rowWidth)
    return result
  }

  /// Steps are drawn uniformly, with replacement.
  public func fill(_ batch: inout SequenceBatch, windows count: Int, step: Int) {
    var random = RandomStream(seed: seed, "fqe/sampler", UInt64(step))
    batch = SequenceBatch()
    for _ in 0..<count { append(drawn[random.integer(below: drawn.count)], to: &batch) }
    batch.totalWindows = count
    batch.totalSteps = count
  }

  private func append(_ step: Int, to batch: inout SequenceBatch) {
    let episode = episodes[step]
    let steps = dataset.steps(ofEpisode: episode)
    let time = step - steps.lowerBound
    batch.offsets.append(Int32(batch.windowCount + 1))
    appendRow(episode, time, to: &batch.observations)
    appendRow(episode, time + 1, to: &batch.successors)
    switch dataset.action(at: step) {
    case (_, let index?): batch.discreteActions.append(Int32(index))
    case (.continuous(let numbers), nil): batch.continuousActions += numbers
    case (.discrete, nil): preconditionFailure("a discrete action without an index")
    }
    batch.rewards.append(Float(dataset.rewards[step] / rewardScale))
    batch.returnsToGo.append(0)
    batch.timesteps.append(Int32(time))
    batch.isTerminated.append(
      dataset.isTerminated[step] || (endsAtHorizon && step == steps.upperBound - 1))
    batch.isTruncated.append(dataset.isTruncated[step])
    batch.episodes.append(episode)
  }

  /// A batch of an episode's steps, in order, for what a fitted Q makes of them.
  public func batch(ofEpisode episode: Int) -> SequenceBatch {
    var batch = SequenceBatch()
    for step in dataset.steps(ofEpisode: episode) { append(step, to: &batch) }
    batch.totalWindows = batch.windowCount
    batch.totalSteps = batch.stepCount
    return batch
  }

  private func appendRow(_ episode: Int, _ time: Int, to rows: inout [Float]) {
    features.append(episode: episode, time: time, to: &rows)
    let decision = decisions.row(episode: episode, time: time)
    rows += decisions.isDiscrete ? Array(decision) : bounds.units(of: Array(decision))
  }
}
