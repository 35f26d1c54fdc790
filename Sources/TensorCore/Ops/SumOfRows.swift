internal import CKernels

extension Tape {
  /// Sums of rows of a learned table: several labels embedded together.
  ///
  ///     y[r] = Σ over i < terms of table[indices[r · terms + i]]
  ///
  /// The same as one-hot rows times the table, without the zeros.
  ///
  /// - Parameters:
  ///   - table: `[entries, channels]`.
  ///   - indices: `[rows · terms]`, each in `0 ..< entries`.
  ///   - terms: indices per row, at least 1.
  /// - Returns: `[rows, channels]`.
  public mutating func sumOfRows(
    of table: Parameter, at indices: [Int32], terms: Int
  ) -> Tensor {
    precondition(
      terms > 0 && indices.count.isMultiple(of: terms),
      "\(indices.count) indices in groups of \(terms)")
    let y = makeTensor(rows: indices.count / terms, columns: table.columns)
    let (sums, entries) = (value(y), value(table))
    for (position, index) in indices.enumerated() {
      precondition(
        index >= 0 && index < table.rows, "row \(index) of a table with \(table.rows) rows")
      let sum = sums + position / terms * y.columns
      let entry = entries + Int(index) * table.stride
      if position % terms == 0 {
        sum.update(from: entry, count: y.columns)
      } else {
        hs_accumulate(entry, sum, y.columns)
      }
    }
    guard recordsGradients, !table.isFrozen else { return y }
    onBackward(of: y) { tape in
      let dTable = tape.claimGradient(table, writesAll: false)
      for (position, index) in indices.enumerated() {
        hs_accumulate(
          tape.gradient(y) + position / terms * y.columns,
          dTable.start + Int(index) * table.stride, y.columns)
      }
    }
    return y
  }
}
