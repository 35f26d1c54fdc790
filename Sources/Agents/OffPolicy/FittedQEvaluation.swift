public import Datasets
public import Documents
internal import Environments
public import TensorCore

/// Fitted Q evaluation: the values of a fixed policy, learned from steps that another has recorded
/// (Le, Voloshin and Yue, 2019, arXiv 1903.08738).
///
///     V'(s') = Σ_a' π(a' | s') Q'(s', a'),  or Q'(s', π(s')) for continuous actions
///     loss   = mean of (Q(s, a) − r − discount · V'(s'))²,   V' = 0 after the end
///
/// with a target network Q'. An observation is a row of ``EvaluatedSteps``: features `s`, then what π
/// does there. Defaults are those of d3rlpy's FQE but for the network and the discount; learning rate
/// and batch belong to ``FittedQSettings``. The discount is 1 here and in every estimate, because
/// returns of episodes are what is asked about.
///
/// As an agent it is greedy in the values it has learned: π improved by one step.
public struct FittedQEvaluation: MarkovAgent {
  public struct Configuration: Settings {
    public var network = ObservationNetwork.Shape()
    /// γ
    public var discount = 1.0
    public var target = TargetSettings(every: 100, rate: 1)

    public init() {}
  }

  public let data: DataSummary
  private let configuration: Configuration
  private let bounds: ActionBounds
  /// Numbers of a row before π's.
  private let featureCount: Int
  private let network: ObservationNetwork
  private let target: ObservationNetwork

  /// - Parameter data: as ``EvaluatedSteps/summary(of:)`` makes it.
  public init(
    _ configuration: Configuration, data: DataSummary, parts: AgentParts,
    into scope: inout ParameterScope
  ) throws(ConfigurationError) {
    do { try configuration.target.check() } catch { throw error.within("target") }
    try requireDiscount(configuration.discount)
    self.configuration = configuration
    self.data = data
    bounds = ActionBounds(data.actionSpace)
    let featureCount = data.observationSpace.width - data.actionColumns
    precondition(featureCount > 0, "rows of \(featureCount) features")
    self.featureCount = featureCount
    func make(_ scope: inout ParameterScope) throws(ConfigurationError) -> ObservationNetwork {
      var shown = data
      shown.observationSpace = .box(shape: [featureCount], low: -.infinity, high: .infinity)
      shown.observationMean.removeLast(data.actionColumns)
      shown.observationScale.removeLast(data.actionColumns)
      do {
        return try scope.within("q") { scope throws(ConfigurationError) in
          try ObservationNetwork(
            configuration.network, data: shown, parts: parts,
            beside: data.hasDiscreteActions ? 0 : data.actionColumns,
            outputs: data.hasDiscreteActions ? data.actionColumns : 1, in: &scope)
        }
      } catch { throw error.within("network") }
    }
    network = try make(&scope)
    target = try scope.targets(make)
  }

  public var isConditionedOnReturns: Bool { false }

  /// Q of every discrete action, or π's own continuous action.
  public func actionScores(on batch: SequenceBatch, tape: inout Tape) -> Tensor {
    let (features, decisions) = parts(of: batch.observations)
    guard data.hasDiscreteActions else {
      return tape.constant(decisions, rows: batch.stepCount, columns: data.actionColumns)
    }
    return network(features, rows: batch.stepCount, on: &tape)
  }

  public func loss(on batch: SequenceBatch, tape: inout Tape) -> Loss {
    let rows = batch.windowCount
    let next = stateValues(of: batch.successors, rows: rows, target, tape: &tape)
    let targets = batch.bootstrapped(next, discount: Float(configuration.discount))
    let (q, columns) = takenValues(on: batch, tape: &tape)
    var loss = Loss()
    // An infinite threshold gives half the squared error.
    loss.add(
      "td_loss", tape.huber(q, at: columns, targets: targets, threshold: .infinity),
      over: batch.totalSteps, weight: 2)
    let numbers = tape.read(q)
    let taken = columns.enumerated().map { numbers[$0 * q.columns + Int($1)] }
    loss.note("mean_q", taken.reduce(0) { $0 + Double($1) }, over: batch.totalSteps)
    return loss
  }

  public func didUpdate(step: Int, parameters: ParameterStore, report: Learner.Report) {
    configuration.target.move(parameters, after: step)
  }

  /// What the network makes of the steps of a batch: `[S]` Q of the taken actions and V, the value of
  /// π, in units of the reward scale.
  public func values(
    on batch: SequenceBatch, tape: inout Tape
  ) -> (actions: [Float], states: [Float]) {
    let (q, columns) = takenValues(on: batch, tape: &tape)
    let numbers = tape.read(q)
    return (
      columns.enumerated().map { numbers[$0 * q.columns + Int($1)] },
      stateValues(of: batch.observations, rows: batch.stepCount, network, tape: &tape)
    )
  }

  /// Q, and the column of each row that belongs to the taken action.
  private func takenValues(
    on batch: SequenceBatch, tape: inout Tape
  ) -> (q: Tensor, columns: [Int32]) {
    let (features, _) = parts(of: batch.observations)
    let rows = batch.stepCount
    guard !data.hasDiscreteActions else {
      return (network(features, rows: rows, on: &tape), batch.discreteActions)
    }
    let actions = tape.constant(
      bounds.units(of: batch.continuousActions), rows: rows, columns: data.actionColumns)
    return (
      network(features, rows: rows, beside: actions, on: &tape), Array(repeating: 0, count: rows)
    )
  }

  /// `[rows]` V, without a gradient.
  private func stateValues(
    of observations: [Float], rows: Int, _ network: ObservationNetwork, tape: inout Tape
  ) -> [Float] {
    let (features, decisions) = parts(of: observations)
    let columns = data.actionColumns
    guard data.hasDiscreteActions else {
      let actions = tape.constant(decisions, rows: rows, columns: columns)
      return tape.read(network(features, rows: rows, beside: actions, on: &tape))
    }
    let q = tape.read(network(features, rows: rows, on: &tape))
    return (0..<rows).map { row in
      (row * columns..<(row + 1) * columns).reduce(0) { $0 + decisions[$1] * q[$1] }
    }
  }

  /// Takes rows apart: `[rows, features]` and `[rows, decision]`.
  private func parts(of rows: [Float]) -> (features: [Float], decisions: [Float]) {
    let width = data.observationSpace.width
    var features: [Float] = []
    var decisions: [Float] = []
    features.reserveCapacity(rows.count)
    for start in stride(from: 0, to: rows.count, by: width) {
      features += rows[start..<start + featureCount]
      decisions += rows[start + featureCount..<start + width]
    }
    return (features, decisions)
  }
}
