internal import Datasets
public import Documents
internal import Environments
public import TensorCore

/// A small convolutional network for views of a grid, beside which other numbers go as
/// ``EmbeddingEncoder`` has them.
///
///     x₀[i, j] = Σ over channels c of table[c, s_ijc] + s_ij,quantities W + b
///     xₗ       = f(conv₃ₓ₃(xₗ₋₁))          the picture keeps its size
///     row      = flat(x_L) W′ + b′ + the embedding of all other numbers
///
/// A picture is a leaf of the space whose meaning is an image, `[height, width, channels]`; its labels
/// share rows over all squares. What is outside a picture is zero.
public struct ConvolutionEncoder: ObservationEncoder {
  public struct Configuration: Settings {
    /// Channels of every square, in all layers.
    public var channels = 16
    /// 3 × 3 convolutions.
    public var layers = 2
    public var activation = Activation.relu

    public init() {}
  }

  public let width: Int
  private let pictures: [PictureColumns]
  private let others: MixedColumns?

  public init(
    _ configuration: Configuration, _ request: EncoderRequest, into scope: inout ParameterScope
  ) throws(ConfigurationError) {
    try require(
      1...4096 ~= configuration.channels, "channels", configuration.channels,
      "a whole number from 1 to 4096")
    try require(
      0...64 ~= configuration.layers, "layers", configuration.layers,
      "a whole number from 0 to 64")
    width = request.width
    let leaves = request.data.observationSpace.leaves
    var places: [(leaf: Space.Leaf, columns: [Int])] = []
    var otherColumns: [Int] = []
    var column = 0
    for leaf in leaves {
      let columns = Array(column..<(column + leaf.width))
      column += leaf.width
      if leaf.isPicture {
        places.append((leaf, columns))
      } else {
        otherColumns += columns
      }
    }
    guard !places.isEmpty else {
      let shapes = leaves.map { "\($0.shape)" }.joined(separator: ", ")
      throw ConfigurationError(
        key: "id", found: "convolution, but observations of shape \(shapes)",
        expected: "one that is a picture of [height, width, channels], or another encoder",
        suggestion: "embedding")
    }
    pictures = places.enumerated().map { number, place in
      scope.within("pictures.\(number)") {
        PictureColumns(configuration, request, place.leaf, place.columns, into: &$0)
      }
    }
    others =
      otherColumns.isEmpty
      ? nil
      : scope.within("others") { MixedColumns(request, columns: otherColumns, into: &$0) }
  }

  public func callAsFunction(
    _ observations: [Float], rows: Int, on tape: inout Tape
  ) -> Tensor {
    var sum = others?(observations, rows: rows, on: &tape)
    for picture in pictures {
      let row = picture(observations, rows: rows, on: &tape)
      sum = sum.map { tape.add($0, row) } ?? row
    }
    guard let sum else { preconditionFailure("an encoder of no columns") }
    return sum
  }
}

extension Space.Leaf {
  /// Whether this is an image with a height, a width and channels.
  fileprivate var isPicture: Bool {
    guard case .image = meaning else { return false }
    return shape.count == 3 && width > 0
  }
}

/// One picture of an observation, convolved.
private struct PictureColumns: Sendable {
  let height: Int
  let width: Int
  /// Of all squares, one after another.
  let labels: LabelColumns
  let table: Embedding?
  let quantities: QuantityColumns
  let map: Linear?
  let convolutions: [Linear]
  let flat: Linear

  init(
    _ configuration: ConvolutionEncoder.Configuration, _ request: EncoderRequest,
    _ leaf: Space.Leaf, _ columns: [Int], into scope: inout ParameterScope
  ) {
    let (height, width) = (leaf.shape[0], leaf.shape[1])
    (self.height, self.width) = (height, width)
    labels = LabelColumns(request.data, columns: columns, sharing: .channels(leaf.shape[2]))
    quantities = QuantityColumns(request.data, columns: columns)
    let channels = configuration.channels
    // Every square begins with variance 1, and convolutions keep it (He et al., 2015).
    let first = 1 / Double(leaf.shape[2]).squareRoot()
    let later = (2 / Double(9 * channels)).squareRoot()
    let (tableRows, labelCount) = (labels.tableRows, labels.count)
    table =
      labelCount == 0
      ? nil
      : scope.within("labels") { Embedding(tableRows, channels, deviation: first, in: &$0) }
    let quantitiesPerSquare = quantities.count / (height * width)
    map =
      quantitiesPerSquare == 0
      ? nil
      : scope.within("quantities") {
        Linear(quantitiesPerSquare, channels, deviation: first, in: &$0)
      }
    convolutions = (0..<configuration.layers).map { layer in
      scope.within("layers.\(layer)") {
        Linear(
          9 * channels, channels, activation: configuration.activation, deviation: later, in: &$0)
      }
    }
    flat = scope.within("flat") {
      Linear(height * width * channels, request.width, deviation: request.deviation, in: &$0)
    }
  }

  /// - Parameter observations: `[rows, observation width]`.
  /// - Returns: `[rows, channels of the encoder]`.
  func callAsFunction(_ observations: [Float], rows: Int, on tape: inout Tape) -> Tensor {
    let squares = height * width
    var x = map.map {
      $0(
        tape.constant(
          quantities.values(in: observations), rows: rows * squares,
          columns: quantities.count / squares), on: &tape)
    }
    if let table {
      let embedded = tape.sumOfRows(
        of: table.table, at: labels.rows(in: observations), terms: labels.count / squares)
      x = x.map { tape.add(embedded, $0) } ?? embedded
    }
    guard var x else { preconditionFailure("a picture without channels") }
    for convolution in convolutions {
      x = convolution(tape.patches(of: x, height: height, width: width), on: &tape)
    }
    return flat(tape.reshaped(x, rows: rows, columns: squares * x.columns), on: &tape)
  }
}
