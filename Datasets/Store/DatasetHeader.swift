public import Documents
public import Environments

/// What a dataset is: which world, which spaces, who acted, and what made it.
///
/// It holds neither paths nor times nor hosts, so that equal data have equal bytes.
public struct DatasetHeader: Sendable, Equatable {
  /// The version of our own layout; a reader refuses a newer one than it knows.
  public static let currentSchemaVersion = 1

  /// The environment's identifier in the registry.
  public var environment: String
  /// All settings of the environment, defaults included.
  public var environmentConfiguration: Document
  public var observationSpace: Space
  public var actionSpace: Space
  /// The behaviour policy, `{id: …, …settings}`.
  public var behaviourPolicy: Document
  /// The seed that every episode's seed comes from.
  public var seed: UInt64
  /// The program that collected the data and its version: `hindsight 0.1.0`.
  public var creator: String
  /// The effective configuration of the whole collection.
  public var configuration: Document
  /// How the data came from other data: the operation, its settings and the inputs' hashes; nothing
  /// where they were collected.
  public var lineage: Document

  public init(
    environment: String, environmentConfiguration: Document, observationSpace: Space,
    actionSpace: Space, behaviourPolicy: Document, seed: UInt64, creator: String,
    configuration: Document, lineage: Document = .null
  ) {
    self.environment = environment
    self.environmentConfiguration = environmentConfiguration
    self.observationSpace = observationSpace
    self.actionSpace = actionSpace
    self.behaviourPolicy = behaviourPolicy
    self.seed = seed
    self.creator = creator
    self.configuration = configuration
    self.lineage = lineage
  }
}
