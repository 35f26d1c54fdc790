internal import CKernels

/// Keys and values of the tokens that lanes have seen, for one attention layer.
///
/// A lane's tokens are dropped by ``reset(lane:)``; tokens of a lane never exceed the capacity.
public struct KeyValueCache: Sendable {
  public let width: Int
  public let capacity: Int
  /// `[lanes]` Tokens each lane holds.
  public private(set) var counts: [Int]
  /// `[lanes, capacity, 2 · width]` Keys, then values.
  fileprivate var storage: [Float]

  public init(lanes: Int, capacity: Int, width: Int) {
    self.width = width
    self.capacity = capacity
    counts = Array(repeating: 0, count: lanes)
    storage = Array(repeating: 0, count: lanes * capacity * 2 * width)
  }

  public mutating func reset(lane: Int) { counts[lane] = 0 }

  fileprivate mutating func grow(lane: Int, by count: Int) { counts[lane] += count }
}

extension Tape {
  /// Causal attention of new tokens to what their lanes have cached and to themselves.
  ///
  /// Equal to ``attention(qkv:rows:heads:dropout:)`` over each lane's whole sequence, for its last
  /// tokens only. The new keys and values join the cache. Inference only.
  ///
  /// - Parameters:
  ///   - qkv: `[tokens, 3 · width]`, the lanes' new tokens end to end.
  ///   - rows: where each lane's tokens begin, and which of them ask.
  ///   - lanes: `[lanes]` Which lane of the cache each belongs to; distinct.
  /// - Returns: `[queries, width]`.
  public mutating func attention(
    qkv: Tensor, rows: AttentionRows, lanes: [Int], cache: inout KeyValueCache, heads: Int
  ) -> Tensor {
    precondition(!recordsGradients, "cached attention is for inference")
    let width = cache.width
    precondition(qkv.columns == 3 * width, "qkv has \(qkv.columns) columns, not 3 · \(width)")
    let out = makeTensor(rows: rows.queryCount, columns: width)
    let scratch = scratch(cache.capacity)
    let scale = 1 / Float(width / heads).squareRoot()
    for (index, lane) in lanes.enumerated() {
      let first = Int(rows.offsets[index])
      let count = Int(rows.offsets[index + 1]) - first
      let seen = cache.counts[lane]
      precondition(
        seen + count <= cache.capacity,
        "lane \(lane) holds \(seen) tokens of \(cache.capacity) and gets \(count) more")
      let new = value(qkv) + first * qkv.columns
      cache.storage.withUnsafeMutableBufferPointer { storage in
        guard let start = storage.baseAddress else { return }
        let tokens = start + lane * cache.capacity * 2 * width
        for token in 0..<count {
          (tokens + (seen + token) * 2 * width).update(
            from: new + token * qkv.columns + width, count: 2 * width)
        }
        guard let queryTokens = rows.queryTokens, let queryOffsets = rows.queryOffsets else {
          hs_attention_cached(
            new, qkv.columns, tokens, width, heads, count, seen + 1, scale,
            value(out) + first * width, width, scratch)
          return
        }
        for query in Int(queryOffsets[index])..<Int(queryOffsets[index + 1]) {
          let token = Int(queryTokens[query]) - first
          hs_attention_cached(
            new + token * qkv.columns, qkv.columns, tokens, width, heads, 1, seen + token + 1,
            scale, value(out) + query * width, width, scratch)
        }
      }
      cache.grow(lane: lane, by: count)
    }
    return out
  }
}
