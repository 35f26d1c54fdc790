import TensorCore
import Testing

@Suite("The tape")
struct TapeByHandTests {
  @Test("computes forward, then sends gradients back")
  func byHand() {
    // 1. Parameters are declared, then laid out in one block and drawn from the seed.
    var scope = ParameterScope()
    let layer = scope.within("layer") { Linear(2, 1, in: &$0) }
    let parameters = ParameterStore(scope, seed: 0)
    parameters.setValues(of: layer.weight, to: [3, -1])

    // 2. A forward pass: ops append to the tape.
    let gradients = ParameterBuffer(like: parameters)
    var tape = Tape(parameters: parameters, gradients: gradients)
    tape.clear()
    let x = tape.constant([1, 2, 4, 0], rows: 2, columns: 2)
    let y = layer(x, on: &tape)
    #expect(tape.read(y) == [1, 12])

    // 3. A loss is a list of named sums, each divided by a count of the whole batch.
    var loss = Loss()
    loss.add("error", tape.squaredError(y, targets: [0, 10]), over: 2)
    #expect(loss.terms[0].sum.value == 5)

    // 4. The backward pass runs what the ops left behind, newest first: dy = (y − target), twice
    //    over two rows, and dW = xᵀ dy.
    tape.backward(from: loss)
    #expect(gradients.values(of: parameters.index(of: "layer.weight")!) == [9, 2])
    #expect(gradients.values(of: parameters.index(of: "layer.bias")!) == [3])
  }
}
