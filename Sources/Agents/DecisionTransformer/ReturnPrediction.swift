internal import Datasets
internal import TensorCore

/// The return head: a distribution over returns-to-go at a step's observation token.
///
///     P(R_t | s_≤t, a_<t, …) = softmax(W h(s_t) + b)
///     loss = mean over steps of −log P(R_t)
///
/// Without conditioning on returns it makes the model a critic of its behaviour policy (Chen et al.,
/// 2021, section 5.5).
struct ReturnPrediction: Sendable {
  let categories: ReturnCategories
  /// `[categories]` What the prior adds to the logits.
  let priorLogWeights: [Double]
  private let map: Linear

  init(
    _ configuration: DecisionTransformer.Configuration, _ data: DataSummary, width: Int,
    into scope: inout ParameterScope
  ) {
    categories = ReturnCategories(data.returnDistribution, bins: configuration.returnBins)
    priorLogWeights = configuration.returnPrior.logWeights(
      of: categories.values, counts: categories.counts, horizon: data.horizon)
    map = Linear(
      width, categories.values.count, deviation: configuration.initialDeviation, in: &scope)
  }

  /// `hidden`: `[rows, width]`; returns `[rows, categories]`.
  func logits(at hidden: Tensor, tape: inout Tape) -> Tensor { map(hidden, on: &tape) }

  /// Adds the head's term.
  ///
  /// - Parameter hidden: `[S, width]`
  func add(
    to loss: inout Loss, at hidden: Tensor, on batch: SequenceBatch, weight: Float,
    tape: inout Tape
  ) {
    let logits = logits(at: hidden, tape: &tape)
    let targets = categories.indices(of: batch.returnsToGo)
    loss.add(
      "return_cross_entropy", tape.crossEntropy(logits, targets: targets), over: batch.totalSteps,
      weight: weight)
    loss.note(
      "return_accuracy", Double(tape.countOfHits(logits, targets: targets)),
      over: batch.totalSteps)
  }
}
