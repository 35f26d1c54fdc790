internal import Randomness

/// Which windows make up the batch of a training step: a matter of the seed and the number of the
/// step alone, wherever the steps themselves are.
struct WindowPlan: Sendable {
  let contextLength: Int
  /// `[E]` Steps of each episode.
  let lengths: [Int]
  private let settings: SamplingSettings
  private let seed: UInt64
  private let draw: EpisodeDraw

  /// - Throws: where no episode has ended.
  init(
    _ table: EpisodeTable, contextLength: Int, settings: SamplingSettings, seed: UInt64
  ) throws(DatasetError) {
    let finished = (0..<table.count).filter { table.isFinished($0) }
    guard !finished.isEmpty else {
      throw .mismatch(
        file: "the dataset", field: Layout.timesteps, found: "no finished episode",
        expected: "at least one")
    }
    self.contextLength = contextLength
    self.settings = settings
    self.seed = seed
    lengths = table.lengths
    draw = EpisodeDraw(
      episodes: finished, lengths: table.lengths, returns: table.returns, settings: settings)
  }

  /// Notes the windows of training step `step` in `batch`; their columns come later.
  func drawWindows(_ batch: inout SequenceBatch, count: Int, step: Int) {
    precondition(count > 0 && step >= 0, "\(count) windows of step \(step)")
    var random = RandomStream(seed: seed, "sampler", UInt64(step))
    batch.removeWindows()
    for _ in 0..<count {
      let episode = draw.next(using: &random)
      let length = lengths[episode]
      let start =
        switch settings.windows {
        case .full:
          length <= contextLength ? 0 : random.integer(below: length - contextLength + 1)
        case .anywhere: random.integer(below: length)
        }
      batch.appendWindow(
        episode: episode, start: start, length: min(contextLength, length - start))
    }
  }

  /// Notes given windows, each as long as the context and the episode allow.
  func noteWindows(_ batch: inout SequenceBatch, episodes: [Int], starts: [Int]) {
    precondition(
      episodes.count == starts.count && !episodes.isEmpty,
      "\(episodes.count) episodes and \(starts.count) starts")
    batch.removeWindows()
    for (episode, start) in zip(episodes, starts) {
      let length = lengths[episode]
      precondition(
        start >= 0 && start < length, "start \(start) in episode \(episode) of \(length) steps")
      batch.appendWindow(
        episode: episode, start: start, length: min(contextLength, length - start))
    }
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
