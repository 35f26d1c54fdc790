public import Datasets
public import Documents
internal import Environments
public import TensorCore

/// The Decision Transformer: a causal sequence model of actions given the return that is wanted
/// (Chen et al., 2021, arXiv 2106.01345).
///
/// Every step gives three tokens, return-to-go R̂, observation s ("state token" in the paper) and
/// action a, each embedded with a learned vector for its timestep added and a layer normalization
/// on top. The backbone's output at token sₜ predicts aₜ:
///
///     loss = mean over steps of −log softmax(head(h(s_t)))[a_t]           discrete actions
///     loss = mean over steps and action dimensions of (head(h(s_t)) − a_t)²   continuous actions,
///                                                           which tanh squashes to their bounds
///
/// where R̂_t = Σ_{t' ≥ t} r_{t'}, undiscounted, divided by a scale. Options change the order of the
/// tokens, leave the returns out, or add heads that predict returns and observations.
public struct DecisionTransformer: Agent {
  package let configuration: Configuration
  package let data: DataSummary
  let backbone: any SequenceBackbone
  /// The kinds of a step's tokens, in their order.
  let tokens: [TokenKind]
  let embeddings: TokenEmbeddings
  let returnHead: ReturnPrediction?
  /// Continuous actions are seen and made in its units; as they are where none are squashed.
  let bounds: ActionBounds
  private let actionHead: Linear
  private let observationHead: NextObservationHead?

  public init(
    _ configuration: Configuration, data: DataSummary, parts: AgentParts,
    into scope: inout ParameterScope
  ) throws(ConfigurationError) {
    try configuration.check(data)
    self.configuration = configuration
    self.data = data
    bounds = configuration.squashesActions ? ActionBounds(data.actionSpace) : .none
    tokens =
      switch (configuration.conditioning, configuration.order) {
      case (.none, _): [.observation, .action]
      case (.return, .returnFirst): [.returnToGo, .observation, .action]
      case (.return, .observationFirst): [.observation, .returnToGo, .action]
      }
    let longest = tokens.count * configuration.contextLength
    let backbone: any SequenceBackbone
    do {
      backbone = try scope.within("backbone") { scope throws(ConfigurationError) in
        try parts.backbones.make(configuration.backbone, longest: longest, into: &scope)
      }
    } catch { throw error.within("backbone") }
    self.backbone = backbone
    let width = backbone.width
    let deviation = configuration.initialDeviation
    embeddings = try TokenEmbeddings(
      configuration, data, width: width, encoders: parts.encoders, into: &scope)
    actionHead = scope.within("head.action") {
      Linear(
        width, data.actionColumns,
        activation: !data.hasDiscreteActions && configuration.squashesActions ? .tanh : .identity,
        deviation: deviation, in: &$0)
    }
    returnHead =
      configuration.returnHead == .none
      ? nil
      : scope.within("head.return") {
        ReturnPrediction(configuration, data, width: width, into: &$0)
      }
    observationHead =
      configuration.observationHead == .none
      ? nil
      : scope.within("head.observation") {
        NextObservationHead(data, width: width, deviation: deviation, into: &$0)
      }
  }

  public var windowRequest: WindowRequest {
    WindowRequest(contextLength: configuration.contextLength)
  }

  public var isConditionedOnReturns: Bool { configuration.conditioning == .return }

  public var canSampleReturns: Bool { isConditionedOnReturns && returnHead != nil }

  public func loss(on batch: SequenceBatch, tape: inout Tape) -> Loss {
    var asking = [actionToken]
    if returnHead != nil { asking.append(.observation) }
    if observationHead != nil { asking.append(.action) }
    let outputs = hidden(on: batch, of: asking, tape: &tape)
    let actions = actions(at: outputs[0], tape: &tape)
    var loss = Loss()
    if data.hasDiscreteActions {
      loss.add(
        "loss", tape.crossEntropy(actions, targets: batch.discreteActions), over: batch.totalSteps)
      let correct = tape.countOfHits(actions, targets: batch.discreteActions)
      loss.note("accuracy", Double(correct), over: batch.totalSteps)
    } else {
      loss.add(
        "loss", tape.squaredError(actions, targets: bounds.units(of: batch.continuousActions)),
        over: batch.totalSteps * data.actionColumns)
    }
    if let returnHead {
      returnHead.add(
        to: &loss, at: outputs[1], on: batch, weight: Float(configuration.returnLossWeight),
        tape: &tape)
    }
    if let observationHead {
      observationHead.add(
        to: &loss, at: outputs[outputs.count - 1], on: batch,
        weight: Float(configuration.observationLossWeight), tape: &tape)
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

  /// Logits, or continuous actions from −1 to 1 within their bounds (as they are where they are not
  /// squashed), for every step of a batch: `[S, action columns]`.
  public func actionScores(on batch: SequenceBatch, tape: inout Tape) -> Tensor {
    actions(at: hidden(on: batch, of: [actionToken], tape: &tape)[0], tape: &tape)
  }

  /// The action head: `[rows, width]` to `[rows, action columns]`.
  package func actions(at hidden: Tensor, tape: inout Tape) -> Tensor {
    actionHead(hidden, on: &tape)
  }

  /// The token that predicts the action: the last one before it.
  var actionToken: TokenKind { tokens[tokens.count - 2] }
}
