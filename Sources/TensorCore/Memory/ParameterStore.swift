internal import Randomness

/// A matrix of weights: where it lies in the flat store.
public struct Parameter: Sendable, BitwiseCopyable, Equatable {
  public let rows: Int
  public let columns: Int
  /// Position in ``ParameterStore/specifications``.
  package let index: Int
  let offset: Int
  /// Floats from one row to the next; more than `columns` for a slice of a wider matrix.
  let stride: Int

  /// The matrix's columns in `range`, sharing its memory.
  public func columns(_ range: Range<Int>) -> Parameter {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= columns,
      "columns \(range) of a parameter with \(columns)")
    return Parameter(
      rows: rows, columns: range.count, index: index, offset: offset + range.lowerBound,
      stride: stride)
  }

  var isSlice: Bool { stride != columns }
}

/// What a parameter is: name, shape, first values and how it is optimized.
public struct ParameterSpecification: Sendable, Equatable {
  public enum Initial: Sendable, Equatable {
    case zeros
    case ones
    /// Independent draws from N(0, deviation²).
    case normal(deviation: Double)
  }

  /// Dotted path, such as `backbone.blocks.0.attention.weight`.
  public let name: String
  public let rows: Int
  public let columns: Int
  public let initial: Initial
  /// Whether weight decay applies (by custom to matrices of linear layers, not to biases, gains and
  /// embeddings).
  public let decays: Bool
  let offset: Int

  public var count: Int { rows * columns }
}

/// Collects the parameters of a model while its layers are made.
public struct ParameterScope {
  public private(set) var specifications: [ParameterSpecification] = []
  private(set) var count = 0
  private var path: [String] = []

  public init() {}

  /// Declares a parameter below the current path.
  public mutating func add(
    _ name: String, rows: Int, columns: Int, initial: ParameterSpecification.Initial,
    decays: Bool = false
  ) -> Parameter {
    precondition(rows > 0 && columns > 0, "\(name) has shape [\(rows), \(columns)]")
    let full = (path + [name]).joined(separator: ".")
    precondition(!specifications.contains { $0.name == full }, "\(full) is declared twice")
    let parameter = Parameter(
      rows: rows, columns: columns, index: specifications.count, offset: count, stride: columns)
    specifications.append(
      ParameterSpecification(
        name: full, rows: rows, columns: columns, initial: initial, decays: decays, offset: count))
    count += (rows * columns + Arena.alignment - 1) / Arena.alignment * Arena.alignment
    return parameter
  }

  /// Runs `body` with `name` appended to the path.
  public mutating func within<Result, Failure: Error>(
    _ name: String, _ body: (inout ParameterScope) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    path.append(name)
    defer { path.removeLast() }
    return try body(&self)
  }
}

/// All weights of a model in one flat block, so that clipping, optimizing, averaging and saving are
/// one pass each.
///
/// A class because one set of weights is read by the tapes of several threads while only their
/// owner, between steps, writes it.
public final class ParameterStore: @unchecked Sendable {
  public let specifications: [ParameterSpecification]
  /// Floats in the block, padding between parameters included; the padding is always zero.
  package var count: Int { block.count }
  var start: UnsafeMutablePointer<Float> { block.start }
  private let block: FloatBlock

  /// Draws first values; each parameter's depend on the seed and its own name only.
  public init(_ scope: ParameterScope, seed: UInt64) {
    specifications = scope.specifications
    block = FloatBlock(zeros: scope.count)
    for specification in specifications {
      let values = start + specification.offset
      switch specification.initial {
      case .zeros: break
      case .ones: values.update(repeating: 1, count: specification.count)
      case .normal(let deviation):
        var random = RandomStream(seed: seed, "initialisation/\(specification.name)")
        for index in 0..<specification.count {
          values[index] = Float(random.normal() * deviation)
        }
      }
    }
  }

  /// The same weights in memory of their own.
  public init(copying other: ParameterStore) {
    specifications = other.specifications
    block = FloatBlock(copying: other.block)
  }

  /// Weights in the model, padding not counted.
  public var weightCount: Int { specifications.reduce(0) { $0 + $1.count } }

  /// The values of parameter `index`, row-major.
  public func values(of index: Int) -> [Float] { block.values(of: specifications[index]) }

  /// Replaces the values of parameter `index`, which must have as many.
  public func setValues(of index: Int, to values: [Float]) {
    block.setValues(of: specifications[index], to: values)
  }

  /// The parameter named `name`, or `nil`.
  public func index(of name: String) -> Int? {
    specifications.firstIndex { $0.name == name }
  }
}
