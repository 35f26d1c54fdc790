public import Datasets
public import Documents
public import TensorCore

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Batch-constrained Q-learning for discrete actions: double Q-learning among the actions that the
/// data make likely enough (Fujimoto et al., 2019, arXiv 1910.01708).
///
///     G(a | s)   = softmax(imitator(s))
///     allowed(s) = { a : G(a | s) / max G(· | s) > threshold }
///     y          = r + discount · Q'(s', argmax over allowed(s') of Q(s', ·))
///     loss       = mean of huber(Q(s, a) − y) − log G(a | s) + logitPenalty · mean of logits²
///
/// Defaults: d3rlpy's DiscreteBCQ, τ = 0.3 and β = 0.5, but for the network.
public struct DiscreteBCQ: MarkovAgent {
  public struct Configuration: Settings {
    public var network = ObservationNetwork.Shape()
    /// γ
    public var discount = 0.99
    /// τ: how likely an action must be, relative to the likeliest.
    public var threshold = 0.3
    /// β
    public var logitPenalty = 0.5
    public var target = TargetSettings(every: 8000, rate: 1)

    public init() {}
  }

  public let data: DataSummary
  private let configuration: Configuration
  private let network: ObservationNetwork
  private let target: ObservationNetwork
  private let imitator: ObservationNetwork

  public init(
    _ configuration: Configuration, data: DataSummary, parts: AgentParts,
    into scope: inout ParameterScope
  ) throws(ConfigurationError) {
    try requireDiscreteActions(data)
    do { try configuration.target.check() } catch { throw error.within("target") }
    try requireDiscount(configuration.discount)
    try require(
      configuration.threshold >= 0 && configuration.threshold < 1, "threshold",
      configuration.threshold, "a number from 0 to below 1")
    try require(
      0...1e6 ~= configuration.logitPenalty, "logitPenalty", configuration.logitPenalty,
      "a number from 0 to 1000000")
    self.configuration = configuration
    self.data = data
    func make(
      _ name: String, _ scope: inout ParameterScope
    ) throws(ConfigurationError) -> ObservationNetwork {
      do {
        return try scope.within(name) { scope throws(ConfigurationError) in
          try ObservationNetwork(
            configuration.network, data: data, parts: parts, outputs: data.actionColumns,
            in: &scope)
        }
      } catch { throw error.within("network") }
    }
    network = try make("q", &scope)
    imitator = try make("imitator", &scope)
    target = try scope.targets { scope throws(ConfigurationError) in try make("q", &scope) }
  }

  public var isConditionedOnReturns: Bool { false }

  /// Values of the allowed actions; the others stand far below.
  public func actionScores(on batch: SequenceBatch, tape: inout Tape) -> Tensor {
    constrainedValues(batch.observations, rows: batch.stepCount, tape: &tape)
  }

  /// `[rows, actions]` on the tape, without a gradient.
  private func constrainedValues(
    _ observations: [Float], rows: Int, tape: inout Tape
  ) -> Tensor {
    let values = tape.read(network(observations, rows: rows, on: &tape))
    let logits = tape.read(imitator(observations, rows: rows, on: &tape))
    return tape.constant(
      constrained(values, by: logits), rows: rows, columns: data.actionColumns)
  }

  /// A score that no network reaches, and that single precision can still add to.
  private static let forbidden: Float = -1e30

  private func constrained(_ values: [Float], by logits: [Float]) -> [Float] {
    let columns = data.actionColumns
    let floor = Float(log(configuration.threshold))
    var result = values
    for start in stride(from: 0, to: values.count, by: columns) {
      let peak = logits[start..<(start + columns)].max() ?? 0
      for index in start..<(start + columns) {
        if logits[index].isNaN {
          result[index] = .nan
        } else if logits[index] - peak <= floor {
          result[index] = Self.forbidden
        }
      }
    }
    return result
  }

  public func loss(on batch: SequenceBatch, tape: inout Tape) -> Loss {
    let (x, rows) = (batch.observations, batch.windowCount)
    let q = network(x, rows: rows, on: &tape)
    let logits = imitator(x, rows: rows, on: &tape)
    // Read as numbers, so no gradient flows back.
    let allowed = tape.read(constrainedValues(batch.successors, rows: rows, tape: &tape))
    let worth = tape.read(target(batch.successors, rows: rows, on: &tape))
    let next = values(worth, whereLargest: allowed, columns: data.actionColumns)
    var loss = Loss()
    loss.add(
      "td_loss",
      tape.huber(
        q, at: batch.discreteActions,
        targets: batch.bootstrapped(next, discount: Float(configuration.discount))),
      over: batch.totalSteps)
    loss.add(
      "imitation_loss", tape.crossEntropy(logits, targets: batch.discreteActions),
      over: batch.totalSteps)
    let zeros = Array(repeating: Float(0), count: logits.count)
    loss.add(
      "logit_penalty", tape.squaredError(logits, targets: zeros),
      over: batch.totalSteps * data.actionColumns, weight: Float(configuration.logitPenalty))
    return loss
  }

  public func didUpdate(step: Int, parameters: ParameterStore, report: Learner.Report) {
    configuration.target.move(parameters, after: step)
  }
}
