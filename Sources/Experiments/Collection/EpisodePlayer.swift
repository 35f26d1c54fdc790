internal import Datasets
internal import Documents
internal import Environments
internal import Randomness

/// Plays numbered episodes of one collection.
///
/// Episode `i`'s world and policy have random streams of their own, named by the experiment's seed
/// and `i`: unless the policy learns, it does not matter who plays which episodes, and when.
struct EpisodePlayer<World: Environment>: Sendable {
  private let header: DatasetHeader
  private var world: World
  private var policy: any BehaviourPolicy<World>
  /// The episodes that were played last.
  private(set) var recording: EpisodeRecording

  private static var blockSize: Int { 16 }

  init(_ world: World, _ policy: any BehaviourPolicy<World>, header: DatasetHeader) {
    (self.world, self.policy, self.header) = (world, policy, header)
    recording = EpisodeRecording(of: world)
  }

  /// Plays the episodes of a range one after another, and records them in place of earlier ones.
  ///
  /// - Returns: whether all were played, and no request to stop cut one short.
  mutating func record(
    _ episodes: Range<Int>, stop: StopRequest
  ) throws(ConfigurationError) -> Bool {
    recording.removeAll()
    for episode in episodes {
      var seeds = RandomStream(seed: header.seed, "collection/environment", UInt64(episode))
      var random = RandomStream(seed: header.seed, "collection/behaviour", UInt64(episode))
      do {
        let isWhole = try world.play(
          seed: seeds.next(), by: &policy, using: &random, into: &recording,
          unless: { stop.signal != nil })
        guard isWhole else { return false }
      } catch { throw error.within("dataset.behaviour") }
    }
    return true
  }

  /// The same, as a dataset, or `nil` where a request to stop cut an episode short.
  mutating func play(
    _ episodes: Range<Int>, stop: StopRequest
  ) throws(ConfigurationError) -> Dataset? {
    var builder = DatasetBuilder(header)
    // A few at a time, so that they are not held twice.
    for first in stride(from: episodes.lowerBound, to: episodes.upperBound, by: Self.blockSize) {
      let block = first..<min(first + Self.blockSize, episodes.upperBound)
      guard try record(block, stop: stop) else { return nil }
      builder.append(recording)
    }
    return builder.takeDataset()
  }
}
