internal import Environments
internal import HDF5

/// A file of ours in the making: episodes are appended, and every block of every column is packed as
/// soon as it is full. However long the part, little more than its packed bytes is in memory.
///
/// Equal episodes give equal bytes, whatever portions they came in.
struct PartPacker: ~Copyable {
  private let header: DatasetHeader
  /// What errors call the file.
  private let path: String
  private var packer = BlockPacker()
  /// From the first episode on, which says what columns there are.
  private var columns: PartColumns?
  private(set) var episodeCount = 0
  private(set) var stepCount = 0
  private var isLastUnfinished = false

  init(_ header: DatasetHeader, path: String) {
    self.header = header
    self.path = path
  }

  /// Adds episodes of a dataset with the same columns as all others.
  mutating func append(_ episodes: Range<Int>, of dataset: Dataset) throws(DatasetError) {
    for episode in episodes {
      guard !isLastUnfinished else {
        throw unfinished(episode: episodeCount + episode - episodes.lowerBound - 1)
      }
      isLastUnfinished = !dataset.isFinished(episode: episode)
    }
    // Columns of a dataset without episodes may be fewer.
    if columns == nil || stepCount == 0 { columns = PartColumns(dataset) }
    columns?.append(episodes, of: dataset, &packer)
    episodeCount += episodes.count
    stepCount +=
      dataset.episodeOffsets[episodes.upperBound] - dataset.episodeOffsets[episodes.lowerBound]
  }

  /// Adds episodes of a recording of this header's world, in which all that is seen is bytes and actions
  /// are discrete (``EpisodeRecording/isPacked(in:)``).
  mutating func append(
    _ episodes: ArraySlice<EpisodeRecording.Episode>, of recording: EpisodeRecording
  ) throws(DatasetError) {
    guard let first = episodes.first else { return }
    guard !isLastUnfinished else { throw unfinished(episode: episodeCount - 1) }
    if columns == nil || stepCount == 0 {
      columns = PartColumns(ofRecordings: header, withComponents: first.component != nil)
    }
    columns?.append(episodes, of: recording, &packer)
    episodeCount += episodes.count
    stepCount += episodes.reduce(0) { $0 + $1.steps.count }
  }

  private func unfinished(episode: Int) -> DatasetError {
    .mismatch(
      file: path, field: "episode \(episode)", found: "an unfinished episode before others",
      expected: "only the last one to be unfinished")
  }

  /// Adds all episodes of a dataset.
  mutating func append(_ dataset: Dataset) throws(DatasetError) {
    try append(0..<dataset.episodeCount, of: dataset)
  }

  /// The file's bytes.
  mutating func image() throws(DatasetError) -> [UInt8] {
    let columns = columns ?? PartColumns(Dataset(header))
    do throws(HDF5Error) {
      let file = try HDF5File()
      try DatasetFile.write(header, to: file.root)
      try columns.write(to: file.root, &packer)
      return try file.image()
    } catch {
      throw DatasetError(error, file: path)
    }
  }
}
