public import Documents

/// Distributions one below the other over the same axis: a histogram for each, with its mean, and
/// where something was asked for, a mark for that.
public struct DistributionChart: Sendable, Equatable {
  public var x: Axis
  public var rows: [Row]

  public struct Row: Sendable, Equatable {
    public var name: String
    /// What is said at the end of the name's line.
    public var note: String
    /// From left to right; where nothing is, there need not be one.
    public var bars: [Bar]
    public var mean: Double
    /// What was asked for; `nil` where nothing was.
    public var target: Double?
    /// The colour's number.
    public var series: Int

    public init(
      _ name: String, note: String = "", bars: [Bar], mean: Double, target: Double? = nil,
      series: Int
    ) {
      (self.name, self.note, self.bars) = (name, note, bars)
      (self.mean, self.target, self.series) = (mean, target, series)
    }
  }

  /// The share of the numbers that lie in a range, or at a level in its middle.
  public struct Bar: Sendable, Equatable {
    public var from: Double
    public var to: Double
    /// In 0 … 1.
    public var share: Double

    public init(from: Double, to: Double, share: Double) {
      (self.from, self.to, self.share) = (from, to, share)
    }
  }

  /// Bars for samples that are to be compared: one for each level where the numbers are whole or
  /// there are few of them, else bins of equal width.
  ///
  /// - Parameter samples: a row of bars each.
  public static func bars(for samples: [[Double]], over axis: Axis) -> [[Bar]] {
    let levels = Set(samples.joined().filter(\.isFinite)).sorted()
    let width = axis.range.upperBound - axis.range.lowerBound
    let isWhole = levels.allSatisfy { $0 == $0.rounded() }
    guard isWhole && width <= Double(mostBars) * 4 || levels.count <= fewLevels else {
      return samples.map { sample in
        let histogram = Histogram(sample, bins: mostBars, range: axis.range)
        let total = Double(max(histogram.counts.reduce(0, +), 1))
        return histogram.counts.enumerated().map { bin, count in
          Bar(
            from: histogram.edges[bin], to: histogram.edges[bin + 1], share: Double(count) / total)
        }
      }
    }
    let distance = zip(levels, levels.dropFirst()).map { $1 - $0 }.min() ?? width
    let reach = min(distance, width / Double(mostBars)) / 2
    return samples.map { sample in
      let counts = Dictionary(grouping: sample.filter(\.isFinite)) { $0 }.mapValues(\.count)
      return counts.keys.sorted().map { level in
        Bar(
          from: level - reach, to: level + reach,
          share: Double(counts[level] ?? 0) / Double(max(sample.count, 1)))
      }
    }
  }

  private static let mostBars = 40
  private static let fewLevels = 12

  public init(x: Axis, rows: [Row]) { (self.x, self.rows) = (x, rows) }

  private static let rowHeight = 58.0

  /// As high as its rows need.
  public func drawing(width: Double, theme: ChartTheme) -> Drawing {
    var legend = Legend(theme: theme)
    legend.entries.append((.bar(theme.ink), "mean"))
    if rows.contains(where: { $0.target != nil }) {
      legend.entries.append((.dashes(theme.soft), "asked for"))
    }
    var drawing = Drawing(
      width: width,
      height: 26 + Double(rows.count) * Self.rowHeight + 2 * PlotFrame.lineHeight + 12)
    let frame = PlotFrame(
      drawing, from: legend.add(to: &drawing), x: x, y: nil, theme: theme, left: 12)
    frame.addAxes(to: &drawing, hasColumns: true)
    let height = (frame.bottom - frame.top) / Double(max(rows.count, 1))
    for (index, row) in rows.enumerated() {
      add(row, base: frame.top + Double(index + 1) * height, height, frame, to: &drawing)
    }
    return drawing
  }

  private func add(
    _ row: Row, base: Double, _ height: Double, _ frame: PlotFrame, to drawing: inout Drawing
  ) {
    let theme = frame.theme
    let bars = height - 26
    let note = PlotFrame.text(row.note, theme.soft, at: frame.right, base - bars - 9, .end)
    let name = PlotFrame.text(row.name, theme.ink, at: frame.left, base - bars - 9)
      .cut(toWidth: frame.right - frame.left - note.room - 8)
    for text in [name, note] where !text.string.isEmpty {
      drawing.add(
        .rectangle(
          text.anchor == .end ? text.origin.x - text.room - 2 : text.origin.x - 2,
          text.origin.y - 11, text.room + 4, 15), fill: theme.card)
      drawing.add(text)
    }
    drawing.add(
      .line(frame.left, base, frame.right, base), stroke: .init(theme.line, width: 1))
    let largest = max(row.bars.map(\.share).max() ?? 0, 1e-12)
    for bar in row.bars where bar.share > 0 {
      // Bars around a level at an end of the axis reach beyond it.
      let (from, to) = (frame.place(x: bar.from), frame.place(x: bar.to))
      let tall = max(bars * bar.share / largest, 1.5)
      let gap = min(1, (to - from) / 5)
      drawing.add(
        titled: "\(Format.number(bar.from)) to \(Format.number(bar.to)): "
          + NumberStyle.percent.text(bar.share),
        .shape(
          .rectangle(from + gap / 2, base - tall, max(to - from - gap, 1), tall),
          fill: theme.colour(ofSeries: row.series), stroke: nil))
    }
    if let target = row.target, x.range.contains(target) {
      let place = frame.place(x: target)
      drawing.addDashes(
        from: .init(place, base - bars - 5), to: .init(place, base), .init(theme.soft, width: 1.5))
    }
    guard row.mean.isFinite, x.range.contains(row.mean) else { return }
    let place = frame.place(x: row.mean)
    drawing.add(.line(place, base - bars, place, base + 3), stroke: .init(theme.ink, width: 2.5))
  }

  public var document: Document {
    [
      "kind": "distributions", "x": x.document,
      "rows": .array(
        rows.map { row in
          [
            "name": .string(row.name), "note": .string(row.note),
            "from": .array(row.bars.map { .number($0.from) }),
            "to": .array(row.bars.map { .number($0.to) }),
            "shares": .array(row.bars.map { .number($0.share) }), "mean": .number(row.mean),
            "target": row.target.map { .number($0) } ?? .null,
          ]
        }),
    ]
  }
}
