internal import Datasets
internal import Environments

/// Reads the amounts among the numbers of observations.
struct QuantityColumns: Sendable {
  private let columns: [Int]
  private let width: Int

  /// Amounts per observation.
  var count: Int { columns.count }

  /// - Parameter columns: those to look at; categories among them are passed over.
  init(_ data: DataSummary, columns: [Int]? = nil) {
    let meanings = data.observationSpace.columnMeanings
    width = meanings.count
    self.columns = (columns ?? Array(meanings.indices)).filter { meanings[$0] == .quantity }
  }

  /// - Parameter observations: `[rows, observation width]`.
  /// - Returns: `[rows · count]`.
  func values(in observations: [Float]) -> [Float] {
    if columns.count == width { return observations }
    var values: [Float] = []
    values.reserveCapacity(observations.count / max(width, 1) * columns.count)
    var start = 0
    while start < observations.count {
      for column in columns { values.append(observations[start + column]) }
      start += width
    }
    return values
  }
}
