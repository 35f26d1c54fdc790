public import Datasets
public import Documents
public import TensorCore

/// Implicit Q-learning for continuous actions (Kostrikov et al., 2021, arXiv 2110.06169).
///
///     q(s, a) = min(Q'₁(s, a), Q'₂(s, a))
///     value   = mean of |expectile − 1(q − V < 0)| · (q(s, a) − V(s))²
///     critic  = Σᵢ mean of (Qᵢ(s, a) − r − discount · V(s'))²
///     policy  = mean of −min(exp(inverseTemperature · (q − V)), weightLimit) · log N(a; tanh μ(s), σ)
///
/// with one learned deviation σ per action dimension, as in CORL's; it acts with the mean. Actions
/// are units of their bounds. Defaults: d3rlpy's and CORL's.
public struct ContinuousIQL: MarkovAgent {
  public typealias Configuration = ImplicitQSettings

  public let data: DataSummary
  private let configuration: Configuration
  private let bounds: ActionBounds
  private let critics: [ObservationNetwork]
  private let targets: [ObservationNetwork]
  private let value: ObservationNetwork
  private let policy: ObservationNetwork
  /// `[1, action width]` log σ.
  private let logDeviation: Parameter

  public init(
    _ configuration: Configuration, data: DataSummary, parts: AgentParts,
    into scope: inout ParameterScope
  ) throws(ConfigurationError) {
    try requireContinuousActions(data)
    try configuration.check()
    self.configuration = configuration
    self.data = data
    bounds = ActionBounds(data.actionSpace)
    let networks = ContinuousNetworks(configuration.network, data: data, parts: parts)
    critics = try networks.critics(in: &scope)
    value = try networks.value(in: &scope)
    policy = try networks.policy(in: &scope)
    logDeviation = scope.add(
      "log_deviation", rows: 1, columns: data.actionColumns, initial: .zeros)
    targets = try scope.targets { scope throws(ConfigurationError) in
      try networks.critics(in: &scope)
    }
  }

  public var isConditionedOnReturns: Bool { false }

  public func actionScores(on batch: SequenceBatch, tape: inout Tape) -> Tensor {
    policy(batch.observations, rows: batch.stepCount, on: &tape)
  }

  public func loss(on batch: SequenceBatch, tape: inout Tape) -> Loss {
    let (x, rows) = (batch.observations, batch.windowCount)
    let units = bounds.units(of: batch.continuousActions)
    let actions = tape.constant(units, rows: rows, columns: data.actionColumns)
    let estimates = targets.map { tape.read($0(x, rows: rows, beside: actions, on: &tape)) }
    let q = zip(estimates[0], estimates[1]).map { smaller($0, $1) }
    let v = value(x, rows: rows, on: &tape)
    let next = tape.read(value(batch.successors, rows: rows, on: &tape))
    let goals = batch.bootstrapped(next, discount: Float(configuration.discount))
    let advantages = zip(q, tape.read(v)).map { $0 - $1 }
    var loss = Loss()
    loss.add(
      "value_loss",
      tape.expectile(v, targets: q, expectile: Float(configuration.expectile)),
      over: batch.totalSteps)
    for (index, critic) in critics.enumerated() {
      loss.add(
        "q\(index + 1)_loss",
        tape.squaredError(critic(x, rows: rows, beside: actions, on: &tape), targets: goals),
        over: batch.totalSteps)
    }
    let first = Array(repeating: Int32(0), count: rows)
    loss.add(
      "policy_loss",
      tape.gaussianError(
        means: policy(x, rows: rows, on: &tape),
        logDeviations: tape.rows(of: logDeviation, at: first),
        targets: units,
        weights: configuration.weights(of: advantages)), over: batch.totalSteps)
    loss.note(
      "mean_advantage", advantages.reduce(0) { $0 + Double($1) }, over: batch.totalSteps)
    return loss
  }

  public func didUpdate(step: Int, parameters: ParameterStore, report: Learner.Report) {
    configuration.target.move(parameters, after: step)
  }
}

func requireContinuousActions(_ data: DataSummary) throws(ConfigurationError) {
  guard !data.hasDiscreteActions else {
    throw ConfigurationError(
      key: "id", found: "an agent of continuous actions",
      expected: "one of discrete actions, which these data have", suggestion: nil)
  }
}
