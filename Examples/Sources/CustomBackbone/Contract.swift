import Agents
import Randomness
import TensorCore

/// Holds the backbone to what every registered backbone must do: it looks at no later token and at no
/// other window, and steps through a sequence as it computes it whole.
func checkContract() throws {
  var scope = ParameterScope()
  let backbone = try CausalConvolution(.init(), longest: 12, into: &scope)
  let parameters = ParameterStore(scope, seed: 1)
  let width = backbone.width
  var random = RandomStream(seed: 1, "tokens")
  let tokens = (0..<(20 * width)).map { _ in Float(random.normal()) }
  let windows: [Int32] = [0, 8, 20]

  func whole(_ tokens: [Float]) -> [Float] {
    var tape = Tape(parameters: parameters)
    let input = tape.constant(tokens, rows: 20, columns: width)
    return tape.read(backbone(input, TokenLayout(offsets: windows), on: &tape))
  }
  let reference = whole(tokens)

  for changed in [0, 7, 8, 19] {
    var other = tokens
    other[changed * width] += 3
    let result = whole(other)
    let end = changed < 8 ? 8 : 20
    for row in 0..<20 where row < changed || row >= end {
      let own = (row * width)..<((row + 1) * width)
      precondition(result[own] == reference[own], "token \(row) sees a change of token \(changed)")
    }
    precondition(result != reference, "token \(changed) changes nothing")
  }

  // The second window again, in pieces of 5, 1 and 6 tokens.
  var memory = backbone.makeMemory(lanes: 1)
  var tape = Tape(parameters: parameters)
  var stepped: [Float] = []
  for piece in [8..<13, 13..<14, 14..<20] {
    tape.clear()
    let input = tape.constant(
      Array(tokens[(piece.lowerBound * width)..<(piece.upperBound * width)]), rows: piece.count,
      columns: width)
    let layout = TokenLayout(
      offsets: [0, Int32(piece.count)], lanes: [0],
      seen: [backbone.tokenCount(lane: 0, in: memory)])
    stepped += tape.read(backbone.step(input, layout, memory: &memory, on: &tape))
  }
  let difference = zip(stepped, reference[(8 * width)...]).map { abs($0 - $1) }.max() ?? .infinity
  precondition(difference < 1e-5, "stepping differs by \(difference)")
  print("the contract holds; stepping differs by \(difference)")
}
