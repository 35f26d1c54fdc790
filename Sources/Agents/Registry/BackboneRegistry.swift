public import Documents
public import TensorCore

/// The backbones a sequence agent can be built on, by id.
public struct BackboneRegistry: Sendable {
  public struct Entry: Sendable {
    public let id: String
    public let summary: String
    public let defaults: any Settings
    public let make:
      @Sendable (Component, Int, inout ParameterScope) throws(ConfigurationError) ->
        any SequenceBackbone

    /// The entry of a backbone type.
    public init<Backbone: SequenceBackbone>(_ id: String, _ type: Backbone.Type, _ summary: String)
    {
      self.id = id
      self.summary = summary
      defaults = Backbone.Configuration()
      make = {
        (component, longest, scope) throws(ConfigurationError) -> any SequenceBackbone in
        try Backbone(
          component.decode(as: Backbone.Configuration.self), longest: longest, into: &scope)
      }
    }
  }

  public private(set) var entries: [Entry]

  public static let builtIn = BackboneRegistry(entries: [
    Entry("transformer", Transformer.self, "Pre-norm GPT with causal softmax attention.")
  ])

  public var ids: [String] { entries.map(\.id) }

  public subscript(id: String) -> Entry? { entries.first { $0.id == id } }

  public func adding(_ entry: Entry) -> BackboneRegistry {
    BackboneRegistry(entries: entries.filter { $0.id != entry.id } + [entry])
  }

  /// Builds the backbone that `component` names.
  public func make(
    _ component: Component, longest: Int, into scope: inout ParameterScope
  ) throws(ConfigurationError) -> any SequenceBackbone {
    guard let entry = self[component.id] else {
      throw ConfigurationError(
        key: "id", found: component.id, expected: "one of \(ids.joined(separator: ", "))",
        suggestion: nearest(to: component.id, among: ids))
    }
    return try entry.make(component, longest, &scope)
  }
}
