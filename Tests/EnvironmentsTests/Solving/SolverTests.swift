import Documents
import Environments
import Foundation
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
    let outcomes = try solver.returnDistribution(under: solver.uniformly)
    let evaluation = try solver.evaluate(solver.uniformly)
    #expect(outcomes.count > 2 && outcomes[0].value == 0 && outcomes[1].value == 2)
    #expect(abs(outcomes.map(\.probability).sum - 1) < 1e-12)
    #expect(
      abs(outcomes.map { $0.value * $0.probability }.sum - evaluation.expectedReturn) < 1e-12)
    #expect(abs(1 - outcomes[0].probability - evaluation.solvedProbability) < 1e-12)
  }

  @Test("values states on the way: nothing after missing the key, much after taking it")
  func values() throws {
    let solver = try solver(.decisionTransformer)
    let evaluation = try solver.evaluate(solver.uniformly)
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
      let policy = try solver.conditionedOnSolving(solver.uniformly)
      #expect(abs(try solver.evaluate(policy).solvedProbability - 1) < 1e-9)
    }
  }

  @Test("prefers, among equally good plans, the one that bears mistakes")
  func trembles() throws {
    let solver = try solver(.decisionTransformer)
    let (steady, dawdling) = (try solver.plan(), try solver.plan(tremble: 0))
    func value(_ plan: Solver<KeyToDoor>.Plan, epsilon: Double) throws -> Double {
      try solver.evaluate { state, time in
        mixed(plan.actions(in: state, at: time) ?? [], epsilon)
      }.solvedProbability
    }
    #expect(abs(try value(steady, epsilon: 0) - 1) < 1e-12)
    #expect(abs(try value(dawdling, epsilon: 0) - 1) < 1e-12)
    #expect(try value(steady, epsilon: 0.3) > value(dawdling, epsilon: 0.3) + 0.1)
  }

  @Test("knows the best there is where the ground is slippery and time is short")
  func slips() throws {
    let settings = KeyToDoor.Configuration.decisionTransformer.with {
      $0.slipProbability = 0.5
      $0.reward.steps = 4
    }
    let world = try KeyToDoor(settings)
    let exact = try Solver(world).plan().evaluation().solvedProbability
    #expect(exact > 0.3 && exact < 0.9)
    let policy = try EpsilonGreedy(ExactPlanner(for: world), for: world, settings: .init())
    let played = play(world, policy, episodes: 20_000).solved
    #expect(agrees(played, with: exact, count: 20_000), "\(played) for \(exact)")
  }

  @Test("agrees with play on what a share of random actions costs", arguments: [0.2, 0.6])
  func noise(epsilon: Double) throws {
    let world = try KeyToDoor(.decisionTransformer)
    let solver = try Solver(world)
    let plan = try solver.plan()
    let exact = try solver.evaluate { state, time in
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
    let error = #expect(throws: SolverError.self) { _ = try Solver(world, memoryLimit: 100_000) }
    #expect(
      error?.description.hasPrefix("this world has more than ") == true
        && error?.description.hasSuffix(
          "too many to solve exactly in 100.0 kB; make it smaller, or raise the "
            + "memory limit") == true
    )
    let apples = #expect(throws: SolverError.self) { _ = try Solver(KeyToDoor(.tvt)) }
    #expect(apples?.description.hasPrefix("key-to-door with apples has too many states") == true)
  }

  @Test(
    "is kept within the same memory when a behaviour policy asks for it",
    arguments: ["expert", "softmax"])
  func limitsPolicies(id: String) throws {
    struct Asks: Check {
      let id: String
      func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws {
        let world = try entry.makeWorld(entry.defaults)
        var policies = Components("behaviour")
        policies.elements = [Component("behaviour", id: id)]
        var settings = MixtureSettings()
        settings.behaviours = policies
        for component in [
          Component("behaviour", id: id),
          try Component("behaviour", id: "mixture", settings: settings),
        ] {
          let error = #expect(throws: ConfigurationError.self) {
            _ = try entry.makeBehaviour(component, for: world, memoryLimit: 1000)
          }
          #expect(error?.description.contains("1.0 kB") == true, "\(error?.description ?? "")")
        }
      }
    }
    try EnvironmentRegistry.builtIn.entry("corridor").visit(Asks(id: id))
  }

  @Test("answers what two numbers per state can answer where more do not fit, and says the size")
  func limits() throws {
    var settings = Corridor.Configuration()
    (settings.length, settings.horizon) = (50, 2000)
    let world = try Corridor(settings)
    let whole = try Solver(world)
    let size = 100_000
    let solver = try Solver(world, memoryLimit: size)
    #expect(solver.optimalReturn() == whole.optimalReturn())
    #expect(solver.randomReturn() == whole.randomReturn())
    #expect(solver.stepsToSolve().shortest == whole.stepsToSolve().shortest)
    #expect(whole.missingTables == nil && solver.missingTables != nil)
    let error = #expect(throws: SolverError.self) {
      _ = try solver.evaluate(solver.uniformly).expectedReturn
    }
    guard case .tablesTooLarge(let what, let bytes, let limit) = error else { return }
    #expect(what == "the value of a policy in every state and time")
    #expect(limit == size)
    // Two numbers for each of 98 states and 2000 times.
    #expect(abs(bytes - solver.bytes - 16 * 98 * 2000) < 50_000)
    let evaluation = try whole.evaluate(whole.uniformly)
    #expect(abs(evaluation.expectedReturn - whole.randomReturn()) < 1e-12)
  }

  @Test("discounts: a reward in step t is worth discount to the power of t")
  func discounts() throws {
    var settings = Corridor.Configuration()
    (settings.length, settings.horizon) = (4, 30)
    let solver = try Solver(Corridor(settings))
    // From cell i of 1, 2 and 3: i steps to the key, 3 to the door, the first of them at time 0.
    let expected = [1, 2, 3].reduce(0.0) { $0 + pow(0.9, Double($1 + 2)) } / 3
    #expect(abs(solver.optimalReturn(discount: 0.9) - expected) < 1e-12)
    let values = try solver.values(discount: 0.9)
    let state = Corridor.State(position: 1, hasKey: true)
    let actions = try #require(values.actionValues(in: state, at: 3))
    #expect(abs(actions[0] - pow(0.9, 3)) < 1e-12 && abs(actions[1] - 0.9) < 1e-12)
    #expect(values.actionValues(in: state, at: 0) == nil, "it cannot be there yet")
    #expect(try solver.values().value(of: state, at: 29) == 0)
  }

  @Test("measures policies between chance, 0, and the best, 1")
  func scores() throws {
    let solver = try Solver(Corridor(.init()))
    #expect(solver.normalisedScore(of: solver.optimalReturn()) == 1)
    #expect(solver.normalisedScore(of: solver.randomReturn()) == 0)
    let plan = try solver.plan()
    #expect(abs(try solver.regret(of: { plan.probabilities(in: $0, at: $1) })) < 1e-12)
    let regret = try solver.regret(of: solver.uniformly)
    #expect(abs(regret - (solver.optimalReturn() - solver.randomReturn())) < 1e-12)
    var short = Corridor.Configuration()
    short.horizon = 1
    let hopeless = try Solver(Corridor(short))
    #expect(hopeless.normalisedScore(of: 0) == nil)
  }

  @Test("finds shortest ways to a state and to success")
  func shortest() throws {
    let solver = try Solver(Corridor(.init()))
    let toDoor = solver.stepsToSolve()
    #expect(toDoor.shortest == 7 && toDoor.longest == 12 && toDoor.mean == 9.5)
    #expect(toDoor.steps(from: .init(position: 4, hasKey: true)) == 2)
    let key = solver.steps(to: .init(position: 0, hasKey: true))
    #expect(key.shortest == 1 && key.longest == 6)
    #expect(key.steps(from: .init(position: 0, hasKey: true)) == 0)
    let lost = solver.steps(to: .init(position: 3, hasKey: false))
    #expect(lost.steps(from: .init(position: 3, hasKey: true)) == nil)
  }

  @Test("is asked about states and times in which the world can be, and no others")
  func places() throws {
    var settings = Corridor.Configuration()
    (settings.length, settings.horizon) = (5, 9)
    let world = try Corridor(settings)
    var reached: [Set<Corridor.State>] = [Set(world.startStates().map(\.state))]
    for time in 1..<9 {
      reached.append(
        Set(
          reached[time - 1].flatMap { state in
            (0..<2).flatMap { world.transitions(from: state, action: $0) }
              .filter { !$0.isTerminated }.map(\.next)
          }))
    }
    var asked = reached.map { _ in Set<Corridor.State>() }
    _ = try Solver(world).evaluate { state, time in
      asked[time].insert(state)
      return [0.5, 0.5]
    }
    #expect(asked == reached)
  }

  /// The probabilities of a uniform choice among `best`, mixed with `epsilon` of random actions.
  private func mixed(_ best: ActionSet, _ epsilon: Double) -> [Double] {
    (0..<4).map { epsilon / 4 + (best.contains($0) ? (1 - epsilon) / Double(best.count) : 0) }
  }
}
