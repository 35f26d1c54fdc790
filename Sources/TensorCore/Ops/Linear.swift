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
    let map = AffineMap(
      x: matrix(x), weight: matrix(weight), bias: value(bias), z: matrix(z), y: value(y),
      inner: x.columns, activation: activation)
    let columns = 0..<weight.columns
    let isWorthwhile = threadCount > 1 && z.count * x.columns >= AffineMap.smallest
    if !isWorthwhile || !BLAS.partsHaveTheBitsOfTheWhole {
      map.compute(rows: 0..<x.rows, columns: columns)
    } else if x.rows >= 2 * AffineMap.rowUnit {
      share(x.rows, by: AffineMap.rowUnit) { map.compute(rows: $0, columns: columns) }
    } else {
      share(weight.columns, by: AffineMap.columnUnit) { map.compute(rows: 0..<x.rows, columns: $0) }
    }
    guard recordsGradients else { return y }
    onBackward(of: y) { tape in
      let dz = tape.gradient(y)  // the activation's slope is applied in place
      if activation != .identity {
        hs_activation_backward(tape.value(z), tape.value(y), dz, activation.kind, y.count)
      }
      let dzMatrix = BLAS.Matrix(start: dz, stride: y.columns)
      if !weight.isFrozen {
        let dWeight = tape.claimGradient(weight)
        BLAS.multiply(
          tape.matrix(x).transposed, dzMatrix,
          into: BLAS.Matrix(start: dWeight.start, stride: weight.stride), rows: x.columns,
          columns: y.columns, inner: x.rows, accumulates: dWeight.accumulates)
      }
      if !bias.isFrozen {
        let dBias = tape.claimGradient(bias)
        hs_column_sums(dz, dBias.start, dBias.accumulates, y.rows, y.columns)
      }
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

/// The product, bias and activation of ``Tape/linear(_:weight:bias:activation:)`` for any block of
/// the result.
///
/// Unchecked: blocks that run at once do not overlap, and what they read nobody writes.
private struct AffineMap: @unchecked Sendable {
  let x: BLAS.Matrix
  let weight: BLAS.Matrix
  let bias: UnsafeMutablePointer<Float>
  let z: BLAS.Matrix
  let y: UnsafeMutablePointer<Float>
  let inner: Int
  let activation: Activation

  /// Multiply-adds below which threads cost more than they save.
  static let smallest = 500_000
  /// Rows and columns that a product is cut at, multiples of its tiles.
  static let rowUnit = 12
  static let columnUnit = 64

  func compute(rows: Range<Int>, columns: Range<Int>) {
    let start = rows.lowerBound * z.stride + columns.lowerBound
    BLAS.multiply(
      BLAS.Matrix(start: x.start + rows.lowerBound * x.stride, stride: x.stride),
      BLAS.Matrix(start: weight.start + columns.lowerBound, stride: weight.stride),
      into: BLAS.Matrix(start: z.start + start, stride: z.stride), rows: rows.count,
      columns: columns.count, inner: inner, accumulates: false)
    let bias = bias + columns.lowerBound
    if columns.count == z.stride {
      finish(bias, z.start + start, y + start, rows: rows.count, columns: columns.count)
    } else {
      for row in 0..<rows.count {
        let place = start + row * z.stride
        finish(bias, z.start + place, y + place, rows: 1, columns: columns.count)
      }
    }
  }

  private func finish(
    _ bias: UnsafeMutablePointer<Float>, _ z: UnsafeMutablePointer<Float>,
    _ y: UnsafeMutablePointer<Float>, rows: Int, columns: Int
  ) {
    if activation == .identity {
      hs_add_bias(bias, z, rows, columns)
    } else {
      hs_bias_activation(bias, z, y, activation.kind, rows, columns)
    }
  }
}
