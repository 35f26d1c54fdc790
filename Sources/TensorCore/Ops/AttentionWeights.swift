#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// How much each token of a window takes from each token before it and from itself, in one layer.
public struct AttentionWeights: Sendable {
  public let heads: Int
  /// `[windows + 1]` Row at which each window begins.
  public let offsets: [Int32]
  /// `[windows][heads, tokens, tokens]`, asking tokens in rows; each row adds up to 1.
  private let windows: [[Float]]

  /// The weight of token `key` for token `query` of the same window, both counted from its start; 0
  /// for tokens that come later.
  public subscript(window window: Int, head head: Int, query query: Int, key key: Int) -> Float {
    let length = Int(offsets[window + 1] - offsets[window])
    precondition(
      0..<heads ~= head && 0..<length ~= query && 0..<length ~= key,
      "head \(head), token \(query) and \(key) of \(heads) heads and \(length) tokens")
    return windows[window][(head * length + query) * length + key]
  }

  /// - Parameter qkv: `[tokens, 3 · width]`: queries, keys, values.
  init(_ qkv: [Float], rows: AttentionRows, heads: Int) {
    self.heads = heads
    offsets = rows.offsets
    let stride = rows.tokenCount == 0 ? 0 : qkv.count / rows.tokenCount
    let width = stride / 3
    let size = heads == 0 ? 0 : width / heads
    let scale = 1 / Float(max(size, 1)).squareRoot()
    windows = (0..<(offsets.count - 1)).map { window in
      let first = Int(rows.offsets[window])
      let length = Int(rows.offsets[window + 1]) - first
      var weights = [Float](repeating: 0, count: heads * length * length)
      for head in 0..<heads {
        for query in 0..<length {
          let scores = (0...query).map { key in
            (0..<size).reduce(Float(0)) { sum, channel in
              sum + qkv[(first + query) * stride + head * size + channel]
                * qkv[(first + key) * stride + width + head * size + channel]
            } * scale
          }
          let peak = scores.max() ?? 0
          let exponentials = scores.map { exp($0 - peak) }
          let total = exponentials.reduce(0, +)
          for key in 0...query {
            weights[(head * length + query) * length + key] = exponentials[key] / total
          }
        }
      }
      return weights
    }
  }
}

extension Tape {
  /// The weights with which ``attention(qkv:rows:heads:dropout:)`` mixes values, for reports.
  ///
  /// - Parameter qkv: `[tokens, 3 · width]`.
  public func attentionWeights(qkv: Tensor, rows: AttentionRows, heads: Int) -> AttentionWeights {
    precondition(
      qkv.rows == rows.tokenCount, "\(qkv.rows) tokens for rows that say \(rows.tokenCount)")
    return AttentionWeights(read(qkv), rows: rows, heads: heads)
  }
}
