import Documents
import Environments
import Randomness
import Testing

@Suite("A recording of episodes")
struct EpisodeRecordingTests {
  /// The observations before each action and after the last, as numbers.
  private static func observations(
    of episode: EpisodeRecording.Episode, in recording: EpisodeRecording, _ space: Space
  ) -> [[Float]] {
    (recording.steps[episode.steps].map(\.row) + [episode.finalRow]).map { row in
      let row = Int(row)
      guard recording.isBytes else {
        return Array(recording.numbers[row * space.width..<(row + 1) * space.width])
      }
      return ByteObservationTests.numbers(
        Array(recording.bytes[row * space.bytes..<(row + 1) * space.bytes]), space)
    }
  }

  /// Plays episodes twice, by hand and recorded.
  private struct Compares: Check {
    var settings: Document.Fields = [:]
    let mustBeDistinct: Bool

    func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws {
      var world = try World(
        Component("environment", id: entry.id, settings: settings).decode(
          as: World.Configuration.self))
      var recorded = world
      let space = world.observationSpace
      var policy: any BehaviourPolicy<World> = try RandomBehaviour(for: world)
      var recording = EpisodeRecording(of: world)
      // What was seen under each key, in all episodes of a scope or in one.
      var keys: [UInt64: [Float]] = [:]
      var scope: UInt64?
      for seed in 0..<12 as Range<UInt64> {
        // Some are recorded beside earlier ones, some in their place.
        if seed % 5 == 4 { recording.removeAll() }
        var stream = RandomStream(seed: 7, "recording", seed)
        var other = stream
        let isWhole = try recorded.play(
          seed: seed, by: &policy, using: &other, into: &recording, unless: { false })
        #expect(isWhole)
        let episode = try #require(recording.episodes.last)
        let own = Array(recording.steps[episode.steps])

        world.reset(seed: seed)
        var (seen, steps) = ([[Float]](), 0)
        if world.observationScope == nil || world.observationScope != scope { keys = [:] }
        scope = world.observationScope
        func look() {
          let observation = world.observation()
          if let key = world.observationKey {
            #expect(keys[key, default: observation] == observation, "\(entry.id): one key for two")
            keys[key] = observation
          } else {
            #expect(!mustBeDistinct, "\(entry.id) does not tell observations apart")
          }
          seen.append(observation)
        }
        var isDone = false
        while !isDone {
          look()
          let (action, logProbability) = policy.choose(in: world, using: &stream)
          let outcome = world.step(action)
          let step = own[steps]
          #expect(step.reward == outcome.reward && step.logProbability == logProbability)
          #expect(
            step.isTerminated == outcome.isTerminated && step.isTruncated == outcome.isTruncated)
          switch action {
          case .discrete(let index): #expect(step.action == index && recording.points.isEmpty)
          case .continuous(let point):
            let start = (episode.steps.lowerBound + steps) * point.count
            #expect(Array(recording.points[start..<start + point.count]) == point)
          }
          steps += 1
          isDone = outcome.isDone
        }
        look()
        #expect(episode.seed == seed && own.count == steps)
        #expect(episode.isSolved == world.isSolved)
        #expect(EpisodeRecordingTests.observations(of: episode, in: recording, space) == seen)
        if mustBeDistinct, steps > 60 { #expect(Set(own.map(\.row)).count < steps) }
      }
    }
  }

  @Test("holds what was played", arguments: EnvironmentRegistry.builtIn.ids)
  func everyWorld(id: String) throws {
    try EnvironmentRegistry.builtIn.entry(id).visit(Compares(mustBeDistinct: false))
  }

  @Test(
    "keeps observations of MiniGrid once that come again", arguments: ["partial", "full"],
    ["dictionary", "image"])
  func distinct(view: String, observation: String) throws {
    let ids = [
      "MiniGrid-Empty-8x8-v0", "MiniGrid-DoorKey-8x8-v0", "MiniGrid-KeyCorridorS3R2-v0",
      "MiniGrid-BlockedUnlockPickup-v0", "MiniGrid-FourRooms-v0", "MiniGrid-MemoryS13Random-v0",
    ]
    for id in ids {
      let settings: Document.Fields = [
        "view": .string(view), "observation": .string(observation),
      ]
      try EnvironmentRegistry.builtIn.entry(id).visit(
        Compares(settings: settings, mustBeDistinct: true))
    }
  }

