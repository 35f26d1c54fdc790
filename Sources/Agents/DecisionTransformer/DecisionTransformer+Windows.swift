package import Datasets
package import TensorCore

// Whole windows: what training, critics and reports compute.
extension DecisionTransformer {
  /// Tokens of a step: 3, or 2 without conditioning on returns.
  public var tokensPerStep: Int { tokens.count }

  /// The place, among the tokens of its window, of a step's token.
  ///
  /// - Returns: `nil` where steps have no token of that kind.
  public func place(of kind: TokenKind, atStep step: Int) -> Int? {
    tokens.firstIndex(of: kind).map { step * tokens.count + $0 }
  }

  /// The backbone's output for tokens of a batch: `[needed, width]`; the tokens of step `i` are
  /// `tokensPerStep · i` and those after it.
  package func hidden(
    on batch: SequenceBatch, needed: [Int32]?, tape: inout Tape
  ) -> Tensor {
    let (tokens, layout) = embed(batch, needed: needed, tape: &tape)
    return backbone(tokens, layout, on: &tape)
  }

  /// The same for every step's tokens of some kinds: `[S, width]` each, in the order of `kinds`.
  func hidden(on batch: SequenceBatch, of kinds: [TokenKind], tape: inout Tape) -> [Tensor] {
    let places = tokens.indices.filter { kinds.contains(tokens[$0]) }
    let needed = (0..<batch.stepCount).flatMap { step in
      places.map { Int32(tokens.count * step + $0) }
    }
    let all = hidden(on: batch, needed: needed, tape: &tape)
    guard places.count > 1 else { return kinds.map { _ in all } }
    return kinds.map { kind in
      let place = places.firstIndex { tokens[$0] == kind } ?? 0
      return tape.rows(
        of: all, at: (0..<batch.stepCount).map { Int32(places.count * $0 + place) })
    }
  }

  /// The tokens of a batch and how they stand in their windows.
  func embed(
    _ batch: SequenceBatch, needed: [Int32]?, tape: inout Tape
  ) -> (tokens: Tensor, layout: TokenLayout) {
    let steps = Int32(batch.stepCount)
    let times = tokenTimes(of: batch)
    var inputs = TokenInputs()
    var starts: [TokenKind: Int32] = [:]
    var count: Int32 = 0
    // Returns, observations, actions, as embeddings are laid end to end.
    for kind in TokenKind.allCases where tokens.contains(kind) {
      starts[kind] = count
      count += steps
    }
    if isConditionedOnReturns {
      (inputs.returnsToGo, inputs.returnTimes) = (batch.returnsToGo, times)
    }
    (inputs.observations, inputs.observationTimes) = (batch.observations, times)
    inputs.discreteActions = batch.discreteActions
    inputs.continuousActions = bounds.units(of: batch.continuousActions)
    inputs.actionTimes = times
    let firsts = tokens.map { starts[$0] ?? 0 }
    let order = (0..<steps).flatMap { step in firsts.map { $0 + step } }
    let tokensPerStep = Int32(tokens.count)
    return (
      embeddings(inputs, order: order, tape: &tape),
      TokenLayout(offsets: batch.offsets.map { tokensPerStep * $0 }, needed: needed)
    )
  }

  /// `[S]` The number that each step's timestep vector is for.
  private func tokenTimes(of batch: SequenceBatch) -> [Int32] {
    guard configuration.timesteps == .perWindow else { return batch.timesteps }
    return (0..<batch.windowCount).flatMap { window in
      let (first, end) = (Int(batch.offsets[window]), Int(batch.offsets[window + 1]))
      return (first..<end).map { _ in batch.timesteps[first] }
    }
  }
}
