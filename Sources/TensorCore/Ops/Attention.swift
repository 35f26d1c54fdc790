internal import CKernels

/// Where windows lie in the rows of a token matrix, and which tokens ask.
public struct AttentionRows: Sendable, Equatable {
  /// `[windows + 1]` Row at which each window begins; the last entry is the number of tokens.
  public let offsets: [Int32]
  /// `[queries]` Token row each query stands at, ascending; `nil` where every token asks.
  public let queryTokens: [Int32]?
  /// `[windows + 1]` The same as `offsets` for query rows.
  let queryOffsets: [Int32]?
  let longest: Int

  /// - Parameter queryTokens: rows whose output is wanted, ascending; `nil` for all.
  public init(offsets: [Int32], queryTokens: [Int32]? = nil) {
    precondition(offsets.first == 0, "offsets begin with \(offsets.first ?? -1), not 0")
    self.offsets = offsets
    var longest = 0
    for window in 0..<(offsets.count - 1) {
      let length = Int(offsets[window + 1] - offsets[window])
      precondition(length >= 0, "offsets descend at window \(window)")
      longest = max(longest, length)
    }
    self.longest = longest
    let tokens = offsets[offsets.count - 1]
    guard let queryTokens, queryTokens.count != tokens else {
      self.queryTokens = nil
      queryOffsets = nil
      return
    }
    self.queryTokens = queryTokens
    var starts: [Int32] = []
    var query = 0
    for offset in offsets {
      while query < queryTokens.count && queryTokens[query] < offset { query += 1 }
      starts.append(Int32(query))
    }
    for index in queryTokens.indices.dropFirst() {
      precondition(queryTokens[index] > queryTokens[index - 1], "query tokens must ascend")
    }
    precondition(
      Int(starts[starts.count - 1]) == queryTokens.count,
      "query token \(queryTokens.last ?? 0) is past the last of \(tokens) tokens")
    queryOffsets = starts
  }

  public var tokenCount: Int { Int(offsets[offsets.count - 1]) }
  public var queryCount: Int { queryTokens?.count ?? tokenCount }
}

extension Tape {
  /// Multi-head causal self-attention within windows laid end to end.
  ///
  ///     out[i] = Σ over j ≤ i of softmax_j(q[i]·k[j] / √headSize) v[j]
  ///
  /// per head, over tokens `j` of the same window (Vaswani et al., 2017). Weights go through dropout.
  ///
  /// - Parameters:
  ///   - qkv: `[tokens, 3 · width]`: queries, keys, values; every token asks.
  /// - Returns: `[tokens, width]`.
  public mutating func attention(
    qkv: Tensor, rows: AttentionRows, heads: Int, dropout rate: Float = 0
  ) -> Tensor {
    precondition(rows.queryTokens == nil, "with qkv in one, every token asks")
    let width = qkv.columns / 3
    precondition(width * 3 == qkv.columns, "qkv has \(qkv.columns) columns, not a multiple of 3")
    return attention(
      AttentionInput(queries: qkv, queryColumn: 0, keysValues: qkv, keyColumn: width, width: width),
      rows: rows, heads: heads, rate: rate)
  }

  /// The same where only some tokens ask.
  ///
  /// - Parameters:
  ///   - queries: `[queries, width]`, one row for each of `rows.queryTokens`.
  ///   - keysValues: `[tokens, 2 · width]`.
  /// - Returns: `[queries, width]`.
  public mutating func attention(
    queries: Tensor, keysValues: Tensor, rows: AttentionRows, heads: Int, dropout rate: Float = 0
  ) -> Tensor {
    let width = queries.columns
    precondition(
      keysValues.columns == 2 * width,
      "queries have \(width) columns, keys and values \(keysValues.columns)")
    return attention(
      AttentionInput(
        queries: queries, queryColumn: 0, keysValues: keysValues, keyColumn: 0, width: width),
      rows: rows, heads: heads, rate: rate)
  }

