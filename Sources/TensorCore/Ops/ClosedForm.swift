extension Tape {
  /// A sum over elements of `x` whose slope in each of them is known as soon as it is computed.
  ///
  /// - Parameter body: gets the values of `x` and room for as many slopes, all of which it writes;
  ///   returns the sum.
  mutating func closedForm(
    _ x: Tensor, op: StaticString = #function,
    _ body: (UnsafeBufferPointer<Float>, UnsafeMutableBufferPointer<Float>) -> Double
  ) -> LossSum {
    let slopes = makeTensor(rows: x.rows, columns: x.columns, needsGradient: false)
    let sum = makeTensor(rows: 1, columns: 1, needsGradient: wantsGradient(x))
    let total = body(
      UnsafeBufferPointer(start: value(x), count: x.count),
      UnsafeMutableBufferPointer(start: value(slopes), count: x.count))
    value(sum)[0] = Float(total)
    onBackward(of: sum, op: op) { tape in
      let accumulates = tape.claimGradient(x)
      let (factor, from, to) = (tape.gradient(sum)[0], tape.value(slopes), tape.gradient(x))
      if accumulates {
        for index in 0..<x.count { to[index] += factor * from[index] }
      } else {
        for index in 0..<x.count { to[index] = factor * from[index] }
      }
    }
    return LossSum(value: total, tensor: sum)
  }
}
