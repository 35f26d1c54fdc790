import Environments
import Testing

@Suite("The solver")
struct SolverTests {
  typealias State = KeyToDoor.State

  private func solver(_ settings: KeyToDoor.Configuration) throws -> Solver<KeyToDoor> {
    try Solver(KeyToDoor(settings))
  }

  @Test("gives a return distribution whose mean is the expected return")
  func distribution() throws {
    var settings = KeyToDoor.Configuration.decisionTransformer
    settings.endsAtDoor = false
    settings.consumesKey = false
    settings.doorReward = 2
    let solver = try solver(settings)
    let outcomes = solver.returnDistribution(under: solver.uniformly)
    let evaluation = solver.evaluate(solver.uniformly)
    #expect(outcomes.count > 2 && outcomes[0].value == 0 && outcomes[1].value == 2)
    #expect(abs(outcomes.map(\.probability).sum - 1) < 1e-12)
    #expect(
      abs(outcomes.map { $0.value * $0.probability }.sum - evaluation.expectedReturn) < 1e-12)
    #expect(abs(1 - outcomes[0].probability - evaluation.solvedProbability) < 1e-12)
  }

  @Test("values states on the way: nothing after missing the key, much after taking it")
  func values() throws {
    let solver = try solver(.decisionTransformer)
    let evaluation = solver.evaluate(solver.uniformly)
    func solved(_ hasKey: Bool) -> Double? {
      let state = State(time: 15, cell: 60, object: -1, hasKey: hasKey, isOpen: false)
      return evaluation.solvedProbability(from: state, at: 15)
    }
    #expect(solved(false) == 0)
    // 3.11 % of all episodes are solved, and 10.28 % of them have the key.
    #expect(abs((solved(true) ?? 0) - 0.03112606 / 0.10279055) < 1e-5)
    let unreachable = State(time: 15, cell: 0, object: -1, hasKey: true, isOpen: false)
    #expect(evaluation.solvedProbability(from: unreachable, at: 15) == nil)
    #expect(evaluation.expectedReturn(from: unreachable, at: 900) == nil)
  }

  @Test("conditions random play on success: then every door is opened")
  func conditions() throws {
    for settings in [KeyToDoor.Configuration.decisionTransformer, .decisionTransformerOpen] {
      let solver = try solver(settings)
      let policy = solver.conditionedOnSolving(solver.uniformly)
      #expect(abs(solver.evaluate(policy).solvedProbability - 1) < 1e-9)
    }
  }

  @Test("prefers, among equally good plans, the one that bears mistakes")
  func trembles() throws {
    let solver = try solver(.decisionTransformer)
    let (steady, dawdling) = (solver.plan(), solver.plan(tremble: 0))
    func value(_ plan: Solver<KeyToDoor>.Plan, epsilon: Double) -> Double {
      solver.evaluate { state, time in
        mixed(plan.actions(in: state, at: time) ?? [], epsilon)
      }.solvedProbability
    }
    #expect(abs(value(steady, epsilon: 0) - 1) < 1e-12)
    #expect(abs(value(dawdling, epsilon: 0) - 1) < 1e-12)
    #expect(value(steady, epsilon: 0.3) > value(dawdling, epsilon: 0.3) + 0.1)
  }

  @Test("knows the best there is where the ground is slippery and time is short")
  func slips() throws {
    let settings = KeyToDoor.Configuration.decisionTransformer.with {
      $0.slipProbability = 0.5
      $0.reward.steps = 4
    }
    let world = try KeyToDoor(settings)
    let exact = try Solver(world).plan().evaluation.solvedProbability
    #expect(exact > 0.3 && exact < 0.9)
    let policy = try EpsilonGreedy(ExactPlanner(for: world), for: world, settings: .init())
    let played = play(world, policy, episodes: 20_000).solved
    #expect(agrees(played, with: exact, count: 20_000), "\(played) for \(exact)")
  }

  @Test("agrees with play on what a share of random actions costs", arguments: [0.2, 0.6])
  func noise(epsilon: Double) throws {
    let world = try KeyToDoor(.decisionTransformer)
    let solver = try Solver(world)
    let plan = solver.plan()
    let exact = solver.evaluate { state, time in
      mixed(plan.actions(in: state, at: time) ?? [], epsilon)
    }.solvedProbability
    var settings = EpsilonGreedySettings()
    settings.epsilon = epsilon
    let policy = try EpsilonGreedy(ExactPlanner(for: world), for: world, settings: settings)
    let played = play(world, policy, episodes: 20_000).solved
    #expect(agrees(played, with: exact, count: 20_000), "\(played) for \(exact)")
  }

  @Test("says so when a world is too large or has too many layouts to list")
  func refuses() throws {
    let world = try KeyToDoor(.decisionTransformer)
    let error = #expect(throws: SolverError.self) { try Solver(world, stateLimit: 1000) }
    #expect(
      error?.description
        == "this world has more than 1000 states within its first 5 steps: too many to solve "
        + "exactly; shorten its phases, shrink its rooms, or raise the limit")
    #expect(throws: SolverError.tooLarge(what: "transitions", limit: 1000, time: 3)) {
      try Solver(world, transitionLimit: 1000)
    }
    let apples = #expect(throws: SolverError.self) { try Solver(KeyToDoor(.tvt)) }
    #expect(apples?.description.hasPrefix("key-to-door with apples has too many states") == true)
  }

  /// The probabilities of a uniform choice among `best`, mixed with `epsilon` of random actions.
  private func mixed(_ best: ActionSet, _ epsilon: Double) -> [Double] {
    (0..<4).map { epsilon / 4 + (best.contains($0) ? (1 - epsilon) / Double(best.count) : 0) }
  }
}
