import Agents
import Datasets
import Documents
import Environments
import Foundation
import TensorCore

/// Imitates the data, and more so what was followed by large returns: reward-weighted regression
/// (Peters and Schaal, 2007).
///
///     loss = mean over steps of −w log softmax(f(s))[a],  w = exp((R̂ − largest R̂) / temperature)
///
/// It acts on single observations, so a ``MarkovAgent``: its policy is there already.
struct ReturnWeightedCloning: MarkovAgent {
  struct Configuration: Settings {
    /// Reward units by which a return may fall short before it counts e times less.
    var temperature = 1.0
    var hiddenUnits = 32
  }

  let data: DataSummary
  private let temperature: Float
  private let hidden: Linear
  private let output: Linear

  init(
    _ configuration: Configuration, data: DataSummary, parts: AgentParts,
    into scope: inout ParameterScope
  ) throws(ConfigurationError) {
    guard case .discrete(let count, _) = data.actionSpace else {
      throw ConfigurationError(key: "", found: "other actions", expected: "discrete actions")
    }
    guard configuration.temperature > 0 else {
      throw ConfigurationError(
        key: "temperature", found: "\(configuration.temperature)", expected: "a number above 0")
    }
    self.data = data
    temperature = Float(configuration.temperature)
    hidden = scope.within("hidden") {
      Linear(
        data.observationSpace.width, configuration.hiddenUnits, activation: .relu, deviation: 0.5,
        in: &$0)
    }
    output = scope.within("output") { Linear(configuration.hiddenUnits, count, in: &$0) }
  }

  var isConditionedOnReturns: Bool { false }

  /// `[steps, actions]`
  func actionScores(on batch: SequenceBatch, tape: inout Tape) -> Tensor {
    let observations = tape.constant(
      batch.observations, rows: batch.stepCount, columns: data.observationSpace.width)
    return output(hidden(observations, on: &tape), on: &tape)
  }

  func loss(on batch: SequenceBatch, tape: inout Tape) -> Loss {
    let scores = actionScores(on: batch, tape: &tape)
    let largest = Float(data.largestReturnToGo)
    let weights = batch.returnsToGo.map { exp(($0 - largest) / temperature) }
    var loss = Loss()
    loss.add(
      "loss", tape.crossEntropy(scores, targets: batch.discreteActions, weights: weights),
      over: batch.totalSteps)
    return loss
  }
}
