/// What agents are built from: the registries that components of their configurations name.
public struct AgentParts: Sendable {
  public var backbones: BackboneRegistry
  public var encoders: EncoderRegistry

  public init(backbones: BackboneRegistry, encoders: EncoderRegistry) {
    self.backbones = backbones
    self.encoders = encoders
  }

  public static let builtIn = AgentParts(backbones: .builtIn, encoders: .builtIn)
}
