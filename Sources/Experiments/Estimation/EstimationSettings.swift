public import Agents
public import Documents

/// How a policy's return is estimated from recorded episodes.
public struct EstimationSettings: Settings {
  /// Empty for all that the data and the policy allow.
  public var estimators: [EstimatorKind] = []
  /// Returns to ask for; empty for those of the run's evaluation. A policy that takes none has one
  /// estimate.
  public var targetReturns: [TargetReturn] = []
  public var selections = [Selection.Rule.greedy, .sampled]
  /// Divides logits before sampling.
  public var temperature = 1.0
  /// γ, for every estimator; 1 estimates what an evaluation measures.
  public var discount = 1.0
  /// No importance weight counts for more; 0 for no limit.
  public var weightLimit = 0.0
  /// Draws of the bootstrap behind each interval.
  public var resamples = 2000
  /// Names the fit's first weights and draws, and the bootstrap's.
  public var seed = 0
  public var fqe = FittedQSettings()

  public init() {}

  public func check() throws(ConfigurationError) {
    try require(
      Set(estimators).count == estimators.count, "estimators",
      estimators.map(\.rawValue).joined(separator: ", "), "each estimator once")
    try require(
      !selections.isEmpty && Set(selections).count == selections.count, "selections",
      selections.isEmpty ? "none" : selections.map(\.rawValue).joined(separator: ", "),
      "greedy, sampled or both, each once")
    try requireTargets(targetReturns)
    try require(
      temperature > 0 && temperature <= 1e6, "temperature", temperature,
      "a number above 0, at most 1000000")
    try require(0...1 ~= discount, "discount", discount, "a number from 0 to 1")
    try require(0...1e30 ~= weightLimit, "weightLimit", weightLimit, "a number from 0 to 1e30")
    try require(
      100...1_000_000 ~= resamples, "resamples", resamples, "a whole number from 100 to 1000000")
    try require(seed >= 0, "seed", seed, "a whole number from 0")
    do { try fqe.check() } catch { throw error.within("fqe") }
  }
}

/// The estimators, by the names that commands and reports know them by.
public enum EstimatorKind: String, Sendable, Codable, CaseIterable {
  /// Fitted Q evaluation, the mean value of first observations.
  case fqe
  /// Ordinary importance sampling of whole episodes.
  case ordinary = "is"
  case perDecision = "pdis"
  case weighted = "wis"
  case weightedPerDecision = "wpdis"
  case doublyRobust = "dr"
  case weightedDoublyRobust = "wdr"

  /// Whether it needs the probabilities of the recorded actions.
  public var needsProbabilities: Bool { self != .fqe }
  /// Whether it needs a fitted Q.
  public var needsValues: Bool {
    self == .fqe || self == .doublyRobust || self == .weightedDoublyRobust
  }
}
