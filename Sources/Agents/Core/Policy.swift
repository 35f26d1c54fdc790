public import Environments
internal import Randomness

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Acts in many episodes at once, one per lane, and owns its memory of each.
///
/// A class because it owns a tape and key-value caches, which are not copied.
public protocol Policy: AnyObject {
  /// Starts an episode in `lane`; `seed` names the random stream of its action choices.
  func begin(lane: Int, prompt: Prompt, seed: UInt64)

  /// Chooses an action for every lane named.
  ///
  /// - Parameters:
  ///   - lanes: distinct lanes whose episodes are running.
  ///   - observations: `[lanes, observation width]`, as the environment gives them.
  ///   - rewards: `[lanes]` what each lane's last action brought; ignored at an episode's start.
  ///   - actions: replaced by one action per lane.
  func actions(lanes: [Int], observations: [Float], rewards: [Double], into actions: inout [Action])
}

/// A policy that says how probable its choices were, so that it can make data.
public protocol ProbabilisticPolicy: Policy {
  /// The natural logarithm of the probability with which the last action of `lane` was chosen.
  func logProbability(lane: Int) -> Double
}

/// What a policy is asked for.
public enum Prompt: Sendable, Equatable {
  case none
  /// An undiscounted sum of rewards, in reward units.
  case targetReturn(Double)
  /// A return that the policy draws itself, where its agent ``Agent/canSampleReturns``.
  case sampledReturn
}

/// How a discrete action is chosen from the policy's probabilities.
public struct Selection: Sendable, Equatable {
  public enum Rule: String, Sendable, Codable, CaseIterable {
    /// The likeliest action; the lowest index among equals.
    case greedy
    /// A draw from the softmax of logits / temperature.
    case sampled
  }

  public var rule: Rule
  public var temperature: Double

  public init(_ rule: Rule, temperature: Double = 1) {
    self.rule = rule
    self.temperature = temperature
  }

  /// Chooses from unnormalized log-probabilities.
  func choose(from logits: ArraySlice<Float>, using random: inout RandomStream) -> Int {
    var best = logits.startIndex
    for index in logits.indices where logits[index] > logits[best] { best = index }
    switch rule {
    case .greedy: return best - logits.startIndex
    case .sampled:
      let weights = logits.map { exp((Double($0) - Double(logits[best])) / temperature) }
      // Numbers that are not finite come from an input far outside the data.
      guard weights.allSatisfy(\.isFinite) else { return best - logits.startIndex }
      return random.index(weightedBy: weights)
    }
  }

  /// The natural logarithm of the probability with which ``choose(from:using:)`` takes a choice.
  func logProbability(of choice: Int, from logits: ArraySlice<Float>) -> Double {
    guard rule == .sampled, let peak = logits.max(), logits.allSatisfy(\.isFinite) else { return 0 }
    func scaled(_ logit: Float) -> Double { (Double(logit) - Double(peak)) / temperature }
    let total = logits.reduce(0) { $0 + exp(scaled($1)) }
    return scaled(logits[logits.startIndex + choice]) - log(total)
  }
}
