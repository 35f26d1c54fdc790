internal import Datasets
public import Documents

extension DecisionTransformer {
  public struct Configuration: Settings {
    /// Steps of history the model sees (K); a step is three tokens, or two without returns.
    public var contextLength = 20
    public var backbone = Component("backbone", id: "transformer")
    /// How observations become tokens.
    public var encoder = Component("encoder", id: "linear")
    public var conditioning = Conditioning.return
    public var order = Order.returnFirst
    /// What returns-to-go are divided by before they are embedded.
    public var returnScale = ReturnScale.data
    /// The divisor where `returnScale` is `fixed`.
    public var fixedReturnScale = 1.0
    public var conditioningUpdate = ConditioningUpdate.decremented
    public var timesteps = Timesteps.perStep
    /// Layer normalization of token embeddings, as in the paper's continuous code.
    public var normalisesEmbeddings = true
    /// Squash continuous actions with tanh to the bounds of their space, ±1 where it has none.
    public var squashesActions = true
    public var returnHead = ReturnHead.none
    /// Categories of the return head where the data have more different returns-to-go.
    public var returnBins = 60
    /// Weight of the return head's cross-entropy in the loss.
    public var returnLossWeight = 1.0
    /// What returns are weighted with where the policy draws them itself.
    public var returnPrior = ReturnPrior()
    public var observationHead = ObservationHead.none
    /// Weight of the observation head's errors in the loss.
    public var observationLossWeight = 1.0
    /// Standard deviation of the first weights of embeddings and heads.
    public var initialDeviation = 0.02

    public init() {}
  }

  /// What the model is told about the future.
  public enum Conditioning: String, Sendable, Codable, CaseIterable {
    /// The return-to-go, a token of every step.
    case `return`
    /// Nothing: behaviour cloning with a window, two tokens a step.
    case none
  }

  /// How the tokens of a step follow one another.
  public enum Order: String, Sendable, Codable, CaseIterable {
    /// R̂, s, a, as in the Decision Transformer's paper: s predicts the action.
    case returnFirst
    /// s, R̂, a, as in multi-game Decision Transformers (Lee et al., 2022) and Elastic Decision
    /// Transformers (Wu et al., 2023): s predicts the return, R̂ the action.
    case observationFirst
  }

  public enum ReturnScale: String, Sendable, Codable, CaseIterable {
    /// The largest absolute return-to-go in the data, or 1 where all are zero.
    case data
    case fixed
  }

  /// What a reward does to the return that is asked for.
  public enum ConditioningUpdate: String, Sendable, Codable, CaseIterable {
    /// It is subtracted: what is left is asked for.
    case decremented
    /// Nothing, as the official code has it for rewards that all come at the end of an episode.
    case constant
  }

  public enum Timesteps: String, Sendable, Codable, CaseIterable {
    /// A learned vector for the step's number in its episode.
    case perStep
    /// One vector for all tokens of a window, that of its first step's number: "global", as in the
    /// official code for Atari. With it a backbone should have positions of its own.
    case perWindow
    /// No notion of time but the order in the window.
    case none
  }

  /// Whether the returns-to-go are predicted too, each at its step's observation token.
  public enum ReturnHead: String, Sendable, Codable, CaseIterable {
    case none
    /// A distribution over the returns-to-go of the data: all of them where there are few, else
    /// bins of equal width.
    case categories
  }

  /// Whether observations are predicted too.
  public enum ObservationHead: String, Sendable, Codable, CaseIterable {
    case none
    /// The next observation, from the action's token: labels by cross-entropy, amounts by their
    /// squared error.
    case next
  }
}

extension DecisionTransformer.Configuration {
  /// Behaviour cloning with a window.
  static let withoutReturns = {
    var configuration = Self()
    configuration.conditioning = .none
    return configuration
  }()

  /// The longest horizon that can have a vector per step.
  private static let timestepsAtMost = 1_000_000

  /// Checks ranges, alone and against the data.
  func check(_ data: DataSummary) throws(ConfigurationError) {
    try require(
      contextLength >= 1, "contextLength", contextLength,
      "a whole number from 1 to the horizon, \(data.horizon)")
    guard contextLength <= data.horizon else {
      throw ConfigurationError(
        key: "contextLength", found: "\(contextLength)",
        expected: "at most \(data.horizon), the steps of the longest episode",
        suggestion: "\(data.horizon)")
    }
    try require(
      timesteps == .none || data.horizon <= Self.timestepsAtMost, "timesteps", timesteps.rawValue,
      "none: \(data.horizon) steps are too many for a vector each")
    try require(
      1e-30...1e30 ~= fixedReturnScale, "fixedReturnScale", fixedReturnScale,
      "a number from 1e-30 to 1e30")
    try require(
      initialDeviation > 0 && initialDeviation <= 10, "initialDeviation", initialDeviation,
      "a number above 0, at most 10")
    try require(
      2...10_000 ~= returnBins, "returnBins", returnBins, "a whole number from 2 to 10000")
    for (key, weight) in [
      ("returnLossWeight", returnLossWeight), ("observationLossWeight", observationLossWeight),
    ] {
      try require(0...1e6 ~= weight, key, weight, "a number from 0 to 1000000")
    }
    if returnHead == .categories {
      guard conditioning == .none || order == .observationFirst else {
        throw ConfigurationError(
          key: "returnHead",
          found: "categories, where the return's token comes before the observation's",
          expected: "order: observationFirst, or conditioning: none")
      }
      try require(
        data.returnDistribution.isKnown, "returnHead", "categories",
        "none: nothing is known of the data's returns-to-go")
    }
    do { try returnPrior.check() } catch { throw error.within("returnPrior") }
  }
}
