internal import Datasets
internal import Documents
internal import Environments
internal import Randomness

/// Plays numbered episodes of one collection.
///
/// Episode `i`'s world and policy have random streams of their own, named by the experiment's seed
/// and `i`: unless the policy learns, it does not matter who plays which episodes, and when.
struct EpisodePlayer<World: Environment, Acting: BehaviourPolicy>: Sendable
where Acting.World == World {
  private let header: DatasetHeader
  private var world: World
  private var policy: Acting

  init(_ world: World, _ policy: Acting, header: DatasetHeader) {
    (self.world, self.policy, self.header) = (world, policy, header)
  }

  /// Plays the episodes of a range one after another.
  ///
  /// - Returns: the episodes, or `nil` where a request to stop cut one short.
  mutating func play(
    _ episodes: Range<Int>, stop: StopRequest
  ) throws(ConfigurationError) -> Dataset? {
    var builder = DatasetBuilder(header)
    // Of long episodes nobody knows whether they will be.
    builder.reserveCapacity(
      steps: episodes.count * min(world.horizon, 256), episodes: episodes.count)
    var row = ObservationRow(world)
    for episode in episodes {
      var seeds = RandomStream(seed: header.seed, "collection/environment", UInt64(episode))
      var random = RandomStream(seed: header.seed, "collection/behaviour", UInt64(episode))
      let seed = seeds.next()
      world.reset(seed: seed)
      do {
        try policy.begin(world)
      } catch { throw error.within("dataset.behaviour") }
      builder.beginEpisode(seed: seed)
      var isDone = false
      while !isDone {
        guard stop.signal == nil else { return nil }
        row.fill(from: world)
        let choice = policy.choose(in: world, using: &random)
        let outcome = world.step(choice.action)
        policy.observe(outcome, in: world)
        if row.isBytes {
          builder.append(
            observationBytes: row.bytes.span.bytes, action: choice.action, outcome: outcome,
            behaviourLogProbability: choice.logProbability)
        } else {
          builder.append(
            observation: row.numbers.span, action: choice.action, outcome: outcome,
            behaviourLogProbability: choice.logProbability)
        }
        isDone = outcome.isDone
      }
      row.fill(from: world)
      if row.isBytes {
        builder.endEpisode(
          finalObservationBytes: row.bytes.span.bytes, isSolved: world.isSolved,
          component: policy.component)
      } else {
        builder.endEpisode(
          finalObservation: row.numbers.span, isSolved: world.isSolved,
          component: policy.component)
      }
    }
    return builder.takeDataset()
  }
}

/// One observation: as bytes where the world writes them, else as numbers.
private struct ObservationRow {
  private(set) var numbers: [Float]
  private(set) var bytes: [UInt8]
  private(set) var isBytes = true

  init(_ world: some Environment) {
    numbers = Array(repeating: 0, count: world.observationSpace.width)
    bytes = Array(repeating: 0, count: world.observationSpace.bytes)
  }

  mutating func fill(from world: borrowing some Environment) {
    if isBytes {
      var span = bytes.mutableSpan
      var raw = span.mutableBytes
      isBytes = world.observe(intoBytes: &raw)
    }
    if !isBytes {
      var span = numbers.mutableSpan
      world.observe(into: &span)
    }
  }
}
