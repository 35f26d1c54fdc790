internal import Environments
internal import Randomness

/// Cuts windows out of a dataset's episodes and lays them end to end in a batch.
///
/// Batch number `step` is the same whatever was drawn before it, so a resumed run sees what an
/// uninterrupted one would have seen, and nothing has to be saved. Episodes that never ended are
/// left out: their returns-to-go are not known.
public struct WindowSampler: Sendable {
  public let dataset: Dataset
  let request: WindowRequest
  private let settings: SamplingSettings
  private let seed: UInt64
  private let draw: EpisodeDraw
  let leaves: [Space.Leaf]
  let width: Int
  /// `[observation width]`; `nil` where observations are taken as they are.
  let normalisation: (mean: [Float], scale: [Float])?
  /// `[N]`
  let returnsToGo: [Float]
  let rewards: [Float]
  /// The number of a discrete action space's first element; `nil` for a box.
  let actionStart: Int?
  let actionWidth: Int

  /// - Parameters:
  ///   - summary: what observations are normalised with.
  ///   - seed: the sampler's own, or the run's: its stream has a name of its own.
  /// - Throws: where the dataset lacks what is needed to sample from it.
  public init(
    _ dataset: Dataset, summary: DataSummary, request: WindowRequest,
    settings: SamplingSettings = .init(), seed: UInt64
  ) throws(DatasetError) {
    func lacking(_ field: String, _ found: String, _ expected: String) -> DatasetError {
      .mismatch(file: "the dataset", field: field, found: found, expected: expected)
    }
    let finished = (0..<dataset.episodeCount).filter { dataset.isFinished(episode: $0) }
    guard !finished.isEmpty else {
      throw lacking(Layout.timesteps, "no finished episode", "at least one")
    }
    if request.needsBehaviour, dataset.behaviourLogProbabilities.isEmpty {
      throw lacking(
        Layout.behaviourLogProbabilities, "none", "those of the policy that made the data")
    }
    switch dataset.header.actionSpace {
    case .discrete(_, let start): (actionStart, actionWidth) = (start, 1)
    case .box(let box): (actionStart, actionWidth) = (nil, box.low.count)
    default: throw lacking(Layout.actions, "a space of several parts", "a discrete space or a box")
    }
    let leaves = dataset.header.observationSpace.leaves
    let width = leaves.reduce(0) { $0 + $1.width }
    precondition(
      summary.observationMean.count == width && summary.observationScale.count == width,
      "the summary is of \(summary.observationMean.count) numbers, the data have \(width)")
    let isNormalised =
      summary.observationMean.contains { $0 != 0 } || summary.observationScale.contains { $0 != 1 }
    normalisation = isNormalised ? (summary.observationMean, summary.observationScale) : nil
    self.dataset = dataset
    self.request = request
    self.settings = settings
    self.seed = seed
    self.leaves = leaves
    self.width = width
    draw = EpisodeDraw(
      episodes: finished, lengths: dataset.episodeLengths, returns: dataset.episodeReturns,
      settings: settings)
    returnsToGo = dataset.returnsToGo.map { Float($0) }
    rewards = dataset.rewards.map { Float($0) }
  }

  /// Fills `batch` with the windows of training step `step`.
  ///
  /// A batch that was filled before keeps its memory: after a few steps nothing is allocated.
  public func fill(_ batch: inout SequenceBatch, windows count: Int, step: Int) {
    precondition(count > 0 && step >= 0, "\(count) windows of step \(step)")
    var random = RandomStream(seed: seed, "sampler", UInt64(step))
    batch.removeWindows()
    for _ in 0..<count {
      let episode = draw.next(using: &random)
      let length = dataset.steps(ofEpisode: episode).count
      let start =
        switch settings.windows {
        case .full:
          length <= request.contextLength
            ? 0 : random.integer(below: length - request.contextLength + 1)
        case .anywhere: random.integer(below: length)
        }
      batch.appendWindow(
        episode: episode, start: start, length: min(request.contextLength, length - start))
    }
    fillColumns(of: &batch)
  }

  /// Fills `batch` with given windows, each as long as the context and the episode allow.
  ///
  /// - Parameters:
  ///   - episodes: `[W]`
  ///   - starts: `[W]` Steps from the beginning of the episode.
  public func fill(_ batch: inout SequenceBatch, episodes: [Int], starts: [Int]) {
    precondition(
      episodes.count == starts.count && !episodes.isEmpty,
      "\(episodes.count) episodes and \(starts.count) starts")
    batch.removeWindows()
    for (episode, start) in zip(episodes, starts) {
      let length = dataset.steps(ofEpisode: episode).count
      precondition(
        start >= 0 && start < length, "start \(start) in episode \(episode) of \(length) steps")
      batch.appendWindow(
        episode: episode, start: start, length: min(request.contextLength, length - start))
    }
    fillColumns(of: &batch)
  }
}

extension SequenceBatch {
  /// Starts anew, keeping the memory.
  fileprivate mutating func removeWindows() {
    offsets.removeAll(keepingCapacity: true)
    offsets.append(0)
    episodes.removeAll(keepingCapacity: true)
    timesteps.removeAll(keepingCapacity: true)
  }

  /// Notes a window; its columns come later.
  fileprivate mutating func appendWindow(episode: Int, start: Int, length: Int) {
    for time in start..<start + length { timesteps.append(Int32(time)) }
    offsets.append(Int32(timesteps.count))
    episodes.append(episode)
  }
}
