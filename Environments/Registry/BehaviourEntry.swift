public import Documents

/// A behaviour policy that can act in worlds of one type: a line of a registry.
public struct BehaviourEntry<World: Environment>: Sendable {
  public let id: String
  /// One line for lists.
  public let summary: String
  /// Its complete default settings.
  public let defaults: any Settings
  private let build:
    @Sendable (any Settings, World) throws(ConfigurationError) -> any BehaviourPolicy<World>

  /// - Parameter build: makes the policy for a world, from settings that were already decoded.
  public init<S: Settings, P: BehaviourPolicy<World>>(
    _ id: String, _ summary: String, defaults: S,
    build: @escaping @Sendable (S, World) throws(ConfigurationError) -> P
  ) {
    self.id = id
    self.summary = summary
    self.defaults = defaults
    self.build = { settings, world throws(ConfigurationError) in
      guard let settings = settings as? S else {
        throw ConfigurationError(
          key: "", found: "settings of type \(String(reflecting: type(of: settings)))",
          expected: String(reflecting: S.self))
      }
      return try build(settings, world)
    }
  }

  public var settingsType: any Settings.Type { type(of: defaults) }

  /// Makes the policy for `world`, whose settings it may look at.
  public func makePolicy(
    _ settings: any Settings, for world: World
  ) throws(ConfigurationError) -> any BehaviourPolicy<World> {
    try build(settings, world)
  }
}

extension BehaviourEntry {
  /// Uniformly random actions.
  public static var random: Self {
    BehaviourEntry("random", "Every action with the same probability.", defaults: NoSettings()) {
      _, world throws(ConfigurationError) in
      try RandomBehaviour(for: world)
    }
  }
}

extension BehaviourEntry where World: Solvable {
  /// The optimal policy, mixed with random actions on request.
  public static var expert: Self {
    BehaviourEntry(
      "expert", "The optimal policy, with a share epsilon of random actions.",
      defaults: EpsilonGreedySettings()
    ) { settings, world throws(ConfigurationError) in
      let planner: ExactPlanner<World>
      do {
        planner = try ExactPlanner(for: world)
      } catch {
        throw ConfigurationError(
          key: "id", found: "expert in an environment that cannot be solved exactly (\(error))",
          expected: "a policy that needs no solution", suggestion: "random")
      }
      return try EpsilonGreedy(planner, for: world, settings: settings)
    }
  }
}

extension BehaviourEntry<KeyToDoor> {
  /// The optimal policy, apples included.
  public static var keyToDoorExpert: Self {
    BehaviourEntry(
      "expert", "The optimal policy, with a share epsilon of random actions.",
      defaults: EpsilonGreedySettings()
    ) { settings, world throws(ConfigurationError) in
      try EpsilonGreedy(KeyToDoorExpert(for: world), for: world, settings: settings)
    }
  }

  /// Key and door planned exactly, apples greedily.
  public static var keyToDoorPlanner: Self {
    BehaviourEntry(
      "planner",
      "Key and door planned exactly, apples greedily, with a share epsilon of random actions.",
      defaults: EpsilonGreedySettings()
    ) { settings, world throws(ConfigurationError) in
      try EpsilonGreedy(KeyToDoorPlanner(for: world), for: world, settings: settings)
    }
  }
}
