/// Which columns of a dataset are wanted. Ends of episodes come with any of them; what is not asked
/// for is left empty.
public struct DatasetColumns: OptionSet, Sendable {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// Final observations too.
  public static let observations = Self(rawValue: 1)
  public static let actions = Self(rawValue: 2)
  public static let rewards = Self(rawValue: 4)
  public static let behaviourLogProbabilities = Self(rawValue: 8)
  public static let episodeSeeds = Self(rawValue: 16)
  /// Infos with a row per step.
  public static let stepInfos = Self(rawValue: 32)
  /// Infos with a row per episode.
  public static let episodeInfos = Self(rawValue: 64)
  public static let all = Self(rawValue: 127)
}
