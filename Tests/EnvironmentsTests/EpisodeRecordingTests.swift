import Documents
import Environments
import Randomness
import Testing

@Suite("A recording of an episode")
struct EpisodeRecordingTests {
  /// The observations before each action and after the last, as numbers.
  private static func observations(
    of recording: EpisodeRecording, _ space: Space
  ) -> [[Float]] {
    (recording.steps.map(\.row) + [recording.finalRow]).map { row in
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
      for seed in 0..<12 as Range<UInt64> {
        var stream = RandomStream(seed: 7, "recording", seed)
        var other = stream
        let isWhole = try recorded.play(
          seed: seed, by: &policy, using: &other, into: &recording, unless: { false })
        #expect(isWhole)

        world.reset(seed: seed)
        var (seen, steps) = ([[Float]](), 0)
        var keys: [UInt64: [Float]] = [:]
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
          let step = recording.steps[steps]
          #expect(step.reward == outcome.reward && step.logProbability == logProbability)
          #expect(
            step.isTerminated == outcome.isTerminated && step.isTruncated == outcome.isTruncated)
          switch action {
          case .discrete(let index): #expect(step.action == index && recording.points.isEmpty)
          case .continuous(let point):
            let start = steps * point.count
            #expect(Array(recording.points[start..<start + point.count]) == point)
          }
          steps += 1
          isDone = outcome.isDone
        }
        look()
        #expect(recording.seed == seed && recording.steps.count == steps)
        #expect(recording.isSolved == world.isSolved)
        #expect(EpisodeRecordingTests.observations(of: recording, space) == seen)
        if mustBeDistinct, steps > 60 { #expect(recording.rowCount < steps) }
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
      #expect(recording.isWhole && recording.component == recording.steps.count)
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
        #expect(!isWhole && questions == 3 && !recording.isWhole)
      }
    }
    try EnvironmentRegistry.builtIn.entry("MiniGrid-Empty-16x16-v0").visit(Stops())
  }
}
