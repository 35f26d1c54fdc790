public import Documents
public import TensorCore

/// A pre-norm GPT: blocks of causal self-attention and a two-layer MLP, with residuals.
///
///     x ← x + dropout(proj(attention(norm₁(x))))
///     x ← x + dropout(down(f(up(norm₂(x)))))
///
/// and a last normalization (Radford et al., 2019). In the last block only the tokens whose output
/// is needed have queries and go through the projection and the MLP; the result is the same.
public struct Transformer: SequenceBackbone {
  public struct Configuration: Settings {
    public var width = 128
    public var layers = 3
    public var heads = 1
    /// Hidden units of the MLP per channel.
    public var expansion = 4
    public var activation = Activation.gelu
    /// Drop probability on embeddings and at the end of both residual branches.
    public var dropout = 0.1
    /// Drop probability on attention weights.
    public var attentionDropout = 0.1
    public var positions = Positions.none
    /// Standard deviation of the first weights.
    public var initialDeviation = 0.02
    public var normalisationEpsilon = 1e-5

    public init() {}
  }

  /// What is added to a token for its place in the window.
  public enum Positions: String, Sendable, Codable, CaseIterable {
    /// Nothing: the agent's timestep embedding says where a token stands.
    case none
    /// A learned vector per position in the window.
    case perWindow
    /// One learned vector for all, as Hugging Face's Decision Transformer adds.
    case shared
  }

  public struct Memory: Sendable {
    var layers: [KeyValueCache]
  }

  public let width: Int
  private let configuration: Configuration
  private let longest: Int
  private let positionTable: Embedding?
  private let blocks: [Block]
  private let finalNorm: LayerNorm

  public init(
    _ configuration: Configuration, longest: Int, into scope: inout ParameterScope
  ) throws(ConfigurationError) {
    try Self.check(configuration)
    self.configuration = configuration
    self.longest = longest
    width = configuration.width
    switch configuration.positions {
    case .none: positionTable = nil
    case .perWindow, .shared:
      positionTable = scope.within("positions") {
        Embedding(longest, configuration.width, deviation: configuration.initialDeviation, in: &$0)
      }
    }
    blocks = (0..<configuration.layers).map { index in
      scope.within("blocks.\(index)") { Block(configuration, in: &$0) }
    }
    finalNorm = scope.within("finalNorm") {
      LayerNorm(
        configuration.width, epsilon: Float(configuration.normalisationEpsilon), in: &$0)
    }
  }

  public var memoryIsExactBeyondContext: Bool { false }

  public func callAsFunction(
    _ tokens: Tensor, _ layout: TokenLayout, on tape: inout Tape
  ) -> Tensor {
    var x = embed(tokens, layout, on: &tape)
    for (index, block) in blocks.enumerated() {
      x = block(x, layout, isLast: index == blocks.count - 1, on: &tape)
    }
    return finalNorm(x, on: &tape)
  }

  public func makeMemory(lanes: Int) -> Memory {
    Memory(
      layers: blocks.map { _ in KeyValueCache(lanes: lanes, capacity: longest, width: width) })
  }

  public func forget(lane: Int, in memory: inout Memory) {
    for index in memory.layers.indices { memory.layers[index].reset(lane: lane) }
  }

  public func tokenCount(lane: Int, in memory: Memory) -> Int {
    memory.layers.first?.counts[lane] ?? 0
  }

  public func step(
    _ tokens: Tensor, _ layout: TokenLayout, memory: inout Memory, on tape: inout Tape
  ) -> Tensor {
    var x = embed(tokens, layout, on: &tape)
    for (index, block) in blocks.enumerated() {
      x = block.step(
        x, layout, cache: &memory.layers[index], isLast: index == blocks.count - 1, on: &tape)
    }
    return finalNorm(x, on: &tape)
  }

  public func attentionWeights(
    _ tokens: Tensor, _ layout: TokenLayout, on tape: inout Tape
  ) -> [AttentionWeights] {
    var x = embed(tokens, layout, on: &tape)
    return blocks.map { block in
      let weights = block.attentionWeights(x, layout, on: &tape)
      x = block(x, layout, isLast: false, on: &tape)
      return weights
    }
  }

  private func embed(_ tokens: Tensor, _ layout: TokenLayout, on tape: inout Tape) -> Tensor {
    var x = tokens
    if let positionTable {
      let indices =
        configuration.positions == .shared
        ? Array(repeating: 0, count: layout.positions.count) : layout.positions
      x = tape.add(x, positionTable(indices, on: &tape))
    }
    return tape.dropout(x, rate: Float(configuration.dropout))
  }

