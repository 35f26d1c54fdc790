public import Datasets
public import Documents
public import TensorCore

/// Implicit Q-learning for discrete actions (Kostrikov et al., 2021, arXiv 2110.06169): values of the
/// data's better actions by expectile regression, no action outside the data ever valued.
///
///     q(s, a) = min(Q'₁(s, a), Q'₂(s, a))
///     value   = mean of |expectile − 1(q − V < 0)| · (q(s, a) − V(s))²
///     critic  = Σᵢ mean of (Qᵢ(s, a) − r − discount · V(s'))²
///     policy  = mean of −min(exp(inverseTemperature · (q − V)), weightLimit) · log π(a | s)
///
/// Defaults: d3rlpy's and CORL's IQL (τ = 0.7, β = 3, Polyak rate 0.005, learning rate 3e-4, batch 256),
/// which have continuous actions; the loss of the policy is the same with a categorical one.
public struct DiscreteIQL: MarkovAgent {
  public typealias Configuration = ImplicitQSettings

  public let data: DataSummary
  private let configuration: Configuration
  private let critics: [ObservationNetwork]
  private let targets: [ObservationNetwork]
  private let value: ObservationNetwork
  private let policy: ObservationNetwork

  public init(
    _ configuration: Configuration, data: DataSummary, parts: AgentParts,
    into scope: inout ParameterScope
  ) throws(ConfigurationError) {
    try requireDiscreteActions(data)
    try configuration.check()
    self.configuration = configuration
    self.data = data
    func make(
      _ name: String, _ outputs: Int, _ scope: inout ParameterScope
    ) throws(ConfigurationError) -> ObservationNetwork {
      do {
        return try scope.within(name) { scope throws(ConfigurationError) in
          try ObservationNetwork(
            configuration.network, data: data, parts: parts, outputs: outputs, in: &scope)
        }
      } catch { throw error.within("network") }
    }
    func makeCritics(
      _ scope: inout ParameterScope
    ) throws(ConfigurationError) -> [ObservationNetwork] {
      [
        try make("q1", data.actionColumns, &scope), try make("q2", data.actionColumns, &scope),
      ]
    }
    critics = try makeCritics(&scope)
    value = try make("value", 1, &scope)
    policy = try make("policy", data.actionColumns, &scope)
    targets = try scope.targets(makeCritics)
  }

  public var isConditionedOnReturns: Bool { false }

  public func actionScores(on batch: SequenceBatch, tape: inout Tape) -> Tensor {
    policy(batch.observations, rows: batch.stepCount, on: &tape)
  }

  /// V of every step of a batch: `[S, 1]`.
  package func stateValues(on batch: SequenceBatch, tape: inout Tape) -> Tensor {
    value(batch.observations, rows: batch.stepCount, on: &tape)
  }

  public func loss(on batch: SequenceBatch, tape: inout Tape) -> Loss {
    let (x, rows) = (batch.observations, batch.windowCount)
    let estimates = targets.map { batch.taken(tape.read($0(x, rows: rows, on: &tape))) }
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
      // An infinite threshold gives half the squared error.
      loss.add(
        "q\(index + 1)_loss",
        tape.huber(
          critic(x, rows: rows, on: &tape), at: batch.discreteActions, targets: goals,
          threshold: .infinity),
        over: batch.totalSteps, weight: 2)
    }
    loss.add(
      "policy_loss",
      tape.crossEntropy(
        policy(x, rows: rows, on: &tape), targets: batch.discreteActions,
        weights: configuration.weights(of: advantages)), over: batch.totalSteps)
    loss.note(
      "mean_advantage", advantages.reduce(0) { $0 + Double($1) }, over: batch.totalSteps)
    return loss
  }

  public func didUpdate(step: Int, parameters: ParameterStore, report: Learner.Report) {
    configuration.target.move(parameters, after: step)
  }
}
