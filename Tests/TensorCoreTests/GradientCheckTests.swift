import TensorCore
import Testing

/// Every op, over odd shapes: one row, one column, a window of one step, many short windows, and
/// inputs that other ops use as well, so that gradients are added and not overwritten.
@Suite("Every op's backward pass")
struct GradientCheckTests {
  @Test("agrees with differences of its forward pass", arguments: checks)
  func agrees(_ check: GradientCheck) {
    let error = check.worstError()
    #expect(error < GradientCheck.tolerance, "\(check.name): relative error \(error)")
  }

  static let checks: [GradientCheck] =
    linear + normalization + elementwise + rowOps + attention + losses + valueLosses

  static let linear: [GradientCheck] =
    [(1, 1, 1), (1, 5, 3), (7, 1, 4), (6, 3, 1), (5, 17, 33)].flatMap { rows, inputs, outputs in
      Activation.allCases.map { activation in
        GradientCheck(
          name: "linear \(activation) [\(rows), \(inputs)] to \(outputs)",
          inputs: [(rows, inputs)], parameters: [(inputs, outputs), (1, outputs)],
          secondParameter: activation == .relu ? [12, -12] : []
        ) { tape, x, p in
          let y = tape.linear(x[0], weight: p[0], bias: p[1], activation: activation)
          return squaredErrorToTargets(y, on: &tape)
        }
      }
    } + [
      GradientCheck(
        name: "linear on column slices of one weight", inputs: [(4, 3)],
        parameters: [(3, 8), (1, 8)]
      ) { tape, x, p in
        let a = tape.linear(
          x[0], weight: p[0].columns(0..<5), bias: p[1].columns(0..<5), activation: .tanh)
        let b = tape.linear(
          x[0], weight: p[0].columns(3..<8), bias: p[1].columns(3..<8), activation: .tanh)
        return squaredErrorToTargets(tape.add(a, b), on: &tape)
      },
      GradientCheck(
        name: "linear twice on one input", inputs: [(3, 4)],
        parameters: [(4, 4), (1, 4)]
      ) { tape, x, p in
        let once = tape.linear(x[0], weight: p[0], bias: p[1], activation: .gelu)
        let twice = tape.linear(once, weight: p[0], bias: p[1])
        return squaredErrorToTargets(tape.add(twice, x[0]), on: &tape)
      },
    ]

  static let normalization: [GradientCheck] =
    [(1, 2), (5, 3), (3, 16), (2, 33)].map { rows, columns in
      GradientCheck(
        name: "layer norm [\(rows), \(columns)]", inputs: [(rows, columns)],
        parameters: [(1, columns), (1, columns)]
      ) { tape, x, p in
        // A large epsilon keeps two-column rows, which normalize to ±1, differentiable in practice.
        let y = tape.layerNorm(x[0], gain: p[0], bias: p[1], epsilon: 0.5)
        return squaredErrorToTargets(tape.add(y, x[0]), on: &tape)
      }
    }

  static let elementwise: [GradientCheck] = [
    GradientCheck(name: "add", inputs: [(3, 5), (3, 5)]) { tape, x, _ in
      squaredErrorToTargets(tape.add(tape.add(x[0], x[1]), x[0]), on: &tape)
    },
    GradientCheck(name: "add row", inputs: [(4, 3)], parameters: [(1, 3)]) { tape, x, p in
      squaredErrorToTargets(tape.add(tape.add(x[0], row: p[0]), row: p[0]), on: &tape)
    },
    GradientCheck(name: "activate", inputs: [(3, 5)]) { tape, x, _ in
      squaredErrorToTargets(tape.add(tape.activate(x[0], .tanh), x[0]), on: &tape)
    },
    GradientCheck(name: "dropout", inputs: [(4, 9)]) { tape, x, _ in
      squaredErrorToTargets(tape.add(tape.dropout(x[0], rate: 0.4), x[0]), on: &tape)
    },
    GradientCheck(name: "residual with dropout", inputs: [(4, 9), (4, 9)]) { tape, x, _ in
      let y = tape.add(x[0], droppingOut: x[1], rate: 0.4)
      return squaredErrorToTargets(tape.add(y, droppingOut: x[0], rate: 0.2), on: &tape)
    },
  ]

