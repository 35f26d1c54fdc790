/// Something that knows what to do: it names the actions it holds to be best.
///
/// A planner looks into the world. ``EpsilonGreedy`` makes a behaviour policy of it.
public protocol Planner<World>: Sendable {
  associatedtype World: Environment

  /// Prepares for the episode that `world` was just reset to.
  mutating func begin(_ world: World)

  /// The best actions of a discrete space that starts at 0; at least one. To be called once for
  /// every step, before it.
  mutating func bestActions(in world: World) -> ActionSet
}

/// Plays the solver's plan: exact, for any world whose states can be listed.
public struct ExactPlanner<World: Solvable>: Planner {
  private let plan: Solver<World>.Plan
  private let all: ActionSet
  private var time = 0

  /// Solves `world`; this is the expensive part, so copy a planner rather than making it anew.
  public init(for world: World) throws(SolverError) {
    let solver = try Solver(world)
    plan = solver.plan()
    all = ActionSet(all: solver.actionCount)
  }

  public mutating func begin(_ world: World) { time = 0 }

  public mutating func bestActions(in world: World) -> ActionSet {
    guard let actions = plan.actions(in: world.state, at: time) else {
      preconditionFailure("step \(time) cannot be in \(world.state): was begin(_:) called?")
    }
    time += 1
    return actions
  }
}
