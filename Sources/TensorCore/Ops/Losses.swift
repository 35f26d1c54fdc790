internal import CKernels

extension Tape {
  /// Sum over rows of `−log softmax(logits)[target]`.
  ///
  /// - Parameters:
  ///   - logits: `[rows, classes]`.
  ///   - targets: `[rows]`, each in `0 ..< classes`, or negative for a row that does not count.
  public mutating func crossEntropy(_ logits: Tensor, targets: [Int32]) -> LossSum {
    precondition(
      targets.count == logits.rows, "\(targets.count) targets for \(logits.rows) rows")
    for target in targets {
      precondition(target < logits.columns, "target \(target) of \(logits.columns) classes")
    }
    let probabilities = makeTensor(
      rows: logits.rows, columns: logits.columns, needsGradient: false)
    let sum = makeTensor(rows: 1, columns: 1, needsGradient: wantsGradient(logits))
    let total =
      logits.rows == 0
      ? 0
      : hs_cross_entropy(
        value(logits), targets, value(probabilities), logits.rows, logits.columns)
    value(sum)[0] = Float(total)
    onBackward(of: sum) { tape in
      let accumulates = tape.claimGradient(logits)
      hs_cross_entropy_backward(
        tape.value(probabilities), targets, tape.gradient(sum)[0], tape.gradient(logits),
        accumulates, logits.rows, logits.columns)
    }
    return LossSum(value: total, tensor: sum)
  }

  /// Sum over all elements of `(x − target)²`.
  ///
  /// - Parameters:
  ///   - x: `[rows, columns]`.
  ///   - targets: `[rows · columns]`.
  public mutating func squaredError(_ x: Tensor, targets: [Float]) -> LossSum {
    precondition(targets.count == x.count, "\(targets.count) targets for \(x.count) elements")
    let sum = makeTensor(rows: 1, columns: 1, needsGradient: wantsGradient(x))
    let total = hs_squared_error(value(x), targets, x.count)
    value(sum)[0] = Float(total)
    onBackward(of: sum) { tape in
      let accumulates = tape.claimGradient(x)
      hs_squared_error_backward(
        tape.value(x), targets, tape.gradient(sum)[0], tape.gradient(x), accumulates, x.count)
    }
    return LossSum(value: total, tensor: sum)
  }
}
