/// A named column beside the ones that learning needs.
public struct Info: Sendable, Equatable {
  /// What one row belongs to.
  public enum Axis: Sendable, Equatable {
    case step, episode
  }

  /// The name in the file's `infos` group. Names that begin with `episode_` have a row per episode,
  /// all others a row per step.
  public var name: String
  /// Numbers per row.
  public var width: Int
  public var column: Column

  public init(name: String, width: Int = 1, column: Column) {
    self.name = name
    self.width = width
    self.column = column
  }

  public var axis: Axis { name.hasPrefix("episode_") ? .episode : .step }

  /// Whether the episode's task was accomplished, as 0 or 1.
  public static let solved = "episode_solved"
}

extension Info {
  /// Whether the episode's seed is known, as 0 or 1; absent where all are.
  static let seedKnown = "episode_seed_known"
  /// The names that this program computes with: one whole number per episode.
  static let meanings: Set<String> = [solved, seedKnown, behaviour]
  /// Which policy of a mixture, or of a merged dataset's behaviour policies, acted; from 0.
  public static let behaviour = "episode_behaviour"
  /// Those of them that are 0 or 1.
  static let truths: Set<String> = [solved, seedKnown]
  /// What begins the names of Gymnasium's reset options, and of what infos said after the last step.
  static let optionPrefix = "episode_options."
  static let finalPrefix = "episode_final."
}
