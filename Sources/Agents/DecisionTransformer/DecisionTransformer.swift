public import Datasets
public import Documents
internal import Environments
public import TensorCore

/// The Decision Transformer: a causal sequence model of actions given the return that is wanted
/// (Chen et al., 2021, arXiv 2106.01345).
///
/// Every step gives three tokens, return-to-go R̂, observation s ("state token" in the paper) and
/// action a, each embedded linearly with a learned vector for its timestep added and a layer
/// normalization on top. The backbone's output at token sₜ predicts aₜ:
///
///     loss = mean over steps of −log softmax(head(h(s_t)))[a_t]           discrete actions
///     loss = mean over steps and action dimensions of (head(h(s_t)) − a_t)²   continuous actions
///
/// where R̂_t = Σ_{t' ≥ t} r_{t'}, undiscounted, divided by a scale.
public struct DecisionTransformer: Agent {
  public struct Configuration: Settings {
    /// Steps of history the model sees (K); a step is three tokens.
    public var contextLength = 20
    public var backbone = Component("backbone", id: "transformer")
    /// How observations become tokens.
    public var encoder = Component("encoder", id: "linear")
    /// What returns-to-go are divided by before they are embedded.
    public var returnScale = ReturnScale.data
    /// The divisor where `returnScale` is `fixed`.
    public var fixedReturnScale = 1.0
    public var timesteps = Timesteps.perStep
    /// Layer normalization of token embeddings, as in the paper's continuous code.
    public var normalisesEmbeddings = true
    /// Squash continuous actions with tanh.
    public var squashesActions = true
    /// Standard deviation of the first weights of embeddings and head.
    public var initialDeviation = 0.02

    public init() {}
  }

  public enum ReturnScale: String, Sendable, Codable, CaseIterable {
    /// The largest absolute return-to-go in the data, or 1 where all are zero.
    case data
    case fixed
  }

  public enum Timesteps: String, Sendable, Codable, CaseIterable {
    /// A learned vector for the step's number in its episode.
    case perStep
    /// No notion of time but the order in the window.
    case none
  }

  let configuration: Configuration
  let data: DataSummary
  let backbone: any SequenceBackbone
  let returnScale: Double
  private let returnEmbedding: Linear
  private let encoder: any ObservationEncoder
  private let actionEmbedding: Linear
  private let timestepEmbedding: Embedding?
  private let embeddingNorm: LayerNorm?
  private let head: Linear

  public init(
    _ configuration: Configuration, data: DataSummary, parts: AgentParts,
    into scope: inout ParameterScope
  ) throws(ConfigurationError) {
    try Self.check(configuration, data)
    self.configuration = configuration
    self.data = data
    returnScale =
      switch configuration.returnScale {
      case .fixed: configuration.fixedReturnScale
      case .data: data.largestReturnToGo > 0 ? data.largestReturnToGo : 1
      }
    let deviation = configuration.initialDeviation
    let backbone: any SequenceBackbone
    do {
      backbone = try scope.within("backbone") { scope throws(ConfigurationError) in
        try parts.backbones.make(
          configuration.backbone, longest: 3 * configuration.contextLength, into: &scope)
      }
    } catch { throw error.within("backbone") }
    self.backbone = backbone
    let width = backbone.width
    returnEmbedding = scope.within("embedding.return") {
      Linear(1, width, deviation: deviation, in: &$0)
    }
    do {
      encoder = try scope.within("embedding.observation") { scope throws(ConfigurationError) in
        try parts.encoders.make(
          configuration.encoder, EncoderRequest(data: data, width: width, deviation: deviation),
          into: &scope)
      }
    } catch { throw error.within("encoder") }
    actionEmbedding = scope.within("embedding.action") {
      Linear(data.actionColumns, width, deviation: deviation, in: &$0)
    }
    timestepEmbedding =
      configuration.timesteps == .none
      ? nil
      : scope.within("embedding.timestep") {
        Embedding(data.horizon, width, deviation: deviation, in: &$0)
      }
    embeddingNorm =
      configuration.normalisesEmbeddings
      ? scope.within("embedding.norm") { LayerNorm(width, in: &$0) } : nil
    head = scope.within("head.action") {
      Linear(
        width, data.actionColumns,
        activation: !data.hasDiscreteActions && configuration.squashesActions ? .tanh : .identity,
        deviation: deviation, in: &$0)
    }
  }

  public var windowRequest: WindowRequest {
    WindowRequest(contextLength: configuration.contextLength)
  }

  public func loss(on batch: SequenceBatch, tape: inout Tape) -> Loss {
    let actions = actionScores(on: batch, tape: &tape)
    var loss = Loss()
    if data.hasDiscreteActions {
      loss.add(
        "loss", tape.crossEntropy(actions, targets: batch.discreteActions), over: batch.totalSteps)
      let correct = tape.countOfHits(actions, targets: batch.discreteActions)
      loss.note("accuracy", Double(correct), over: batch.totalSteps)
    } else {
      loss.add(
        "loss", tape.squaredError(actions, targets: batch.continuousActions),
        over: batch.totalSteps * data.actionColumns)
    }
    return loss
  }

  public func makePolicy(
    parameters: ParameterStore, lanes: Int, selection: Selection, threads: Int
  ) -> any Policy {
    func open(_ backbone: some SequenceBackbone) -> any Policy {
      DecisionTransformerPolicy(
        self, backbone: backbone, parameters: parameters, lanes: lanes, selection: selection,
        threads: threads)
    }
    return open(backbone)
  }

