import Documents
import Environments
import Testing

/// Worlds of a few cells, where every step can be followed by eye.
@Suite("The rules of Key-to-Door")
struct KeyToDoorRulesTests {
  /// A key east of the start, an empty cell, a door two cells east of the start.
  static var tiny: KeyToDoor.Configuration {
    var settings = KeyToDoor.Configuration()
    settings.explore = KeyToDoor.Room(map: [" +k"], steps: 2)
    settings.middle = KeyToDoor.Room(map: ["+"], steps: 1)
    settings.reward = KeyToDoor.Room(map: ["+ d"], steps: 4)
    return settings
  }

  /// Starts an episode and walks: one letter of NSWE for each step.
  private func walk(
    _ moves: String, _ settings: KeyToDoor.Configuration = tiny, seed: UInt64 = 0
  ) throws -> (world: KeyToDoor, outcomes: [Outcome]) {
    var world = try KeyToDoor(settings)
    world.reset(seed: seed)
    let outcomes = try moves.map { move in
      world.step(.discrete(try #require(Array("NSWE").firstIndex(of: move))))
    }
    return (world, outcomes)
  }

  @Test("a walk into a wall or the edge goes nowhere")
  func bumps() throws {
    var settings = Self.tiny
    settings.explore = KeyToDoor.Room(map: ["k #", " + ", "## "], steps: 9)
    let board = 3  // columns
    #expect(try walk("", settings).world.state.cell == board + 1)
    #expect(try walk("S", settings).world.state.cell == board + 1)
    #expect(try walk("EN", settings).world.state.cell == board + 2)
    #expect(try walk("EE", settings).world.state.cell == board + 2)
    #expect(try walk("ESS", settings).world.state.cell == 2 * board + 2)
    #expect(try walk("WW", settings).world.state.cell == board)
    #expect(try walk("NN", settings).world.state.cell == 1)
  }

  @Test("the key is taken by stepping on it, and is gone from view")
  func takesKey() throws {
    let before = try walk("").world
    let after = try walk("E").world
    #expect(!before.hasKey && before.state.object == 2)
    #expect(after.hasKey && after.state.object == -1)
  }

  @Test("the timer alone changes the phase, and the step that uses it up still counts")
  func timer() throws {
    let last = try walk("WE").world
    #expect(last.phase == .middle && !last.hasKey)
    #expect(try walk("W").world.phase == .explore)
    #expect(try walk("EW").world.phase == .middle, "the key does not end the phase")
    let taken = try walk("WE", Self.tiny.with { $0.explore.map = ["+ k"] }).world
    #expect(!taken.hasKey)
    let justInTime = try walk("EE", Self.tiny.with { $0.explore.map = ["+ k"] }).world
    #expect(justInTime.hasKey && justInTime.phase == .middle)
    #expect(try walk("EWW").world.phase == .reward)
    #expect(try walk("EWWW").world.state.cell == 0, "the reward room begins at its own start")
  }

  @Test("the door is a wall to who has no key")
  func blocks() throws {
    let (world, outcomes) = try walk("WWWEEEE")
    #expect(world.state.cell == 1)
    #expect(!world.isSolved)
    #expect(outcomes.allSatisfy { $0.reward == 0 })
    #expect(outcomes.last == Outcome(reward: 0, isTerminated: true, isTruncated: true))
  }

  @Test("the door with the key pays, and ends the episode if it should")
  func opens() throws {
    let (world, outcomes) = try walk("EWWEE")
    #expect(world.isSolved)
    #expect(outcomes.map(\.reward) == [0, 0, 0, 0, 1])
    #expect(outcomes.last == Outcome(reward: 1, isTerminated: true, isTruncated: false))
    #expect(outcomes.dropLast().allSatisfy { !$0.isDone })

    let timed = try walk("EWWEE", Self.tiny.with { $0.endsAtDoor = false })
    #expect(timed.world.isSolved)
    #expect(timed.outcomes.last == Outcome(reward: 1, isTerminated: false, isTruncated: false))
  }

  @Test("the door opened in the very last step counts")
  func opensLate() throws {
    let (world, outcomes) = try walk("EWWWWEE")
    #expect(world.isSolved)
    #expect(outcomes.last == Outcome(reward: 1, isTerminated: true, isTruncated: true))
  }

  @Test("a used-up key pays once, a lasting one in every step on the doorstep")
  func consumes() throws {
    var settings = Self.tiny
    settings.endsAtDoor = false
    settings.doorReward = 3
    #expect(try walk("EWWEEEE", settings).outcomes.suffix(4).map(\.reward) == [0, 3, 0, 0])
    #expect(try walk("EWWEEWE", settings).outcomes.suffix(4).map(\.reward) == [0, 3, 0, 0])
    #expect(try walk("EWWEEWE", settings).world.state.cell == 2, "the doorway stays open")
    #expect(try !walk("EWWEE", settings).world.hasKey)
    settings.consumesKey = false
    #expect(try walk("EWWEEEE", settings).outcomes.suffix(4).map(\.reward) == [0, 3, 3, 3])
    #expect(try walk("EWWEEWE", settings).outcomes.suffix(4).map(\.reward) == [0, 3, 0, 3])
  }

  @Test("a middle room of no steps is skipped")
  func skips() throws {
    let world = try walk("EW", Self.tiny.with { $0.middle.steps = 0 }).world
    #expect(world.phase == .reward && world.horizon == 6)
  }

  @Test("an apple pays when it is stepped on, and comes back after its time or never")
  func apples() throws {
    var settings = Self.tiny
    settings.middle = KeyToDoor.Room(map: ["+a"], steps: 8)
    settings.apples.count = 1
    settings.apples.rewards = [2]
    #expect(try walk("WWEWEEEEEE", settings).outcomes.dropFirst(2).map(\.reward).sum == 2)
    // Eaten in the middle phase's step 1, back after step 1 + 2 + 1 = 4, eaten again in step 5.
    settings.apples.respawns = true
    settings.apples.respawnSteps = 2
    let rewards = try walk("WWEEEEEEEE", settings).outcomes.dropFirst(2).map(\.reward)
    #expect(rewards == [2, 0, 0, 0, 2, 0, 0, 0])
  }

  @Test("an episode's apples are worth the same, or each its own")
  func appleRewards() throws {
    var settings = Self.tiny
    settings.middle = KeyToDoor.Room(map: ["+aaaaaa"], steps: 6)
    settings.apples.count = 6
    settings.apples.rewards = [1, 10]
    func rewards(_ seed: UInt64) throws -> [Double] {
      try walk("WWEEEEEE", settings, seed: seed).outcomes.suffix(6).map(\.reward)
    }
    let fixed = try (0..<20).map { Set(try rewards($0)) }
    #expect(Set(fixed) == [[1], [10]])
    settings.apples.isRewardFixedPerEpisode = false
    let drawn = try (0..<20).map { Set(try rewards($0)) }
    #expect(drawn.contains([1, 10]))
    #expect(drawn.allSatisfy { $0.isSubset(of: [1, 10]) })
  }

  @Test("the right number of apples lies there, each candidate as often as another")
  func drawsApples() throws {
    var world = try KeyToDoor(KeyToDoor.Configuration.tvt.with { $0.view = .full })
    var counts = [Int](repeating: 0, count: 77)
    let episodes = 2200
    for seed in 0..<UInt64(episodes) {
      world.reset(seed: seed)
      while world.phase == .explore { _ = world.step(.discrete(0)) }
      let planes = world.observation()
      let channels = planes.count / 77
      let apples = (0..<77).filter { planes[$0 * channels + 4] == 1 }
      #expect(apples.count == 10)
      for cell in apples { counts[cell] += 1 }
    }
    let used = counts.filter { $0 > 0 }
    #expect(used.count == 22)
    // Ten of 22 candidates: 1000 of 2200 each; 4 standard errors are 94.
    #expect(used.allSatisfy { abs($0 - 1000) < 94 })
  }

  @Test("a slip replaces the action by any of the four")
  func slips() throws {
    var settings = Self.tiny
    settings.explore = KeyToDoor.Room(map: ["k  ", " + ", "   "], steps: 1)
    settings.middle = KeyToDoor.Room(map: ["   ", " + ", "   "], steps: 2)
    settings.slipProbability = 0.4
    var world = try KeyToDoor(settings)
    var counts: [Int: Int] = [:]
    let episodes = 10_000
    for seed in 0..<UInt64(episodes) {
      world.reset(seed: seed)
      _ = world.step(.discrete(0))
      _ = world.step(.discrete(0))
      counts[world.state.cell, default: 0] += 1
    }
    #expect(agrees(Double(counts[1] ?? 0) / 10_000, with: 0.7, count: episodes))
    for cell in [3, 5, 7] {
      #expect(agrees(Double(counts[cell] ?? 0) / 10_000, with: 0.1, count: episodes))
    }
  }

  @Test("placement is drawn anew, from all candidates, or is always the same")
  func placement() throws {
    func layouts(_ settings: KeyToDoor.Configuration) throws -> Set<[Int]> {
      var world = try KeyToDoor(settings)
      return Set(
        (0..<400 as Range<UInt64>).map { seed in
          world.reset(seed: seed)
          return [world.state.object, world.state.cell]
        })
    }
    let random = try layouts(.decisionTransformer)
    #expect(Set(random.map { $0[0] }).count == 10)
    #expect(Set(random.map { $0[1] }).count == 10)
    let fixed = (0..<20).map { seed in
      Result {
        try layouts(
          .decisionTransformer.with {
            $0.placement = .fixed
            $0.layoutSeed = seed
          })
      }
    }
    #expect(try fixed.allSatisfy { try $0.get().count == 1 })
    #expect(try Set(fixed.map { try $0.get() }).count > 1)
  }

  @Test("in open rooms nothing starts on the object")
  func keepsApart() throws {
    var world = try KeyToDoor(.decisionTransformerOpen)
    for seed in 0..<500 as Range<UInt64> {
      world.reset(seed: seed)
      #expect(world.state.cell != world.state.object)
      while world.phase != .reward { _ = world.step(.discrete(0)) }
      #expect(world.state.cell != world.state.object)
    }
  }
}

extension KeyToDoor.Configuration {
  /// The same settings with some changes.
  func with(_ change: (inout Self) -> Void) -> Self {
    var copy = self
    change(&copy)
    return copy
  }
}

extension Sequence<Double> {
  var sum: Double { reduce(0, +) }
}
