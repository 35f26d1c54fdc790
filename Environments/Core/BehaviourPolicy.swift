public import Documents
public import Randomness

/// A policy that makes data. Unlike a trained policy it may look into the world it acts in.
///
/// Whoever plays an episode calls `begin`, then `choose` and `observe` in turn, for every step.
public protocol BehaviourPolicy<World>: Sendable {
  associatedtype World: Environment

  /// Prepares for the episode that `world` was just reset to.
  ///
  /// - Throws: where it cannot act in this very episode; most policies know before.
  mutating func begin(_ world: World) throws(ConfigurationError)

  /// Draws an action.
  ///
  /// - Returns: the action and the natural logarithm of the probability with which this policy
  ///   takes it here (for continuous actions, of the density).
  mutating func choose(
    in world: World, using random: inout RandomStream
  ) -> (action: Action, logProbability: Double)

  /// Learns what the action it chose has brought; `world` is after the step. The default does not
  /// care.
  mutating func observe(_ outcome: Outcome, in world: World)

  /// Lets a step go by in which another policy acts; called in place of `choose`. The default does
  /// not care.
  mutating func pass(in world: World)

  /// Whether it can begin to act in the midst of an episode, after steps that it let go by. The
  /// default is yes.
  var canTakeOver: Bool { get }

  /// Whether what it does depends on the episodes it has played before, in their order. Then an
  /// interrupted collection is gone on with by playing those again.
  var learns: Bool { get }

  /// Which of several policies acts in this episode, by number, or `nil` where there is only one.
  /// Known after the first step.
  var component: Int? { get }
}

extension BehaviourPolicy {
  public mutating func observe(_ outcome: Outcome, in world: World) {}
  public mutating func pass(in world: World) {}
  public var canTakeOver: Bool { true }
  public var learns: Bool { false }
  public var component: Int? { nil }
}

/// A behaviour policy whose probabilities depend on hidden state and time alone, so that a solver can
/// say what it earns.
public protocol MarkovBehaviour<World>: BehaviourPolicy where World: Solvable {
  /// `[actions]` The probabilities in a state of the episode that was begun last.
  func probabilities(in state: World.State, at time: Int) -> [Double]

  /// Whether it acts otherwise where the same rewards are paid at other times of an episode, as who
  /// discounts does. The default is no.
  var heedsTimeOfRewards: Bool { get }
}

extension MarkovBehaviour {
  public var heedsTimeOfRewards: Bool { false }
}
