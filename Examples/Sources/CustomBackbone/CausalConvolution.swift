import Agents
import Documents
import TensorCore

/// Mixes every token with those just before it, by convolutions over time.
///
///     y[i] = f(Σ over k < reach of K_k · norm(x)[i − k])      x ← x + W · y
///
/// with zeros before the first token of a window. In the last layer, too, all tokens are computed,
/// and only needed ones returned.
struct CausalConvolution: SequenceBackbone {
  struct Configuration: Settings {
    var width = 32
    var layers = 2
    /// Tokens that a layer sees, the newest included.
    var reach = 6
  }

  /// What a layer has to know of the past: `[lanes][reach − 1, width]`, its last normalized inputs.
  struct Memory: Sendable {
    var past: [[[Float]]]
    var counts: [Int]
  }

  let width: Int
  private let reach: Int
  private let layers: [Layer]

  init(
    _ configuration: Configuration, longest: Int, into scope: inout ParameterScope
  ) throws(ConfigurationError) {
    guard configuration.reach >= 1 else {
      throw ConfigurationError(
        key: "reach", found: "\(configuration.reach)", expected: "1 token or more")
    }
    width = configuration.width
    reach = configuration.reach
    layers = (0..<configuration.layers).map { index in
      scope.within("layers.\(index)") { Layer(configuration, in: &$0) }
    }
  }

  /// Where a window slides, it is computed anew.
  var memoryIsExactBeyondContext: Bool { false }

  func callAsFunction(
    _ tokens: Tensor, _ layout: TokenLayout, on tape: inout Tape
  ) -> Tensor {
    let windows = layout.rows.offsets.count - 1
    var memory = makeMemory(lanes: windows)
    return run(tokens, layout, lanes: Array(0..<windows), memory: &memory, on: &tape)
  }

  func makeMemory(lanes: Int) -> Memory {
    let zeros = Array(repeating: Float(0), count: (reach - 1) * width)
    return Memory(
      past: layers.map { _ in Array(repeating: zeros, count: lanes) },
      counts: Array(repeating: 0, count: lanes))
  }

  func forget(lane: Int, in memory: inout Memory) {
    for layer in layers.indices {
      memory.past[layer][lane] = Array(repeating: 0, count: (reach - 1) * width)
    }
    memory.counts[lane] = 0
  }

  func tokenCount(lane: Int, in memory: Memory) -> Int { memory.counts[lane] }

  func step(
    _ tokens: Tensor, _ layout: TokenLayout, memory: inout Memory, on tape: inout Tape
  ) -> Tensor {
    let x = run(tokens, layout, lanes: layout.lanes, memory: &memory, on: &tape)
    for (window, lane) in layout.lanes.enumerated() {
      memory.counts[lane] += Int(layout.rows.offsets[window + 1] - layout.rows.offsets[window])
    }
    return x
  }

  /// Windows whose lanes have a past, which for whole windows is zeros.
  private func run(
    _ tokens: Tensor, _ layout: TokenLayout, lanes: [Int], memory: inout Memory,
    on tape: inout Tape
  ) -> Tensor {
    var x = tokens
    for (index, layer) in layers.enumerated() {
      x = layer(
        x, offsets: layout.rows.offsets, lanes: lanes, past: &memory.past[index], on: &tape)
    }
    return layout.rows.queryTokens.map { tape.rows(of: x, at: $0) } ?? x
  }
}

/// One residual convolution.
private struct Layer: Sendable {
  let norm: LayerNorm
  /// `[reach]` What the token `k` steps back goes through.
  let taps: [Linear]
  let output: Linear

  init(_ configuration: CausalConvolution.Configuration, in scope: inout ParameterScope) {
    let width = configuration.width
    norm = scope.within("norm") { LayerNorm(width, in: &$0) }
    taps = (0..<configuration.reach).map { back in
      scope.within("taps.\(back)") { Linear(width, width, deviation: 0.1, in: &$0) }
    }
    output = scope.within("output") { Linear(width, width, deviation: 0.1, in: &$0) }
  }

  /// - Parameters:
  ///   - x: `[tokens, width]`.
  ///   - past: `[lanes][reach − 1, width]`, moved on by this layer's normalized inputs.
  /// - Returns: `[tokens, width]`.
  func callAsFunction(
    _ x: Tensor, offsets: [Int32], lanes: [Int], past: inout [[Float]], on tape: inout Tape
  ) -> Tensor {
    let kept = taps.count - 1
    let normed = norm(x, on: &tape)
    let before = tape.constant(
      lanes.flatMap { past[$0] }, rows: lanes.count * kept, columns: x.columns)
    var sum = taps[0](normed, on: &tape)
    for back in taps.indices.dropFirst() {
      var order: [Int32] = []
      for window in lanes.indices {
        let start = Int(offsets[window])
        for row in start..<Int(offsets[window + 1]) {
          // Rows of the past follow those of the window in what is arranged.
          order.append(
            Int32(
              row - back >= start ? row - back : x.rows + window * kept + kept + row - start - back)
          )
        }
      }
      let shifted = kept == 0 ? normed : tape.arrange([normed, before], order: order)
      sum = tape.add(sum, taps[back](shifted, on: &tape))
    }
    let numbers = tape.read(normed)
    for (window, lane) in lanes.enumerated() {
      let own = (Int(offsets[window]) * x.columns)..<(Int(offsets[window + 1]) * x.columns)
      past[lane] = Array((past[lane] + numbers[own]).suffix(kept * x.columns))
    }
    return tape.add(x, output(tape.activate(sum, .gelu), on: &tape))
  }
}