  public func actionScores(on batch: SequenceBatch, tape: inout Tape) -> Tensor {
    let needed = (0..<batch.stepCount).map { Int32(3 * $0 + 1) }
    return actions(at: hidden(on: batch, needed: needed, tape: &tape), tape: &tape)
  }

  /// The backbone's output for tokens of a batch: `[needed, width]`; step `i`'s return, observation
  /// and action are tokens `3i`, `3i + 1` and `3i + 2`.
  package func hidden(
    on batch: SequenceBatch, needed: [Int32]?, tape: inout Tape
  ) -> Tensor {
    let count = Int32(batch.stepCount)
    let order = (0..<count).flatMap { [$0, count + $0, 2 * count + $0] }
    let tokens = embed(
      Steps(
        returnsToGo: batch.returnsToGo, observations: batch.observations,
        timesteps: batch.timesteps),
      Actions(
        discrete: batch.discreteActions, continuous: batch.continuousActions,
        timesteps: batch.timesteps), order: order, tape: &tape)
    let layout = TokenLayout(offsets: batch.offsets.map { 3 * $0 }, needed: needed)
    return backbone(tokens, layout, on: &tape)
  }

  /// The action head: `[rows, width]` to `[rows, action columns]`.
  package func actions(at hidden: Tensor, tape: inout Tape) -> Tensor { head(hidden, on: &tape) }

  /// What return and observation tokens are made from, one entry per step.
  struct Steps {
    var returnsToGo: [Float] = []
    /// Normalised.
    var observations: [Float] = []
    var timesteps: [Int32] = []
  }

  /// What action tokens are made from; one of the first two is empty.
  struct Actions {
    var discrete: [Int32] = []
    var continuous: [Float] = []
    var timesteps: [Int32] = []
  }

  /// Token embeddings, normalised, in the given order of (all returns, all observations, all
  /// actions): `[order.count, width]`.
  func embed(
    _ steps: Steps, _ actions: Actions, order: [Int32], tape: inout Tape
  ) -> Tensor {
    let scale = Float(1 / returnScale)
    let returns = tape.constant(
      steps.returnsToGo.map { $0 * scale }, rows: steps.timesteps.count, columns: 1)
    var parts = [
      returnEmbedding(returns, on: &tape),
      encoder(steps.observations, rows: steps.timesteps.count, on: &tape),
      embed(actions, tape: &tape),
    ]
    if let timestepEmbedding {
      let times = timestepEmbedding(steps.timesteps, on: &tape)
      parts[0] = tape.add(parts[0], times)
      parts[1] = tape.add(parts[1], times)
      let actionTimes =
        steps.timesteps == actions.timesteps
        ? times : timestepEmbedding(actions.timesteps, on: &tape)
      parts[2] = tape.add(parts[2], actionTimes)
    }
    let tokens = tape.arrange(parts, order: order)
    return embeddingNorm?(tokens, on: &tape) ?? tokens
  }

  private func embed(_ actions: Actions, tape: inout Tape) -> Tensor {
    if data.hasDiscreteActions {
      // One-hot times weight, plus bias.
      let rows = tape.rows(of: actionEmbedding.weight, at: actions.discrete)
      return tape.add(rows, row: actionEmbedding.bias)
    }
    let rows = tape.constant(
      actions.continuous, rows: actions.timesteps.count, columns: data.actionColumns)
    return actionEmbedding(rows, on: &tape)
  }

  /// The longest horizon that can have a vector per step.
  private static let timestepsAtMost = 1_000_000

  private static func check(
    _ configuration: Configuration, _ data: DataSummary
  ) throws(ConfigurationError) {
    guard configuration.contextLength >= 1 else {
      throw ConfigurationError(
        key: "contextLength", found: "\(configuration.contextLength)",
        expected: "a whole number from 1 to the horizon, \(data.horizon)")
    }
    guard configuration.contextLength <= data.horizon else {
      throw ConfigurationError(
        key: "contextLength", found: "\(configuration.contextLength)",
        expected: "at most \(data.horizon), the steps of the longest episode",
        suggestion: "\(data.horizon)")
    }
    guard configuration.timesteps == .none || data.horizon <= Self.timestepsAtMost else {
      throw ConfigurationError(
        key: "timesteps", found: "\(configuration.timesteps)",
        expected: "none: \(data.horizon) steps are too many for a vector each")
    }
    guard 1e-30...1e30 ~= configuration.fixedReturnScale else {
      throw ConfigurationError(
        key: "fixedReturnScale", found: "\(configuration.fixedReturnScale)",
        expected: "a number from 1e-30 to 1e30")
    }
    guard configuration.initialDeviation > 0, configuration.initialDeviation <= 10 else {
      throw ConfigurationError(
        key: "initialDeviation", found: "\(configuration.initialDeviation)",
        expected: "a number above 0, at most 10")
    }
  }
}

extension DataSummary {
  var hasDiscreteActions: Bool {
    if case .discrete = actionSpace { true } else { false }
  }

  /// Actions to choose from, or numbers in a continuous action.
  var actionColumns: Int {
    if case .discrete(let count, _) = actionSpace { count } else { actionSpace.width }
  }
}
