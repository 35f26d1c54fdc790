public import Datasets

/// What methods that learn from single steps ask of a batch whose windows are one step long.
extension SequenceBatch {
  /// `[W]` What a value of the next observation is worth: `r + discount · next`, and `r` alone where
  /// the episode ended by the rules of its world. An episode that was cut off goes on.
  public func bootstrapped(_ next: [Float], discount: Float) -> [Float] {
    precondition(stepCount == windowCount, "\(stepCount) steps in \(windowCount) windows of one")
    return (0..<stepCount).map { index in
      rewards[index] + (isTerminated[index] ? 0 : discount * next[index])
    }
  }

  /// `[W]` The numbers of the taken actions in `rows`, `[W, actions]`.
  public func taken(_ rows: [Float]) -> [Float] {
    let columns = stepCount == 0 ? 0 : rows.count / stepCount
    return (0..<stepCount).map { rows[$0 * columns + Int(discreteActions[$0])] }
  }
}

/// The smaller of two estimates; NaN where one is, which the divergence guard must see.
func smaller(_ a: Float, _ b: Float) -> Float { a < b || a.isNaN ? a : b }

/// For each row of `columns` numbers, the value in the column where `choosing` is largest: what
/// `values` says of the action that `choosing` prefers. NaN where `choosing` has one.
func values(_ values: [Float], whereLargest choosing: [Float], columns: Int) -> [Float] {
  largest(inRowsOf: choosing, columns: columns).enumerated().map { row, column in
    let preferred = choosing[(row * columns)..<((row + 1) * columns)]
    return preferred.contains { $0.isNaN } ? .nan : values[row * columns + column]
  }
}

/// The index of the largest of `columns` numbers in each row; the lowest among equals.
func largest(inRowsOf numbers: [Float], columns: Int) -> [Int] {
  stride(from: 0, to: numbers.count, by: columns).map { start in
    var best = start
    for index in start..<(start + columns) where numbers[index] > numbers[best] { best = index }
    return best - start
  }
}
