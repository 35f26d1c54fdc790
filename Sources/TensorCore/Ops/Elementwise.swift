internal import CKernels

extension Tape {
  /// `x + y`, element by element; both `[rows, columns]`.
  public mutating func add(_ x: Tensor, _ y: Tensor) -> Tensor {
    precondition(
      x.rows == y.rows && x.columns == y.columns,
      "x is [\(x.rows), \(x.columns)] but y is [\(y.rows), \(y.columns)]")
    let z = makeTensor(
      rows: x.rows, columns: x.columns, needsGradient: wantsGradient(x) || wantsGradient(y))
    nonisolated(unsafe) let (first, second, sum) = (value(x), value(y), value(z))
    share(z.count, by: 1 << 14) { range in  // parts write floats of their own
      let start = range.lowerBound
      hs_add(first + start, second + start, sum + start, range.count)
    }
    guard recordsGradients else { return z }
    onBackward(of: z) { tape in
      tape.pass(tape.gradient(z), to: x)
      tape.pass(tape.gradient(z), to: y)
    }
    return z
  }

  /// `x + row`, the one row of `row` added to every row of x; `[rows, columns]`.
  public mutating func add(_ x: Tensor, row: Parameter) -> Tensor {
    precondition(row.columns == x.columns, "row has \(row.columns) columns, x has \(x.columns)")
    let z = makeTensor(rows: x.rows, columns: x.columns)
    value(z).update(from: value(x), count: x.count)
    hs_add_bias(value(row), value(z), z.rows, z.columns)
    guard recordsGradients else { return z }
    onBackward(of: z) { tape in
      if !row.isFrozen {
        let dRow = tape.claimGradient(row, writesAll: row.rows == 1)
        hs_column_sums(tape.gradient(z), dRow.start, dRow.accumulates, z.rows, z.columns)
      }
      tape.pass(tape.gradient(z), to: x)
    }
    return z
  }

  /// `f(x)`, element by element; `[rows, columns]`.
  public mutating func activate(_ x: Tensor, _ activation: Activation) -> Tensor {
    guard activation != .identity else { return x }
    let z = makeTensor(rows: x.rows, columns: x.columns, needsGradient: wantsGradient(x))
    let y = makeTensor(rows: x.rows, columns: x.columns, needsGradient: wantsGradient(x))
    let noBias = scratch(x.columns)
    noBias.update(repeating: 0, count: x.columns)
    value(z).update(from: value(x), count: x.count)
    hs_bias_activation(noBias, value(z), value(y), activation.kind, x.rows, x.columns)
    guard recordsGradients else { return y }
    onBackward(of: y) { tape in
      hs_activation_backward(
        tape.value(z), tape.value(y), tape.gradient(y), activation.kind, y.count)
      tape.pass(tape.gradient(y), to: x)
    }
    return y
  }

  /// Sends `gradient` on to `x` unchanged.
  mutating func pass(_ gradient: UnsafeMutablePointer<Float>, to x: Tensor) {
    guard wantsGradient(x) else { return }
    if claimGradient(x) {
      hs_accumulate(gradient, self.gradient(x), x.count)
    } else {
      self.gradient(x).update(from: gradient, count: x.count)
    }
  }
}
