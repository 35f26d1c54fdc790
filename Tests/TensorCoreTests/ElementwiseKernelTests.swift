import CKernels
import Foundation
import Testing

/// The kernels' own exponential, tanh and erf, through the activations that use them, against the
/// system's in double precision.
@Suite("Elementwise kernels")
struct ElementwiseKernelTests {
  static let inputs: [Float] =
    stride(from: -30, through: 30, by: 0.0137).map { Float($0) } + [
      0, -0.0, 1e-30, -1e-30, 87, -87, 1e4, -1e4,
    ]

  private func apply(_ kind: Int32, _ inputs: [Float]) -> (y: [Float], slope: [Float]) {
    var z = inputs
    var y = [Float](repeating: 0, count: inputs.count)
    var slope = [Float](repeating: 1, count: inputs.count)
    let bias = [Float](repeating: 0, count: inputs.count)
    hs_bias_activation(bias, &z, &y, kind, 1, inputs.count)
    hs_activation_backward(z, y, &slope, kind, inputs.count)
    return (y, slope)
  }

  @Test(
    "compute gelu, exact gelu, tanh and silu to single precision",
    arguments: [2, 3, 4, 5] as [Int32])
  func values(kind: Int32) {
    let (y, slope) = apply(kind, Self.inputs)
    for (index, input) in Self.inputs.enumerated() {
      let x = Double(input)
      let (expected, expectedSlope): (Double, Double) =
        switch kind {
        case 2:
          {
            let u = (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)
            let t = tanh(u)
            let du = (2 / Double.pi).squareRoot() * (1 + 3 * 0.044715 * x * x)
            return (0.5 * x * (1 + t), 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * du)
          }()
        case 3:
          (
            0.5 * x * (1 + erf(x / 2.0.squareRoot())),
            0.5 * (1 + erf(x / 2.0.squareRoot()))
              + x * exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
          )
        case 5:
          {
            let s = 1 / (1 + exp(-x))
            return (x * s, s + x * s * (1 - s))
          }()
        default: (tanh(x), 1 - tanh(x) * tanh(x))
        }
      #expect(abs(Double(y[index]) - expected) <= 4e-7 * max(1, abs(x)), "f(\(input))")
      #expect(abs(Double(slope[index]) - expectedSlope) <= 2e-6, "f'(\(input))")
    }
  }

  @Test("let NaN through", arguments: [1, 2, 3, 4, 5] as [Int32])
  func nan(kind: Int32) {
    let inputs = [Float](repeating: 0.5, count: 37) + [.nan] + [Float](repeating: -0.5, count: 20)
    let (y, slope) = apply(kind, inputs)
    #expect(slope[37].isNaN || y[37].isNaN)
    #expect(y.indices.allSatisfy { $0 == 37 || y[$0].isFinite })
    #expect(!hs_all_finite(inputs, inputs.count))
    #expect(!hs_all_finite([1, .infinity], 2))
    #expect(hs_all_finite([1, -3e38], 2))
  }
}
