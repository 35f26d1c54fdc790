import Randomness
import TensorCore
import Testing

/// Compares an op's backward pass with differences of its forward pass.
///
/// The scalar is Σ (y − target)² with random targets, or whatever `build` returns. Slopes are taken
/// by Richardson's fourth-order rule, f'(x) ≈ (8 (f(x+h) − f(x−h)) − (f(x+2h) − f(x−2h))) / 12h, with
/// h = 0.02: its error is about 1e-4 of the largest slope at single precision, so 1e-3 is asked for.
struct GradientCheck: Sendable, CustomStringConvertible {
  let name: String
  /// Shapes of inputs that get a gradient.
  var inputs: [(rows: Int, columns: Int)] = []
  var parameters: [(rows: Int, columns: Int)] = []
  /// Values of the second parameter, in turn, instead of random ones: a bias that keeps a
  /// piecewise function away from its kink, where it has no slope to compare.
  var secondParameter: [Float] = []
  /// Parameters are read frozen: they must get no gradient, though the output depends on them.
  var isFrozen = false
  let build: @Sendable (inout Tape, [Tensor], [Parameter]) -> LossSum

  var description: String { name }

  static let tolerance = 1e-3

  func worstError(seed: UInt64 = 1) -> Double {
    var scope = ParameterScope()
    let handles = parameters.enumerated().map { index, shape in
      scope.add(
        "p\(index)", rows: shape.rows, columns: shape.columns, initial: .normal(deviation: 0.7))
    }
    let store = ParameterStore(scope, seed: seed)
    if !secondParameter.isEmpty {
      store.setValues(
        of: 1,
        to: (0..<parameters[1].columns).map { secondParameter[$0 % secondParameter.count] })
    }
    var random = RandomStream(seed: seed, name)
    var numbers = inputs.map { shape in
      (0..<(shape.rows * shape.columns)).map { _ in
        Float(random.normal())
      }
    }
    let gradients = ParameterBuffer(like: store)
    var tape = Tape(parameters: store, gradients: gradients)

    func run() -> (sum: LossSum, inputs: [Tensor]) {
      tape.clear(Tape.Randomness(seed: 7, step: 3, firstStep: 0, stepCount: 1))
      let tensors = zip(numbers, inputs).map {
        tape.variable($0, rows: $1.rows, columns: $1.columns)
      }
      return (build(&tape, tensors, handles), tensors)
    }

    let (sum, tensors) = run()
    var loss = Loss()
    loss.add("loss", sum, over: 1)
    tape.backward(from: loss)
    let analytic =
      tensors.map { tape.readGradient($0) } + handles.map { gradients.values(of: $0.index) }
    let written =
      tensors.map { _ in true } + handles.map { gradients.isWritten[$0.index] }

    var worst = 0.0
    let step: Float = 0.02
    for (which, expected) in analytic.enumerated() {
      var slopes: [Double] = []
      for element in expected.indices {
        func value(_ offset: Float) -> Double {
          if which < numbers.count {
            let kept = numbers[which][element]
            numbers[which][element] = kept + offset
            defer { numbers[which][element] = kept }
            return run().sum.value
          }
          let index = handles[which - numbers.count].index
          var values = store.values(of: index)
          let kept = values[element]
          values[element] = kept + offset
          store.setValues(of: index, to: values)
          defer {
            values[element] = kept
            store.setValues(of: index, to: values)
          }
          return run().sum.value
        }
        slopes.append(
          (8 * (value(step) - value(-step)) - (value(2 * step) - value(-2 * step)))
            / (12 * Double(step)))
      }
      let largest = slopes.map(abs).max() ?? 0
      if isFrozen, which >= numbers.count {
        if written[which] { worst = .infinity }
        continue
      }
      guard written[which] else {
        worst = max(worst, largest)  // nothing written means nothing depends on it
        continue
      }
      for (slope, gradient) in zip(slopes, expected) {
        worst = max(worst, abs(slope - Double(gradient)) / max(largest, 1e-2))
      }
    }
    return worst
  }
}

/// A fixed pseudo-random target for every element of `x`.
func squaredErrorToTargets(_ x: Tensor, on tape: inout Tape) -> LossSum {
  var random = RandomStream(seed: 5, "targets")
  return tape.squaredError(x, targets: (0..<x.count).map { _ in Float(random.normal()) })
}