  private mutating func attention(
    _ input: AttentionInput, rows: AttentionRows, heads: Int, rate: Float
  ) -> Tensor {
    precondition(
      input.keysValues.rows == rows.tokenCount && input.queries.rows == rows.queryCount,
      "\(input.queries.rows) queries and \(input.keysValues.rows) tokens for rows that say "
        + "\(rows.queryCount) and \(rows.tokenCount)")
    precondition(
      input.width % heads == 0, "width \(input.width) does not divide into \(heads) heads")
    let out = makeTensor(rows: rows.queryCount, columns: input.width)
    let logSums = makeTensor(rows: rows.queryCount, columns: heads, needsGradient: false)
    let drops = recordsGradients && rate > 0
    let mask = drops ? makeMask(rate: rate, rows: rows.queryCount) : hs_mask()
    let headSize = input.width / heads
    let scratchCount = hs_attention_scratch(rows.longest, headSize)
    let scratch = scratch(scratchCount * threadCount)
    withShape(input, rows, heads, mask) { shape, tape in
      if tape.threadCount == 1 || shape.windows == 1 {
        hs_attention(
          &shape, tape.value(out), tape.recordsGradients ? tape.value(logSums) : nil, scratch)
      } else {
        tape.share(shape, into: tape.value(out), scratch, scratchCount)
      }
    }
    guard recordsGradients else { return out }
    onBackward(of: out) { tape in
      // The kernel writes; where there is something to add to, it writes to a copy.
      let scratchCount = hs_attention_scratch(rows.longest, headSize)
      let queryCount = input.queries.count
      let keyCount = input.isShared ? 0 : input.keysValues.count
      let scratch = tape.scratch(scratchCount + queryCount + keyCount)
      let addsQueries = tape.claimGradient(input.queries)
      let addsKeys = input.isShared ? addsQueries : tape.claimGradient(input.keysValues)
      let dQueries = addsQueries ? scratch + scratchCount : tape.gradient(input.queries)
      let dKeys =
        input.isShared
        ? dQueries
        : addsKeys ? scratch + scratchCount + queryCount : tape.gradient(input.keysValues)
      tape.withShape(input, rows, heads, mask) { shape, tape in
        hs_attention_backward(
          &shape, tape.value(logSums), tape.gradient(out), dQueries + input.queryColumn,
          dKeys + input.keyColumn, dKeys + input.keyColumn + input.width, scratch)
      }
      if addsQueries { hs_accumulate(dQueries, tape.gradient(input.queries), queryCount) }
      if addsKeys && !input.isShared {
        hs_accumulate(dKeys, tape.gradient(input.keysValues), keyCount)
      }
    }
    return out
  }

  /// Attention of an inference tape, its windows shared out among threads.
  private func share(
    _ shape: hs_attention_shape, into out: UnsafeMutablePointer<Float>,
    _ scratch: UnsafeMutablePointer<Float>, _ scratchCount: Int
  ) {
    // Windows write rows of their own.
    nonisolated(unsafe) let (whole, out, scratch) = (shape, out, scratch)
    let perThread = (shape.windows + threadCount - 1) / threadCount
    share(shape.windows, by: 1) { windows in
      var shape = whole
      shape.offsets += windows.lowerBound
      if shape.query_offsets != nil { shape.query_offsets += windows.lowerBound }
      shape.windows = windows.count
      hs_attention(
        &shape, out, nil, scratch + windows.lowerBound / perThread * scratchCount)
    }
  }

  private mutating func withShape(
    _ input: AttentionInput, _ rows: AttentionRows, _ heads: Int, _ mask: hs_mask,
    _ body: (inout hs_attention_shape, borrowing Tape) -> Void
  ) {
    rows.offsets.withUnsafeBufferPointer { offsets in
      rows.queryOffsets.withPointer { queryOffsets in
        rows.queryTokens.withPointer { queryTokens in
          var shape = hs_attention_shape(
            queries: value(input.queries) + input.queryColumn,
            keys: value(input.keysValues) + input.keyColumn,
            values: value(input.keysValues) + input.keyColumn + input.width,
            query_stride: input.queries.columns, key_stride: input.keysValues.columns,
            offsets: offsets.baseAddress, query_offsets: queryOffsets, query_tokens: queryTokens,
            windows: offsets.count - 1, heads: heads, head_size: input.width / heads,
            scale: 1 / Float(input.width / heads).squareRoot(), mask: mask)
          body(&shape, self)
        }
      }
    }
  }
}

/// Where queries, keys and values lie: side by side in one tensor, or in two.
private struct AttentionInput {
  let queries: Tensor
  let queryColumn: Int
  let keysValues: Tensor
  let keyColumn: Int
  let width: Int

  var isShared: Bool { queries.node == keysValues.node }
}

extension Optional where Wrapped == [Int32] {
  fileprivate func withPointer(_ body: (UnsafePointer<Int32>?) -> Void) {
    guard let array = self else { return body(nil) }
    array.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}
