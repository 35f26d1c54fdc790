/// One recorded episode as estimators see it: `T` rewards, and what another policy makes of its steps.
///
/// What follows the last step is worth nothing: an episode ends with its world or its horizon.
public struct WeighedEpisode: Sendable, Equatable {
  /// `[T]`
  public var rewards: [Double]
  /// `[T]` `log π(a | history) − log μ(a | history)` of the recorded actions, where μ took them and π
  /// is estimated; −∞ where π never does.
  public var logRatios: [Double]
  /// `[T]` Q, what a recorded action and π after it are thought to earn from there on, discounted;
  /// empty where nobody has an estimate.
  public var actionValues: [Double]
  /// `[T]` V, what π is thought to earn from what was seen before each action; empty as above.
  public var stateValues: [Double]

  public init(
    rewards: [Double], logRatios: [Double], actionValues: [Double] = [],
    stateValues: [Double] = []
  ) {
    precondition(
      !rewards.isEmpty && logRatios.count == rewards.count,
      "\(rewards.count) rewards and \(logRatios.count) ratios")
    precondition(
      actionValues.count == stateValues.count
        && (actionValues.isEmpty || actionValues.count == rewards.count),
      "\(actionValues.count) values of actions and \(stateValues.count) of states for "
        + "\(rewards.count) steps")
    self.rewards = rewards
    self.logRatios = logRatios
    self.actionValues = actionValues
    self.stateValues = stateValues
  }
}

/// An estimate of a policy's expected return from episodes that another policy has recorded.
public protocol OffPolicyEstimator: Sendable {
  /// `E`
  var episodeCount: Int { get }

  /// The estimate where episode `i` counts `counts[i]` times: once each for the estimate itself,
  /// otherwise for the draws of a bootstrap.
  ///
  /// - Parameter counts: `[E]`, not negative.
  /// - Returns: `nil` where those episodes say nothing: none counts, or none could have come from the
  ///   policy.
  func value(counting counts: [Int]) -> Double?
}

extension OffPolicyEstimator {
  /// The estimate from all episodes.
  public var value: Double? { value(counting: Array(repeating: 1, count: episodeCount)) }
}

/// The mean of one number per episode: what the returns of the recorded policy itself, and the values
/// of first observations under a fitted Q, are estimated by.
public struct MeanEstimator: OffPolicyEstimator {
  /// `[E]`
  public let contributions: [Double]

  public init(of contributions: [Double]) { self.contributions = contributions }

  public var episodeCount: Int { contributions.count }

  public func value(counting counts: [Int]) -> Double? {
    var (sum, total) = (0.0, 0)
    for (contribution, count) in zip(contributions, counts) where count > 0 {
      sum += Double(count) * contribution
      total += count
    }
    return total > 0 ? sum / Double(total) : nil
  }
}

extension WeighedEpisode {
  /// `Σ_t discountᵗ r_t`
  public func discountedReturn(_ discount: Double) -> Double {
    // From the end, as Horner does it.
    rewards.reversed().reduce(0) { $1 + discount * $0 }
  }
}
