internal import Agents
public import Datasets

/// Episodes to estimate from.
public struct RecordedEpisodes: Sendable {
  /// Where they were read.
  public let path: String
  /// Of the whole dataset; see `Dataset.fingerprint`.
  public let fingerprint: String
  /// Those that have an end.
  public let dataset: Dataset

  /// Reads a dataset into memory.
  public init(contentsOf path: String) throws(DatasetError) {
    let whole = try TrainingData(DatasetReader(path), memoryLimit: .max)
    self.path = path
    fingerprint = try whole.fingerprint()
    dataset = try whole.keepingFinished().inMemory()
  }

  /// What the policy that recorded them earned on average; `nil` for no episodes.
  public func meanReturn(discount: Double) -> Double? {
    MeanEstimator(
      of: (0..<dataset.episodeCount).map { episode in
        dataset.rewards[dataset.steps(ofEpisode: episode)].reversed().reduce(0) {
          $1 + discount * $0
        }
      }
    ).value
  }
}
