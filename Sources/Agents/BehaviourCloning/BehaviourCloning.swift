public import Datasets
public import Documents
public import TensorCore

/// Behaviour cloning: a network that imitates the data's actions, observation by observation.
///
///     loss = mean over steps of −log softmax(f(s))[a] + logitPenalty · mean of f(s)²    discrete
///     loss = mean over steps and action dimensions of (tanh f(s) − a)²                  continuous
///
/// With `conditioning: return` it is given the return-to-go beside the observation, divided by the
/// largest in the data: the return-conditioned network of RvS (Emmons et al., 2022, arXiv
/// 2112.10751), a Decision Transformer without memory. There the average return over the rest of the
/// horizon is given; the sum says the same to a network that sees the time, and is what a Decision
/// Transformer gets.
public struct BehaviourCloning: MarkovAgent {
  public struct Configuration: Settings {
    public var network = ObservationNetwork.Shape()
    public var conditioning = Conditioning.none
    /// β of d3rlpy's DiscreteBC, where it is 0.5 and pulls the policy towards uniform.
    public var logitPenalty = 0.0

    public init() {}

    public init(conditioning: Conditioning) { self.conditioning = conditioning }
  }

  public enum Conditioning: String, Sendable, Codable, CaseIterable {
    case none
    /// The sum of rewards still to come.
    case returnToGo
  }

  public let data: DataSummary
  private let configuration: Configuration
  private let network: ObservationNetwork
  private let bounds: ActionBounds

  public init(
    _ configuration: Configuration, data: DataSummary, parts: AgentParts,
    into scope: inout ParameterScope
  ) throws(ConfigurationError) {
    try require(
      0...1e6 ~= configuration.logitPenalty, "logitPenalty", configuration.logitPenalty,
      "a number from 0 to 1000000")
    self.configuration = configuration
    self.data = data
    bounds = ActionBounds(data.actionSpace)
    do {
      network = try scope.within("policy") { scope throws(ConfigurationError) in
        try ObservationNetwork(
          configuration.network, data: data, parts: parts,
          beside: configuration.conditioning == .none ? 0 : 1, outputs: data.actionColumns,
          outputActivation: data.hasDiscreteActions ? .identity : .tanh, in: &scope)
      }
    } catch { throw error.within("network") }
  }

  public var isConditionedOnReturns: Bool { configuration.conditioning != .none }

  public func actionScores(on batch: SequenceBatch, tape: inout Tape) -> Tensor {
    let (observations, rows) = (batch.observations, batch.stepCount)
    guard isConditionedOnReturns else { return network(observations, rows: rows, on: &tape) }
    let scale = Float(1 / max(data.largestReturnToGo, 1e-30))
    let returns = tape.constant(
      batch.returnsToGo.map { data.largestReturnToGo > 0 ? $0 * scale : $0 },
      rows: rows, columns: 1)
    return network(observations, rows: rows, beside: returns, on: &tape)
  }

  public func loss(on batch: SequenceBatch, tape: inout Tape) -> Loss {
    let scores = actionScores(on: batch, tape: &tape)
    var loss = Loss()
    guard data.hasDiscreteActions else {
      loss.add(
        "loss", tape.squaredError(scores, targets: bounds.units(of: batch.continuousActions)),
        over: batch.totalSteps * data.actionColumns)
      return loss
    }
    loss.add(
      "loss", tape.crossEntropy(scores, targets: batch.discreteActions), over: batch.totalSteps)
    if configuration.logitPenalty > 0 {
      let zeros = Array(repeating: Float(0), count: scores.count)
      loss.add(
        "logit_penalty", tape.squaredError(scores, targets: zeros),
        over: batch.totalSteps * data.actionColumns, weight: Float(configuration.logitPenalty))
    }
    let hits = tape.countOfHits(scores, targets: batch.discreteActions)
    loss.note("accuracy", Double(hits), over: batch.totalSteps)
    return loss
  }
}
