internal import Files

/// A CSV log of a run, as ``MetricsLog`` writes it, read back.
struct MetricsTable: Sendable, Equatable {
  let columns: [String]
  /// `[rows][columns]` Empty fields are `nil`.
  let rows: [[Double?]]

  /// Reads a log; none is there before the first step. The last row is left out while it is being
  /// written.
  init(_ path: String) {
    guard let text = try? FileContents.text(of: path, atMost: 1 << 28), !text.isEmpty else {
      (columns, rows) = ([], [])
      return
    }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    lines.removeLast()
    guard !lines.isEmpty else {
      (columns, rows) = ([], [])
      return
    }
    let columns = lines.removeFirst().split(separator: ",").map(String.init)
    self.columns = columns
    rows = lines.map { line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      return columns.indices.map { $0 < fields.count ? Double(fields[$0]) : nil }
    }
  }

  /// The numbers of a column, `nil` where it has none; all `nil` where there is no such column.
  subscript(column: String) -> [Double?] {
    guard let index = columns.firstIndex(of: column) else { return rows.map { _ in nil } }
    return rows.map { $0[index] }
  }
}
