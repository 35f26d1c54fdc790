import Datasets
import Documents
import Environments
import Randomness
import Testing

@Suite("Recorded episodes in a dataset")
struct RecordedEpisodeTests {
  /// Plays episodes, and appends them whole as well as step by step.
  private struct Compares: EnvironmentVisitor {
    typealias Failure = any Error
    func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws {
      var world = try World(World.Configuration())
      let header = DatasetHeader(
        environment: entry.id, environmentConfiguration: [:],
        observationSpace: world.observationSpace, actionSpace: world.actionSpace,
        behaviourPolicy: ["id": "random"], seed: 0, creator: "test", configuration: [:])
      var policy: any BehaviourPolicy<World> = try RandomBehaviour(for: world)
      var recording = EpisodeRecording(of: world)
      var (whole, single) = (DatasetBuilder(header), DatasetBuilder(header))
      for seed in 0..<20 as Range<UInt64> {
        var random = RandomStream(seed: 2, "recorded", seed)
        var other = random
        _ = try world.play(
          seed: seed, by: &policy, using: &random, into: &recording, unless: { false })
        whole.append(recording)

        world.reset(seed: seed)
        single.beginEpisode(seed: seed)
        var isDone = false
        while !isDone {
          let row = world.observation()
          let (action, logProbability) = policy.choose(in: world, using: &other)
          let outcome = world.step(action)
          single.append(
            observation: row.span, action: action, outcome: outcome,
            behaviourLogProbability: logProbability)
          isDone = outcome.isDone
        }
        single.endEpisode(finalObservation: world.observation().span, isSolved: world.isSolved)
      }
      let (recorded, stepped) = (whole.takeDataset(), single.takeDataset())
      #expect(recorded == stepped, "\(entry.id)")
    }
  }

  @Test(
    "are those that were noted step by step",
    arguments: [
      "MiniGrid-Empty-8x8-v0", "MiniGrid-DoorKey-8x8-v0", "MiniGrid-FourRooms-v0", "corridor",
      "key-to-door", "CartPole-v1", "Pendulum-v1", "apples",
    ])
  func equal(id: String) throws {
    let entry = try #require(EnvironmentRegistry.builtIn[id])
    try entry.visit(Compares())
  }
}
