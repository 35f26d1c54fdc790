public import TensorCore

/// How tokens of several windows stand in the rows of one matrix.
public struct TokenLayout: Sendable, Equatable {
  /// Where windows begin and which tokens' output is wanted.
  public let rows: AttentionRows
  /// The same with the output of every token wanted.
  public let allRows: AttentionRows
  /// `[tokens]` Position of each token in its window, from 0.
  public let positions: [Int32]
  /// `[windows]` The lane each window belongs to when stepping; empty in training.
  public let lanes: [Int]

  /// - Parameters:
  ///   - offsets: `[windows + 1]` row at which each window begins.
  ///   - needed: rows whose output is wanted, ascending; `nil` for all.
  ///   - lanes: `[windows]` for stepping.
  ///   - seen: `[windows]` tokens that each lane already holds; empty for none.
  public init(offsets: [Int32], needed: [Int32]? = nil, lanes: [Int] = [], seen: [Int] = []) {
    rows = AttentionRows(offsets: offsets, queryTokens: needed)
    allRows = AttentionRows(offsets: offsets)
    self.lanes = lanes
    var positions: [Int32] = []
    positions.reserveCapacity(rows.tokenCount)
    for window in 0..<(offsets.count - 1) {
      let first = seen.isEmpty ? 0 : Int32(seen[window])
      let length = offsets[window + 1] - offsets[window]
      for position in 0..<length { positions.append(first + position) }
    }
    self.positions = positions
  }
}
