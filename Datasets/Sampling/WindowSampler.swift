/// Cuts windows out of a dataset's episodes and lays them end to end in a batch.
///
/// Batch number `step` is the same whatever was drawn before it, so a resumed run sees what an
/// uninterrupted one would have seen, and nothing has to be saved. Episodes that never ended are
/// left out: their returns-to-go are not known.
public struct WindowSampler: BatchSource {
  public let dataset: Dataset
  private let plan: WindowPlan
  private let layout: WindowLayout
  private let rows: WindowRows

  /// - Parameters:
  ///   - summary: what observations are normalised with.
  ///   - seed: the sampler's own, or the run's: its stream has a name of its own.
  /// - Throws: where the dataset lacks what is needed to sample from it.
  public init(
    _ dataset: Dataset, summary: DataSummary, request: WindowRequest,
    settings: SamplingSettings = .init(), seed: UInt64
  ) throws(DatasetError) {
    plan = try WindowPlan(
      EpisodeTable(of: dataset), contextLength: request.contextLength, settings: settings,
      seed: seed)
    layout = try WindowLayout(
      dataset.header, hasBehaviour: !dataset.behaviourLogProbabilities.isEmpty, summary: summary,
      request: request)
    rows = WindowRows(
      observations: dataset.observations, finalObservations: dataset.finalObservations,
      actions: dataset.actions[0], rewards: dataset.rewards.map { Float($0) },
      returnsToGo: dataset.returnsToGo.map { Float($0) }, isTerminated: dataset.isTerminated,
      isTruncated: dataset.isTruncated,
      behaviourLogProbabilities: dataset.behaviourLogProbabilities)
    self.dataset = dataset
  }

  /// Fills `batch` with the windows of training step `step`.
  ///
  /// A batch that was filled before keeps its memory: after a few steps nothing is allocated.
  public func fill(_ batch: inout SequenceBatch, windows count: Int, step: Int) {
    plan.drawWindows(&batch, count: count, step: step)
    fillColumns(of: &batch)
  }

  /// Fills `batch` with given windows, each as long as the context and the episode allow.
  ///
  /// - Parameters:
  ///   - episodes: `[W]`
  ///   - starts: `[W]` Steps from the beginning of the episode.
  public func fill(_ batch: inout SequenceBatch, episodes: [Int], starts: [Int]) {
    plan.noteWindows(&batch, episodes: episodes, starts: starts)
    fillColumns(of: &batch)
  }

  private func fillColumns(of batch: inout SequenceBatch) {
    layout.fillColumns(of: &batch, from: rows) { _, episode, start, steps in
      let first = dataset.episodeOffsets[episode] + start
      return WindowPlace(
        firstRow: first, reachesEnd: first + steps == dataset.episodeOffsets[episode + 1],
        finalRow: episode)
    }
  }
}
