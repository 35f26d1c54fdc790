internal import CKernels

/// A function applied to every element after a linear map.
public enum Activation: String, Sendable, Codable, CaseIterable {
  case identity
  case relu
  /// `z/2 · (1 + tanh(√(2/π) (z + 0.044715 z³)))`, Hugging Face's `gelu_new`.
  case gelu
  /// `z/2 · (1 + erf(z/√2))`.
  case geluExact
  case tanh
  /// `z / (1 + e⁻ᶻ)`, also called swish.
  case silu

  /// The kernel's number for it.
  var kind: Int32 {
    switch self {
    case .identity: 0
    case .relu: 1
    case .gelu: 2
    case .geluExact: 3
    case .tanh: 4
    case .silu: 5
    }
  }
}

extension Tape {
  /// An affine map of every row, followed by an activation.
  ///
  ///     y = f(x W + b)
  ///
  /// - Parameters:
  ///   - x: `[rows, inputs]`.
  ///   - weight: `[inputs, outputs]`.
  ///   - bias: `[1, outputs]`.
  /// - Returns: `[rows, outputs]`.
  public mutating func linear(
    _ x: Tensor, weight: Parameter, bias: Parameter, activation: Activation = .identity
  ) -> Tensor {
    precondition(
      weight.rows == x.columns, "weight has \(weight.rows) inputs but x has \(x.columns) columns")
    precondition(
      bias.columns == weight.columns,
      "bias has \(bias.columns) columns but weight has \(weight.columns)")
    let z = makeTensor(rows: x.rows, columns: weight.columns)
    let y = activation == .identity ? z : makeTensor(rows: x.rows, columns: weight.columns)
    BLAS.multiply(
      matrix(x), matrix(weight), into: matrix(z), rows: x.rows, columns: weight.columns,
      inner: x.columns, accumulates: false)
    if activation == .identity {
      hs_add_bias(value(bias), value(z), z.rows, z.columns)
    } else {
      hs_bias_activation(value(bias), value(z), value(y), activation.kind, z.rows, z.columns)
    }
    onBackward(of: y) { tape in
      let dz = tape.gradient(y)  // the activation's slope is applied in place
      if activation != .identity {
        hs_activation_backward(tape.value(z), tape.value(y), dz, activation.kind, y.count)
      }
      let dzMatrix = BLAS.Matrix(start: dz, stride: y.columns)
      let dWeight = tape.claimGradient(weight)
      BLAS.multiply(
        tape.matrix(x).transposed, dzMatrix,
        into: BLAS.Matrix(start: dWeight.start, stride: weight.stride), rows: x.columns,
        columns: y.columns, inner: x.rows, accumulates: dWeight.accumulates)
      let dBias = tape.claimGradient(bias)
      hs_column_sums(dz, dBias.start, dBias.accumulates, y.rows, y.columns)
      if tape.wantsGradient(x) {
        let accumulates = tape.claimGradient(x)
        BLAS.multiply(
          dzMatrix, tape.matrix(weight).transposed,
          into: BLAS.Matrix(start: tape.gradient(x), stride: x.columns), rows: x.rows,
          columns: x.columns, inner: y.columns, accumulates: accumulates)
      }
    }
    return y
  }
}
