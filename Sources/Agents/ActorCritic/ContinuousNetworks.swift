internal import Datasets
internal import Documents
internal import TensorCore

/// The networks that methods with a critic and continuous actions have in common.
struct ContinuousNetworks {
  let shape: ObservationNetwork.Shape
  let data: DataSummary
  let parts: AgentParts

  init(_ shape: ObservationNetwork.Shape, data: DataSummary, parts: AgentParts) {
    (self.shape, self.data, self.parts) = (shape, data, parts)
  }

  /// Q₁ and Q₂, of an observation and an action.
  func critics(
    in scope: inout ParameterScope
  ) throws(ConfigurationError) -> [ObservationNetwork] {
    [
      try make("q1", beside: data.actionColumns, outputs: 1, in: &scope),
      try make("q2", beside: data.actionColumns, outputs: 1, in: &scope),
    ]
  }

  /// V
  func value(in scope: inout ParameterScope) throws(ConfigurationError) -> ObservationNetwork {
    try make("value", outputs: 1, in: &scope)
  }

  /// An action in units of its bounds.
  func policy(in scope: inout ParameterScope) throws(ConfigurationError) -> ObservationNetwork {
    try make("policy", outputs: data.actionColumns, outputActivation: .tanh, in: &scope)
  }

  private func make(
    _ name: String, beside: Int = 0, outputs: Int, outputActivation: Activation = .identity,
    in scope: inout ParameterScope
  ) throws(ConfigurationError) -> ObservationNetwork {
    do {
      return try scope.within(name) { scope throws(ConfigurationError) in
        try ObservationNetwork(
          shape, data: data, parts: parts, beside: beside, outputs: outputs,
          outputActivation: outputActivation, in: &scope)
      }
    } catch { throw error.within("network") }
  }
}
