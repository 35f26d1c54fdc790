import Documents
import Environments
import Testing

@Suite("MiniGrid solved")
struct MiniGridSolvingTests {
  static let ids = [
    "Empty-8x8", "FourRooms", "LavaCrossingS9N2", "DoorKey-6x6", "MemoryS9", "MultiRoom-N2-S4",
    "UnlockPickup", "BlockedUnlockPickup", "KeyCorridorS3R3",
  ].map { "MiniGrid-\($0)-v0" }

  @Test("counts as many states without listing them as with", arguments: ids)
  func survey(id: String) throws {
    struct Surveys: Check {
      func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws {
        let type = try #require(World.self as? any NumberedStates.Type)
        try open(type, entry)
      }

      func open<World: NumberedStates>(_ type: World.Type, _ any: any AnyEnvironmentEntry) throws {
        let entry = try #require(any as? EnvironmentEntry<World>)
        var world = try entry.makeWorld(entry.defaults)
        for seed in 0..<2 as Range<UInt64> {
          world.reset(seed: seed)
          let numbering = try #require(world.makeNumbering())
          let survey = try world.survey(numbering, memoryLimit: 1 << 30, upTo: .max)
          let solver = try Solver(world)
          #expect(survey.isComplete && survey.stateCount == solver.stateCount)
          #expect(survey.stateCount <= numbering.capacity)
          #expect(survey.shortestSolution == solver.stepsToSolve().shortest)
          #expect(survey.shortestSolution == solver.solutionLengths().nearest)
          #expect(
            world.bestReturn(ofShortestSolution: survey.shortestSolution) == solver.optimalReturn())
          // A short search stops at a solution and says that it is not complete.
          let short = try world.survey(numbering, memoryLimit: 1 << 30, upTo: 0)
          #expect(short.shortestSolution == survey.shortestSolution)
          #expect(short.stateCount <= survey.stateCount)
        }
      }
    }
    try EnvironmentRegistry.builtIn.entry(id).visit(Surveys())
  }

  @Test("says which memory a search without a list lacks")
  func surveyMemory() throws {
    var world = try MiniGrid.DoorKey(.init())
    world.reset(seed: 0)
    let numbering = try #require(world.makeNumbering())
    let error = #expect(throws: SolverError.self) {
      _ = try world.survey(numbering, memoryLimit: 1000, upTo: 10)
    }
    #expect(error?.description.contains("in 1.0 kB") == true)
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
    let halved = try discounted(solver, 0.5)
    #expect(abs(solver.randomReturn(discount: 0.5) - halved) < 1e-12)
    let packed = try solver.randomReturnDistribution()
    #expect(abs(packed.map { $0.value * $0.probability }.sum - random) < 1e-12)
    #expect(abs(try solver.evaluate(solver.uniformly).expectedReturn - random) < 1e-12)
    let returns = try solver.returnDistribution(under: solver.uniformly)
    #expect(abs(returns.map { $0.value * $0.probability }.sum - random) < 1e-12)
    // Nothing, or success in one of the steps from the shortest way's to the last.
    #expect(returns.count == 1 + 40 - (solver.stepsToSolve().shortest ?? 0) + 1)
    #expect(packed.map(\.value) == returns.map(\.value))
    for (one, other) in zip(packed, returns) {
      #expect(abs(one.probability - other.probability) < 1e-12)
    }
  }

  /// The random policy's discounted return, from the probabilities of its returns: success in step
  /// `t` pays `1 - 0.9 t / 40`.
  private func discounted(_ solver: Solver<MiniGrid.DoorKey>, _ discount: Double) throws -> Double {
    try solver.returnDistribution(under: solver.uniformly).reduce(0) { sum, one in
      let step = ((1 - one.value) / 0.9 * 40).rounded()
      return one.value > 0 ? sum + one.probability * one.value * power(discount, step - 1) : sum
    }
  }

  private func power(_ base: Double, _ exponent: Double) -> Double {
    (0..<Int(exponent)).reduce(1) { product, _ in product * base }
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
