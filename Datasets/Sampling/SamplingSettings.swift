public import Documents

/// How training windows are drawn from a dataset.
public struct SamplingSettings: Settings {
  /// Which episodes come up how often.
  public enum Episodes: String, Codable, Sendable, CaseIterable {
    /// In proportion to their steps, so that every step counts the same.
    case lengthWeighted
    /// All alike.
    case uniform
    /// Bins of equal width between the smallest and the largest return alike, and the episodes of
    /// a bin alike: rare returns come up as often as common ones.
    case balancedByReturn
  }

  /// Where in an episode of `T` steps a window of at most `K` starts.
  public enum Windows: String, Codable, Sendable, CaseIterable {
    /// At 0 where the episode fits, else anywhere in `0 ... T - K`: windows are as long as possible.
    case full
    /// Anywhere in `0 ..< T`, cut off at the episode's end, as the official Decision Transformer
    /// code does it.
    case anywhere
  }

  public var episodes = Episodes.lengthWeighted
  /// Bins of `balancedByReturn`; empty ones do not count. Where there are fewer different returns
  /// than bins, each return is a bin of its own.
  public var returnBins = 10
  public var windows = Windows.full

  public init() {}

  /// Refuses values out of range.
  public func check() throws(ConfigurationError) {
    guard returnBins >= 1 else {
      throw ConfigurationError(
        key: "returnBins", found: "\(returnBins)", expected: "1 bin or more")
    }
  }
}
