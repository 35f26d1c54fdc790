public import Datasets
public import Documents
internal import Environments
public import TensorCore

/// A multilayer perceptron over an encoded observation, and optionally more numbers beside it.
///
///     h₀ = f(encoder(s) [+ U u + c])      hᵢ = f(Wᵢ hᵢ₋₁ + bᵢ)      y = g(W h + b)
///
/// `u` stands for what joins the observation in the first layer (an action, a return-to-go): adding
/// a second map's output is the same as a map of both end to end.
public struct ObservationNetwork: Sendable {
  /// What decides a network's shape.
  public struct Shape: Settings {
    public var encoder = Component("encoder", id: "linear")
    /// Units of each hidden layer, the encoder's first.
    public var hidden = [256, 256]
    public var activation = Activation.relu

    public init() {}
  }

  private let encoder: any ObservationEncoder
  private let beside: Linear?
  private let rest: [Linear]
  private let activation: Activation

  /// - Parameters:
  ///   - beside: numbers that join the observation; 0 for none.
  ///   - outputs: numbers of the result.
  ///   - outputActivation: g
  public init(
    _ shape: Shape, data: DataSummary, parts: AgentParts, beside: Int = 0, outputs: Int,
    outputActivation: Activation = .identity, in scope: inout ParameterScope
  ) throws(ConfigurationError) {
    try require(
      !shape.hidden.isEmpty && shape.hidden.allSatisfy { 1...16_384 ~= $0 }
        && shape.hidden.count <= 32, "hidden", shape.hidden, "1 to 32 layers of 1 to 16384 units")
    activation = shape.activation
    let inputs = data.observationSpace.width + beside
    do {
      encoder = try scope.within("encoder") { scope throws(ConfigurationError) in
        try parts.encoders.make(
          shape.encoder,
          EncoderRequest(
            data: data, width: shape.hidden[0], deviation: Self.deviation(inputs)), into: &scope)
      }
    } catch { throw error.within("encoder") }
    self.beside =
      beside == 0
      ? nil
      : scope.within("beside") {
        Linear(beside, shape.hidden[0], deviation: Self.deviation(inputs), in: &$0)
      }
    let widths = shape.hidden + [outputs]
    rest = (1..<widths.count).map { index in
      scope.within("layers.\(index)") {
        Linear(
          widths[index - 1], widths[index],
          activation: index == widths.count - 1 ? outputActivation : shape.activation,
          deviation: Self.deviation(widths[index - 1]), in: &$0)
      }
    }
  }

  /// The deviation of PyTorch's first weights, which are uniform in ±1/√inputs: `1/√(3 · inputs)`.
  private static func deviation(_ inputs: Int) -> Double { 1 / (3 * Double(inputs)).squareRoot() }

  /// - Parameters:
  ///   - observations: `[rows · observation width]`, normalised as the data summary says.
  ///   - u: `[rows, beside]` where the network was made for it.
  /// - Returns: `[rows, outputs]`.
  public func callAsFunction(
    _ observations: [Float], rows: Int, beside u: Tensor? = nil, on tape: inout Tape
  ) -> Tensor {
    precondition((u == nil) == (beside == nil), "the network takes \(beside == nil ? "no" : "a") u")
    var h = encoder(observations, rows: rows, on: &tape)
    if let beside, let u { h = tape.add(h, beside(u, on: &tape)) }
    h = tape.activate(h, activation)
    for layer in rest { h = layer(h, on: &tape) }
    return h
  }
}
