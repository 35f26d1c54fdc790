public import Documents

/// The numbers behind a figure as rows, for people who cannot see it and for programs.
public struct FigureTable: Sendable, Equatable {
  public var columns: [Column]
  public private(set) var rows: [[Cell]] = []

  public struct Column: Sendable, Equatable {
    public var title: String
    public var style: NumberStyle

    public init(_ title: String, _ style: NumberStyle = .plain) {
      (self.title, self.style) = (title, style)
    }
  }

  public enum Cell: Sendable, Equatable {
    case text(String)
    case number(Double)
    case interval(Interval)
    case nothing

    /// A number, or nothing.
    public init(_ value: Double?) { self = value.map { .number($0) } ?? .nothing }
    public init(_ value: Interval?) { self = value.map { .interval($0) } ?? .nothing }
  }

  public init(_ columns: [Column]) { self.columns = columns }

  public mutating func append(_ cells: [Cell]) {
    precondition(cells.count == columns.count, "\(cells.count) cells, \(columns.count) columns")
    rows.append(cells)
  }

  /// A cell as people read it.
  public func text(_ cell: Cell, in column: Int) -> String {
    switch cell {
    case .text(let text): TerminalText.sanitised(text)
    case .number(let value): columns[column].style.text(value)
    case .interval(let interval):
      columns[column].style.text(interval.lower) + " to "
        + columns[column].style.text(interval.upper)
    case .nothing: "–"
    }
  }

  /// Whether a column holds numbers, which are set to the right.
  public func isNumeric(column: Int) -> Bool {
    !rows.contains { if case .text = $0[column] { true } else { false } }
  }

  public var textTable: TextTable {
    var table = TextTable(
      columns.indices.map { .init(columns[$0].title, isNumeric(column: $0) ? .right : .left) })
    for row in rows { table.append(row.enumerated().map { text($0.element, in: $0.offset) }) }
    return table
  }

  /// The table as text; where a terminal is too narrow the last columns are left out.
  public func text(width: Int, isASCII: Bool) -> String {
    var table = self
    while table.columns.count > 1, table.textWidth > width {
      table.columns.removeLast()
      table.rows = table.rows.map { $0.dropLast() }
    }
    return table.textTable.formatted(isASCII: isASCII, maximumWidth: width)
  }

  private var textWidth: Int {
    let widths = columns.indices.map { index in
      max(
        TerminalText.width(columns[index].title),
        rows.map { TerminalText.width(text($0[index], in: index)) }.max() ?? 0)
    }
    return widths.reduce(0, +) + 3 * (widths.count - 1)
  }

  public var document: Document {
    [
      "columns": .array(columns.map { .string($0.title) }),
      "rows": .array(
        rows.map { row in
          .array(
            row.map { cell in
              switch cell {
              case .text(let text): .string(text)
              case .number(let value): .number(value)
              case .interval(let interval): [.number(interval.lower), .number(interval.upper)]
              case .nothing: .null
              }
            })
        }),
    ]
  }
}
