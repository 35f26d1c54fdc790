public import Documents

/// What a solver says about an environment, or about some of its episodes.
public struct ExactSolution: Sendable {
  /// The environment's identifier and settings.
  public let environment: Component
  /// The policy under which returns were worked out.
  public let behaviour: Component
  /// Bytes.
  public let memoryLimit: Int
  /// Whether the rules belong to the episode, so that each one has answers of its own.
  public let isPerEpisode: Bool
  /// One per seed where the rules belong to the episode, else one for all.
  public internal(set) var episodes: [EpisodeAnswers]

  /// The mean of a number over the episodes, or `nil` where one of them has none.
  public func mean(_ value: (EpisodeAnswers) -> Double?) -> Double? {
    let values = episodes.compactMap(value)
    return values.count == episodes.count && !values.isEmpty
      ? values.reduce(0, +) / Double(values.count) : nil
  }
}

/// What a solver says about one episode, or about all of them.
public struct EpisodeAnswers: Sendable, Equatable {
  /// The episode's seed, or `nil` where the answers hold for all.
  public var seed: UInt64?
  public var mode: Mode
  /// Hidden states that an episode can be in while it lasts; with shortest paths alone, those that
  /// were found.
  public var states: Int
  /// Whether these are all.
  public var areStatesCounted = true
  /// Bytes that a list of them takes, or would.
  public var bytes: Int
  /// Bytes that a number for every state and time takes, or would; `nil` where that is unknown.
  public var tableBytes: Int?
  public var isDeterministic: Bool?
  /// `nil` where shortest paths alone do not decide it.
  public var optimalReturn: Double?
  /// `nil` where it was left out; then there is an estimate.
  public var randomReturn: Double?
  /// From episodes played, where an exact answer would take too long.
  public var randomEstimate: Estimate?
  /// The same for the behaviour policy, where that is another.
  public var behaviourEstimate: Estimate?
  /// Fewest steps to accomplish the task, or `nil` where that is impossible.
  public var shortestSolution: Int?
  /// The same from the start that is farthest; with shortest paths alone, `nil` where there are several
  /// starts.
  public var longestSolution: Int?
  /// Returns an episode can have under the behaviour policy, ascending; `nil` where left out.
  public var returns: [Return]?
  public var omitted: [Omission] = []
  public var seconds = 0.0

  /// How much can be worked out within the memory limit.
  public enum Mode: String, Sendable {
    /// Numbers for every state and time fit: the exact conditional, values and plans included.
    case everything
    /// The list of states fits, numbers for every state and time do not: value iteration and shortest
    /// paths alone.
    case values
    /// Not even the list of states fits.
    case shortestPaths = "shortest-paths"
  }

  /// A mean over episodes that were played.
  public struct Estimate: Sendable, Equatable {
    public var mean: Double
    /// Of the mean.
    public var standardError: Double
    public var episodes: Int
  }

  public struct Return: Sendable, Equatable {
    public var value: Double
    public var probability: Double
  }

  /// An answer that had to be left out.
  public struct Omission: Sendable, Equatable {
    public var answer: String
    public var reason: String
    /// What it would take, where that is known.
    public var bytes: Int?
  }

  /// The behaviour policy's expected return.
  public var behaviourReturn: Double? {
    returns?.reduce(0) { $0 + $1.value * $1.probability }
  }
}
