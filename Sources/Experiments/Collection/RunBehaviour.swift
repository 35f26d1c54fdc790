internal import Agents
internal import Datasets
internal import Documents
internal import Environments
internal import Randomness
internal import TensorCore

/// Which trained policy makes data, and how it acts.
struct RunBehaviourSettings: Settings {
  /// What it is called in a configuration.
  static let id = "run"

  /// The run folder that `hindsight train` wrote.
  var path = ""
  var checkpoint = CheckpointChoice.best
  /// The return to ask for: reward units, `max`, a quantile such as `q0.9`, or `sampled`.
  var targetReturn: TargetReturn = 1
  var selection = Selection.Rule.sampled
  /// Divides logits before sampling.
  var temperature = 1.0

  static let descriptions = [
    "path": "The run folder that `hindsight train` wrote.",
    "checkpoint": "Which of its checkpoints acts: best or last.",
    "targetReturn":
      "The return to ask for: reward units, max, a quantile such as q0.9, or sampled.",
    "selection": "How actions are chosen: greedy or sampled.",
    "temperature": "Divides logits before sampling, above 0, at most 1000000.",
  ]
}

/// A trained policy as a behaviour policy: it sees what an agent sees, and is asked for one return.
///
/// Its log-probabilities are those of its own choices: 0 where it is greedy. Every episode has a
/// policy of its own, whose random stream follows from the episode's.
struct RunBehaviour<World: Environment>: BehaviourPolicy {
  private let trained: TrainedAgent
  private let selection: Selection
  private let prompt: Prompt
  private var acting: Acting?
  private var reward = 0.0

  /// Holds one episode's policy. A class because policies are; it is never shared, as a behaviour
  /// policy acts in one episode at a time and drops it with the next `begin`.
  private final class Acting: @unchecked Sendable {
    let policy: any ProbabilisticPolicy
    var actions: [Action] = []
    init(_ policy: any ProbabilisticPolicy) { self.policy = policy }
  }

  init(
    _ settings: RunBehaviourSettings, registry: Registry, for world: World
  ) throws(ConfigurationError) {
    try require(!settings.path.isEmpty, "path", "nothing", "the folder of a trained run")
    if case .value(let target) = settings.targetReturn {
      try require(abs(target) <= 1e30, "targetReturn", target, "a number from -1e30 to 1e30")
    }
    try require(
      settings.temperature > 0 && settings.temperature <= 1e6, "temperature",
      settings.temperature, "a number above 0, at most 1000000")
    let folder = RunFolder(settings.path)
    do {
      let choice = try folder.existingCheckpoint(settings.checkpoint)
      trained = try TrainedAgent(
        Checkpoint(contentsOf: folder.checkpointPath(choice)), registry: registry)
    } catch {
      throw ConfigurationError(key: "path", problem: "\(error)")
    }
    selection = Selection(settings.selection, temperature: settings.temperature)
    do throws(ConfigurationError) {
      prompt =
        trained.policies.isConditionedOnReturns
        ? try ResolvedTarget(settings.targetReturn, data: trained.data, for: trained.policies)
          .prompt
        : .none
    } catch { throw error.within("targetReturn") }
    guard trained.data.observationSpace == world.observationSpace,
      trained.data.actionSpace == world.actionSpace
    else {
      throw ConfigurationError(
        key: "path",
        found: "a run that was trained in \(trained.settings.environment.id), with other "
          + "observations or actions", expected: "a run whose policy fits this environment")
    }
    guard case .discrete = world.actionSpace, makePolicy() != nil else {
      throw ConfigurationError(
        key: "path",
        found: "a run of \(trained.settings.agent.id), which does not say how probable "
          + "its actions are", expected: "a policy of discrete actions that does")
    }
  }

  private func makePolicy() -> (any ProbabilisticPolicy)? {
    BLAS.useOneThreadPerCall()
    return trained.policies.makePolicy(lanes: 1, selection: selection) as? any ProbabilisticPolicy
  }

  /// Its return-to-go and its context are those of the steps that it took itself.
  var canTakeOver: Bool { false }

  mutating func begin(_ world: World) { acting = nil }

  mutating func choose(
    in world: World, using random: inout RandomStream
  ) -> (action: Action, logProbability: Double) {
    let acting = current(using: &random)
    acting.policy.actions(
      lanes: [0], observations: world.observation(), rewards: [reward], into: &acting.actions)
    return (acting.actions[0], acting.policy.logProbability(lane: 0))
  }

  mutating func observe(_ outcome: Outcome, in world: World) { reward = outcome.reward }

  private mutating func current(using random: inout RandomStream) -> Acting {
    if let acting { return acting }
    guard let policy = makePolicy() else { preconditionFailure("the agent has changed its policy") }
    policy.begin(lane: 0, prompt: prompt, seed: random.next())
    let new = Acting(policy)
    acting = new
    return new
  }
}

extension BehaviourEntry {
  /// A trained policy.
  static func run(_ registry: Registry) -> Self {
    BehaviourEntry(
      RunBehaviourSettings.id, "A trained run's policy, asked for a return.",
      defaults: RunBehaviourSettings()
    ) { settings, world throws(ConfigurationError) in
      try RunBehaviour(settings, registry: registry, for: world)
    }
  }
}
