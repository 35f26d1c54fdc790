extension Column {
  /// Places of numbers that should not be there.
  ///
  /// - Parameters:
  ///   - bounds: `[width]` What each number of a row may be.
  ///   - lasts: rows that hold anything but zeros; `nil` for all.
  /// - Returns: those out of bounds or not finite, and those where zeros should be.
  func outliers(
    width: Int, _ bounds: (low: [Float], high: [Float]), _ lasts: StepMarks?
  ) -> (wrong: [Int], stray: [Int]) {
    func search<Value>(
      _ values: [Value], isFinite: (Value) -> Bool = { _ in true }, _ float: (Value) -> Float
    ) -> (wrong: [Int], stray: [Int]) {
      var (wrong, stray): ([Int], [Int]) = ([], [])
      for (row, start) in stride(from: 0, to: values.count, by: max(width, 1)).enumerated() {
        if let lasts, !lasts[row] {
          for index in 0..<width where float(values[start + index]) != 0 {
            stray.append(start + index)
          }
          continue
        }
        for index in 0..<width {
          let value = float(values[start + index])
          let isInside =
            isFinite(values[start + index]) && bounds.low[index] <= value
            && value <= bounds.high[index]
          if !isInside { wrong.append(start + index) }
        }
      }
      return (wrong, stray)
    }
    return switch self {
    case .uint8(let values): search(values) { Float($0) }
    case .int32(let values): search(values) { Float($0) }
    case .int64(let values): search(values) { Float($0) }
    case .float32(let values): search(values, isFinite: \.isFinite) { $0 }
    case .float64(let values): search(values, isFinite: \.isFinite) { Float($0) }
    }
  }
}
