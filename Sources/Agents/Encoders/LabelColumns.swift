internal import Datasets
internal import Environments

/// Reads the labels among the numbers of observations as rows of a table.
///
/// Where observations are normalised the labels are restored, exactly: `(x · scale + mean)`, rounded.
/// A number that is no label of its category counts as the nearest one.
struct LabelColumns: Sendable {
  private struct Entry {
    let column: Int
    /// Rounded `x · scale + shift` counts the labels from 0.
    let scale: Float
    let shift: Float
    let count: Int
    let firstRow: Int32
  }

  /// Labels per observation.
  var count: Int { entries.count }
  /// Rows of the table.
  let tableRows: Int
  private let entries: [Entry]
  private let width: Int

  /// What the rows of the table stand for.
  enum Sharing {
    /// A label at one place of an observation.
    case none
    /// A label in one of so many channels, whichever square of a picture it stands in.
    case channels(Int)
    /// A label, whatever its column: the table has a row per label of the largest category.
    case all
  }

  /// - Parameter columns: those to look at; quantities among them are passed over.
  init(_ data: DataSummary, columns: [Int]? = nil, sharing: Sharing = .none) {
    let meanings = data.observationSpace.columnMeanings
    width = meanings.count
    var entries: [Entry] = []
    var rows = 0
    /// Where the rows of a shared channel begin.
    var shared: [Int: Int] = [:]
    for (place, column) in (columns ?? Array(meanings.indices)).enumerated() {
      guard case .category(let count, let first) = meanings[column] else { continue }
      let firstRow: Int
      switch sharing {
      case .none:
        firstRow = rows
        rows += count
      case .channels(let channels):
        firstRow = shared[place % channels] ?? rows
        if shared.updateValue(firstRow, forKey: place % channels) == nil { rows += count }
      case .all:
        firstRow = 0
        rows = max(rows, count)
      }
      entries.append(
        Entry(
          column: column, scale: data.observationScale[column],
          shift: data.observationMean[column] - Float(first), count: count,
          firstRow: Int32(firstRow)))
    }
    self.entries = entries
    tableRows = rows
  }

  /// - Parameter observations: `[rows, observation width]`.
  /// - Returns: `[rows · count]` rows of the table.
  func rows(in observations: [Float]) -> [Int32] {
    var rows: [Int32] = []
    rows.reserveCapacity(observations.count / max(width, 1) * count)
    var start = 0
    while start < observations.count {
      for entry in entries {
        let label = (observations[start + entry.column] * entry.scale + entry.shift).rounded()
        // Not-a-number counts as the first.
        let index = label > 0 ? min(label, Float(entry.count - 1)) : 0
        rows.append(entry.firstRow + Int32(index))
      }
      start += width
    }
    return rows
  }
}
