public import Agents
internal import Datasets
public import Documents
public import Environments
internal import TensorCore

/// Everything that can be named in a configuration: a value, so that a package that depends on this
/// one adds its own and gets the whole command line.
public struct Registry: Sendable {
  public var environments: EnvironmentRegistry
  public var agents: AgentRegistry
  public var backbones: BackboneRegistry
  public var encoders: EncoderRegistry

  public init(
    environments: EnvironmentRegistry, agents: AgentRegistry, backbones: BackboneRegistry,
    encoders: EncoderRegistry = .builtIn
  ) {
    self.environments = environments
    self.agents = agents
    self.backbones = backbones
    self.encoders = encoders
  }

  public static let builtIn = Registry(
    environments: .builtIn, agents: .builtIn, backbones: .builtIn)

  /// What agents are built from.
  public var parts: AgentParts { AgentParts(backbones: backbones, encoders: encoders) }

  /// The kinds of entries, as `hindsight list` names them.
  public static let kinds = ["environment", "agent", "backbone", "encoder", "behaviour"]

  /// The ids of one kind.
  public func ids(_ kind: String) -> [String] {
    switch kind {
    case "environment": return environments.ids
    case "agent": return agents.ids
    case "backbone": return backbones.ids
    case "encoder": return encoders.ids
    case "behaviour":
      var ids: [String] = []
      for entry in environments.entries {
        for id in entry.behaviourIDs where !ids.contains(id) { ids.append(id) }
      }
      return ids + [RunBehaviourSettings.id]
    default: return []
    }
  }

  /// What the configuration loader needs to know.
  public var catalogue: Catalogue {
    Catalogue(
      settings: { (kind, id) throws(ConfigurationError) in
        switch kind {
        case "environment":
          try environments.checkNotLeftOut(id, key: "")
          return environments[id]?.defaultConfiguration
        case "agent": return agents[id]?.defaults
        case "backbone": return backbones[id]?.defaults
        case "encoder": return encoders[id]?.defaults
        case "behaviour":
          return id == RunBehaviourSettings.id
            ? RunBehaviourSettings()
            : environments.entries.lazy.compactMap { $0.behaviourDefaults(id) }.first
        default: return nil
        }
      },
      ids: { ids($0) },
      expansion: { (kind, id, origin) throws(ConfigurationErrors) in
        guard kind == "environment", environments[id] == nil else { return nil }
        return try LayoutFile.expansion(of: id, from: origin)
      })
  }

  /// The entry of the environment that `component` names.
  func environmentEntry(
    _ component: Component
  ) throws(ConfigurationError) -> any AnyEnvironmentEntry {
    try environments.checkNotLeftOut(component.id, key: "id")
    guard let entry = environments[component.id] else {
      throw ConfigurationError(
        key: "id", found: component.id,
        expected: "one of the environments that `hindsight list` "
          + "shows", suggestion: nearest(to: component.id, among: environments.ids))
    }
    return entry
  }

  /// Builds the environment that `component` names, with its entry's defaults for keys that are
  /// missing; keys of errors are relative to the component.
  public func makeEnvironment(
    _ component: Component
  ) throws(ConfigurationError) -> any Environment {
    let entry = try environmentEntry(component)
    let whole = try component.filled(from: entry.defaultConfiguration)
    return try entry.make(whole.decode(asAny: entry.configurationType))
  }
}

extension Registry {
  /// Builds the fitter that `component` names, or `nil` where it names an agent that is trained;
  /// keys of errors are those of the experiment.
  func makeFitter(
    _ component: Component, data: DataSummary
  ) throws(ConfigurationError) -> (any Fitter)? {
    do {
      return try agents.makeFitter(component, data: data)
    } catch { throw error.within("agent") }
  }

  /// Builds the agent that `component` names; keys of errors are those of the experiment.
  ///
  /// A model that this machine cannot hold is refused here, because running out of memory ends the
  /// process without a word about the reason.
  ///
  /// - Parameter copies: how often its weights are held at the same time.
  func makeAgent(
    _ component: Component, data: DataSummary, copies: Int = 1, into scope: inout ParameterScope
  ) throws(ConfigurationError) -> any Agent {
    let agent: any Agent
    do {
      agent = try agents.make(component, data: data, parts: parts, into: &scope)
    } catch { throw error.within("agent") }
    let weights = scope.specifications.reduce(0) { $0 + $1.count }
    let bytes = Double(weights) * Double(copies * MemoryLayout<Float>.size)
    guard bytes <= Double(Machine.memoryBytes) else {
      throw ConfigurationError(
        key: "agent", found: "settings that make \(weights) weights",
        expected: "a model that \(Machine.memoryBytes) bytes of memory can hold \(copies) times")
    }
    return agent
  }
}

extension Registry {
  /// Ids of one kind with a line about each.
  public func summaries(of kind: String) -> [(id: String, summary: String)] {
    switch kind {
    case "environment": environments.entries.map { ($0.id, $0.summary) }
    case "agent": agents.entries.map { ($0.id, $0.summary) }
    case "backbone": backbones.entries.map { ($0.id, $0.summary) }
    case "encoder": encoders.entries.map { ($0.id, $0.summary) }
    case "behaviour":
      ids("behaviour").map { id in
        let worlds = environments.entries.filter { $0.behaviourIDs.contains(id) }
        return (
          id,
          worlds.count == environments.entries.count || id == RunBehaviourSettings.id
            ? "in every environment"
            : worlds.count > 4
              ? "in \(worlds.count) environments, such as \(worlds[0].id)"
              : "in \(worlds.map(\.id).joined(separator: ", "))"
        )
      }
    default: []
    }
  }
}
