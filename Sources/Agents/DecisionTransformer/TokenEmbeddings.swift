internal import Datasets
internal import Documents
internal import TensorCore

/// Turns returns, observations and actions into tokens.
///
///     token = norm(embedding of its number or numbers + vector of its timestep)
struct TokenEmbeddings: Sendable {
  private let data: DataSummary
  private let returnScale: Double
  /// `nil` without conditioning on returns.
  private let returns: Linear?
  private let encoder: any ObservationEncoder
  private let actions: Linear
  private let timesteps: Embedding?
  private let norm: LayerNorm?

  /// Declares the parameters, below `embedding`.
  init(
    _ configuration: DecisionTransformer.Configuration, _ data: DataSummary, width: Int,
    encoders: EncoderRegistry, into scope: inout ParameterScope
  ) throws(ConfigurationError) {
    self.data = data
    returnScale =
      switch configuration.returnScale {
      case .fixed: configuration.fixedReturnScale
      case .data: data.largestReturnToGo > 0 ? data.largestReturnToGo : 1
      }
    let deviation = configuration.initialDeviation
    returns =
      configuration.conditioning == .none
      ? nil
      : scope.within("embedding.return") { Linear(1, width, deviation: deviation, in: &$0) }
    do {
      encoder = try scope.within("embedding.observation") { scope throws(ConfigurationError) in
        try encoders.make(
          configuration.encoder, EncoderRequest(data: data, width: width, deviation: deviation),
          into: &scope)
      }
    } catch { throw error.within("encoder") }
    actions = scope.within("embedding.action") {
      Linear(data.actionColumns, width, deviation: deviation, in: &$0)
    }
    timesteps =
      configuration.timesteps == .none
      ? nil
      : scope.within("embedding.timestep") {
        Embedding(data.horizon, width, deviation: deviation, in: &$0)
      }
    norm =
      configuration.normalisesEmbeddings
      ? scope.within("embedding.norm") { LayerNorm(width, in: &$0) } : nil
  }

  /// The given tokens in the given order of (all returns, all observations, all actions):
  /// `[order.count, width]`.
  func callAsFunction(_ inputs: TokenInputs, order: [Int32], tape: inout Tape) -> Tensor {
    var parts: [Tensor] = []
    if let returns {
      let scale = Float(1 / returnScale)
      let numbers = tape.constant(
        inputs.returnsToGo.map { $0 * scale }, rows: inputs.returnsToGo.count, columns: 1)
      parts.append(returns(numbers, on: &tape))
    }
    parts.append(
      encoder(inputs.observations, rows: inputs.observationTimes.count, on: &tape))
    parts.append(embed(inputs, tape: &tape))
    if let timesteps {
      let last = parts.count - 1
      let times = timesteps(inputs.observationTimes, on: &tape)
      func add(_ other: [Int32], to part: Int, _ tape: inout Tape) {
        let others = other == inputs.observationTimes ? times : timesteps(other, on: &tape)
        parts[part] = tape.add(parts[part], others)
      }
      if returns != nil { add(inputs.returnTimes, to: 0, &tape) }
      parts[last - 1] = tape.add(parts[last - 1], times)
      add(inputs.actionTimes, to: last, &tape)
    }
    let tokens = tape.arrange(parts, order: order)
    return norm?(tokens, on: &tape) ?? tokens
  }

  private func embed(_ inputs: TokenInputs, tape: inout Tape) -> Tensor {
    if data.hasDiscreteActions {
      // One-hot times weight, plus bias.
      let rows = tape.rows(of: actions.weight, at: inputs.discreteActions)
      return tape.add(rows, row: actions.bias)
    }
    let rows = tape.constant(
      inputs.continuousActions, rows: inputs.actionTimes.count, columns: data.actionColumns)
    return actions(rows, on: &tape)
  }
}

/// What tokens are made from, one entry per token of each kind.
struct TokenInputs: Sendable {
  /// Reward units; empty without conditioning on returns.
  var returnsToGo: [Float] = []
  var returnTimes: [Int32] = []
  /// Normalised.
  var observations: [Float] = []
  var observationTimes: [Int32] = []
  /// Empty for continuous actions.
  var discreteActions: [Int32] = []
  /// Empty for discrete actions.
  var continuousActions: [Float] = []
  var actionTimes: [Int32] = []
}

/// What a token of a step stands for.
public enum TokenKind: Sendable, CaseIterable {
  case returnToGo, observation, action
}
