internal import CKernels

extension Tape {
  /// The rows of a learned table at `indices`: an embedding.
  ///
  /// - Parameters:
  ///   - table: `[entries, channels]`.
  ///   - indices: `[rows]`, each in `0 ..< entries`.
  /// - Returns: `[rows, channels]`.
  public mutating func rows(of table: Parameter, at indices: [Int32]) -> Tensor {
    let y = makeTensor(rows: indices.count, columns: table.columns)
    for (row, index) in indices.enumerated() {
      precondition(
        index >= 0 && index < table.rows, "row \(index) of a table with \(table.rows) rows")
      (value(y) + row * y.columns).update(
        from: value(table) + Int(index) * table.stride, count: y.columns)
    }
    guard recordsGradients, !table.isFrozen else { return y }
    onBackward(of: y) { tape in
      let dTable = tape.claimGradient(table, writesAll: false)
      for (row, index) in indices.enumerated() {
        hs_accumulate(
          tape.gradient(y) + row * y.columns, dTable.start + Int(index) * table.stride, y.columns)
      }
    }
    return y
  }

  /// The rows of `x` at `indices`, which must be distinct.
  ///
  /// - Parameters:
  ///   - x: `[rows, channels]`.
  ///   - indices: `[chosen]`, each in `0 ..< rows`.
  /// - Returns: `[chosen, channels]`.
  public mutating func rows(of x: Tensor, at indices: [Int32]) -> Tensor {
    let y = makeTensor(
      rows: indices.count, columns: x.columns, needsGradient: wantsGradient(x))
    for (row, index) in indices.enumerated() {
      precondition(index >= 0 && index < x.rows, "row \(index) of a tensor with \(x.rows) rows")
      (value(y) + row * y.columns).update(
        from: value(x) + Int(index) * x.columns, count: y.columns)
    }
    guard recordsGradients else { return y }
    onBackward(of: y) { tape in
      if !tape.claimGradient(x) { tape.gradient(x).update(repeating: 0, count: x.count) }
      for (row, index) in indices.enumerated() {
        hs_accumulate(
          tape.gradient(y) + row * y.columns, tape.gradient(x) + Int(index) * x.columns, y.columns)
      }
    }
    return y
  }

  /// Lays the rows of several tensors out in one order: how tokens of several kinds make one
  /// sequence.
  ///
  ///     y[i] = (inputs, end to end)[order[i]]
  ///
  /// - Parameters:
  ///   - inputs: all `[…, channels]`.
  ///   - order: `[rows]`, distinct indices into the rows of the inputs laid end to end.
  /// - Returns: `[rows, channels]`.
  public mutating func arrange(_ inputs: [Tensor], order: [Int32]) -> Tensor {
    let columns = inputs[0].columns
    var starts = [0]
    for x in inputs {
      precondition(x.columns == columns, "inputs have \(columns) and \(x.columns) columns")
      starts.append(starts[starts.count - 1] + x.rows)
    }
    let y = makeTensor(rows: order.count, columns: columns)
    for (part, x) in inputs.enumerated() {
      let rows = starts[part]..<starts[part + 1]
      for (row, source) in order.enumerated() where rows.contains(Int(source)) {
        (value(y) + row * columns).update(
          from: value(x) + (Int(source) - rows.lowerBound) * columns, count: columns)
      }
    }
    guard recordsGradients else { return y }
    onBackward(of: y) { tape in
      for (part, x) in inputs.enumerated() where tape.wantsGradient(x) {
        let rows = starts[part]..<starts[part + 1]
        if !tape.claimGradient(x) { tape.gradient(x).update(repeating: 0, count: x.count) }
        for (row, source) in order.enumerated() where rows.contains(Int(source)) {
          hs_accumulate(
            tape.gradient(y) + row * columns,
            tape.gradient(x) + (Int(source) - rows.lowerBound) * columns, columns)
        }
      }
    }
    return y
  }
}
