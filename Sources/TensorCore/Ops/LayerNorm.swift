internal import CKernels

extension Tape {
  /// Gives every row zero mean and unit variance, then a learned gain and bias.
  ///
  ///     y[r, c] = (x[r, c] − mean[r]) / √(variance[r] + epsilon) · gain[c] + bias[c]
  ///
  /// with the variance taken over all columns (Ba, Kiros and Hinton, 2016).
  ///
  /// - Parameters:
  ///   - x: `[rows, channels]`.
  ///   - gain: `[1, channels]`.
  ///   - bias: `[1, channels]`.
  /// - Returns: `[rows, channels]`.
  public mutating func layerNorm(
    _ x: Tensor, gain: Parameter, bias: Parameter, epsilon: Float = 1e-5
  ) -> Tensor {
    precondition(
      gain.columns == x.columns && bias.columns == x.columns,
      "gain has \(gain.columns) and bias \(bias.columns) channels but x has \(x.columns)")
    let y = makeTensor(rows: x.rows, columns: x.columns)
    let statistics = makeTensor(rows: x.rows, columns: 2)  // mean and 1 / deviation of each row
    // Parts write rows of their own.
    nonisolated(unsafe) let (from, to, sums) = (value(x), value(y), value(statistics))
    nonisolated(unsafe) let (gains, shifts) = (value(gain), value(bias))
    let columns = x.columns
    share(x.rows, by: 128) { rows in
      let first = rows.lowerBound
      hs_layer_norm(
        from + first * columns, gains, shifts, epsilon, to + first * columns, sums + 2 * first,
        rows.count, columns)
    }
    guard recordsGradients else { return y }
    onBackward(of: y) { tape in
      let dGain = tape.claimGradient(gain, writesAll: false)
      let dBias = tape.claimGradient(bias, writesAll: false)
      let wantsInput = tape.wantsGradient(x)
      let accumulates = wantsInput && tape.claimGradient(x)
      hs_layer_norm_backward(
        tape.value(x), tape.value(gain), tape.value(statistics), tape.gradient(y),
        wantsInput ? tape.gradient(x) : nil, accumulates, dGain.start, dBias.start, x.rows,
        x.columns)
    }
    return y
  }
}
