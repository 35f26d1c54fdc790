import Documents

extension KeyToDoor.Configuration {
  /// Checks everything that does not depend on the maps.
  func check() throws(ConfigurationError) {
    func require(
      _ isValid: Bool, _ key: String, _ found: String, _ expected: String
    ) throws(ConfigurationError) {
      if !isValid { throw ConfigurationError(key: key, found: found, expected: expected) }
    }
    let longest = 65_535
    for (key, steps, least) in [
      ("explore.steps", explore.steps, 1), ("middle.steps", middle.steps, 0),
      ("reward.steps", reward.steps, 1),
    ] {
      try require(
        steps >= least && steps <= longest, key, "\(steps)", "\(least) to \(longest) steps")
    }
    let total = explore.steps + middle.steps + reward.steps
    try require(
      total <= longest, "middle.steps", "\(total) steps in all three phases",
      "at most \(longest) in all")
    try require(
      doorReward > 0 && doorReward.isFinite, "doorReward", "\(doorReward)", "a number above 0")
    try require(layoutSeed >= 0, "layoutSeed", "\(layoutSeed)", "0 or more")
    try require(
      slipProbability >= 0 && slipProbability <= 1, "slipProbability", "\(slipProbability)",
      "a probability, 0 to 1")
    try require(apples.count >= 0, "apples.count", "\(apples.count)", "0 or more")
    try require(
      !apples.rewards.isEmpty && apples.rewards.allSatisfy { $0 >= 0 && $0.isFinite },
      "apples.rewards", "\(apples.rewards)", "one or more numbers, none negative")
    try require(
      apples.respawnSteps >= 0 && apples.respawnSteps <= longest, "apples.respawnSteps",
      "\(apples.respawnSteps)", "0 to \(longest) steps")
  }
}
