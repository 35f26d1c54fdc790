public import Documents

/// Something that knows what to do: it names the actions it holds to be best.
///
/// A planner looks into the world. ``EpsilonGreedy`` makes a behaviour policy of it.
public protocol Planner<World>: Sendable {
  associatedtype World: Environment

  /// Prepares for the episode that `world` was just reset to.
  mutating func begin(_ world: World) throws(ConfigurationError)

  /// The best actions of a discrete space that starts at 0; at least one. To be called once for
  /// every step, before it.
  mutating func bestActions(in world: World) -> ActionSet

  /// Lets a step go by in which nobody asks for the best actions. The default does not care.
  mutating func pass(in world: World)
}

extension Planner {
  public mutating func pass(in world: World) {}
}

/// A planner to whom the hidden state and the time say everything.
public protocol StatePlanner<World>: Planner where World: Solvable {
  /// The best actions in a state of the episode that was begun last.
  func bestActions(in state: World.State, at time: Int) -> ActionSet
}
