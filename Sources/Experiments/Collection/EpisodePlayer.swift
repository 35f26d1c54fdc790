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
    var row = [Float](repeating: 0, count: world.observationSpace.width)
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
        observe(into: &row)
        let choice = policy.choose(in: world, using: &random)
        let outcome = world.step(choice.action)
        policy.observe(outcome, in: world)
        builder.append(
          observation: row.span, action: choice.action, outcome: outcome,
          behaviourLogProbability: choice.logProbability)
        isDone = outcome.isDone
      }
      observe(into: &row)
      builder.endEpisode(
        finalObservation: row.span, isSolved: world.isSolved, component: policy.component)
    }
    return builder.takeDataset()
  }

  private func observe(into row: inout [Float]) {
    var span = row.mutableSpan
    world.observe(into: &span)
  }
}
