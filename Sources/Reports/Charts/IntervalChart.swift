public import Documents

/// Estimates with their intervals, a row each, so that what overlaps is seen at once.
public struct IntervalChart: Sendable, Equatable {
  public var x: Axis
  public var rows: [Row]

  public struct Row: Sendable, Equatable {
    public var name: String
    public var value: Double
    /// `nil` where nothing is known of it, as for a single seed.
    public var interval: Interval?
    /// What the estimate is made of.
    public var scores: [Double]

    public init(_ name: String, _ value: Double, interval: Interval?, scores: [Double] = []) {
      (self.name, self.value, self.interval, self.scores) = (name, value, interval, scores)
    }
  }

  public init(x: Axis, rows: [Row]) { (self.x, self.rows) = (x, rows) }

  private static let rowHeight = 46.0

  public func drawing(width: Double, theme: ChartTheme) -> Drawing {
    var drawing = Drawing(
      width: width, height: Double(rows.count) * Self.rowHeight + 2 * PlotFrame.lineHeight + 14)
    let frame = PlotFrame(drawing, from: 0, x: x, y: nil, theme: theme, left: 10)
    frame.addAxes(to: &drawing, hasColumns: true)
    let height = (frame.bottom - frame.top) / Double(max(rows.count, 1))
    for (index, row) in rows.enumerated() {
      let top = frame.top + Double(index) * height
      add(row, index, at: top + height - 15, frame, to: &drawing)
    }
    return drawing
  }

  private func add(
    _ row: Row, _ index: Int, at y: Double, _ frame: PlotFrame, to drawing: inout Drawing
  ) {
    let theme = frame.theme
    let mark = SeriesMark(index: index, theme: theme)
    var words = x.style.text(row.value)
    if let interval = row.interval {
      words += " (\(x.style.text(interval.lower)) to \(x.style.text(interval.upper)))"
    }
    let numbers = PlotFrame.text(words, theme.soft, at: frame.right, y - 13, .end)
    let name = PlotFrame.text(row.name, theme.ink, at: frame.left, y - 13)
      .cut(toWidth: frame.right - frame.left - numbers.room - 10)
    for text in [name, numbers] {
      let from = text.anchor == .end ? text.origin.x - text.room : text.origin.x
      drawing.add(.rectangle(from - 2, text.origin.y - 11, text.room + 4, 15), fill: theme.card)
      drawing.add(text)
    }
    for score in row.scores where x.range.contains(score) {
      drawing.add(.circle(frame.place(x: score), y, 2.5), fill: mark.colour.opacity(0.45))
    }
    if let interval = row.interval {
      drawing.add(
        .line(
          frame.place(x: clamped(interval.lower)), y, frame.place(x: clamped(interval.upper)), y),
        stroke: .init(mark.colour, width: 5))
    }
    guard x.range.contains(row.value) else { return }
    drawing.add(
      titled: "\(row.name): \(words)",
      .shape(
        mark.shape(at: .init(frame.place(x: row.value), y), radius: 5.5), fill: mark.colour,
        stroke: .init(theme.card, width: 1.5)))
  }

  private func clamped(_ value: Double) -> Double {
    min(max(value, x.range.lowerBound), x.range.upperBound)
  }

  public var document: Document {
    [
      "kind": "intervals", "x": x.document,
      "rows": .array(
        rows.map { row in
          [
            "name": .string(row.name), "value": .number(row.value),
            "low": row.interval.map { .number($0.lower) } ?? .null,
            "high": row.interval.map { .number($0.upper) } ?? .null,
            "scores": .array(row.scores.map { .number($0) }),
          ]
        }),
    ]
  }
}
