internal import Environments
internal import HDF5

/// The names in our files. Flat columns under the names that D4RL's readers know; beside them what
/// D4RL lacks.
///
/// **Every dataset in a file has `N` rows, one per step**, because D4RL's `sequence_dataset` takes
/// row `i` of whatever it finds for step `i`. What an episode has only once is therefore spread over
/// its steps: seeds and `infos/episode_…` stand on every one of them, final observations on its last
/// one and zeros elsewhere. Repetition packs to next to nothing. `timesteps`, which counts from 0
/// within each episode, says where episodes begin.
enum Layout {
  static let observations = "observations"
  static let actions = "actions"
  static let rewards = "rewards"
  static let terminals = "terminals"
  static let timeouts = "timeouts"
  static let timesteps = "timesteps"
  static let finalObservations = "final_observations"
  static let episodeSeeds = "episode_seeds"
  static let behaviourLogProbabilities = "behaviour_log_probabilities"
  static let infos = "infos"

  /// Attributes of the root.
  enum Attribute {
    static let schemaVersion = "schema_version"
    static let environment = "environment"
    static let environmentConfiguration = "environment_configuration"
    static let observationSpace = "observation_space"
    static let actionSpace = "action_space"
    static let behaviourPolicy = "behaviour_policy"
    static let seed = "seed"
    static let creator = "creator"
    static let configuration = "configuration"
    static let lineage = "lineage"
    static let headerChecksum = "header_sha256"
  }

  /// Where a leaf's column is: the root's dataset of that name, or one in its group.
  static func path(of leaf: Space.Leaf, in name: String) -> String {
    leaf.path.isEmpty ? name : "\(name)/\(leaf.path)"
  }

  /// Blocks of about a quarter of a mebibyte: large enough to pack well, small enough that reading
  /// a few episodes unpacks little else.
  static func storage(bytesPerRow: Int) -> HDF5Storage {
    .chunked(rows: blockRows(bytesPerRow: bytesPerRow))
  }

  /// Rows of such a block.
  static func blockRows(bytesPerRow: Int) -> Int { max(1, (256 << 10) / max(bytesPerRow, 1)) }
}

extension Space.Element {
  /// How a leaf's numbers are stored.
  var storedType: StoredType {
    switch self {
    case .uint8: UInt8.storedType
    case .int32: Int32.storedType
    case .int64: Int64.storedType
    case .float32: Float.storedType
    case .float64: Double.storedType
    }
  }

  init?(_ type: StoredType) {
    guard let element = Self.allCases.first(where: { $0.storedType == type }) else { return nil }
    self = element
  }
}
