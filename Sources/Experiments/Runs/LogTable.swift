internal import Files

/// The numbers of a run's log, `metrics.csv` or `validation.csv`, by column.
///
/// A row that is being written just now is left out, and so are rows that have no step.
struct LogTable: Sendable, Equatable {
  /// Names of the columns after `step`.
  private(set) var columns: [String] = []
  /// `[rows]` Ascending; several rows may be about one step.
  private(set) var steps: [Int] = []
  /// `[rows][columns]` Empty fields are `nil`.
  private(set) var rows: [[Double?]] = []

  /// Bytes that a log may have: two million rows of ten numbers.
  private static let mostBytes = 1 << 28

  /// The log at `path`; empty where there is none, or one that cannot be read.
  init(of path: String) {
    let bytes = try? FileContents.bytes(of: path, atMost: Self.mostBytes)
    self.init(text: String(decoding: bytes ?? [], as: UTF8.self))
  }

  init(text: String) {
    // The last piece is empty, or a row that is not whole.
    var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .dropLast()
    guard let header = lines.popFirst().map(Self.fields), header.first == "step" else { return }
    columns = Array(header.dropFirst())
    for line in lines {
      let fields = Self.fields(line)
      guard let step = fields.first.flatMap({ Int($0) }), fields.count == header.count else {
        continue
      }
      steps.append(step)
      rows.append(fields.dropFirst().map { Double($0) })
    }
  }

  /// The numbers of a column, one a row, all `nil` where there is no such column; `step` is one.
  subscript(column: String) -> [Double?] {
    if column == "step" { return steps.map { Double($0) } }
    guard let index = columns.firstIndex(of: column) else { return rows.map { _ in nil } }
    return rows.map { $0[index] }
  }

  /// The step of the last whole row, without reading the rows before it.
  static func lastStep(of path: String) -> Int? {
    guard let status = try? FileStatus(of: path), status.kind == .file else { return nil }
    let tail = min(status.size, 1 << 16)
    guard let bytes = try? FileContents.part(of: path, from: status.size - tail, count: tail) else {
      return nil
    }
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return lines.dropLast().last.flatMap {
      Int(fields(Substring(decoding: $0, as: UTF8.self).utf8)[0])
    }
  }

  private static func fields(_ line: Substring.UTF8View) -> [String] {
    line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map {
      String(Substring($0))
    }
  }
}
