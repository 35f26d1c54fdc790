public import Datasets
public import Documents
public import TensorCore

/// The agents that can be trained, by id.
public struct AgentRegistry: Sendable {
  public struct Entry: Sendable {
    public let id: String
    public let summary: String
    public let defaults: any Settings
    let method: Method

    /// How the entry learns.
    enum Method: Sendable {
      case agent(
        @Sendable (Component, DataSummary, AgentParts, inout ParameterScope)
          throws(ConfigurationError) -> any Agent)
      case fitter(@Sendable (Component, DataSummary) throws(ConfigurationError) -> any Fitter)
    }

    /// Whether it is a ``Fitter``.
    public var isFitter: Bool {
      if case .fitter = method { true } else { false }
    }

    /// The entry of an agent type; one type can have several, with other defaults.
    public init<Learner: Agent>(
      _ id: String, _ type: Learner.Type, _ summary: String,
      defaults: Learner.Configuration = Learner.Configuration()
    ) {
      self.id = id
      self.summary = summary
      self.defaults = defaults
      method = .agent {
        (component, data, parts, scope) throws(ConfigurationError) -> any Agent in
        try Learner(
          component.filled(from: defaults).decode(as: Learner.Configuration.self), data: data,
          parts: parts, into: &scope)
      }
    }

    /// The entry of a fitter type.
    public init<Fitting: Fitter>(
      _ id: String, _ type: Fitting.Type, _ summary: String,
      defaults: Fitting.Configuration = Fitting.Configuration()
    ) {
      self.id = id
      self.summary = summary
      self.defaults = defaults
      method = .fitter { (component, data) throws(ConfigurationError) -> any Fitter in
        try Fitting(
          component.filled(from: defaults).decode(as: Fitting.Configuration.self), data: data)
      }
    }
  }

  public private(set) var entries: [Entry]

  public static let builtIn = AgentRegistry(entries: [
    Entry(
      "decision-transformer", DecisionTransformer.self,
      "Return-conditioned sequence model of actions (Chen et al., 2021)."),
    Entry(
      "windowed-behaviour-cloning", DecisionTransformer.self,
      "The Decision Transformer without returns: imitates the data with a memory.",
      defaults: .withoutReturns),
    Entry(
      "behaviour-cloning", BehaviourCloning.self,
      "Imitates the data, one observation at a time."),
    Entry(
      "rvs", BehaviourCloning.self,
      "Return-conditioned network without memory (Emmons et al., 2022).",
      defaults: BehaviourCloning.Configuration(conditioning: .returnToGo)),
    Entry("dqn", DeepQLearning.self, "Q-learning with a target network (Mnih et al., 2015)."),
    Entry(
      "double-dqn", DeepQLearning.self, "Double Q-learning (van Hasselt et al., 2016).",
      defaults: DeepQLearning.Configuration(isDouble: true)),
    Entry(
      "discrete-cql", DeepQLearning.self, "Conservative Q-learning (Kumar et al., 2020).",
      defaults: DeepQLearning.Configuration(isDouble: true, conservatism: 1)),
    Entry(
      "discrete-bcq", DiscreteBCQ.self, "Batch-constrained Q-learning (Fujimoto et al., 2019)."),
    Entry(
      "discrete-iql", DiscreteIQL.self, "Implicit Q-learning (Kostrikov et al., 2021)."),
    Entry(
      "iql", ContinuousIQL.self,
      "Implicit Q-learning for continuous actions (Kostrikov et al., 2021)."),
    Entry(
      "td3-bc", TD3BC.self,
      "TD3 with behaviour cloning, for continuous actions (Fujimoto and Gu, 2021)."),
    Entry(
      "tabular-q", TabularQ.self, "Value iteration in the world that the data describe."),
  ])

  public var ids: [String] { entries.map(\.id) }

  public subscript(id: String) -> Entry? { entries.first { $0.id == id } }

  public func adding(_ entry: Entry) -> AgentRegistry {
    AgentRegistry(entries: entries.filter { $0.id != entry.id } + [entry])
  }

  /// Builds the agent that `component` names; it must be none of the fitters.
  public func make(
    _ component: Component, data: DataSummary, parts: AgentParts,
    into scope: inout ParameterScope
  ) throws(ConfigurationError) -> any Agent {
    guard case .agent(let make) = try entry(component).method else {
      throw ConfigurationError(
        key: "id", found: "\(component.id), which is fitted, not trained",
        expected: "an agent with a loss")
    }
    return try make(component, data, parts, &scope)
  }

  /// Builds the fitter that `component` names, or `nil` where it names an agent.
  public func makeFitter(
    _ component: Component, data: DataSummary
  ) throws(ConfigurationError) -> (any Fitter)? {
    guard case .fitter(let make) = try entry(component).method else { return nil }
    return try make(component, data)
  }

  private func entry(_ component: Component) throws(ConfigurationError) -> Entry {
    guard let entry = self[component.id] else {
      throw ConfigurationError(
        key: "id", found: component.id, expected: "one of \(ids.joined(separator: ", "))",
        suggestion: nearest(to: component.id, among: ids))
    }
    return entry
  }
}
