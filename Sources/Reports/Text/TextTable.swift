/// A table of text with aligned columns, for terminals and plain files.
///
///     target │ achieved │ episodes
///     ───────┼──────────┼─────────
///        0.5 │     0.48 │      100
public struct TextTable: Sendable {
  public enum Alignment: Sendable { case left, right }

  public struct Column: Sendable {
    public var title: String
    public var alignment: Alignment
    public init(_ title: String, _ alignment: Alignment = .left) {
      self.title = title
      self.alignment = alignment
    }
  }

  public let columns: [Column]
  public private(set) var rows: [[String]] = []

  public init(_ columns: [Column]) {
    precondition(!columns.isEmpty, "a table without columns")
    self.columns = columns
  }

  /// Adds a row; cells may hold anything, and are made safe for terminals.
  public mutating func append(_ cells: [String]) {
    precondition(cells.count == columns.count, "\(cells.count) cells, \(columns.count) columns")
    rows.append(cells.map(TerminalText.sanitised))
  }

  /// The table, each line ending in a line break.
  ///
  /// - Parameters:
  ///   - isASCII: uses `|`, `+` and `-` for the lines between cells. Cells stay as they are.
  ///   - maximumWidth: in columns of the terminal; the widest column gives way first.
  public func formatted(isASCII: Bool = false, maximumWidth: Int? = nil) -> String {
    let titles = columns.map { TerminalText.sanitised($0.title) }
    var widths = columns.indices.map { index in
      ([titles] + rows).map { TerminalText.width($0[index]) }.max() ?? 0
    }
    if let maximumWidth { shrink(&widths, to: maximumWidth - 3 * (widths.count - 1)) }

    func line(_ cells: [String]) -> String {
      let padded = cells.enumerated().map { index, cell in
        pad(cell, to: widths[index], columns[index].alignment, ellipsis: isASCII ? "..." : "…")
      }
      let text = padded.joined(separator: isASCII ? " | " : " │ ")
      return String(text.reversed().drop { $0 == " " }.reversed()) + "\n"
    }
    let rules = widths.map { String(repeating: isASCII ? "-" : "─", count: $0) }
    let rule = rules.joined(separator: isASCII ? "-+-" : "─┼─") + "\n"
    return line(titles) + rule + rows.map(line).joined()
  }

  private func shrink(_ widths: inout [Int], to total: Int) {
    while widths.reduce(0, +) > total,
      let widest = widths.indices.max(by: { widths[$0] < widths[$1] }),
      widths[widest] > 4
    {
      widths[widest] -= 1
    }
  }

  private func pad(
    _ cell: String, to width: Int, _ alignment: Alignment, ellipsis: String
  ) -> String {
    let text = TerminalText.truncated(cell, to: width, ellipsis: ellipsis)
    let space = String(repeating: " ", count: max(width - TerminalText.width(text), 0))
    return alignment == .left ? text + space : space + text
  }
}
