public import Datasets
public import Documents
public import TensorCore

/// The agents that can be trained, by id.
public struct AgentRegistry: Sendable {
  public struct Entry: Sendable {
    public let id: String
    public let summary: String
    public let defaults: any Settings
    public let make:
      @Sendable (Component, DataSummary, AgentParts, inout ParameterScope)
        throws(ConfigurationError) -> any Agent

    /// The entry of an agent type.
    public init<Learner: Agent>(_ id: String, _ type: Learner.Type, _ summary: String) {
      self.id = id
      self.summary = summary
      defaults = Learner.Configuration()
      make = {
        (component, data, parts, scope) throws(ConfigurationError) -> any Agent in
        try Learner(
          component.decode(as: Learner.Configuration.self), data: data, parts: parts,
          into: &scope)
      }
    }
  }

  public private(set) var entries: [Entry]

  public static let builtIn = AgentRegistry(entries: [
    Entry(
      "decision-transformer", DecisionTransformer.self,
      "Return-conditioned sequence model of actions (Chen et al., 2021).")
  ])

  public var ids: [String] { entries.map(\.id) }

  public subscript(id: String) -> Entry? { entries.first { $0.id == id } }

  public func adding(_ entry: Entry) -> AgentRegistry {
    AgentRegistry(entries: entries.filter { $0.id != entry.id } + [entry])
  }

  /// Builds the agent that `component` names.
  public func make(
    _ component: Component, data: DataSummary, parts: AgentParts,
    into scope: inout ParameterScope
  ) throws(ConfigurationError) -> any Agent {
    guard let entry = self[component.id] else {
      throw ConfigurationError(
        key: "id", found: component.id, expected: "one of \(ids.joined(separator: ", "))",
        suggestion: nearest(to: component.id, among: ids))
    }
    return try entry.make(component, data, parts, &scope)
  }
}
