import Documents

extension KeyToDoor {
  static var entries: [any AnyEnvironmentEntry] {
    let binary = "1 for opening the door with the key; else 0."
    let apples = "Apples at once; the door with the key at the end."
    return [
      entry("key-to-door", "The same as key-to-door/dt-paper.", binary, .decisionTransformer),
      entry(
        "key-to-door/dt-paper", "Empty middle room, binary reward, random success 3.11 %.", binary,
        .decisionTransformer),
      entry(
        "key-to-door/dt-paper-visible", "The same, with the key's holder in the observation.",
        binary, .decisionTransformerVisible),
      entry(
        "key-to-door/dt-paper-open",
        "Three open rooms, everything anywhere, random success 3.15 %.", binary,
        .decisionTransformerOpen),
      entry(
        "key-to-door/tvt",
        "Temporal Value Transport: apples worth 1 or 10 that come back, door 10.",
        apples, .tvt),
      entry(
        "key-to-door/sr", "Synthetic Returns: apples worth 1 that come back, door 5.", apples,
        .syntheticReturns),
      entry(
        "key-to-door/cca-low", "Counterfactual Credit Assignment: ten apples worth 1, door 1.",
        apples, .ccaLowVariance),
      entry(
        "key-to-door/cca-high", "The same with apples worth 1 or 10, one value per episode.",
        apples,
        .ccaHighVariance),
    ]
  }

  /// Key-to-Door under an identifier; the expert only where it can be exact.
  private static func entry(
    _ id: String, _ summary: String, _ rewards: String, _ defaults: KeyToDoor.Configuration
  ) -> EnvironmentEntry<KeyToDoor> {
    let isSolvable = defaults.apples.count == 0
    let isExact = isSolvable || !defaults.apples.respawns
    var behaviours: [BehaviourEntry<KeyToDoor>] = [.random]
    if isExact { behaviours.append(.keyToDoorExpert) }
    if isSolvable { behaviours.append(.softmax) }
    behaviours += [.keyToDoorPlanner, .qLearning, .mixture, .phases]
    return EnvironmentEntry(
      id, summary, rewards: rewards, defaults: defaults, behaviours: behaviours)
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
