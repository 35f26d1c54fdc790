internal import Datasets
internal import TensorCore

/// Predicts the observation that follows an action.
///
///     loss = mean over steps and categories of −log softmax(W_c h + b_c)[s′_c]
///          + mean over steps and amounts of (W h + b − s′)²
///
/// where `h` is the backbone's output at the action's token. Every category has as many logits as
/// the largest one.
struct NextObservationHead: Sendable {
  private let labels: LabelColumns
  private let quantities: QuantityColumns
  private let labelMap: Linear?
  private let quantityMap: Linear?

  init(_ data: DataSummary, width: Int, deviation: Double, into scope: inout ParameterScope) {
    let labels = LabelColumns(data, sharing: .all)
    let quantities = QuantityColumns(data)
    labelMap =
      labels.count == 0
      ? nil
      : scope.within("labels") {
        Linear(width, labels.count * labels.tableRows, deviation: deviation, in: &$0)
      }
    quantityMap =
      quantities.count == 0
      ? nil
      : scope.within("quantities") {
        Linear(width, quantities.count, deviation: deviation, in: &$0)
      }
    (self.labels, self.quantities) = (labels, quantities)
  }

  /// Adds the head's terms.
  ///
  /// - Parameters:
  ///   - hidden: `[S, width]`
  ///   - batch: whose next observations are predicted.
  func add(
    to loss: inout Loss, at hidden: Tensor, on batch: SequenceBatch, weight: Float,
    tape: inout Tape
  ) {
    let next = batch.nextObservations
    if let labelMap {
      let logits = tape.reshaped(
        labelMap(hidden, on: &tape), rows: hidden.rows * labels.count, columns: labels.tableRows)
      let targets = labels.rows(in: next)
      loss.add(
        "observation_cross_entropy", tape.crossEntropy(logits, targets: targets),
        over: batch.totalSteps * labels.count, weight: weight)
      loss.note(
        "observation_accuracy", Double(tape.countOfHits(logits, targets: targets)),
        over: batch.totalSteps * labels.count)
    }
    if let quantityMap {
      loss.add(
        "observation_error",
        tape.squaredError(
          quantityMap(hidden, on: &tape), targets: quantities.values(in: next)),
        over: batch.totalSteps * quantities.count, weight: weight)
    }
  }
}

extension SequenceBatch {
  /// `[S, observation width]` What was seen after each step, normalised.
  var nextObservations: [Float] {
    let width = stepCount == 0 ? 0 : observations.count / stepCount
    var next: [Float] = []
    next.reserveCapacity(observations.count)
    for window in 0..<windowCount {
      let (first, end) = (Int(offsets[window]), Int(offsets[window + 1]))
      guard first < end else { continue }
      next += observations[((first + 1) * width)..<(end * width)]
      next += successors[(window * width)..<((window + 1) * width)]
    }
    return next
  }
}
