public import Environments

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// A policy that can be led through an episode that another has recorded, and says at every step what
/// it would have done itself.
///
/// It sees what it would see if it had taken the recorded actions: its own history, its own way of
/// counting down the return, its own window. So nothing that is estimated from recordings can differ
/// from what an evaluation plays.
public protocol ReplayablePolicy: Policy {
  /// `[actions]` The probabilities that the last action of `lane` was drawn with; they sum to one.
  /// Empty for continuous actions, which are not drawn.
  func probabilities(lane: Int) -> [Double]

  /// Makes `lane` remember that it took `action` instead of what it has just chosen.
  func replaceLastAction(of lane: Int, by action: Action)
}

extension Selection {
  /// `[actions]` The probabilities with which `choose(from:using:)` takes each choice.
  ///
  ///     greedy     1 for the likeliest action, the lowest index among equals
  ///     sampled    softmax(logits / temperature)
  public func probabilities(from logits: ArraySlice<Float>) -> [Double] {
    var best = logits.startIndex
    for index in logits.indices where logits[index] > logits[best] { best = index }
    let weights = logits.map { exp((Double($0) - Double(logits[best])) / temperature) }
    guard rule == .sampled, weights.allSatisfy(\.isFinite) else {
      return logits.indices.map { $0 == best ? 1 : 0 }
    }
    let total = weights.reduce(0, +)
    return weights.map { $0 / total }
  }
}

/// Recorded episodes that say nothing about a policy, and why.
public enum OffPolicyError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The agent's policy cannot be led through recorded episodes.
  case notReplayable(policy: String)
  /// The data do not know how probable the recorded actions were.
  case noBehaviourProbabilities
  /// A recorded action that its own policy never takes.
  case impossibleAction(episode: Int, step: Int, logProbability: Float)
  /// Importance sampling of a policy that draws no actions.
  case continuousActions

  public var description: String {
    switch self {
    case .notReplayable(let policy):
      "found \(policy), which cannot be led through recorded episodes; expected a ReplayablePolicy, "
        + "as those of all built-in agents are"
    case .noBehaviourProbabilities:
      "behaviour_log_probabilities: found none, expected those of the policy that made the data; "
        + "importance sampling and doubly robust estimates need them, fqe does not"
    case .impossibleAction(let episode, let step, let logProbability):
      "behaviour_log_probabilities, episode \(episode), step \(step): found \(logProbability), "
        + "expected a finite number: the action was taken, so its probability is above 0"
    case .continuousActions:
      "found a policy of continuous actions, which it does not draw; importance sampling and doubly "
        + "robust estimates need probabilities, fqe does not"
    }
  }
}
