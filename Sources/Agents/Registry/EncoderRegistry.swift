public import Documents
public import TensorCore

/// The encoders that observations can be read by, by id.
public struct EncoderRegistry: Sendable {
  public struct Entry: Sendable {
    public let id: String
    public let summary: String
    public let defaults: any Settings
    public let make:
      @Sendable (Component, EncoderRequest, inout ParameterScope) throws(ConfigurationError) ->
        any ObservationEncoder

    /// The entry of an encoder type.
    public init<Encoder: ObservationEncoder>(
      _ id: String, _ type: Encoder.Type, _ summary: String
    ) {
      self.id = id
      self.summary = summary
      defaults = Encoder.Configuration()
      make = {
        (component, request, scope) throws(ConfigurationError) -> any ObservationEncoder in
        try Encoder(component.decode(as: Encoder.Configuration.self), request, into: &scope)
      }
    }
  }

  public private(set) var entries: [Entry]

  public static let builtIn = EncoderRegistry(entries: [
    Entry("linear", LinearEncoder.self, "An affine map of all numbers of an observation."),
    Entry(
      "embedding", EmbeddingEncoder.self,
      "A learned row for every label, summed, and an affine map of amounts."),
    Entry(
      "convolution", ConvolutionEncoder.self,
      "A small convolutional network for views of a grid; other numbers beside it."),
  ])

  public var ids: [String] { entries.map(\.id) }

  public subscript(id: String) -> Entry? { entries.first { $0.id == id } }

  public func adding(_ entry: Entry) -> EncoderRegistry {
    EncoderRegistry(entries: entries.filter { $0.id != entry.id } + [entry])
  }

  /// Builds the encoder that `component` names.
  public func make(
    _ component: Component, _ request: EncoderRequest, into scope: inout ParameterScope
  ) throws(ConfigurationError) -> any ObservationEncoder {
    guard let entry = self[component.id] else {
      throw ConfigurationError(
        key: "id", found: component.id, expected: "one of \(ids.joined(separator: ", "))",
        suggestion: nearest(to: component.id, among: ids))
    }
    return try entry.make(component, request, &scope)
  }
}
