internal import Environments
internal import HDF5

/// The episodes to learn from: in memory, or left in their files where they would take too much of
/// it. Which one makes no difference to any result.
public struct TrainingData: Sendable {
  public let header: DatasetHeader
  /// Of the kept episodes, in their order.
  public private(set) var episodes: EpisodeTable
  private var steps: Steps

  private enum Steps {
    case memory(Dataset)
    /// The numbers, in the files, of the kept episodes.
    case files(DatasetReader, episodes: [Int])
  }

  public init(_ dataset: Dataset) {
    header = dataset.header
    episodes = EpisodeTable(of: dataset)
    steps = .memory(dataset)
  }

  /// Reads a dataset into memory, or only what must be known of its episodes.
  ///
  /// - Parameter memoryLimit: bytes that the dataset may take in memory.
  public init(_ reader: DatasetReader, memoryLimit: Int) throws(DatasetError) {
    header = reader.header
    if reader.bytesInMemory <= memoryLimit {
      let dataset = try reader.read()
      episodes = EpisodeTable(of: dataset)
      steps = .memory(dataset)
    } else {
      episodes = try EpisodeTable(of: reader)
      steps = .files(reader, episodes: Array(0..<reader.episodeCount))
    }
  }

  /// Whether the steps are left in the files.
  public var isInFiles: Bool {
    if case .files = steps { true } else { false }
  }

  public var stepCount: Int { episodes.stepCount }

  // MARK: Choosing

  /// Without the episodes that have no end: what they would have returned is not known.
  public func keepingFinished() -> TrainingData {
    let finished = (0..<episodes.count).filter { episodes.isFinished($0) }
    return finished.count == episodes.count ? self : keeping(finished)
  }

  /// The episodes with the highest returns; see ``Dataset/keepingTop(fraction:)``.
  public func keepingTop(fraction: Double) -> TrainingData {
    keeping(EpisodeTable.top(fraction: fraction, of: episodes.returns))
  }

  /// The episodes whose task was accomplished; `nil` where nobody wrote that down.
  public func keepingSolved() -> TrainingData? {
    guard let solved = episodes.isSolved else { return nil }
    return keeping(solved.indices.filter { solved[$0] })
  }

  private func keeping(_ chosen: [Int]) -> TrainingData {
    var result = self
    result.episodes = episodes.keeping(chosen)
    switch steps {
    case .memory(let dataset): result.steps = .memory(dataset.keeping(episodes: chosen))
    case .files(let reader, let numbers):
      result.steps = .files(reader, episodes: chosen.map { numbers[$0] })
    }
    return result
  }

  // MARK: Using

  /// The kept episodes, read where they are still in files.
  public func inMemory() throws(DatasetError) -> Dataset {
    switch steps {
    case .memory(let dataset): return dataset
    case .files(let reader, let numbers): return try reader.read().keeping(episodes: numbers)
    }
  }

  /// See ``Dataset/fingerprint``.
  public func fingerprint() throws(DatasetError) -> String {
    switch steps {
    case .memory(let dataset): return dataset.fingerprint
    case .files(let reader, _): return try Dataset.fingerprint(of: reader, episodes)
    }
  }

  /// See ``DataSummary/init(of:horizon:normalisingObservations:)``.
  public func summary(
    horizon: Int, normalisingObservations: Bool
  ) throws(DatasetError) -> DataSummary {
    switch steps {
    case .memory(let dataset):
      return DataSummary(
        of: dataset, horizon: horizon, normalisingObservations: normalisingObservations)
    case .files(let reader, let numbers):
      return try DataSummary(
        of: reader, episodes: numbers, episodes, horizon: horizon,
        normalisingObservations: normalisingObservations)
    }
  }

  /// What makes the batches of training.
  ///
  /// - Parameters:
  ///   - summary: what observations are normalised with.
  ///   - seed: the sampler's own, or the run's: its stream has a name of its own.
  /// - Throws: where the dataset lacks what is needed to sample from it.
  public func makeSampler(
    summary: DataSummary, request: WindowRequest, settings: SamplingSettings, seed: UInt64
  ) throws(DatasetError) -> any BatchSource {
    switch steps {
    case .memory(let dataset):
      return try WindowSampler(
        dataset, summary: summary, request: request, settings: settings, seed: seed)
    case .files(let reader, let numbers):
      return try FileWindowSampler(
        reader, episodes: numbers, table: episodes, summary: summary, request: request,
        settings: settings, seed: seed)
    }
  }
}

extension DatasetReader {
  /// Bytes that the whole dataset and a sampler's share of it take in memory, about.
  public var bytesInMemory: Int {
    func bytes(_ space: Space) -> Int {
      space.leaves.reduce(0) { $0 + $1.width * $1.element.bytes }
    }
    let seen = bytes(header.observationSpace)
    // Rewards and returns-to-go twice, in both precisions; probabilities, ends, and infos.
    let perStep = seen + bytes(header.actionSpace) + 40
    return stepCount * perStep + episodeCount * (seen + 100)
  }

  /// Whether the behaviour policy's probabilities are there.
  func hasBehaviour() throws(DatasetError) -> Bool {
    let file = try parts[0].open()
    do {
      return try file.root.contains(Layout.behaviourLogProbabilities)
    } catch {
      throw DatasetError(error, file: parts[0].path)
    }
  }
}
