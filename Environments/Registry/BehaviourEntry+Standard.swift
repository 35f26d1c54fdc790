import Documents

/// The behaviour policies that come with every environment.
extension BehaviourEntry {
  /// What every environment has, unless it says otherwise.
  public static var standard: [BehaviourEntry] { [.random, .qLearning, .mixture, .phases] }

  /// Uniformly random actions.
  public static var random: Self {
    BehaviourEntry("random", "Every action with the same probability.", defaults: NoSettings()) {
      _, world throws(ConfigurationError) in
      try RandomBehaviour(for: world)
    }
  }

  /// Tabular Q-learning on what is observed.
  public static var qLearning: Self {
    BehaviourEntry("q-learning", qLearningSummary, defaults: QLearningSettings()) {
      settings, world throws(ConfigurationError) in
      try QLearning(for: world, settings: settings) { $0.observation() }
    }
  }

  /// One of several policies per episode.
  public static var mixture: Self {
    BehaviourEntry(
      "mixture", "One of several policies, drawn for every episode.", defaults: MixtureSettings()
    ) { settings, world, context throws(ConfigurationError) in
      try Mixture(
        context.makePolicies(settings.behaviours, for: world), weights: settings.weights)
    }
  }

  /// Several policies one after the other.
  public static var phases: Self {
    BehaviourEntry(
      "phases", "Several policies one after the other in every episode.",
      defaults: PhasesSettings()
    ) { settings, world, context throws(ConfigurationError) in
      try Phases(
        context.makePolicies(settings.behaviours, for: world), steps: settings.steps, for: world)
    }
  }

  fileprivate static var qLearningSummary: String {
    "Tabular Q-learning: learns from episode to episode, a learning history."
  }
}

extension BehaviourEntry where World: Solvable {
  /// What every environment whose hidden states can be listed has, unless it says otherwise.
  public static var standard: [BehaviourEntry] {
    [.random, .expert, .softmax, .qLearning, .mixture, .phases]
  }

  /// The optimal policy, mixed with random actions on request.
  public static var expert: Self {
    BehaviourEntry(
      "expert", "The optimal policy, with a share epsilon of random actions.",
      defaults: EpsilonGreedySettings()
    ) { settings, world, context throws(ConfigurationError) in
      let planner: ExactPlanner<World>
      do {
        planner = try ExactPlanner(for: world, memoryLimit: context.memoryLimit)
      } catch {
        throw ConfigurationError(
          key: "id", found: "expert in an environment that cannot be solved exactly (\(error))",
          expected: "a policy that needs no solution", suggestion: "random")
      }
      return try EpsilonGreedy(planner, for: world, settings: settings)
    }
  }

  /// Better actions in proportion to how much better they are.
  public static var softmax: Self {
    BehaviourEntry(
      "softmax", "Actions by the softmax of what they and the best after them earn.",
      defaults: SoftmaxSettings()
    ) { settings, world, context throws(ConfigurationError) in
      try SoftmaxBehaviour(for: world, settings: settings, memoryLimit: context.memoryLimit)
    }
  }

  /// Tabular Q-learning on the hidden state, or on what is observed where the hidden state does not
  /// tell everything.
  public static var qLearning: Self {
    BehaviourEntry("q-learning", qLearningSummary, defaults: QLearningSettings()) {
      settings, world throws(ConfigurationError) in
      try QLearning(for: world, settings: settings) { [isWhole = world.isStateWhole] in
        isWhole ? Seen<World>.state($0.state) : .observation($0.observation())
      }
    }
  }
}

/// What a value is remembered by.
private enum Seen<World: Solvable>: Hashable, Sendable {
  case state(World.State)
  case observation([Float])
}

extension Solvable {
  /// Whether the state says everything, across episodes.
  fileprivate var isStateWhole: Bool {
    guard !isSolvedPerEpisode else { return false }
    do { try checkSolvable() } catch { return false }
    return true
  }
}
