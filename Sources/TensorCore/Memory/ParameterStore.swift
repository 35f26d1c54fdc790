internal import CKernels
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
  /// Whether ops read the values and send no gradient to them.
  package let isFrozen: Bool

  /// The same values, to which no gradient is sent; gradients still pass through to an op's inputs.
  public var frozen: Parameter {
    Parameter(
      rows: rows, columns: columns, index: index, offset: offset, stride: stride, isFrozen: true)
  }

  /// The matrix's columns in `range`, sharing its memory.
  public func columns(_ range: Range<Int>) -> Parameter {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= columns,
      "columns \(range) of a parameter with \(columns)")
    return Parameter(
      rows: rows, columns: range.count, index: index, offset: offset + range.lowerBound,
      stride: stride, isFrozen: isFrozen)
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
  /// The group it is optimized in; see ``ParameterGroup``.
  public let group: String
  public let role: Role
  let offset: Int

  /// What a parameter is for. Only weights get gradients and have moments; all are saved.
  public enum Role: Sendable, Equatable {
    case weight
    /// A copy that follows the parameter at this position.
    case target(of: Int)
    /// A number about the data or the outputs, written by its agent after an update.
    case statistic
  }

  public var count: Int { rows * columns }
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
    moveTargets(by: 1)
  }

  /// Moves every target towards the parameter that it follows: `t ← (1 − rate) · t + rate · p`; a
  /// rate of 1 copies (Polyak averaging; Lillicrap et al., 2016).
  public func moveTargets(by rate: Double) {
    for target in specifications {
      guard case .target(let index) = target.role else { continue }
      let source = start + specifications[index].offset
      if rate == 1 {
        (start + target.offset).update(from: source, count: target.count)
      } else {
        hs_average(source, start + target.offset, Float(1 - rate), target.count)
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

  /// Replaces the values of a whole parameter.
  public func setValues(of parameter: Parameter, to values: [Float]) {
    precondition(!parameter.isSlice, "only whole parameters are set")
    setValues(of: parameter.index, to: values)
  }

  /// The parameter named `name`, or `nil`.
  public func index(of name: String) -> Int? {
    specifications.firstIndex { $0.name == name }
  }
}
