import Datasets
import Documents
import Environments
import Files
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
        if seed % 3 == 2 {
          whole.append(recording)
          recording.removeAll()
        }

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
      whole.append(recording)
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

  /// Plays a mixture's episodes into one recording, and writes it and the dataset of it.
  private struct Writes: EnvironmentVisitor {
    typealias Failure = any Error
    let folder: TemporaryFolder

    func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws {
      var world = try World(World.Configuration())
      let header = DatasetHeader(
        environment: entry.id, environmentConfiguration: [:],
        observationSpace: world.observationSpace, actionSpace: world.actionSpace,
        behaviourPolicy: ["id": "mixture"], seed: 0, creator: "test", configuration: [:])
      var policy: any BehaviourPolicy<World> = try Mixture(
        [RandomBehaviour(for: world), RandomBehaviour(for: world)], weights: [])
      var recording = EpisodeRecording(of: world)
      let path = folder("\(entry.id.filter(\.isLetter))")
      func write(
        _ name: String,
        _ add: (inout PartedDatasetWriter, Range<Int>) throws(DatasetError) -> Void
      ) throws -> [[UInt8]] {
        let path = path + name + ".hdf5"
        var writer = try PartedDatasetWriter(path: path, header: header, stepsPerPart: 700)
        for seed in 0..<40 as Range<UInt64> {
          var random = RandomStream(seed: 2, "writes", seed)
          _ = try world.play(
            seed: seed, by: &policy, using: &random, into: &recording, unless: { false })
          guard seed % 10 == 9 else { continue }
          // The first one is left out, as of a collection that goes on.
          try add(&writer, 1..<10)
          recording.removeAll()
        }
        let parts = Folder(try writer.finish())
        return try parts.names().sorted().map {
          try FileContents.bytes(of: parts.path(of: $0), atMost: 1 << 24)
        }
      }
      let recorded = try write("recorded") { (writer, episodes) throws(DatasetError) in
        try writer.append(episodes, of: recording)
      }
      let whole = try write("whole") { (writer, episodes) throws(DatasetError) in
        var builder = DatasetBuilder(header)
        builder.append(recording)
        try writer.append(episodes, of: builder.takeDataset())
      }
      #expect(recorded.count > 2 && recorded == whole, "\(entry.id)")
      let read = try DatasetReader(path + "recorded").read()
      #expect(read.episodeCount == 36 && read.infos.count == 2)
    }
  }

  @Test(
    "have the same bytes in files, packed where they lie or as a dataset",
    arguments: [
      "MiniGrid-Empty-8x8-v0", "MiniGrid-BlockedUnlockPickup-v0", "apples", "Pendulum-v1",
    ])
  func written(id: String) throws {
    let entry = try #require(EnvironmentRegistry.builtIn[id])
    try entry.visit(Writes(folder: TemporaryFolder()))
  }
}
