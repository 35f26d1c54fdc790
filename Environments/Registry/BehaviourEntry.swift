public import Documents

/// A behaviour policy that can act in worlds of one type: a line of a registry.
public struct BehaviourEntry<World: Environment>: Sendable {
  public let id: String
  /// One line for lists.
  public let summary: String
  /// Its complete default settings.
  public let defaults: any Settings
  /// Whom a policy made of others can name, itself included.
  private var siblings: [BehaviourEntry<World>] = []
  private let build:
    @Sendable (any Settings, World, BehaviourContext<World>) throws(ConfigurationError) ->
      any BehaviourPolicy<World>

  /// - Parameter build: makes the policy for a world, from settings that were already decoded.
  public init<S: Settings, P: BehaviourPolicy<World>>(
    _ id: String, _ summary: String, defaults: S,
    build: @escaping @Sendable (S, World) throws(ConfigurationError) -> P
  ) {
    self.init(id, summary, defaults: defaults) {
      settings, world, _ throws(ConfigurationError) in try build(settings, world)
    }
  }

  /// A policy made of others, or one that takes much memory.
  ///
  /// - Parameter build: as above; its last parameter is whom the settings can name, and how much.
  public init<S: Settings, P: BehaviourPolicy<World>>(
    _ id: String, _ summary: String, defaults: S,
    build:
      @escaping @Sendable (S, World, BehaviourContext<World>) throws(ConfigurationError) -> P
  ) {
    self.id = id
    self.summary = summary
    self.defaults = defaults
    self.build = { settings, world, context throws(ConfigurationError) in
      guard let settings = settings as? S else {
        throw ConfigurationError(
          key: "", found: "settings of type \(String(reflecting: type(of: settings)))",
          expected: String(reflecting: S.self))
      }
      return try build(settings, world, context)
    }
  }

  public var settingsType: any Settings.Type { type(of: defaults) }

  /// Makes the policy for `world`, whose settings it may look at.
  public func makePolicy(
    _ settings: any Settings, for world: World,
    memoryLimit: Int = SolverMemory.defaultLimit
  ) throws(ConfigurationError) -> any BehaviourPolicy<World> {
    try build(settings, world, BehaviourContext(siblings: siblings, memoryLimit: memoryLimit))
  }

  /// The same entry, whose policy can name those in `siblings`.
  func among(_ siblings: [BehaviourEntry<World>]) -> Self {
    var result = self
    result.siblings = siblings
    return result
  }
}

/// What a behaviour policy is made from beside its settings and the world.
public struct BehaviourContext<World: Environment>: Sendable {
  fileprivate let siblings: [BehaviourEntry<World>]
  /// Bytes that a solution may take.
  public let memoryLimit: Int

  /// Makes the policies that a list of components names.
  public func makePolicies(
    _ components: Components, for world: World
  ) throws(ConfigurationError) -> [any BehaviourPolicy<World>] {
    var policies: [any BehaviourPolicy<World>] = []
    for (index, component) in components.enumerated() {
      do throws(ConfigurationError) {
        policies.append(
          try siblings.makePolicy(
            component, for: world, in: "this environment", memoryLimit: memoryLimit))
      } catch { throw error.within("behaviours[\(index)]") }
    }
    return policies
  }
}

extension Array {
  /// Makes the policy that `component` names among these entries.
  ///
  /// - Parameter owner: the environment's identifier, for messages.
  func makePolicy<World: Environment>(
    _ component: Component, for world: World, in owner: String, memoryLimit: Int
  ) throws(ConfigurationError) -> any BehaviourPolicy<World>
  where Element == BehaviourEntry<World> {
    let ids = map(\.id)
    guard let entry = first(where: { $0.id == component.id }) else {
      throw ConfigurationError(
        key: "id", found: component.id,
        expected: "a policy that can act in \(owner): \(ids.joined(separator: ", "))",
        suggestion: nearest(to: component.id, among: ids))
    }
    return try entry.among(self).makePolicy(
      component.decode(asAny: entry.settingsType), for: world, memoryLimit: memoryLimit)
  }
}
