import Environments
import Foundation
import Randomness
import Testing

@Suite("The exact conditional on the return-to-go")
struct ReturnConditionalTests {
  private func conditional<World: Solvable>(_ world: World) throws -> ReturnConditional<World> {
    let solver = try Solver(world)
    return try ReturnConditional(solver, under: { solver.uniformly($0, $1) })
  }

  /// Plays an episode by the conditional, asking for `target`.
  private func play<World: Solvable>(
    _ world: World, _ conditional: ReturnConditional<World>, target: Double,
    using random: inout RandomStream
  ) throws -> Double {
    var world = world
    var earned = 0.0
    var time = 0
    while true {
      let probabilities = try #require(
        conditional.probabilities(in: world.state, at: time, returnToGo: target - earned))
      let outcome = world.step(.discrete(random.index(weightedBy: probabilities)))
      earned += outcome.reward
      time += 1
      if outcome.isDone { return earned }
    }
  }

  /// Asks for every return that the start of each of some episodes can have.
  private func checkAchieves<World: Solvable>(_ world: World, seeds: Range<UInt64>) throws -> Int {
    var world = world
    var random = RandomStream(seed: 1, "test")
    var asked: Set<Double> = []
    for seed in seeds {
      world.reset(seed: seed)
      let conditional = try conditional(world)
      let returns = try #require(conditional.returnsToGo(from: world.state, at: 0))
      for target in returns.map(\.value) {
        asked.insert(target)
        for _ in 0..<10 {
          let earned = try play(world, conditional, target: target, using: &random)
          #expect(abs(earned - target) < 1e-9, "asked for \(target) under seed \(seed)")
        }
      }
    }
    return asked.count
  }

  @Test("achieves every return that can be had, each time, in corridors")
  func corridor() throws {
    for (length, horizon) in [(2, 3), (5, 8), (7, 30)] {
      var settings = Corridor.Configuration()
      (settings.length, settings.horizon) = (length, horizon)
      #expect(try checkAchieves(Corridor(settings), seeds: 0..<10) == 2)
    }
  }

  @Test("achieves every time at which success can come, where it tells")
  func fading() throws {
    var settings = Corridor.Configuration()
    (settings.length, settings.horizon) = (4, 12)
    #expect(try checkAchieves(Fading(settings), seeds: 0..<10) > 8)
  }

  @Test("achieves every number of door openings in fixed games of Key-to-Door")
  func keyToDoor() throws {
    var most = 0
    for seed in 0..<30 as Range<UInt64> {
      var settings = drawKeyToDoor(seed, slips: false)
      settings.placement = .fixed
      most = max(most, try checkAchieves(KeyToDoor(settings), seeds: 0..<1))
    }
    #expect(most > 2, "no game has more than two returns")
  }

  /// Deterministic worlds of which the test below would be silent if they no longer fitted. They may
  /// take more memory than the others; with `HINDSIGHT_FULL_SEARCH=1` all have two gigabytes.
  static let fitting: Set = [
    "corridor", "apples", "stitch-maze", "stitch-maze/data", "cliff", "dark-room", "graph",
    "dark-key-to-door", "memory-t-maze", "MiniGrid-Empty-5x5-v0", "MiniGrid-LavaGapS5-v0",
    "MiniGrid-DoorKey-5x5-v0", "MiniGrid-SimpleCrossingS9N1-v0",
  ]

  @Test(
    "achieves every return each time in every registered deterministic world that fits",
    arguments: EnvironmentRegistry.builtIn.ids)
  func registered(id: String) throws {
    struct Achieves: Check {
      let test: ReturnConditionalTests
      func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws {
        guard let type = World.self as? any Solvable.Type else { return }
        try open(type, entry)
      }

      func open<World: Solvable>(_ type: World.Type, _ any: any AnyEnvironmentEntry) throws {
        let entry = try #require(any as? EnvironmentEntry<World>)
        let isListed = ReturnConditionalTests.fitting.contains(entry.id)
        let isFull = ProcessInfo.processInfo.environment["HINDSIGHT_FULL_SEARCH"] == "1"
        let count = try test.achieved(
          in: entry.makeWorld(entry.defaults),
          memoryLimit: isFull ? 2_000_000_000 : isListed ? 400_000_000 : 20_000_000)
        #expect(count > 0 || !isListed, "it does not fit")
      }
    }
    try EnvironmentRegistry.builtIn.entry(id).visit(Achieves(test: self))
  }

  /// Plays each of up to a dozen returns of an episode three times.
  ///
  /// - Returns: how many returns were asked for; 0 where chance has a part in the world or its tables
  ///   take too much.
  private func achieved<World: Solvable>(in world: World, memoryLimit: Int) throws -> Int {
    var world = world
    world.reset(seed: 1)
    let conditional: ReturnConditional<World>
    do {
      let solver = try Solver(world, memoryLimit: memoryLimit)
      guard solver.isDeterministic else { return 0 }
      conditional = try ReturnConditional(solver, under: { solver.uniformly($0, $1) })
    } catch { return 0 }
    let returns = try #require(conditional.returnsToGo(from: world.state, at: 0)).map(\.value)
    var random = RandomStream(seed: 1, "test")
    let targets = stride(from: 0, to: returns.count, by: max(returns.count / 12, 1))
    for target in targets.map({ returns[$0] }) + [returns[returns.count - 1]] {
      for _ in 0..<3 {
        let earned = try play(world, conditional, target: target, using: &random)
        #expect(abs(earned - target) < 1e-9 * max(1, abs(target)), "asked for \(target)")
      }
    }
    return returns.count
  }

  @Test("opens or misses the door of the DT paper's game as asked, wherever things lie")
  func decisionTransformer() throws {
    var settings = KeyToDoor.Configuration.decisionTransformer
    settings.middle.steps = 2
    var world = try KeyToDoor(settings)
    let conditional = try conditional(world)
    #expect(abs(conditional.returns[1].probability - 0.03112606) < 1e-8)
    var random = RandomStream(seed: 1, "test")
    for seed in 0..<100 as Range<UInt64> {
      for target in [0.0, 1] {
        world.reset(seed: seed)
        #expect(try play(world, conditional, target: target, using: &random) == target)
      }
    }
  }

  @Test("adds up to the behaviour policy over all returns", arguments: 0..<20 as Range<UInt64>)
  func addsUp(seed: UInt64) throws {
    let world = try KeyToDoor(drawKeyToDoor(seed))
    let solver = try Solver(world)
    // A behaviour that depends on state and time.
    let behaviour: @Sendable (KeyToDoor.State, Int) -> [Double] = { state, time in
      let first = 0.1 + 0.5 * Double((state.cell + time) % 3) / 2
      return [first, 1 - first - 0.2, 0.2, 0]
    }
    let conditional = try ReturnConditional(solver, under: behaviour)
    let expected = try solver.returnDistribution(under: behaviour)
    #expect(conditional.returns.map(\.value) == expected.map(\.value))
    for (one, other) in zip(conditional.returns, expected) {
      #expect(abs(one.probability - other.probability) < 1e-12)
    }
    for (state, _) in solver.startStates {
      var sum = [0.0, 0, 0, 0]
      for (value, share) in try #require(conditional.returnsToGo(from: state, at: 0)) {
        let probabilities = try #require(
          conditional.probabilities(in: state, at: 0, returnToGo: value))
        #expect(abs(probabilities.sum - 1) < 1e-12)
        for action in 0..<4 { sum[action] += share * probabilities[action] }
      }
      for (one, other) in zip(sum, behaviour(state, 0)) { #expect(abs(one - other) < 1e-12) }
    }
  }

  @Test("on success is Doob's transform; on what cannot be had it is nothing")
  func doob() throws {
    let world = try Corridor(.init())
    let solver = try Solver(world)
    let conditional = try conditional(world)
    let doob = try solver.conditionedOnSolving(solver.uniformly)
    let state = Corridor.State(position: 3, hasKey: false)
    let exact = try #require(conditional.probabilities(in: state, at: 4, returnToGo: 1))
    for (one, other) in zip(exact, doob(state, 4)) { #expect(abs(one - other) < 1e-12) }
    #expect(exact[0] > 0.5 && exact[0] < 1)
    #expect(conditional.probabilities(in: state, at: 4, returnToGo: 0.5) == nil)
    #expect(conditional.probabilities(in: state, at: 29, returnToGo: 1) == nil)
    #expect(
      conditional.probabilities(in: .init(position: 6, hasKey: true), at: 3, returnToGo: 1) == nil)
  }

  @Test("is at no distance from itself, and at ln 2 from chance where it is certain")
  func divergence() throws {
    var settings = Corridor.Configuration()
    (settings.length, settings.horizon) = (2, 2)
    let world = try Corridor(settings)
    let conditional = try conditional(world)
    #expect(
      conditional.divergence {
        conditional.probabilities(in: $0, at: $1, returnToGo: $2) ?? []
      } == 0)
    // By hand, in nats. Both first steps are taken: P(return 1) = 1/4. At the start, return 1 is
    // left for certain, return 0 right with 2/3. With the key (probability 1/2) the return says the
    // action; without it nothing can be had, and it says nothing.
    let start = 0.25 * log(2) + 0.75 * (1.0 / 3 * log(2.0 / 3) + 2.0 / 3 * log(4.0 / 3))
    let expected = (start + 0.5 * log(2)) / 2
    #expect(abs(conditional.divergence { _, _, _ in [0.5, 0.5] } - expected) < 1e-12)
    #expect(conditional.divergence { _, _, _ in [1, 0] } == .infinity)
  }

  @Test("says how much memory it lacks")
  func memory() throws {
    var settings = Corridor.Configuration()
    (settings.length, settings.horizon) = (50, 2000)
    let solver = try Solver(Corridor(settings), memoryLimit: 100_000)
    let error = #expect(throws: SolverError.self) {
      _ = try ReturnConditional(solver, under: { solver.uniformly($0, $1) })
    }
    #expect(
      error?.description.hasPrefix("the exact conditional on the return-to-go would take ") == true
    )
  }
}
