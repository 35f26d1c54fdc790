public import Documents

/// Matrices as squares of one colour, the stronger the larger the square root of the number: small
/// numbers stay visible beside large ones.
public struct HeatChart: Sendable, Equatable {
  public var panels: [Panel]
  public var rowTitle: String
  public var columnTitle: String
  /// What the numbers are, for the scale of colours.
  public var scaleTitle: String
  /// `[rows]` What the rows are called; the same for all panels.
  public var rowNumbers: [Int]
  /// `[columns]`
  public var columnNumbers: [Int]

  public struct Panel: Sendable, Equatable {
    public var name: String
    /// `[rows][columns]` At least 0.
    public var values: [[Double]]

    public init(_ name: String, _ values: [[Double]]) { (self.name, self.values) = (name, values) }
  }

  /// - Precondition: every panel has a row for each of `rowNumbers`, with a number for each of
  ///   `columnNumbers`.
  public init(
    _ panels: [Panel], rowTitle: String, columnTitle: String, scaleTitle: String,
    rowNumbers: [Int], columnNumbers: [Int]
  ) {
    precondition(
      panels.allSatisfy { panel in
        panel.values.count == rowNumbers.count
          && panel.values.allSatisfy { $0.count == columnNumbers.count }
      }, "panels that are not \(rowNumbers.count) × \(columnNumbers.count)")
    (self.panels, self.rowTitle, self.columnTitle) = (panels, rowTitle, columnTitle)
    self.scaleTitle = scaleTitle
    (self.rowNumbers, self.columnNumbers) = (rowNumbers, columnNumbers)
  }

  /// The largest number of all panels, which has the full colour.
  public var largest: Double { panels.flatMap { $0.values.joined() }.max() ?? 0 }

  /// Shades that are told apart; neighbours of one shade are drawn as one.
  private static let shades = 14
  private static let numbersPerAxis = 5

  /// Panels side by side as far as there is room for each, and below one another.
  public func drawing(width: Double, theme: ChartTheme) -> Drawing {
    let (margin, head, foot) = (34.0, 40.0, 40.0)
    let room = width >= 900 ? 4 : width >= 560 ? 3 : panels.count > 4 ? 2 : 1
    let columns = min(max(panels.count, 1), room)
    let gap = 16.0
    let panelWidth = (width - gap * Double(columns - 1)) / Double(columns)
    let side = min(panelWidth - margin - 8, 320)
    let ratio = Double(max(rowNumbers.count, 1)) / Double(max(columnNumbers.count, 1))
    let tall = min(side * min(ratio, 1.2), 340)
    let rows = (panels.count + columns - 1) / columns
    let panelHeight = tall + head + foot
    var drawing = Drawing(width: width, height: Double(rows) * panelHeight + 30)
    for (index, panel) in panels.enumerated() {
      let left = Double(index % columns) * (panelWidth + gap) + margin
      let top = Double(index / columns) * panelHeight + head
      add(
        panel, isFirst: index % columns == 0, at: .init(left, top), (side, tall), theme,
        to: &drawing)
    }
    addScale(at: drawing.height - 14, theme, to: &drawing)
    return drawing
  }

  private func add(
    _ panel: Panel, isFirst: Bool, at corner: Drawing.Point,
    _ size: (width: Double, height: Double), _ theme: ChartTheme, to drawing: inout Drawing
  ) {
    let colour = theme.colour(ofSeries: 0)
    let cell = (
      width: size.width / Double(max(columnNumbers.count, 1)),
      height: size.height / Double(max(rowNumbers.count, 1))
    )
    drawing.add(PlotFrame.text(panel.name, theme.ink, at: corner.x, corner.y - 22))
    if isFirst {
      drawing.add(PlotFrame.text(rowTitle, theme.soft, at: 2, corner.y - 6))
    }
    drawing.add(
      .rectangle(corner.x, corner.y, size.width, size.height),
      stroke: .init(theme.line, width: 1))
    let largest = max(largest, 1e-12)
    for (row, values) in panel.values.enumerated() {
      let shades = values.map {
        Int(((min($0 / largest, 1)).squareRoot() * Double(Self.shades)).rounded())
      }
      var column = 0
      while column < shades.count {
        let shade = shades[column]
        var end = column + 1
        while end < shades.count, shades[end] == shade { end += 1 }
        if shade > 0 {
          drawing.add(
            .rectangle(
              corner.x + Double(column) * cell.width, corner.y + Double(row) * cell.height,
              Double(end - column) * cell.width, cell.height),
            fill: colour.opacity(Double(shade) / Double(Self.shades)))
        }
        column = end
      }
    }
    for place in Self.marked(rowNumbers.count) {
      drawing.add(
        PlotFrame.text(
          "\(rowNumbers[place])", theme.soft, at: corner.x - 5,
          corner.y + (Double(place) + 0.5) * cell.height + 4, .end))
    }
    for place in Self.marked(columnNumbers.count) {
      drawing.add(
        PlotFrame.text(
          "\(columnNumbers[place])", theme.soft,
          at: corner.x + (Double(place) + 0.5) * cell.width, corner.y + size.height + 15, .middle))
    }
    drawing.add(
      PlotFrame.text(
        columnTitle, theme.soft, at: corner.x + size.width / 2, corner.y + size.height + 32,
        .middle
      ).cut(toWidth: size.width))
  }

  /// Places whose number is written.
  private static func marked(_ count: Int) -> [Int] {
    guard count > numbersPerAxis else { return Array(0..<count) }
    return (0..<numbersPerAxis).map { $0 * (count - 1) / (numbersPerAxis - 1) }
  }

  private func addScale(at y: Double, _ theme: ChartTheme, to drawing: inout Drawing) {
    let zero = PlotFrame.text("0", theme.soft, at: 34, y + 4)
    drawing.add(zero)
    let (left, step) = (46.0, 8.0)
    for shade in 1...Self.shades {
      drawing.add(
        .rectangle(left + Double(shade - 1) * step, y - 6, step, 12),
        fill: theme.colour(ofSeries: 0).opacity(Double(shade) / Double(Self.shades)))
    }
    drawing.add(
      PlotFrame.text(
        "\(Format.number(largest)) \(scaleTitle)", theme.soft,
        at: left + Double(Self.shades) * step + 6, y + 4))
  }

  public var document: Document {
    [
      "kind": "heat", "row_title": .string(rowTitle), "column_title": .string(columnTitle),
      "scale_title": .string(scaleTitle),
      "rows": .array(rowNumbers.map { .integer($0) }),
      "columns": .array(columnNumbers.map { .integer($0) }), "largest": .number(largest),
      "panels": .array(
        panels.map { panel in
          [
            "name": .string(panel.name),
            "values": .array(panel.values.map { .array($0.map { .number($0) }) }),
          ]
        }),
    ]
  }
}
