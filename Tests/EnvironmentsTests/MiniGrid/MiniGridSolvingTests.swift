import Documents
import Environments
import Testing

@Suite("MiniGrid solved")
struct MiniGridSolvingTests {
  /// One of each family, no larger than a plain search can take.
  static let ids = [
    "Empty-8x8", "Empty-Random-6x6", "FourRooms", "SimpleCrossingS9N3", "LavaCrossingS9N2",
    "DistShift1", "LavaGapS6", "DoorKey-6x6", "MemoryS9", "MultiRoom-N2-S4", "Unlock",
  ].map { "MiniGrid-\($0)-v0" }

  @Test(
    "has the optimum that a plain search finds, in fifty layouts of each family", arguments: ids)
  func search(id: String) throws {
    struct Searches: Check {
      func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws {
        guard let type = World.self as? any Solvable.Type else {
          Issue.record("\(entry.id) cannot be solved")
          return
        }
        try open(type, entry)
      }

      func open<World: Solvable>(_ type: World.Type, _ any: any AnyEnvironmentEntry) throws {
        let entry = try #require(any as? EnvironmentEntry<World>)
        var world = try entry.makeWorld(entry.defaults)
        let expert = try entry.makeBehaviour(.init("behaviour", id: "expert"), for: world)
        for seed in 0..<50 as Range<UInt64> {
          world.reset(seed: seed)
          let solver = try Solver(world)
          let steps = try #require(PlainSearch(world).shortestSolution())
          #expect(solver.stepsToSolve().shortest == steps)
          let best = 1 - 0.9 * Double(steps) / Double(world.horizon)
          #expect(abs(solver.optimalReturn() - best) < 1e-12)
          let episode = record(world, expert, seed: seed)
          #expect(abs(episode.totalReward - best) < 1e-12 && episode.outcomes.count == steps)
        }
      }
    }
    try EnvironmentRegistry.builtIn.entry(id).visit(Searches())
  }

  @Test("has values that a sweep over all times finds too", arguments: [0, 1, 2] as [UInt64])
  func sweeps(seed: UInt64) throws {
    var settings = MiniGrid.DoorKey.Configuration()
    (settings.size, settings.horizon) = (5, 40)
    var world = try MiniGrid.DoorKey(settings)
    world.reset(seed: seed)
    let solver = try Solver(world)
    var search = PlainSearch(world)
    let random = search.randomReturn()
    #expect(abs(solver.optimalReturn() - search.optimalReturn()) < 1e-12)
    #expect(abs(solver.randomReturn() - random) < 1e-12)
    #expect(abs(try solver.evaluate(solver.uniformly).expectedReturn - random) < 1e-12)
    let returns = try solver.returnDistribution(under: solver.uniformly)
    #expect(abs(returns.map { $0.value * $0.probability }.sum - random) < 1e-12)
    // Nothing, or success in one of the steps from the shortest way's to the last.
    #expect(returns.count == 1 + 40 - (solver.stepsToSolve().shortest ?? 0) + 1)
  }

  @Test("keeps its answers where the next episode has the same layout, and only there")
  func layouts() throws {
    var one = try MiniGrid.Empty(.init())
    var other = one
    one.reset(seed: 1)
    other.reset(seed: 2)
    #expect(one.hasSameRules(as: other))
    var (first, second) = (try MiniGrid.DoorKey(.init()), try MiniGrid.DoorKey(.init()))
    first.reset(seed: 1)
    second.reset(seed: 2)
    #expect(first.hasSameRules(as: first) && !first.hasSameRules(as: second))
  }
}
