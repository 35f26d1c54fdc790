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
    @Sendable (any Settings, World, [BehaviourEntry<World>]) throws(ConfigurationError) ->
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

  /// A policy made of others.
  ///
  /// - Parameter build: as above; its last parameter is whom the settings can name.
  public init<S: Settings, P: BehaviourPolicy<World>>(
    _ id: String, _ summary: String, defaults: S,
    build:
      @escaping @Sendable (S, World, [BehaviourEntry<World>]) throws(ConfigurationError) -> P
  ) {
    self.id = id
    self.summary = summary
    self.defaults = defaults
    self.build = { settings, world, siblings throws(ConfigurationError) in
      guard let settings = settings as? S else {
        throw ConfigurationError(
          key: "", found: "settings of type \(String(reflecting: type(of: settings)))",
          expected: String(reflecting: S.self))
      }
      return try build(settings, world, siblings)
    }
  }

  public var settingsType: any Settings.Type { type(of: defaults) }

  /// Makes the policy for `world`, whose settings it may look at.
  public func makePolicy(
    _ settings: any Settings, for world: World
  ) throws(ConfigurationError) -> any BehaviourPolicy<World> {
    try build(settings, world, siblings)
  }

  /// The same entry, whose policy can name those in `siblings`.
  func among(_ siblings: [BehaviourEntry<World>]) -> Self {
    var result = self
    result.siblings = siblings
    return result
  }
}

extension Array {
  /// Makes the policy that `component` names among these entries.
  ///
  /// - Parameter owner: the environment's identifier, for messages.
  func makePolicy<World: Environment>(
    _ component: Component, for world: World, in owner: String
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
      component.decode(asAny: entry.settingsType), for: world)
  }

  /// Makes the policies that a list of components names.
  func makePolicies<World: Environment>(
    _ components: Components, for world: World
  ) throws(ConfigurationError) -> [any BehaviourPolicy<World>]
  where Element == BehaviourEntry<World> {
    var policies: [any BehaviourPolicy<World>] = []
    for (index, component) in components.enumerated() {
      do throws(ConfigurationError) {
        policies.append(try makePolicy(component, for: world, in: "this environment"))
      } catch { throw error.within("behaviours[\(index)]") }
    }
    return policies
  }
}
