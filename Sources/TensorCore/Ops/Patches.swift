internal import CKernels

extension Tape {
  /// The neighbourhood of every square of some pictures: what a convolution multiplies.
  ///
  ///     y[p, i, j; (di, dj, c)] = x[p, i + di, j + dj; c],  |di|, |dj| ≤ size / 2,  0 outside
  ///
  /// A linear map of `y` is a convolution of `x` with `size` × `size` weights that keeps the
  /// picture's size.
  ///
  /// - Parameters:
  ///   - x: `[pictures · height · width, channels]`, squares in reading order.
  ///   - size: an odd number of squares.
  /// - Returns: `[pictures · height · width, size · size · channels]`.
  public mutating func patches(of x: Tensor, height: Int, width: Int, size: Int = 3) -> Tensor {
    precondition(
      height > 0 && width > 0 && x.rows.isMultiple(of: height * width),
      "\(x.rows) squares are no pictures of \(height) by \(width)")
    precondition(size % 2 == 1, "a patch of \(size) squares has no middle")
    let frame = PatchFrame(
      pictures: x.rows / (height * width), height: height, width: width, channels: x.columns,
      size: size)
    let y = makeTensor(
      rows: x.rows, columns: size * size * x.columns, needsGradient: wantsGradient(x))
    let (source, patches) = (value(x), value(y))
    patches.update(repeating: 0, count: y.count)
    frame.forEachRun { from, to, count in
      (patches + to).update(from: source + from, count: count)
    }
    guard recordsGradients else { return y }
    onBackward(of: y) { tape in
      if !tape.claimGradient(x) { tape.gradient(x).update(repeating: 0, count: x.count) }
      let (dx, dy) = (tape.gradient(x), tape.gradient(y))
      frame.forEachRun { from, to, count in hs_accumulate(dy + to, dx + from, count) }
    }
    return y
  }

  /// The same numbers, row-major, as rows of another length.
  public func reshaped(_ x: Tensor, rows: Int, columns: Int) -> Tensor {
    precondition(
      rows * columns == x.count, "[\(x.rows), \(x.columns)] does not make [\(rows), \(columns)]")
    return Tensor(rows: rows, columns: columns, offset: x.offset, node: x.node)
  }
}

/// Which floats of pictures stand where in their patches.
private struct PatchFrame {
  let pictures: Int
  let height: Int
  let width: Int
  let channels: Int
  let size: Int

  /// Visits runs of floats that lie together both in the pictures and in a patch.
  @inline(__always)
  func forEachRun(_ body: (_ picture: Int, _ patch: Int, _ count: Int) -> Void) {
    let half = size / 2
    for row in 0..<(pictures * height) {
      for column in 0..<width {
        let first = max(0, column - half)
        let count = (min(width - 1, column + half) - first + 1) * channels
        let patch = (row * width + column) * size * size * channels
        for line in 0..<size {
          let within = row % height + line - half
          guard within >= 0, within < height else { continue }
          body(
            ((row + line - half) * width + first) * channels,
            patch + (line * size + first - (column - half)) * channels, count)
        }
      }
    }
  }
}
