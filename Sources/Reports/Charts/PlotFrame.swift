/// The rectangle in which a chart plots, with the axes around it.
///
/// Lengths are units of the drawing, which a page shows as pixels or a little less.
struct PlotFrame {
  let theme: ChartTheme
  let left: Double
  let right: Double
  let top: Double
  let bottom: Double
  let x: Axis
  let y: Axis?

  static let textSize = 12.0
  static let lineHeight = 17.0
  /// From a tick's label to the plot.
  private static let gap = 7.0

  /// Makes room for labels in a drawing.
  ///
  /// - Parameters:
  ///   - top: where the room for the chart begins, below a legend.
  ///   - y: `nil` where rows have names instead of numbers.
  init(
    _ drawing: Drawing, from top: Double, x: Axis, y: Axis?, theme: ChartTheme, left: Double = 4
  ) {
    self.theme = theme
    self.x = x
    self.y = y
    let labels = y?.ticks.map { Self.text(y?.tickText($0) ?? "", theme.soft).room } ?? []
    self.left = max(left, (labels.max() ?? 0) + Self.gap + 2)
    let lastLabel = Self.text(x.tickText(x.range.upperBound), theme.soft).room
    right = drawing.width - max(lastLabel / 2, 6) - 2
    self.top = top + (y == nil ? 6 : Self.lineHeight + 16)
    bottom = drawing.height - (x.title.isEmpty ? 1 : 2) * Self.lineHeight - 6
  }

  func point(_ xValue: Double, _ yValue: Double) -> Drawing.Point {
    Drawing.Point(place(x: xValue), place(y: yValue))
  }

  func place(x value: Double) -> Double { left + (right - left) * x.share(of: value) }

  func place(y value: Double) -> Double {
    bottom - (bottom - top) * (y?.share(of: value) ?? 0)
  }

  /// Draws grid lines, the numbers beside them and the axes' titles.
  func addAxes(to drawing: inout Drawing, hasColumns: Bool = false) {
    let stroke = Drawing.Stroke(theme.line, width: 1)
    if let y {
      for tick in y.ticks {
        let place = place(y: tick)
        drawing.add(.line(left, place, right, place), stroke: stroke)
        drawing.add(
          Self.text(y.tickText(tick), theme.soft, at: left - Self.gap, place + 4, .end))
      }
      drawing.add(
        Self.text(y.title, theme.soft, at: 2, top - 12, .start).cut(toWidth: drawing.width - 4))
    }
    for tick in x.ticks {
      let place = place(x: tick)
      let from = hasColumns ? top : bottom
      drawing.add(.line(place, from, place, bottom + 4), stroke: stroke)
      drawing.add(
        Self.text(x.tickText(tick), theme.soft, at: place, bottom + Self.lineHeight, .middle))
    }
    if !x.title.isEmpty {
      drawing.add(
        Self.text(
          x.title, theme.soft, at: (left + right) / 2, bottom + 2 * Self.lineHeight, .middle
        ).cut(toWidth: drawing.width - 4))
    }
  }

  static func text(
    _ string: String, _ colour: Colour, at x: Double = 0, _ y: Double = 0,
    _ anchor: Drawing.Text.Anchor = .start
  ) -> Drawing.Text {
    Drawing.Text(string, at: .init(x, y), size: textSize, colour: colour, anchor: anchor)
  }
}

extension Drawing.Text {
  /// The width to leave for the text: a browser's letters can be wider than those of rasters.
  var room: Double { width * 1.25 + 2 }

  /// The text, cut where it would be wider than `width`; the last letter is then "…".
  public func cut(toWidth width: Double) -> Drawing.Text {
    guard room > width else { return self }
    var text = self
    while text.room > width, text.string.count > 1 {
      text.string = String(text.string.dropLast(text.string.last == "…" ? 2 : 1)) + "…"
    }
    return text
  }
}

/// The sign of a series: a colour and a shape, so that neither is needed to tell series apart.
struct SeriesMark {
  let index: Int
  let theme: ChartTheme

  var colour: Colour { theme.colour(ofSeries: index) }

  /// The shape around a place.
  func shape(at point: Drawing.Point, radius: Double = 4) -> Drawing.Shape {
    let (x, y) = (point.x, point.y)
    func polygon(_ corners: [(Double, Double)]) -> Drawing.Shape {
      .polygon(corners.map { Drawing.Point(x + $0.0 * radius, y + $0.1 * radius) })
    }
    switch index % 4 {
    case 0: return .circle(x, y, radius)
    case 1: return .rectangle(x - radius * 0.9, y - radius * 0.9, radius * 1.8, radius * 1.8)
    case 2: return polygon([(0, -1.2), (1.15, 0.9), (-1.15, 0.9)])
    default: return polygon([(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)])
    }
  }
}

/// What the signs in a chart stand for, in lines above it.
struct Legend {
  enum Sign {
    case series(Int)
    case dashes(Colour)
    case area(Colour)
    case bar(Colour)
  }

  let theme: ChartTheme
  var entries: [(sign: Sign, name: String)] = []

  private static let signWidth = 22.0
  private static let gap = 14.0

  /// Draws the entries from the top.
  ///
  /// - Returns: where they end.
  func add(to drawing: inout Drawing) -> Double {
    guard !entries.isEmpty else { return 0 }
    var (x, y) = (2.0, 14.0)
    for (sign, name) in entries {
      var text = PlotFrame.text(name, theme.ink)
      text = text.cut(toWidth: drawing.width - Self.signWidth - 6)
      let width = Self.signWidth + text.room
      if x > 2, x + width > drawing.width - 2 { (x, y) = (2, y + PlotFrame.lineHeight) }
      add(sign, at: .init(x, y - 4), to: &drawing)
      text.origin = .init(x + Self.signWidth, y)
      drawing.add(text)
      x += width + Self.gap
    }
    return y + 4
  }

  private func add(_ sign: Sign, at point: Drawing.Point, to drawing: inout Drawing) {
    let (x, y) = (point.x, point.y)
    switch sign {
    case .series(let index):
      let mark = SeriesMark(index: index, theme: theme)
      drawing.add(.line(x + 1, y, x + 15, y), stroke: .init(mark.colour, width: 2))
      drawing.add(mark.shape(at: .init(x + 8, y)), fill: mark.colour)
    case .dashes(let colour):
      drawing.addDashes(from: .init(x + 1, y), to: .init(x + 15, y), .init(colour, width: 1.5))
    case .area(let colour):
      drawing.add(.rectangle(x + 1, y - 5, 14, 10), fill: colour)
    case .bar(let colour):
      drawing.add(.line(x + 8, y - 6, x + 8, y + 6), stroke: .init(colour, width: 2.5))
    }
  }
}

extension Drawing {
  /// A line of short pieces.
  mutating func addDashes(from start: Point, to end: Point, _ stroke: Stroke) {
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    let length = (dx * dx + dy * dy).squareRoot()
    guard length > 0 else { return }
    let (dash, period) = (4.0, 8.0)
    var place = 0.0
    while place < length {
      let stop = min(place + dash, length)
      add(
        .line(
          start.x + dx * place / length, start.y + dy * place / length,
          start.x + dx * stop / length, start.y + dy * stop / length), stroke: stroke)
      place += period
    }
  }
}
