/// An affine map with an activation: `f(x W + b)`.
public struct Linear: Sendable {
  public let weight: Parameter
  public let bias: Parameter
  public let activation: Activation

  /// - Parameter deviation: standard deviation of the first weights; the bias starts at zero.
  public init(
    _ inputs: Int, _ outputs: Int, activation: Activation = .identity, deviation: Double = 0.02,
    in scope: inout ParameterScope
  ) {
    weight = scope.add(
      "weight", rows: inputs, columns: outputs, initial: .normal(deviation: deviation),
      decays: true)
    bias = scope.add("bias", rows: 1, columns: outputs, initial: .zeros)
    self.activation = activation
  }

  /// `x`: `[rows, inputs]`; returns `[rows, outputs]`.
  public func callAsFunction(_ x: Tensor, on tape: inout Tape) -> Tensor {
    tape.linear(x, weight: weight, bias: bias, activation: activation)
  }

  /// Only the outputs in `columns`: `[rows, columns.count]`.
  public func callAsFunction(
    _ x: Tensor, columns: Range<Int>, on tape: inout Tape
  ) -> Tensor {
    tape.linear(
      x, weight: weight.columns(columns), bias: bias.columns(columns), activation: activation)
  }
}

/// Layer normalization with a learned gain (from one) and bias (from zero).
public struct LayerNorm: Sendable {
  public let gain: Parameter
  public let bias: Parameter
  public let epsilon: Float

  public init(_ channels: Int, epsilon: Float = 1e-5, in scope: inout ParameterScope) {
    gain = scope.add("gain", rows: 1, columns: channels, initial: .ones)
    bias = scope.add("bias", rows: 1, columns: channels, initial: .zeros)
    self.epsilon = epsilon
  }

  public func callAsFunction(_ x: Tensor, on tape: inout Tape) -> Tensor {
    tape.layerNorm(x, gain: gain, bias: bias, epsilon: epsilon)
  }
}

/// A learned row per entry.
public struct Embedding: Sendable {
  public let table: Parameter

  public init(
    _ entries: Int, _ channels: Int, deviation: Double = 0.02, in scope: inout ParameterScope
  ) {
    table = scope.add(
      "table", rows: entries, columns: channels, initial: .normal(deviation: deviation))
  }

  /// `indices`: `[rows]`; returns `[rows, channels]`.
  public func callAsFunction(_ indices: [Int32], on tape: inout Tape) -> Tensor {
    tape.rows(of: table, at: indices)
  }
}
