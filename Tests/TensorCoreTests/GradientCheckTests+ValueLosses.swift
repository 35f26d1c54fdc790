import TensorCore

extension GradientCheckTests {
  /// Targets of piecewise losses lie so far off, or their thresholds so wide, that no difference is taken
  /// across a kink.
  static let valueLosses: [GradientCheck] = [
    GradientCheck(name: "Huber loss, in its quadratic part", inputs: [(4, 3)]) { tape, x, _ in
      tape.huber(
        tape.add(x[0], x[0]), at: [2, 0, 1, 1], targets: [0.3, -1, 2, 0], threshold: 50)
    },
    GradientCheck(name: "Huber loss, in its linear part", inputs: [(3, 2)]) { tape, x, _ in
      tape.huber(x[0], at: [1, 0, 1], targets: [30, -30, 40])
    },
    GradientCheck(name: "half squared error", inputs: [(1, 1)]) { tape, x, _ in
      tape.huber(x[0], at: [0], targets: [3], threshold: .infinity)
    },
    GradientCheck(name: "conservative gap", inputs: [(3, 4)]) { tape, x, _ in
      tape.conservativeGap(x[0], at: [3, 0, 3])
    },
    GradientCheck(name: "expectile loss from below and above", inputs: [(3, 1)]) { tape, x, _ in
      tape.expectile(tape.add(x[0], x[0]), targets: [20, -20, 30], expectile: 0.8)
    },
    GradientCheck(name: "weighted cross-entropy", inputs: [(4, 5)]) { tape, x, _ in
      tape.crossEntropy(tape.add(x[0], x[0]), targets: [0, 4, 3, 3], weights: [1, 0.2, 0, 3])
    },
    GradientCheck(name: "weighted sum", inputs: [(2, 3)]) { tape, x, _ in
      tape.weightedSum(tape.activate(x[0], .tanh), weights: [1, -2, 0.5, 0, 3, 1])
    },
    GradientCheck(name: "Gaussian error", inputs: [(3, 2)], parameters: [(1, 2)]) { tape, x, p in
      let deviations = tape.rows(of: p[0], at: [0, 0, 0])
      return tape.gaussianError(
        means: tape.activate(x[0], .tanh), logDeviations: deviations,
        targets: [0.5, -1, 0.2, 0, 1, 1], weights: [1, 0.5, 2])
    },
    GradientCheck(
      name: "through frozen weights", inputs: [(3, 2)], parameters: [(2, 4), (1, 4)],
      isFrozen: true
    ) { tape, x, p in
      let y = tape.linear(
        x[0], weight: p[0].frozen, bias: p[1].frozen, activation: .tanh)
      return squaredErrorToTargets(y, on: &tape)
    },
  ]
}
