import Agents
import Datasets
import Documents
import Environments
import TensorCore

/// Imitates the actions that were rewarded, one observation at a time.
///
///     loss = mean over steps of −[r_t > 0] log softmax(W s_t + b)[a_t]
struct RewardedCloning: MarkovAgent {
  struct Configuration: Settings {
    /// Standard deviation of the first weights.
    var initialDeviation = 0.02
  }

  let data: DataSummary
  private let layer: Linear

  init(
    _ configuration: Configuration, data: DataSummary, parts: AgentParts,
    into scope: inout ParameterScope
  ) throws(ConfigurationError) {
    guard case .discrete(let count, _) = data.actionSpace else {
      throw ConfigurationError(key: "", found: "other actions", expected: "discrete actions")
    }
    self.data = data
    layer = scope.within("layer") {
      Linear(
        data.observationSpace.width, count, deviation: configuration.initialDeviation, in: &$0)
    }
  }

  var isConditionedOnReturns: Bool { false }

  /// `[steps, actions]`
  func actionScores(on batch: SequenceBatch, tape: inout Tape) -> Tensor {
    layer(
      tape.constant(
        batch.observations, rows: batch.stepCount, columns: data.observationSpace.width), on: &tape)
  }

  func loss(on batch: SequenceBatch, tape: inout Tape) -> Loss {
    let rewarded = zip(batch.discreteActions, batch.rewards).map { $1 > 0 ? $0 : -1 }
    var loss = Loss()
    loss.add(
      "loss", tape.crossEntropy(actionScores(on: batch, tape: &tape), targets: rewarded),
      over: batch.totalSteps)
    return loss
  }
}