  private static func check(_ configuration: Configuration) throws(ConfigurationError) {
    let c = configuration
    try require(1...16_384 ~= c.width, "width", c.width, "a whole number from 1 to 16384")
    try require(1...256 ~= c.layers, "layers", c.layers, "a whole number from 1 to 256")
    try require(c.heads >= 1, "heads", c.heads, "a whole number from 1")
    try require(
      c.width % c.heads == 0, "heads", c.heads, "a divisor of the width, which is \(c.width)")
    try require(1...64 ~= c.expansion, "expansion", c.expansion, "a whole number from 1 to 64")
    try require(0...0.99 ~= c.dropout, "dropout", c.dropout, "a number from 0 to 0.99")
    try require(
      0...0.99 ~= c.attentionDropout, "attentionDropout", c.attentionDropout,
      "a number from 0 to 0.99")
    try require(
      c.initialDeviation > 0 && c.initialDeviation <= 10, "initialDeviation", c.initialDeviation,
      "a number above 0, at most 10")
    try require(
      1e-12...1 ~= c.normalisationEpsilon, "normalisationEpsilon", c.normalisationEpsilon,
      "a number from 1e-12 to 1")
  }
}

/// One residual block.
private struct Block: Sendable {
  let width: Int
  let heads: Int
  let dropout: Float
  let attentionDropout: Float
  let firstNorm: LayerNorm
  let qkv: Linear
  let projection: Linear
  let secondNorm: LayerNorm
  let up: Linear
  let down: Linear

  init(_ configuration: Transformer.Configuration, in scope: inout ParameterScope) {
    let width = configuration.width
    let deviation = configuration.initialDeviation
    let epsilon = Float(configuration.normalisationEpsilon)
    self.width = width
    heads = configuration.heads
    dropout = Float(configuration.dropout)
    attentionDropout = Float(configuration.attentionDropout)
    firstNorm = scope.within("firstNorm") { LayerNorm(width, epsilon: epsilon, in: &$0) }
    qkv = scope.within("attention.qkv") {
      Linear(width, 3 * width, deviation: deviation, in: &$0)
    }
    projection = scope.within("attention.projection") {
      Linear(width, width, deviation: deviation, in: &$0)
    }
    secondNorm = scope.within("secondNorm") { LayerNorm(width, epsilon: epsilon, in: &$0) }
    up = scope.within("mlp.up") {
      Linear(
        width, configuration.expansion * width, activation: configuration.activation,
        deviation: deviation, in: &$0)
    }
    down = scope.within("mlp.down") {
      Linear(configuration.expansion * width, width, deviation: deviation, in: &$0)
    }
  }

  func callAsFunction(
    _ x: Tensor, _ layout: TokenLayout, isLast: Bool, on tape: inout Tape
  ) -> Tensor {
    let normed = firstNorm(x, on: &tape)
    guard isLast, let needed = layout.rows.queryTokens else {
      let mixed = tape.attention(
        qkv: qkv(normed, on: &tape), rows: layout.allRows, heads: heads, dropout: attentionDropout)
      return finish(x, mixed, on: &tape)
    }
    let mixed = tape.attention(
      queries: qkv(tape.rows(of: normed, at: needed), columns: 0..<width, on: &tape),
      keysValues: qkv(normed, columns: width..<(3 * width), on: &tape), rows: layout.rows,
      heads: heads,
      dropout: attentionDropout)
    return finish(tape.rows(of: x, at: needed), mixed, on: &tape)
  }

  func step(
    _ x: Tensor, _ layout: TokenLayout, cache: inout KeyValueCache, isLast: Bool,
    on tape: inout Tape
  ) -> Tensor {
    let qkv = qkv(firstNorm(x, on: &tape), on: &tape)
    let rows = isLast ? layout.rows : layout.allRows
    let mixed = tape.attention(
      qkv: qkv, rows: rows, lanes: layout.lanes, cache: &cache, heads: heads)
    let residual = rows.queryTokens.map { tape.rows(of: x, at: $0) } ?? x
    return finish(residual, mixed, on: &tape)
  }

  func attentionWeights(
    _ x: Tensor, _ layout: TokenLayout, on tape: inout Tape
  ) -> AttentionWeights {
    tape.attentionWeights(
      qkv: qkv(firstNorm(x, on: &tape), on: &tape), rows: layout.allRows, heads: heads)
  }

  private func finish(_ residual: Tensor, _ mixed: Tensor, on tape: inout Tape) -> Tensor {
    let x = tape.add(residual, droppingOut: projection(mixed, on: &tape), rate: dropout)
    let hidden = up(secondNorm(x, on: &tape), on: &tape)
    return tape.add(x, droppingOut: down(hidden, on: &tape), rate: dropout)
  }
}
