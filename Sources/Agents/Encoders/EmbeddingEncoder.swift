internal import Datasets
public import Documents
public import TensorCore

/// A learned row for every label, summed, and an affine map of the amounts.
///
///     Σ over categories c of table[c, s_c] + s_quantities W + b
///
/// The same as an affine map of the observation with its labels one-hot, without the zeros. Discrete
/// spaces and categorical channels of pictures are categories; in a picture a label has a row of its
/// own for every square.
public struct EmbeddingEncoder: ObservationEncoder {
  public struct Configuration: Settings {
    public init() {}
  }

  private let columns: MixedColumns

  public init(
    _ configuration: Configuration, _ request: EncoderRequest, into scope: inout ParameterScope
  ) {
    columns = MixedColumns(request, into: &scope)
  }

  public var width: Int { columns.width }

  public func callAsFunction(
    _ observations: [Float], rows: Int, on tape: inout Tape
  ) -> Tensor {
    columns(observations, rows: rows, on: &tape)
  }
}

/// Some columns of an observation, labels embedded and amounts mapped.
struct MixedColumns: Sendable {
  let width: Int
  private let labels: LabelColumns
  private let table: Embedding?
  private let quantities: QuantityColumns
  private let map: Linear?

  /// - Parameter columns: all where `nil`.
  init(_ request: EncoderRequest, columns: [Int]? = nil, into scope: inout ParameterScope) {
    width = request.width
    labels = LabelColumns(request.data, columns: columns)
    quantities = QuantityColumns(request.data, columns: columns)
    table =
      labels.count == 0
      ? nil : Embedding(labels.tableRows, width, deviation: request.deviation, in: &scope)
    map =
      quantities.count == 0
      ? nil : Linear(quantities.count, width, deviation: request.deviation, in: &scope)
    precondition(labels.count + quantities.count > 0, "no columns to encode")
  }

  /// - Parameter observations: `[rows, observation width]`.
  /// - Returns: `[rows, width]`.
  func callAsFunction(_ observations: [Float], rows: Int, on tape: inout Tape) -> Tensor {
    let mapped = map.map {
      $0(
        tape.constant(quantities.values(in: observations), rows: rows, columns: quantities.count),
        on: &tape)
    }
    guard let table else {
      guard let mapped else { preconditionFailure("no columns to encode") }
      return mapped
    }
    let embedded = tape.sumOfRows(
      of: table.table, at: labels.rows(in: observations), terms: labels.count)
    return mapped.map { tape.add(embedded, $0) } ?? embedded
  }
}