  static let rowOps: [GradientCheck] = [
    GradientCheck(name: "rows of a table", parameters: [(5, 3)]) { tape, _, p in
      squaredErrorToTargets(tape.rows(of: p[0], at: [4, 0, 4, 4, 2]), on: &tape)
    },
    GradientCheck(name: "one row of a one-column table", parameters: [(1, 1)]) { tape, _, p in
      squaredErrorToTargets(tape.rows(of: p[0], at: [0]), on: &tape)
    },
    GradientCheck(name: "sums of rows", parameters: [(5, 3)]) { tape, _, p in
      let sums = tape.sumOfRows(of: p[0], at: [4, 0, 4, 4, 2, 1], terms: 2)
      return squaredErrorToTargets(
        tape.add(sums, tape.sumOfRows(of: p[0], at: [0, 3, 3], terms: 1)), on: &tape)
    },
    GradientCheck(name: "patches of two pictures", inputs: [(12, 2)]) { tape, x, _ in
      let y = tape.patches(of: x[0], height: 3, width: 2)
      return squaredErrorToTargets(y, on: &tape)
    },
    GradientCheck(
      name: "convolution, reshaped", inputs: [(8, 3)], parameters: [(27, 2), (1, 2)]
    ) { tape, x, p in
      let patches = tape.patches(of: tape.add(x[0], x[0]), height: 2, width: 4)
      let y = tape.linear(patches, weight: p[0], bias: p[1], activation: .tanh)
      let flat = tape.reshaped(y, rows: 1, columns: 16)
      return squaredErrorToTargets(tape.add(flat, flat), on: &tape)
    },
    GradientCheck(name: "patches of five by five squares", inputs: [(3, 1)]) { tape, x, _ in
      let y = tape.patches(of: x[0], height: 1, width: 3, size: 5)
      return squaredErrorToTargets(tape.add(y, y), on: &tape)
    },
    GradientCheck(name: "rows of a tensor", inputs: [(5, 2)]) { tape, x, _ in
      let some = tape.rows(of: x[0], at: [1, 3])
      return squaredErrorToTargets(tape.add(some, tape.rows(of: x[0], at: [0, 3])), on: &tape)
    },
    GradientCheck(name: "arrange", inputs: [(3, 2), (2, 2)]) { tape, x, _ in
      let y = tape.arrange([x[0], x[1], x[0]], order: [0, 3, 5, 1, 4, 2, 7])
      return squaredErrorToTargets(y, on: &tape)
    },
  ]

  static let attention: [GradientCheck] =
    [
      ("one token", [0, 1], 1, 3),
      ("many short windows", [0, 1, 2, 3, 5, 5, 6], 2, 4),
      ("a window of 21", [0, 21], 1, 5),
      ("windows of 19 and 3", [0, 19, 22], 3, 2),
      ("heads of 17", [0, 5, 9], 2, 17),
    ].flatMap { (name: String, offsets: [Int32], heads: Int, size: Int) in
      [Float(0), 0.3].flatMap { rate in
        let tokens = Int(offsets[offsets.count - 1])
        let width = heads * size
        let label = "\(name), \(heads) heads of \(size), dropout \(rate)"
        let chosen = (0..<Int32(tokens)).filter { $0 % 3 == 1 || tokens == 1 }
        return [
          GradientCheck(
            name: "attention, \(label)", inputs: [(tokens, 3 * width), (tokens, width)]
          ) { tape, x, _ in
            let y = tape.attention(
              qkv: x[0], rows: AttentionRows(offsets: offsets), heads: heads, dropout: rate)
            return squaredErrorToTargets(tape.add(y, x[1]), on: &tape)
          },
          GradientCheck(
            name: "attention of every third token, \(label)",
            inputs: [(chosen.count, width), (tokens, 2 * width)]
          ) { tape, x, _ in
            let y = tape.attention(
              queries: x[0], keysValues: x[1],
              rows: AttentionRows(offsets: offsets, queryTokens: chosen), heads: heads,
              dropout: rate)
            return squaredErrorToTargets(y, on: &tape)
          },
          GradientCheck(
            name: "attention twice on one input, \(label)", inputs: [(tokens, 3 * width)]
          ) { tape, x, _ in
            let rows = AttentionRows(offsets: offsets)
            let once = tape.attention(qkv: x[0], rows: rows, heads: heads, dropout: rate)
            let again = tape.attention(qkv: x[0], rows: rows, heads: heads)
            return squaredErrorToTargets(tape.add(once, again), on: &tape)
          },
        ]
      }
    }

  static let losses: [GradientCheck] = [
    GradientCheck(name: "cross-entropy", inputs: [(4, 5)]) { tape, x, _ in
      let twice = tape.add(x[0], x[0])
      return tape.crossEntropy(twice, targets: [0, 4, -1, 2])
    },
    GradientCheck(name: "cross-entropy of one class", inputs: [(2, 1)]) { tape, x, _ in
      tape.crossEntropy(x[0], targets: [0, 0])
    },
    GradientCheck(name: "squared error of one element", inputs: [(1, 1)]) { tape, x, _ in
      tape.squaredError(x[0], targets: [0.3])
    },
  ]
}
