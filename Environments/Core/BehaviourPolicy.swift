public import Randomness

/// A policy that makes data. Unlike a trained policy it may look into the world it acts in.
public protocol BehaviourPolicy<World>: Sendable {
  associatedtype World: Environment

  /// Prepares for the episode that `world` was just reset to.
  mutating func begin(_ world: World)

  /// Draws an action.
  ///
  /// - Returns: the action and the natural logarithm of the probability with which this policy
  ///   takes it here (for continuous actions, of the density).
  mutating func choose(
    in world: World, using random: inout RandomStream
  ) -> (action: Action, logProbability: Double)
}
