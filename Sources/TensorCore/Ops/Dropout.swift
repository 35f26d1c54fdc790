internal import CKernels
internal import Randomness

/// Which elements a dropout op drops: a hash of (seed, step, op, row in the batch, column), so that
/// the backward pass computes it again and neither threads nor shards change it.
enum DropoutMask {
  static func key(seed: UInt64, step: UInt64, op: UInt64) -> UInt64 {
    RandomStream.mix(
      RandomStream.mix(RandomStream.mix(seed &+ 0x9E37_79B9_7F4A_7C15) ^ step)
        &+ op &* 0xD1B5_4A32_D192_ED03)
  }
}

extension Tape {
  /// The mask of the next random op over tensors with `rows` rows.
  mutating func makeMask(rate: Float, rows: Int) -> hs_mask {
    precondition(rate >= 0 && rate < 1, "dropout rate \(rate) is not in 0 ..< 1")
    precondition(randomness.stepCount > 0, "a shard of no steps has no rows to drop")
    let key = nextRandomKey()
    // Ops see so many rows per step of the shard; a shard's rows begin after those of the shards
    // before it.
    let rowsPerStep = rows % randomness.stepCount == 0 ? rows / randomness.stepCount : 0
    let firstRow =
      rowsPerStep > 0
      ? UInt64(randomness.firstStep * rowsPerStep) : UInt64(randomness.firstStep) << 32
    return hs_mask(
      key: key, first_row: firstRow, threshold: UInt32(Double(rate) * 0x1p32), scale: 1 / (1 - rate)
    )
  }

  /// Zeroes elements with probability `rate` and scales the others by `1 / (1 − rate)`; the
  /// identity where the tape records no gradients or the rate is zero.
  ///
  /// - Parameter x: `[rows, columns]`.
  /// - Returns: `[rows, columns]`.
  public mutating func dropout(_ x: Tensor, rate: Float) -> Tensor {
    guard recordsGradients, rate > 0 else { return x }
    return droppedOut(x, addedTo: nil, rate: rate)
  }

  /// `residual + dropout(x)`, the end of a residual branch; both `[rows, columns]`.
  public mutating func add(_ residual: Tensor, droppingOut x: Tensor, rate: Float) -> Tensor {
    guard recordsGradients, rate > 0 else { return add(residual, x) }
    return droppedOut(x, addedTo: residual, rate: rate)
  }

  private mutating func droppedOut(
    _ x: Tensor, addedTo residual: Tensor?, rate: Float
  ) -> Tensor {
    let mask = makeMask(rate: rate, rows: x.rows)
    let y = makeTensor(rows: x.rows, columns: x.columns)
    hs_dropout(value(x), residual.map { value($0) }, value(y), mask, x.rows, x.columns)
    onBackward(of: y) { tape in
      if tape.wantsGradient(x) {
        let accumulates = tape.claimGradient(x)
        hs_dropout_backward(
          tape.gradient(y), tape.gradient(x), accumulates, mask, x.rows, x.columns)
      }
      if let residual { tape.pass(tape.gradient(y), to: residual) }
    }
    return y
  }
}
