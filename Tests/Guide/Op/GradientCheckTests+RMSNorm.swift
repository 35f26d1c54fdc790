import TensorCore

extension GradientCheckTests {
  static let rmsNorm: [GradientCheck] =
    [(1, 1), (5, 3), (3, 16), (2, 33)].map { rows, columns in
      GradientCheck(
        name: "RMS norm [\(rows), \(columns)]", inputs: [(rows, columns)],
        parameters: [(1, columns)]
      ) { tape, x, p in
        let y = tape.rmsNorm(x[0], gain: p[0], epsilon: 0.5)
        return squaredErrorToTargets(tape.add(y, x[0]), on: &tape)
      }
    }
}
