internal import Synchronization

/// A window sampler that leaves the steps in the dataset's files and reads those of each batch.
///
/// In memory it holds some numbers per episode, and a few unpacked blocks of each column. The batches
/// are those of ``WindowSampler``, bit for bit.
///
/// A class because it owns open files.
public final class FileWindowSampler: BatchSource {
  private let plan: WindowPlan
  private let layout: WindowLayout
  private let table: EpisodeTable
  /// `[E]` The number in the files of each episode that windows come from.
  private let episodes: [Int]
  private let firstEpisodes: [Int]
  private let header: DatasetHeader
  private let rows: Mutex<RowReader>

  /// - Parameters:
  ///   - episodes: the numbers of the episodes to learn from.
  ///   - table: of those episodes.
  ///   - summary: what observations are normalised with.
  ///   - seed: the sampler's own, or the run's: its stream has a name of its own.
  /// - Throws: where the dataset lacks what is needed to sample from it.
  init(
    _ reader: DatasetReader, episodes: [Int], table: EpisodeTable, summary: DataSummary,
    request: WindowRequest, settings: SamplingSettings, seed: UInt64
  ) throws(DatasetError) {
    plan = try WindowPlan(
      table, contextLength: request.contextLength, settings: settings, seed: seed)
    layout = try WindowLayout(
      reader.header, hasBehaviour: reader.hasBehaviour(), summary: summary, request: request)
    self.table = table
    self.episodes = episodes
    firstEpisodes = reader.firstEpisodes
    header = reader.header
    rows = Mutex(RowReader(reader))
  }

  public func fill(
    _ batch: inout SequenceBatch, windows count: Int, step: Int
  ) throws(DatasetError) {
    plan.drawWindows(&batch, count: count, step: step)
    // In the order of the files, so that a block is unpacked once.
    let windows = (0..<batch.windowCount).sorted {
      (episodes[batch.episodes[$0]], batch.start(of: $0), $0)
        < (episodes[batch.episodes[$1]], batch.start(of: $1), $1)
    }
    let (read, places) = try rows.withLock { (reader) throws(DatasetError) in
      try fetch(windows, of: batch, from: reader)
    }
    layout.fillColumns(of: &batch, from: read) { window, _, _, _ in places[window] }
  }

  private func fetch(
    _ windows: [Int], of batch: SequenceBatch, from reader: RowReader
  ) throws(DatasetError) -> (WindowRows, [WindowPlace]) {
    let empty = Dataset(header)
    var rows = WindowRows(
      observations: empty.observations, finalObservations: empty.finalObservations,
      actions: empty.actions[0], rewards: [], returnsToGo: [], isTerminated: [], isTruncated: [],
      behaviourLogProbabilities: [])
    var places = [WindowPlace](
      repeating: WindowPlace(firstRow: 0, reachesEnd: false, finalRow: 0), count: windows.count)
    for (number, window) in windows.enumerated() {
      let chosen = batch.episodes[window]
      let episode = episodes[chosen]
      let part = firstEpisodes.lastPosition(notAbove: episode)
      places[window] = try reader.part(part).append(
        episode: episode - firstEpisodes[part], start: batch.start(of: window),
        steps: batch.steps(ofWindow: window).count, window: number,
        needsBehaviour: layout.needsBehaviour, isTerminated: table.isTerminated[chosen],
        isTruncated: table.isTruncated[chosen], to: &rows)
    }
    return (rows, places)
  }
}

extension SequenceBatch {
  /// The time of a window's first step.
  fileprivate func start(of window: Int) -> Int { Int(timesteps[Int(offsets[window])]) }
}

extension [Int] {
  /// The last position, among ascending numbers of which the first is 0, whose number is at most
  /// `value`; of equal ones the last.
  fileprivate func lastPosition(notAbove value: Int) -> Int {
    var (low, high) = (0, count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if self[middle] <= value { low = middle } else { high = middle }
    }
    return low
  }
}
