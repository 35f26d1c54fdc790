import Agents
import Datasets
import Documents
import Environments
import TensorCore

/// Imitates the actions that were rewarded, one observation at a time.
///
///     loss = mean over steps of −[r_t > 0] log softmax(W s_t + b)[a_t]
struct RewardedCloning: Agent {
  struct Configuration: Settings {
    /// Standard deviation of the first weights.
    var initialDeviation = 0.02
  }

  private let data: DataSummary
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

  var windowRequest: WindowRequest { WindowRequest(contextLength: 1) }

  func loss(on batch: SequenceBatch, tape: inout Tape) -> Loss {
    let rewarded = zip(batch.discreteActions, batch.rewards).map { $1 > 0 ? $0 : -1 }
    let logits = logits(batch.observations, rows: batch.stepCount, on: &tape)
    var loss = Loss()
    loss.add("loss", tape.crossEntropy(logits, targets: rewarded), over: batch.totalSteps)
    return loss
  }

  func makePolicy(
    parameters: ParameterStore, lanes: Int, selection: Selection, threads: Int
  ) -> any Policy {
    Greedy(agent: self, parameters: parameters)
  }

  /// `observations`: `[rows, observation width]`, normalised; returns `[rows, actions]`.
  private func logits(_ observations: [Float], rows: Int, on tape: inout Tape) -> Tensor {
    let width = data.observationSpace.width
    return layer(tape.constant(observations, rows: rows, columns: width), on: &tape)
  }

  /// Takes the likeliest action; it remembers nothing.
  private final class Greedy: Policy {
    private let agent: RewardedCloning
    private var tape: Tape

    init(agent: RewardedCloning, parameters: ParameterStore) {
      self.agent = agent
      tape = Tape(parameters: parameters)
    }

    func begin(lane: Int, prompt: Prompt, seed: UInt64) {}

    func actions(
      lanes: [Int], observations: [Float], rewards: [Double], into actions: inout [Action]
    ) {
      let data = agent.data
      let width = data.observationSpace.width
      let normalised = observations.enumerated().map { index, number in
        (number - data.observationMean[index % width]) / data.observationScale[index % width]
      }
      tape.clear()
      let logits = agent.logits(normalised, rows: lanes.count, on: &tape)
      let numbers = tape.read(logits)
      actions = lanes.indices.map { lane in
        let row = numbers[(lane * logits.columns)..<((lane + 1) * logits.columns)]
        let best = row.indices.max { row[$0] < row[$1] } ?? row.startIndex
        return .discrete(best - row.startIndex)
      }
    }
  }
}
