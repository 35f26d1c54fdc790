import Documents
import Environments
import Randomness
import Testing

@Suite("Playing Key-to-Door well")
struct KeyToDoorExpertTests {
  private func expert(
    _ settings: KeyToDoor.Configuration, epsilon: Double = 0
  ) throws -> (world: KeyToDoor, policy: EpsilonGreedy<KeyToDoorExpert>) {
    let world = try KeyToDoor(settings)
    var options = EpsilonGreedySettings()
    options.epsilon = epsilon
    let policy = try EpsilonGreedy(KeyToDoorExpert(for: world), for: world, settings: options)
    return (world, policy)
  }

  private func planner(
    _ settings: KeyToDoor.Configuration
  ) throws -> (world: KeyToDoor, policy: EpsilonGreedy<KeyToDoorPlanner>) {
    let world = try KeyToDoor(settings)
    return (world, try EpsilonGreedy(KeyToDoorPlanner(for: world), for: world, settings: .init()))
  }

  @Test(
    "the optimum opens every door of the DT paper's layouts, by the solver and by playing",
    arguments: [KeyToDoor.Configuration.decisionTransformer, .decisionTransformerOpen])
  func solves(settings: KeyToDoor.Configuration) throws {
    let plan = try Solver(KeyToDoor(settings)).plan()
    #expect(abs(try plan.evaluation().solvedProbability - 1) < 1e-12)
    let (world, policy) = try expert(settings)
    #expect(play(world, policy, episodes: 500).solved == 1)
  }

  @Test("the expert eats all ten apples and opens the door: 11 in CCA's low-variance game")
  func ccaLow() throws {
    let (world, policy) = try expert(.ccaLowVariance)
    for seed in 0..<100 as Range<UInt64> {
      #expect(record(world, policy, seed: seed).totalReward == 11)
    }
  }

  @Test("the expert gets 11 or 101 in CCA's high-variance game, 56 on average")
  func ccaHigh() throws {
    let (world, policy) = try expert(.ccaHighVariance)
    let returns = (0..<200 as Range<UInt64>).map { record(world, policy, seed: $0).totalReward }
    #expect(Set(returns) == [11, 101])
    // A fair coin: the standard error of 200 draws of 56 ± 45 is 3.2.
    #expect(abs(returns.sum / 200 - 56) < 4 * 3.2)
  }

  /// The best return from here on, by trying everything; a copy of a world is a snapshot.
  private func bestReturn(
    from world: KeyToDoor, _ known: inout [[Float]: Double]
  ) -> Double {
    let key = world.observation() + [Float(world.time), world.hasKey ? 1 : 0]
    if let value = known[key] { return value }
    let best = (0..<4).map { action in
      var next = world
      let outcome = next.step(.discrete(action))
      return outcome.reward + (outcome.isDone ? 0 : bestReturn(from: next, &known))
    }.max()!
    known[key] = best
    return best
  }

  static var orchard: KeyToDoor.Configuration {
    KeyToDoorRulesTests.tiny.with {
      $0.middle = KeyToDoor.Room(map: ["aaa aa", " ##a# ", "a# + a", "aa #aa"], steps: 9)
      $0.apples.count = 6
    }
  }

  @Test("no play beats the expert's where time is too short for all apples")
  func exhaustive() throws {
    let (fresh, policy) = try expert(Self.orchard)
    var world = fresh
    var counts: Set<Double> = []
    for seed in 0..<40 as Range<UInt64> {
      world.reset(seed: seed)
      var known: [[Float]: Double] = [:]
      let best = bestReturn(from: world, &known)
      #expect(record(world, policy, seed: seed).totalReward == best)
      counts.insert(best)
    }
    #expect(counts.count > 1 && counts.min()! < 7, "time is not short: \(counts)")
  }

  @Test("a disturbed expert makes the best of where it is")
  func replans() throws {
    let (fresh, policy) = try expert(Self.orchard)
    for seed in 0..<20 as Range<UInt64> {
      var world = fresh
      var policy = policy
      var random = RandomStream(seed: seed, "test")
      world.reset(seed: seed)
      try policy.begin(world)
      var earned = 0.0
      for step in 0..<5 {
        _ = policy.choose(in: world, using: &random)
        earned += world.step(.discrete(step == 0 ? 3 : Int(seed) % 4)).reward
      }
      var known: [[Float]: Double] = [:]
      let best = bestReturn(from: world, &known)
      var gained = 0.0
      var isDone = false
      while !isDone {
        let outcome = world.step(policy.choose(in: world, using: &random).action)
        gained += outcome.reward
        isDone = outcome.isDone
      }
      #expect(gained == best)
    }
  }

  @Test("the planner beats random play by far where apples come back")
  func planner() throws {
    for (settings, least) in [(KeyToDoor.Configuration.syntheticReturns, 26.0), (.tvt, 150)] {
      let (world, policy) = try planner(settings)
      let random = play(world, try RandomBehaviour(for: world), episodes: 1000)
      let planned = play(world, policy, episodes: 1000)
      #expect(planned.solved == 1)
      #expect(planned.meanReturn > 3 * random.meanReturn && planned.meanReturn > least)
    }
  }

  @Test("the planner never beats the expert")
  func greed() throws {
    let (world, best) = try expert(Self.orchard)
    let greedy = try planner(Self.orchard).policy
    let pairs = (0..<200 as Range<UInt64>).map { seed in
      (record(world, best, seed: seed).totalReward, record(world, greedy, seed: seed).totalReward)
    }
    #expect(pairs.allSatisfy { $0.0 >= $0.1 })
    #expect(pairs.contains { $0.0 > $0.1 }, "greed is not punished here")
  }

  @Test("the expert refuses what it cannot play exactly, and names who can")
  func refuses() throws {
    let cases: [(KeyToDoor.Configuration, String)] = [
      (.tvt, "apples that come back"),
      (.ccaLowVariance.with { $0.slipProbability = 0.1 }, "apples and slips"),
      (.ccaLowVariance.with { $0.apples.count = 13 }, "more than 12 apples"),
    ]
    for (settings, reason) in cases {
      let world = try KeyToDoor(settings)
      let error = #expect(throws: ConfigurationError.self) { try KeyToDoorExpert(for: world) }
      #expect(
        error?.description
          == "id: found expert in an environment with \(reason), expected a policy for it; "
          + "did you mean planner?")
    }
  }
}
