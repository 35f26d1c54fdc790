extension Dataset {
  /// The same episodes with all reward on each one's last step:
  ///
  ///     r'[t] = 0 for t < T - 1,   r'[T - 1] = Σ r
  ///
  /// so that every return-to-go is the episode's return: the delayed reward of the Decision
  /// Transformer paper.
  public func delayingRewards() -> Dataset {
    var result = self
    for episode in 0..<episodeCount {
      let steps = steps(ofEpisode: episode)
      let sum = rewards[steps].reduce(0, +)
      for step in steps { result.rewards[step] = 0 }
      result.rewards[steps.upperBound - 1] = sum
    }
    return result
  }

  /// The same episodes with `r' = scale · r`.
  public func scalingRewards(by scale: Double) -> Dataset {
    var result = self
    for step in rewards.indices { result.rewards[step] = scale * rewards[step] }
    return result
  }

  /// How far returns-to-go are from what a relabelled dataset promises.
  public struct ReturnsCheck: Sendable, Equatable {
    /// Episodes whose return is not the original's times the scale, beyond rounding.
    public var changedReturns: Int
    /// Episodes whose first return-to-go is not their return.
    public var wrongStarts: Int
    /// Largest difference of a return from what it should be, in reward units.
    public var largestDifference: Double
  }

  /// Compares returns and returns-to-go with those of the dataset this one was made of.
  public func checkReturns(against original: Dataset, scale: Double) -> ReturnsCheck {
    let (before, after) = (original.episodeReturns, episodeReturns)
    let toGo = returnsToGo
    var check = ReturnsCheck(changedReturns: 0, wrongStarts: 0, largestDifference: 0)
    for episode in 0..<episodeCount {
      let expected = scale * before[episode]
      let difference = abs(after[episode] - expected)
      let steps = steps(ofEpisode: episode)
      let size = rewards[steps].reduce(abs(expected)) { $0 + abs($1) }
      let slack = 1e-12 * max(size, 1) * Double(steps.count).squareRoot()
      check.largestDifference = max(check.largestDifference, difference)
      // Sums that are no numbers are not within anything.
      if !(difference <= slack) { check.changedReturns += 1 }
      if !(abs(toGo[steps.lowerBound] - after[episode]) <= slack) { check.wrongStarts += 1 }
    }
    return check
  }
}
