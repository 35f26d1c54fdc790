public import Datasets
public import Documents
public import TensorCore

/// Q-learning on recorded steps, plain, double, or conservative, for discrete actions.
///
///     y    = r + discount · Q'(s', a*)   (r alone at a terminal step)
///     a*   = argmax Q'(s', ·), or argmax Q(s', ·) where it is double
///     loss = mean of huber(Q(s, a) − y) + conservatism · mean of (log Σ_b exp Q(s, b) − Q(s, a))
///
/// with a target network Q'. Plain: Mnih et al., 2015. Double: van Hasselt et al., 2016. With
/// conservatism α > 0 it is discrete CQL(H) (Kumar et al., 2020, arXiv 2006.04779). Defaults are those
/// of d3rlpy's classes of these names but for the network; its learning rate, 6.25e-5, and batch of 32
/// belong to `training`.
public struct DeepQLearning: MarkovAgent {
  public struct Configuration: Settings {
    public var network = ObservationNetwork.Shape()
    /// γ
    public var discount = 0.99
    /// Choose the next action by the network that learns and value it by the target.
    public var isDouble = false
    /// α of CQL; 0 for none.
    public var conservatism = 0.0
    /// Where the Huber loss becomes linear.
    public var huberThreshold = 1.0
    public var target = TargetSettings(every: 8000, rate: 1)

    public init() {}

    public init(isDouble: Bool, conservatism: Double = 0) {
      self.isDouble = isDouble
      self.conservatism = conservatism
    }
  }

  public let data: DataSummary
  private let configuration: Configuration
  private let network: ObservationNetwork
  private let target: ObservationNetwork

  public init(
    _ configuration: Configuration, data: DataSummary, parts: AgentParts,
    into scope: inout ParameterScope
  ) throws(ConfigurationError) {
    try requireDiscreteActions(data)
    do { try configuration.target.check() } catch { throw error.within("target") }
    try requireDiscount(configuration.discount)
    try require(
      0...1e6 ~= configuration.conservatism, "conservatism", configuration.conservatism,
      "a number from 0 to 1000000")
    try require(
      configuration.huberThreshold > 0, "huberThreshold", configuration.huberThreshold,
      "a number above 0")
    self.configuration = configuration
    self.data = data
    func make(_ scope: inout ParameterScope) throws(ConfigurationError) -> ObservationNetwork {
      do {
        return try scope.within("q") { scope throws(ConfigurationError) in
          try ObservationNetwork(
            configuration.network, data: data, parts: parts, outputs: data.actionColumns,
            in: &scope)
        }
      } catch { throw error.within("network") }
    }
    network = try make(&scope)
    target = try scope.targets(make)
  }

  public var isConditionedOnReturns: Bool { false }

  public func actionScores(on batch: SequenceBatch, tape: inout Tape) -> Tensor {
    network(batch.observations, rows: batch.stepCount, on: &tape)
  }

  public func loss(on batch: SequenceBatch, tape: inout Tape) -> Loss {
    let q = actionScores(on: batch, tape: &tape)
    let rows = batch.windowCount
    let worth = tape.read(target(batch.successors, rows: rows, on: &tape))
    let choosing =
      configuration.isDouble ? tape.read(network(batch.successors, rows: rows, on: &tape)) : worth
    let next = values(worth, whereLargest: choosing, columns: data.actionColumns)
    let targets = batch.bootstrapped(next, discount: Float(configuration.discount))
    var loss = Loss()
    loss.add(
      "td_loss",
      tape.huber(
        q, at: batch.discreteActions, targets: targets,
        threshold: Float(configuration.huberThreshold)), over: batch.totalSteps)
    if configuration.conservatism > 0 {
      loss.add(
        "conservative_loss", tape.conservativeGap(q, at: batch.discreteActions),
        over: batch.totalSteps, weight: Float(configuration.conservatism))
    }
    let taken = batch.taken(tape.read(q))
    loss.note("mean_q", taken.reduce(0) { $0 + Double($1) }, over: batch.totalSteps)
    return loss
  }

  public func didUpdate(step: Int, parameters: ParameterStore, report: Learner.Report) {
    configuration.target.move(parameters, after: step)
  }
}

func requireDiscreteActions(_ data: DataSummary) throws(ConfigurationError) {
  guard data.hasDiscreteActions else {
    throw ConfigurationError(
      key: "id", found: "an agent of discrete actions",
      expected: "one of continuous actions, which these data have", suggestion: nil)
  }
}
