internal import Datasets
internal import Environments
internal import TensorCore

/// Collects tokens of several episodes in the order in which they stand in their windows.
struct TokenAssembly {
  private enum Source {
    case returnToGo(Int)
    case observation(Int)
    case action(Int)
  }

  /// Which of a step's tokens that come before its action are wanted.
  enum Part {
    case whole
    /// Those before the return, which is not known yet.
    case untilReturn
    case returnAlone
  }

  private let model: DecisionTransformer
  private var inputs = TokenInputs()
  private var sources: [Source] = []
  private var starts: [Int32] = []

  init(_ model: DecisionTransformer) { self.model = model }

  /// `[windows + 1]`
  var offsets: [Int32] { starts + [Int32(sources.count)] }
  /// The last token of each window.
  var lastRows: [Int32] { offsets.dropFirst().map { $0 - 1 } }

  mutating func beginWindow() { starts.append(Int32(sources.count)) }

  /// - Parameter time: the number that the timestep vector is for.
  mutating func addStep(
    _ history: TokenInputs, at index: Int, time: Int32, part: Part = .whole
  ) {
    for kind in model.tokens {
      switch kind {
      case .returnToGo:
        if part == .untilReturn { return }
        sources.append(.returnToGo(inputs.returnsToGo.count))
        inputs.returnsToGo.append(history.returnsToGo[index])
        inputs.returnTimes.append(time)
      case .observation:
        if part == .returnAlone { continue }
        let width = model.data.observationSpace.width
        sources.append(.observation(inputs.observationTimes.count))
        inputs.observations += history.observations[(index * width)..<((index + 1) * width)]
        inputs.observationTimes.append(time)
      case .action: return
      }
    }
  }

  mutating func addAction(_ history: TokenInputs, at index: Int, time: Int32) {
    sources.append(.action(inputs.actionTimes.count))
    inputs.actionTimes.append(time)
    if model.data.hasDiscreteActions {
      inputs.discreteActions.append(history.discreteActions[index])
    } else {
      let width = model.data.actionColumns
      inputs.continuousActions +=
        history.continuousActions[(index * width)..<((index + 1) * width)]
    }
  }

  /// `[tokens, width]`
  func tokens(on tape: inout Tape) -> Tensor {
    let returns = inputs.returnsToGo.count
    let observations = inputs.observationTimes.count
    let order = sources.map { source in
      switch source {
      case .returnToGo(let index): Int32(index)
      case .observation(let index): Int32(returns + index)
      case .action(let index): Int32(returns + observations + index)
      }
    }
    return model.embeddings(inputs, order: order, tape: &tape)
  }
}
