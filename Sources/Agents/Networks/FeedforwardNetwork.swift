public import Documents
public import TensorCore

/// A multilayer perceptron over one observation, and optionally more numbers beside it.
///
///     h₀ = f(W₀ x + b₀ [+ U u])      hᵢ = f(Wᵢ hᵢ₋₁ + bᵢ)      y = W h + b
///
/// `u` stands for what joins the observation in the first layer (an action, a return-to-go): adding
/// a second map's output is the same as a map of both end to end.
public struct FeedforwardNetwork: Sendable {
  /// What decides a network's shape.
  public struct Shape: Settings {
    /// Units of each hidden layer.
    public var hidden = [256, 256]
    public var activation = Activation.relu

    public init() {}

    func check() throws(ConfigurationError) {
      try require(
        !hidden.isEmpty && hidden.allSatisfy { 1...16_384 ~= $0 } && hidden.count <= 32, "hidden",
        hidden, "1 to 32 layers of 1 to 16384 units")
    }
  }

  private let first: Linear
  private let beside: Linear?
  private let rest: [Linear]
  private let activation: Activation

  private init(first: Linear, beside: Linear?, rest: [Linear], activation: Activation) {
    self.first = first
    self.beside = beside
    self.rest = rest
    self.activation = activation
  }

  /// - Parameters:
  ///   - inputs: numbers of an observation.
  ///   - beside: numbers that join it; 0 for none.
  ///   - outputs: numbers of the result.
  ///   - outputActivation: applied to the result.
  public init(
    _ shape: Shape, inputs: Int, beside: Int = 0, outputs: Int,
    outputActivation: Activation = .identity, in scope: inout ParameterScope
  ) {
    activation = shape.activation
    first = scope.within("layers.0") {
      Linear(
        inputs, shape.hidden[0], deviation: Self.deviation(inputs + beside), in: &$0)
    }
    self.beside =
      beside == 0
      ? nil
      : scope.within("beside") {
        Linear(beside, shape.hidden[0], deviation: Self.deviation(inputs + beside), in: &$0)
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
  ///   - x: `[rows, inputs]`.
  ///   - u: `[rows, beside]` where the network was made for it.
  /// - Returns: `[rows, outputs]`.
  public func callAsFunction(_ x: Tensor, beside u: Tensor? = nil, on tape: inout Tape) -> Tensor {
    precondition(
      (u == nil) == (beside == nil), "the network takes \(beside == nil ? "no" : "an") u")
    var h = first(x, on: &tape)
    if let beside, let u { h = tape.add(h, beside(u, on: &tape)) }
    h = tape.activate(h, activation)
    for layer in rest { h = layer(h, on: &tape) }
    return h
  }

  /// The same function, sending no gradient to its weights.
  public var frozen: FeedforwardNetwork {
    FeedforwardNetwork(
      first: first.frozen, beside: beside?.frozen, rest: rest.map(\.frozen), activation: activation)
  }

  /// A copy for a target network.
  public func target(in scope: inout ParameterScope) -> FeedforwardNetwork {
    FeedforwardNetwork(
      first: first.target(in: &scope), beside: beside.map { $0.target(in: &scope) },
      rest: rest.map { $0.target(in: &scope) }, activation: activation)
  }
}
