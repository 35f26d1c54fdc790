internal import Environments

// Rows of columns put elsewhere: what an episode has once, spread over its steps and back.
extension Column {
  /// A column that holds row `i` of this one `counts[i]` times.
  func repeated(_ counts: [Int], width: Int) -> Column {
    gathered(counts.enumerated().flatMap { Array(repeating: $0, count: $1) }, width: width)
  }

  /// The given rows, in the given order.
  func gathered(_ rows: [Int], width: Int) -> Column {
    func gather<Number>(_ values: [Number]) -> [Number] {
      var result: [Number] = []
      result.reserveCapacity(rows.count * width)
      for row in rows { result += values[row * width..<(row + 1) * width] }
      return result
    }
    return switch self {
    case .uint8(let values): .uint8(gather(values))
    case .int32(let values): .int32(gather(values))
    case .int64(let values): .int64(gather(values))
    case .float32(let values): .float32(gather(values))
    case .float64(let values): .float64(gather(values))
    }
  }
}
