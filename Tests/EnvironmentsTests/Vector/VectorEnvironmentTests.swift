import Environments
import Randomness
import Testing

@Suite("Many worlds at once")
struct VectorEnvironmentTests {
  /// What an episode came to: what was seen before each step, what each step brought, and the end.
  struct Played: Equatable {
    var observations: [[Float]] = []
    var outcomes: [Outcome] = []
    var last: [Float] = []
  }

  /// Plays until the first `count` episodes have ended, with actions that depend on the episode's
  /// number and the time alone.
  func play(_ world: some Environment, lanes: Int, threads: Int, count: Int) -> [Played] {
    let vector = VectorEnvironment(world, lanes: lanes, threads: threads, seed: 9)
    var played: [Int: Played] = [:]
    var ended = 0
    while ended < count {
      let (episodes, times, before) = (vector.episodes, vector.timesteps, vector.observations)
      vector.step(
        zip(episodes, times).map { episode, time in
          var random = RandomStream(seed: UInt64(episode), "actions", UInt64(time))
          return .discrete(random.integer(below: 4))
        })
      for lane in 0..<lanes {
        let row = (lane * vector.width)..<((lane + 1) * vector.width)
        var episode = played[episodes[lane]] ?? Played()
        episode.observations.append(Array(before[row]))
        episode.outcomes.append(vector.outcomes[lane])
        episode.last = Array(vector.successors[row])
        played[episodes[lane]] = episode
        if vector.outcomes[lane].isDone && episodes[lane] < count { ended += 1 }
      }
    }
    return (0..<count).compactMap { played[$0] }
  }

  @Test("plays the same episodes in any number of lanes and threads")
  func sameEpisodes() throws {
    let world = try KeyToDoor(.decisionTransformerOpen)
    let alone = play(world, lanes: 1, threads: 1, count: 12)
    #expect(alone.count == 12)
    #expect(Set(alone.map { $0.observations[0] }).count > 1)
    for (lanes, threads) in [(3, 1), (3, 2), (12, 3), (2, 8)] {
      #expect(play(world, lanes: lanes, threads: threads, count: 12) == alone)
    }
  }

  @Test("plays what the world itself plays")
  func sameAsOneWorld() throws {
    var world = try KeyToDoor(.decisionTransformerOpen)
    for (episode, played) in play(world, lanes: 4, threads: 2, count: 8).enumerated() {
      var seeds = RandomStream(seed: 9, "vector/environment", UInt64(episode))
      world.reset(seed: seeds.next())
      for time in played.outcomes.indices {
        #expect(world.observation() == played.observations[time])
        var random = RandomStream(seed: UInt64(episode), "actions", UInt64(time))
        #expect(world.step(.discrete(random.integer(below: 4))) == played.outcomes[time])
      }
      #expect(world.observation() == played.last)
      #expect(played.outcomes.last?.isDone == true)
    }
  }
}
