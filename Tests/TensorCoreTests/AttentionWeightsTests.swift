import Randomness
import TensorCore
import Testing

@Suite("Attention weights")
struct AttentionWeightsTests {
  @Test("are those with which attention mixes values")
  func mixValues() {
    let (heads, size, tokens) = (2, 3, 7)
    let width = heads * size
    var random = RandomStream(seed: 2, "qkv")
    let numbers = (0..<(tokens * 3 * width)).map { _ in Float(random.normal()) }
    var tape = Tape(parameters: ParameterStore(ParameterScope(), seed: 0))
    let qkv = tape.constant(numbers, rows: tokens, columns: 3 * width)
    let rows = AttentionRows(offsets: [0, 4, 4, 7])
    let mixed = tape.read(tape.attention(qkv: qkv, rows: rows, heads: heads))
    let weights = tape.attentionWeights(qkv: qkv, rows: rows, heads: heads)
    for (window, first, length) in [(0, 0, 4), (2, 4, 3)] {
      for head in 0..<heads {
        for query in 0..<length {
          for channel in 0..<size {
            let column = head * size + channel
            let expected = (0..<length).reduce(Float(0)) { sum, key in
              sum + weights[window: window, head: head, query: query, key: key]
                * numbers[(first + key) * 3 * width + 2 * width + column]
            }
            #expect(abs(mixed[(first + query) * width + column] - expected) < 1e-5)
          }
        }
      }
    }
  }
}
