public import Documents
public import Randomness

/// Several policies that act one after the other in every episode.
///
/// The log-probabilities are those of the policy whose turn it is.
public struct Phases<World: Environment>: BehaviourPolicy {
  let policies: [any BehaviourPolicy<World>]
  /// The step with which each policy's turn begins; the first is 0.
  let starts: [Int]
  private var playing: [any BehaviourPolicy<World>]
  private var time = 0

  /// - Parameter steps: with which step each policy but the first takes over; none for the phases of
  ///   the world, if it has any.
  public init(
    _ policies: [any BehaviourPolicy<World>], steps: [Int], for world: World
  ) throws(ConfigurationError) {
    try require(!policies.isEmpty, "behaviours", "none", "one behaviour policy or more")
    if steps.isEmpty && policies.count > 1 {
      guard let phases = (world as? any PhasedEnvironment)?.phaseStarts else {
        throw ConfigurationError(
          key: "steps", found: "none",
          expected: "the \(policies.count - 1) steps with which the "
            + "next behaviour takes over: this environment has no phases of its own")
      }
      try require(
        policies.count == phases.count, "behaviours", "\(policies.count) behaviour policies",
        "\(phases.count), one for each phase of the environment, or steps")
      starts = phases
    } else {
      try require(
        steps.count == policies.count - 1, "steps", "\(steps.count) numbers",
        "\(policies.count - 1), one for each behaviour but the first")
      starts = [0] + steps
      for index in steps.indices {
        try require(
          steps[index] > starts[index], "steps[\(index)]", steps[index],
          "a step after \(starts[index])")
      }
    }
    if let index = policies.indices.dropFirst().first(where: { !policies[$0].canTakeOver }) {
      throw ConfigurationError(
        key: "behaviours[\(index)].id", found: "a policy that acts on what it did before",
        expected: "one that can take over in the midst of an episode; such a one can only be the "
          + "first")
    }
    self.policies = policies
    playing = policies
  }

  /// The policy whose turn it is.
  func turn(at time: Int) -> Int { (starts.lastIndex { $0 <= time }) ?? 0 }

  public mutating func begin(_ world: World) throws(ConfigurationError) {
    time = 0
    for index in playing.indices {
      do throws(ConfigurationError) {
        try playing[index].begin(world)
      } catch { throw error.within("behaviours[\(index)]") }
    }
  }

  public mutating func choose(
    in world: World, using random: inout RandomStream
  ) -> (action: Action, logProbability: Double) {
    let turn = turn(at: time)
    time += 1
    for index in playing.indices where index != turn { playing[index].pass(in: world) }
    return playing[turn].choose(in: world, using: &random)
  }

  public mutating func observe(_ outcome: Outcome, in world: World) {
    playing[turn(at: time - 1)].observe(outcome, in: world)
  }

  public mutating func pass(in world: World) {
    time += 1
    for index in playing.indices { playing[index].pass(in: world) }
  }

  public var canTakeOver: Bool { policies.allSatisfy { $0.canTakeOver } }
  public var learns: Bool { policies.contains { $0.learns } }
}

/// Who acts when.
public struct PhasesSettings: Settings {
  public var behaviours = Components("behaviour", [Component("behaviour", id: "random")])
  /// The steps, from 0, with which each behaviour but the first takes over; none for one behaviour
  /// per phase of the environment.
  public var steps: [Int] = []

  public init() {}

  public static let descriptions = [
    "behaviours": "The behaviour policies in the order of their turns.",
    "steps":
      "The steps with which each behaviour but the first takes over; none for the environment's own "
      + "phases.",
  ]
}
