public import Datasets
public import Documents
public import TensorCore

/// TD3 with a term of behaviour cloning, for continuous actions (Fujimoto and Gu, 2021, arXiv
/// 2106.06860).
///
///     y      = r + discount · min(Q'₁, Q'₂)(s', clip(π'(s') + clip(noise · ε, ±noiseLimit), ±1))
///     critic = Σᵢ mean of (Qᵢ(s, a) − y)²
///     actor  = mean of −λ Q₁(s, π(s)) + mean over dimensions of (π(s) − a)²
///     λ      = strength / mean |Q₁(s, π(s))|
///
/// The actor and all targets are updated at every second step. The mean in λ is that of the step
/// before, because a shard does not know the whole batch's; the paper takes the same step's. Actions
/// are units of their bounds. Defaults: the paper's (α = 2.5, noise 0.2 cut at 0.5, Polyak rate 0.005,
/// learning rate 3e-4, batch 256, normalised observations; the last three belong to `training`).
public struct TD3BC: MarkovAgent {
  public struct Configuration: Settings {
    public var network = ObservationNetwork.Shape()
    /// γ
    public var discount = 0.99
    /// α: how much the critic counts against imitation.
    public var strength = 2.5
    /// Deviation of the target policy's noise.
    public var noise = 0.2
    public var noiseLimit = 0.5
    /// Updates of the critics to one of the actor.
    public var actorPeriod = 2
    /// How target networks follow, whenever the actor is updated.
    public var targetRate = 0.005

    public init() {}

    func check() throws(ConfigurationError) {
      try requireDiscount(discount)
      try require(0...1e6 ~= strength, "strength", strength, "a number from 0 to 1000000")
      try require(0...1e3 ~= noise, "noise", noise, "a number from 0 to 1000")
      try require(0...1e3 ~= noiseLimit, "noiseLimit", noiseLimit, "a number from 0 to 1000")
      try require(1...1000 ~= actorPeriod, "actorPeriod", actorPeriod, "1 to 1000")
      try require(
        targetRate > 0 && targetRate <= 1, "targetRate", targetRate,
        "a number above 0, at most 1")
    }
  }

  private static let actorGroup = "actor"

  public let data: DataSummary
  private let configuration: Configuration
  private let bounds: ActionBounds
  private let critics: [ObservationNetwork]
  /// The same, sending the actor its gradient and taking none.
  private let frozenCritics: [ObservationNetwork]
  private let actor: ObservationNetwork
  private let targetCritics: [ObservationNetwork]
  private let targetActor: ObservationNetwork
  /// The mean |Q₁(s, π(s))| of the step before; 0 before the first.
  private let magnitude: Parameter

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
    func makeCritics(
      _ scope: inout ParameterScope
    ) throws(ConfigurationError) -> [ObservationNetwork] { try networks.critics(in: &scope) }
    func makeActor(_ scope: inout ParameterScope) throws(ConfigurationError) -> ObservationNetwork {
      try networks.policy(in: &scope)
    }
    critics = try makeCritics(&scope)
    frozenCritics = try scope.frozen(makeCritics)
    actor = try scope.inGroup(Self.actorGroup, makeActor)
    targetCritics = try scope.targets(makeCritics)
    targetActor = try scope.targets(makeActor)
    magnitude = scope.addStatistic("q_magnitude")
  }

  public var isConditionedOnReturns: Bool { false }

  public var parameterGroups: [ParameterGroup] {
    [ParameterGroup(Self.actorGroup, period: configuration.actorPeriod)]
  }

  public func actionScores(on batch: SequenceBatch, tape: inout Tape) -> Tensor {
    actor(batch.observations, rows: batch.stepCount, on: &tape)
  }

  public func loss(on batch: SequenceBatch, tape: inout Tape) -> Loss {
    let (x, rows) = (batch.observations, batch.windowCount)
    let units = bounds.units(of: batch.continuousActions)
    let actions = tape.constant(units, rows: rows, columns: data.actionColumns)
    let goals = targets(for: batch, tape: &tape)
    var loss = Loss()
    for (index, critic) in critics.enumerated() {
      loss.add(
        "q\(index + 1)_loss",
        tape.squaredError(critic(x, rows: rows, beside: actions, on: &tape), targets: goals),
        over: batch.totalSteps)
    }
    let own = actor(x, rows: rows, on: &tape)
    let q = frozenCritics[0](x, rows: rows, beside: own, on: &tape)
    let magnitude = tape.read(self.magnitude)[0]
    // The first step has no mean to divide by and imitates only.
    let factor = magnitude > 0 ? Float(configuration.strength) / magnitude : 0
    loss.add(
      "q_of_policy", tape.weightedSum(q, weights: Array(repeating: -factor, count: q.count)),
      over: batch.totalSteps)
    loss.add(
      "imitation_loss", tape.squaredError(own, targets: units),
      over: batch.totalSteps * data.actionColumns)
    loss.note(
      "q_magnitude", tape.read(q).reduce(0) { $0 + Double(abs($1)) }, over: batch.totalSteps)
    return loss
  }

  /// `[W]` y
  private func targets(for batch: SequenceBatch, tape: inout Tape) -> [Float] {
    let (successors, rows) = (batch.successors, batch.windowCount)
    let noise = tape.normalNoise("td3/noise", rows: rows, columns: data.actionColumns)
    let limit = Float(configuration.noiseLimit)
    let next = zip(tape.read(targetActor(successors, rows: rows, on: &tape)), noise).map {
      action, noise in
      let shift = max(-limit, min(limit, Float(configuration.noise) * noise))
      let shifted = action + shift
      return shifted.isNaN ? shifted : max(-1, min(1, shifted))
    }
    let actions = tape.constant(next, rows: rows, columns: data.actionColumns)
    let values = targetCritics.map {
      tape.read($0(successors, rows: rows, beside: actions, on: &tape))
    }
    return batch.bootstrapped(
      zip(values[0], values[1]).map { smaller($0, $1) }, discount: Float(configuration.discount))
  }

  public func didUpdate(step: Int, parameters: ParameterStore, report: Learner.Report) {
    parameters.setValues(of: magnitude, to: [Float(report["q_magnitude"] ?? 0)])
    if (step + 1) % configuration.actorPeriod == 0 {
      parameters.moveTargets(by: configuration.targetRate)
    }
  }
}
