import Environments
import Randomness
import Testing

@Suite("The solver's answers equal those of a plain search")
struct PlainSearchTests {
  private func check<World: Solvable>(_ world: World) throws {
    let solver = try Solver(world)
    var search = PlainSearch(world)
    let (best, random) = (search.optimalReturn(), search.randomReturn())
    #expect(abs(solver.optimalReturn() - best) < 1e-12)
    #expect(abs(solver.randomReturn() - random) < 1e-12)
    #expect(abs(try solver.evaluate(solver.uniformly).expectedReturn - random) < 1e-12)
    #expect(abs(try solver.plan().evaluation().expectedReturn - best) < 1e-12)
    #expect(solver.stepsToSolve().shortest == search.shortestSolution())
    let values = try solver.values()
    for (state, _) in solver.startStates {
      let value = try #require(values.value(of: state, at: 0))
      #expect(abs(value - search.optimum(state, 0)) < 1e-12)
    }
    let returns = try solver.returnDistribution(under: solver.uniformly)
    #expect(abs(returns.map(\.probability).sum - 1) < 1e-12)
    #expect(abs(returns.map { $0.value * $0.probability }.sum - random) < 1e-12)
  }

  @Test("in corridors of fifty sizes", arguments: 0..<50 as Range<UInt64>)
  func corridors(seed: UInt64) throws {
    var random = RandomStream(seed: seed, "test-layout")
    var settings = Corridor.Configuration()
    settings.length = 2 + random.integer(below: 9)
    settings.horizon = 1 + random.integer(below: 40)
    try check(Corridor(settings))
  }

  @Test("in fifty games of Key-to-Door", arguments: 0..<50 as Range<UInt64>)
  func keyToDoor(seed: UInt64) throws {
    try check(KeyToDoor(drawKeyToDoor(seed)))
  }

  @Test("where success is worth less the later it comes", arguments: 0..<20 as Range<UInt64>)
  func fading(seed: UInt64) throws {
    var random = RandomStream(seed: seed, "test-layout")
    var settings = Corridor.Configuration()
    settings.length = 2 + random.integer(below: 9)
    settings.horizon = 1 + random.integer(below: 40)
    try check(Fading(settings))
  }

  @Test("by playing, where nothing is left to chance", arguments: 0..<20 as Range<UInt64>)
  func playing(seed: UInt64) throws {
    var settings = drawKeyToDoor(seed, slips: false)
    settings.placement = .fixed
    var world = try KeyToDoor(settings)
    world.reset(seed: 0)
    func best(_ world: KeyToDoor) -> Double {
      (0..<4).map { action in
        var next = world
        let outcome = next.step(.discrete(action))
        return outcome.reward + (outcome.isDone ? 0 : best(next))
      }.max() ?? 0
    }
    if world.horizon <= 7 { #expect(try Solver(world).optimalReturn() == best(world)) }
  }
}
