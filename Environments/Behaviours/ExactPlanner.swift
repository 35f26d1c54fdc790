public import Documents

/// Plays the solver's plan: exact, for any world whose states can be listed.
///
/// A world that is solved per episode is solved anew whenever an episode begins whose rules are not
/// those of the last.
public struct ExactPlanner<World: Solvable>: StatePlanner {
  private var solution: EpisodeSolution<World, Solver<World>.Plan>
  private var time = 0

  /// Solves `world`; this is the expensive part, so copy a planner rather than making it anew.
  public init(
    for world: World, memoryLimit: Int = Solver<World>.defaultMemoryLimit
  ) throws(SolverError) {
    solution = try EpisodeSolution(for: world) { world throws(SolverError) in
      try Solver(world, memoryLimit: memoryLimit).plan(tremble: 0.1, knowingPlaces: false)
    }
  }

  public mutating func begin(_ world: World) throws(ConfigurationError) {
    try solution.begin(world)
    time = 0
  }

  public mutating func bestActions(in world: World) -> ActionSet {
    defer { time += 1 }
    return bestActions(in: world.state, at: time)
  }

  public func bestActions(in state: World.State, at time: Int) -> ActionSet {
    guard let actions = solution.answer.actions(in: state, at: time) else {
      preconditionFailure("step \(time) cannot be in \(state): was begin(_:) called?")
    }
    return actions
  }

  public mutating func pass(in world: World) { time += 1 }
}

/// What a solver found out about the present episode, worked out again only where its rules are new.
struct EpisodeSolution<World: Solvable, Answer: Sendable>: Sendable {
  private(set) var answer: Answer
  private var world: World
  private let solve: @Sendable (World) throws(SolverError) -> Answer

  init(
    for world: World, solve: @escaping @Sendable (World) throws(SolverError) -> Answer
  ) throws(SolverError) {
    var example = world
    if world.isSolvedPerEpisode { example.reset(seed: 0) }
    answer = try solve(example)
    self.world = example
    self.solve = solve
  }

  mutating func begin(_ world: World) throws(ConfigurationError) {
    guard world.isSolvedPerEpisode, !world.hasSameRules(as: self.world) else { return }
    do {
      answer = try solve(world)
    } catch {
      throw .unsolvable("an episode", error)
    }
    self.world = world
  }
}

extension ConfigurationError {
  /// A behaviour policy needs a solution, and there is none.
  static func unsolvable(_ what: String, _ error: SolverError) -> ConfigurationError {
    ConfigurationError(
      key: "id", found: "a policy that solves \(what) that cannot be solved exactly (\(error))",
      expected: "a policy that needs no solution", suggestion: "random")
  }
}