  @Test("draws what was seen in other episodes again only where layouts differ")
  func keeps() throws {
    struct Counts: Check {
      let isKept: Bool

      func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws {
        var world = try World(World.Configuration())
        // Of the same layouts, so that they may share what they saw, or of others, which may not.
        var other = world
        var policy: any BehaviourPolicy<World> = try RandomBehaviour(for: world)
        var stream = RandomStream(seed: 1, "keeps")
        var recording = EpisodeRecording(of: world)
        func play(_ seed: UInt64) throws -> Int {
          let rows = recording.rowCount
          _ = try world.play(
            seed: seed, by: &policy, using: &stream, into: &recording, unless: { false })
          return recording.rowCount - rows
        }
        var drawn = 0
        for seed in 0..<40 as Range<UInt64> { drawn += try play(seed) }
        // A room of 6 by 6 squares has 144 places to look from; some fall on one slot of the table.
        #expect((drawn < 400) == isKept, "\(entry.id): \(drawn)")
        swap(&world, &other)
        let more = try play(40)
        let last = try #require(recording.episodes.last)
        let seen = Set(recording.steps[last.steps].map(\.row) + [last.finalRow]).count
        #expect(isKept ? more < 30 : more >= seen, "\(entry.id): \(more)")
        recording.removeAll()
        #expect((recording.rowCount > 0) == isKept && recording.episodes.isEmpty)
      }
    }
    try EnvironmentRegistry.builtIn.entry("MiniGrid-Empty-8x8-v0").visit(Counts(isKept: true))
    try EnvironmentRegistry.builtIn.entry("MiniGrid-LavaGapS7-v0").visit(Counts(isKept: false))
  }

  /// Counts what it is told, and says so as its component.
  private struct Counting<World: Environment>: BehaviourPolicy {
    private(set) var observed = 0

    mutating func begin(_ world: World) { observed = 0 }
    mutating func choose(
      in world: World, using random: inout RandomStream
    ) -> (action: Action, logProbability: Double) {
      (.discrete(random.integer(below: 2)), -0.5)
    }
    mutating func observe(_ outcome: Outcome, in world: World) { observed += 1 }
    var component: Int? { observed }
  }

  @Test("tells a policy what each action brought, and keeps which of several acted")
  func tells() throws {
    var world = try Corridor(.init())
    var policy: any BehaviourPolicy<Corridor> = Counting<Corridor>()
    var recording = EpisodeRecording(of: world)
    for seed in 0..<5 as Range<UInt64> {
      var stream = RandomStream(seed: 1, "tells", seed)
      #expect(
        try world.play(
          seed: seed, by: &policy, using: &stream, into: &recording, unless: { false }))
      let episode = try #require(recording.episodes.last)
      #expect(recording.episodes.count == Int(seed) + 1)
      #expect(episode.component == episode.steps.count)
      #expect(recording.steps.allSatisfy { $0.logProbability == -0.5 })
    }
  }

  @Test("ends early where it is asked to")
  func stops() throws {
    struct Stops: Check {
      func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws {
        var world = try World(World.Configuration())
        var policy: any BehaviourPolicy<World> = try RandomBehaviour(for: world)
        var stream = RandomStream(seed: 1, "stops")
        var recording = EpisodeRecording(of: world)
        var questions = 0
        let isWhole = try world.play(seed: 3, by: &policy, using: &stream, into: &recording) {
          questions += 1
          return questions == 3
        }
        #expect(!isWhole && questions == 3 && recording.episodes.isEmpty)
        // What was begun is forgotten when the next one begins.
        #expect(
          try world.play(
            seed: 4, by: &policy, using: &stream, into: &recording, unless: { false }))
        #expect(recording.episodes.map(\.seed) == [4])
        #expect(recording.episodes.first?.steps == 0..<recording.steps.count)
      }
    }
    try EnvironmentRegistry.builtIn.entry("MiniGrid-Empty-16x16-v0").visit(Stops())
  }
}
