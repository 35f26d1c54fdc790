internal import CKernels

extension Tape {
  /// Scales every row to unit root-mean-square, then multiplies it by a learned gain.
  ///
  ///     s[r]    = 1 / √(mean over c of x[r, c]² + epsilon)
  ///     y[r, c] = x[r, c] · s[r] · gain[c]
  ///
  /// (Zhang and Sennrich, 2019).
  ///
  /// - Parameters:
  ///   - x: `[rows, channels]`.
  ///   - gain: `[1, channels]`.
  /// - Returns: `[rows, channels]`.
  public mutating func rmsNorm(_ x: Tensor, gain: Parameter, epsilon: Float = 1e-5) -> Tensor {
    precondition(
      gain.columns == x.columns, "gain has \(gain.columns) channels but x has \(x.columns)")
    let y = makeTensor(rows: x.rows, columns: x.columns)
    let scales = makeTensor(rows: x.rows, columns: 1, needsGradient: false)
    hs_rms_norm(value(x), value(gain), epsilon, value(y), value(scales), x.rows, x.columns)
    guard recordsGradients else { return y }
    onBackward(of: y) { tape in
      let dGain = tape.claimGradient(gain, writesAll: false)
      let wantsInput = tape.wantsGradient(x)
      let accumulates = wantsInput && tape.claimGradient(x)
      hs_rms_norm_backward(
        tape.value(x), tape.value(gain), tape.value(scales), tape.gradient(y),
        wantsInput ? tape.gradient(x) : nil, accumulates, dGain.start, x.rows, x.columns)
    }
    return y
  }
}
