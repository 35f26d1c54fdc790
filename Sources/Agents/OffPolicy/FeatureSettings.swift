public import Documents

/// What a fitted Q is shown of an episode, so that it knows what the evaluated policy may know.
public struct FeatureSettings: Settings {
  public var features = Features.automatic
  /// Steps back whose observations and actions are shown, where `features` is `history`.
  public var historyLength = 4
  /// Show the time as a share of the horizon. An episode's last step by its horizon is then an end
  /// like any other, and values are those of episodes; without it values go on past the horizon.
  public var usesTime = true

  public init() {}

  public enum Features: String, Sendable, Codable, CaseIterable {
    /// `history` for a policy that remembers or is asked for a return, else `observation`.
    case automatic
    /// The newest observation.
    case observation
    /// That, the steps before it, the rewards so far and the mean of all observations so far.
    case history
  }

  public static let descriptions = [
    "features": "observation, history, or automatic: history for policies that need it.",
    "historyLength": "Steps back that are shown with history, 0 to 1000.",
    "usesTime": "Show the time, and end values at the horizon.",
  ]

  public func check() throws(ConfigurationError) {
    try require(
      0...1000 ~= historyLength, "historyLength", historyLength, "a whole number from 0 to 1000")
  }
}
