public import Datasets
public import TensorCore

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

// What a trained model believes and looks at; computed apart from training and acting.
extension DecisionTransformer {
  /// The returns-to-go that the return head tells apart, ascending, in reward units; empty without
  /// one.
  public var returnCategories: [Double] { returnHead?.categories.values ?? [] }

  /// P(R | history) at each step of a batch: `[S][categories]`, as ``returnCategories`` has them.
  ///
  /// What step `t` is given are the observations up to its own and the actions before, and the
  /// returns before where the model is conditioned on returns.
  ///
  /// - Returns: no rows without a return head.
  public func returnProbabilities(
    on batch: SequenceBatch, parameters: ParameterStore
  ) -> [[Double]] {
    guard let returnHead else { return [] }
    var tape = Tape(parameters: parameters)
    let hidden = hidden(on: batch, of: [.observation], tape: &tape)[0]
    let logits = tape.read(returnHead.logits(at: hidden, tape: &tape))
    let count = returnHead.categories.values.count
    return (0..<batch.stepCount).map { step in
      let row = logits[(step * count)..<((step + 1) * count)]
      let peak = Double(row.max() ?? 0)
      let weights = row.map { exp(Double($0) - peak) }
      let total = weights.reduce(0, +)
      return weights.map { $0 / total }
    }
  }

  /// The attention weights of every layer over the windows of a batch, whose tokens stand where
  /// ``place(of:atStep:)`` says.
  ///
  /// - Returns: no layers where the backbone has no attention.
  public func attentionWeights(
    on batch: SequenceBatch, parameters: ParameterStore
  ) -> [AttentionWeights] {
    var tape = Tape(parameters: parameters)
    let (tokens, layout) = embed(batch, needed: nil, tape: &tape)
    return backbone.attentionWeights(tokens, layout, on: &tape)
  }
}
