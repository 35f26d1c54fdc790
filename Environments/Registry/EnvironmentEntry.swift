public import Documents

/// An environment under an identifier: a type, a default configuration, and who can act in it.
///
/// One type may have many identifiers, which differ in their defaults.
public struct EnvironmentEntry<World: Environment>: Sendable {
  public let id: String
  /// One line for lists.
  public let summary: String
  /// What is rewarded, and what returns are possible, in a line.
  public let rewards: String
  public var defaults: World.Configuration { lazyDefaults.value }
  private let lazyDefaults: LazyValue<World.Configuration>
  /// The policies that can make data here; `random` comes first.
  public let behaviours: [BehaviourEntry<World>]

  public init(
    _ id: String, _ summary: String, _ type: World.Type = World.self, rewards: String = "",
    defaults: World.Configuration = .init(),
    behaviours: [BehaviourEntry<World>] = BehaviourEntry.standard
  ) {
    self.init(
      id, summary, type, rewards: rewards, behaviours: behaviours, makingDefaults: { defaults })
  }

  /// An entry whose defaults are made when they are first asked for: a layout takes a while to read.
  public init(
    _ id: String, _ summary: String, _ type: World.Type = World.self, rewards: String = "",
    behaviours: [BehaviourEntry<World>] = BehaviourEntry.standard,
    makingDefaults: @escaping @Sendable () -> World.Configuration
  ) {
    self.id = id
    self.summary = summary
    self.rewards = rewards
    lazyDefaults = LazyValue(makingDefaults)
    self.behaviours = behaviours.map { $0.among(behaviours) }
  }

  /// The behaviour policy called `id`, or `nil`.
  public func behaviour(_ id: String) -> BehaviourEntry<World>? {
    behaviours.first { $0.id == id }
  }

  /// The same environment with more policies that can act in it; of two with the same identifier the
  /// new one counts.
  public func adding(_ more: [BehaviourEntry<World>]) -> EnvironmentEntry {
    let kept = behaviours.filter { old in !more.contains { $0.id == old.id } }
    return EnvironmentEntry(
      id, summary, World.self, rewards: rewards, behaviours: kept + more,
      makingDefaults: { lazyDefaults.value })
  }

  /// Makes the behaviour policy that `component` names; keys of errors are relative to the component.
  ///
  /// - Parameter memoryLimit: bytes that a solution may take, where the policy needs one.
  public func makeBehaviour(
    _ component: Component, for world: World, memoryLimit: Int = SolverMemory.defaultLimit
  ) throws(ConfigurationError) -> any BehaviourPolicy<World> {
    try behaviours.makePolicy(component, for: world, in: id, memoryLimit: memoryLimit)
  }

  /// Builds the world from settings that were already decoded.
  public func makeWorld(_ configuration: any Settings) throws(ConfigurationError) -> World {
    guard let configuration = configuration as? World.Configuration else {
      throw ConfigurationError(
        key: "", found: "settings of type \(String(reflecting: type(of: configuration)))",
        expected: String(reflecting: World.Configuration.self))
    }
    return try World(configuration)
  }
}

extension EnvironmentEntry where World: Solvable {
  public init(
    _ id: String, _ summary: String, _ type: World.Type = World.self, rewards: String = "",
    defaults: World.Configuration = .init()
  ) {
    self.init(
      id, summary, type, rewards: rewards, defaults: defaults, behaviours: BehaviourEntry.standard)
  }
}

/// An entry whose world's type is not known here; ``visit(_:)`` opens it.
public protocol AnyEnvironmentEntry: Sendable {
  var id: String { get }
  var summary: String { get }
  /// What is rewarded, and what returns are possible, in a line.
  var rewards: String { get }
  /// The complete default settings.
  var defaultConfiguration: any Settings { get }
  /// What the loader decodes the laid-over settings as.
  var configurationType: any Settings.Type { get }
  var behaviourIDs: [String] { get }

  /// The complete default settings of a behaviour policy, or `nil` where it cannot act here.
  func behaviourDefaults(_ id: String) -> (any Settings)?

  /// Builds the world from settings that were already decoded.
  func make(_ configuration: any Settings) throws(ConfigurationError) -> any Environment

  /// Runs generic code with the world's type known: what has a loop inside goes here.
  func visit<V: EnvironmentVisitor>(_ visitor: V) throws(V.Failure) -> V.Output
}

/// Generic code to be run for an environment that only its entry knows the type of.
public protocol EnvironmentVisitor {
  associatedtype Output
  associatedtype Failure: Error = Never

  func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws(Failure) -> Output
}

extension EnvironmentEntry: AnyEnvironmentEntry {
  public var defaultConfiguration: any Settings { defaults }
  public var configurationType: any Settings.Type { World.Configuration.self }
  public var behaviourIDs: [String] { behaviours.map(\.id) }

  public func behaviourDefaults(_ id: String) -> (any Settings)? { behaviour(id)?.defaults }

  public func make(_ configuration: any Settings) throws(ConfigurationError) -> any Environment {
    try makeWorld(configuration)
  }

  public func visit<V: EnvironmentVisitor>(_ visitor: V) throws(V.Failure) -> V.Output {
    try visitor.visit(self)
  }
}
