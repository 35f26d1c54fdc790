public import Agents
internal import Documents
package import Randomness
public import Reports

/// What one estimator says about a policy at one target return.
public struct Estimate: Sendable, Equatable {
  public var estimator: EstimatorKind
  /// `nil` where the recorded episodes say nothing: none could have come from the policy.
  public var value: Double?
  /// 95 % bootstrap interval over episodes; `nil` with ``value``.
  public var interval: Interval?
  /// How much the recorded episodes tell of the policy; `nil` for `fqe`, which weighs none.
  public var overlap: Overlap?

  /// - Parameters:
  ///   - resamples: draws of the bootstrap; those that say nothing are left out.
  ///   - random: the same for all estimators, so that they see the same draws.
  package init(
    _ kind: EstimatorKind, _ estimator: some OffPolicyEstimator, overlap: Overlap?,
    resamples: Int, random start: RandomStream
  ) {
    self.estimator = kind
    self.overlap = overlap
    value = estimator.value
    guard value != nil else { return }
    var random = start
    var draws: [Double] = []
    let count = estimator.episodeCount
    for _ in 0..<resamples {
      var counts = [Int](repeating: 0, count: count)
      for _ in 0..<count { counts[random.integer(below: count)] += 1 }
      if let draw = estimator.value(counting: counts) { draws.append(draw) }
    }
    guard !draws.isEmpty else { return }
    draws.sort()
    interval = Interval(
      lower: Statistics.quantile(sorted: draws, at: 0.025),
      upper: Statistics.quantile(sorted: draws, at: 0.975))
  }
}

/// What all estimators say about a policy at one target return and selection.
public struct EstimateReport: Sendable, Equatable {
  public var target: ResolvedTarget
  public var selection: Selection
  public var estimates: [Estimate]
  /// The fit's last loss, in squared units of ``rewardScale``; `nil` without a fit.
  public var fitLoss: Double?
  public var rewardScale: Double?
  /// Numbers that the fitted Q is shown.
  public var featureCount: Int?

  public subscript(kind: EstimatorKind) -> Estimate? {
    estimates.first { $0.estimator == kind }
  }

  /// An element of the `estimates` array per estimator.
  var elements: [Document] {
    estimates.map { estimate in
      var fields: Document.Fields = [
        "estimator": .string(estimate.estimator.rawValue),
        "target_return": target.value.map { .number($0) } ?? .null,
        "target_asked": target.asked?.document ?? .null,
        "selection": .string(selection.rule.rawValue),
        "temperature": .number(selection.temperature),
        "estimate": estimate.value.map { .number($0) } ?? .null,
        "ci_low": estimate.interval.map { .number($0.lower) } ?? .null,
        "ci_high": estimate.interval.map { .number($0.upper) } ?? .null,
        "effective_sample_size": estimate.overlap.map { .number($0.effectiveSampleSize) } ?? .null,
        "mean_weight": estimate.overlap.map { .number($0.meanWeight) } ?? .null,
      ]
      if estimate.estimator.needsValues, let fitLoss, let rewardScale, let featureCount {
        fields["fit"] = [
          "loss": .number(fitLoss), "reward_scale": .number(rewardScale),
          "features": .integer(featureCount),
        ]
      }
      return .object(fields)
    }
  }
}
