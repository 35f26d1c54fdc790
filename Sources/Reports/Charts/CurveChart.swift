public import Documents

/// Curves or points over two axes, with bands or bars for what is not certain.
public struct CurveChart: Sendable, Equatable {
  public var x: Axis
  public var y: Axis
  public var series: [Series]
  public var guides: [Guide]

  /// Numbers that belong together.
  public struct Series: Sendable, Equatable {
    public var name: String
    /// In the order of x.
    public var points: [Point]
    public var shape: Shape
    /// The number of its colour and mark, where that is not its place in the chart: what is shown in
    /// several charts looks the same in all.
    public var sign: Int?

    public init(_ name: String, _ points: [Point], shape: Shape = .line, sign: Int? = nil) {
      (self.name, self.points, self.shape, self.sign) = (name, points, shape, sign)
    }
  }

  public enum Shape: String, Sendable {
    /// Joined points.
    case line
    /// Constant from each point to the next.
    case steps
    /// Joined, each with its mark and its bar.
    case points
  }

  /// A place, and the range in which its y is known to be.
  public struct Point: Sendable, Equatable {
    public var x: Double
    public var y: Double
    public var interval: Interval?

    public init(_ x: Double, _ y: Double, interval: Interval? = nil) {
      (self.x, self.y, self.interval) = (x, y, interval)
    }
  }

  /// What helps to read the curves.
  public enum Guide: Sendable, Equatable {
    /// Where y equals x.
    case diagonal(String)
    case horizontal(Double, String)
    case vertical(Double, String)
    /// A range of x.
    case columns(ClosedRange<Double>, String)
  }

  public init(x: Axis, y: Axis, series: [Series], guides: [Guide] = []) {
    (self.x, self.y, self.series, self.guides) = (x, y, series, guides)
  }

  /// All y's that are to be seen, ends of intervals included.
  public static func heights(of series: [Series]) -> [Double] {
    series.flatMap { series in
      series.points.flatMap { point in
        [point.y] + (point.interval.map { [$0.lower, $0.upper] } ?? [])
      }
    }
  }

  // MARK: Drawing

  public func drawing(width: Double, height: Double, theme: ChartTheme) -> Drawing {
    var drawing = Drawing(width: width, height: height)
    let legend = legend(theme)
    let frame = PlotFrame(drawing, from: legend.add(to: &drawing), x: x, y: y, theme: theme)
    for case .columns(let range, _) in guides {
      let (from, to) = (frame.place(x: clamped(range.lowerBound)), clamped(range.upperBound))
      drawing.add(
        .rectangle(from, frame.top, max(frame.place(x: to) - from, 1.5), frame.bottom - frame.top),
        fill: theme.soft.opacity(0.1))
    }
    frame.addAxes(to: &drawing)
    for guide in guides { add(guide, in: frame, to: &drawing) }
    for (index, series) in series.enumerated() {
      addRange(of: series, sign(of: index), frame, &drawing)
    }
    for (index, series) in series.enumerated() {
      addLine(of: series, sign(of: index), frame, &drawing)
    }
    return drawing
  }

  /// Whether series need their names.
  var hasLegend: Bool {
    series.count > 1 || !guides.isEmpty || series.contains { $0.sign != nil }
  }

  /// The number of a series's colour and mark.
  func sign(of index: Int) -> Int { series[index].sign ?? index }

  private func legend(_ theme: ChartTheme) -> Legend {
    var legend = Legend(theme: theme)
    if hasLegend {
      legend.entries = series.enumerated().map { (.series(sign(of: $0.offset)), $0.element.name) }
    }
    for guide in guides {
      switch guide {
      case .diagonal(let name), .horizontal(_, let name), .vertical(_, let name):
        if !name.isEmpty { legend.entries.append((.dashes(theme.soft), name)) }
      case .columns(_, let name):
        if !name.isEmpty { legend.entries.append((.area(theme.soft.opacity(0.2)), name)) }
      }
    }
    return legend
  }

  private func clamped(_ value: Double) -> Double {
    min(max(value, x.range.lowerBound), x.range.upperBound)
  }

  private func add(_ guide: Guide, in frame: PlotFrame, to drawing: inout Drawing) {
    let stroke = Drawing.Stroke(frame.theme.soft, width: 1.25)
    switch guide {
    case .diagonal:
      let low = max(x.range.lowerBound, y.range.lowerBound)
      let high = min(x.range.upperBound, y.range.upperBound)
      guard low < high else { return }
      drawing.addDashes(from: frame.point(low, low), to: frame.point(high, high), stroke)
    case .horizontal(let value, _):
      guard y.range.contains(value) else { return }
      let place = frame.place(y: value)
      drawing.addDashes(from: .init(frame.left, place), to: .init(frame.right, place), stroke)
    case .vertical(let value, _):
      guard x.range.contains(value) else { return }
      let place = frame.place(x: value)
      drawing.addDashes(from: .init(place, frame.top), to: .init(place, frame.bottom), stroke)
    case .columns: break
    }
  }

  /// The band of a line, or the bars of points.
  private func addRange(
    of series: Series, _ sign: Int, _ frame: PlotFrame, _ drawing: inout Drawing
  ) {
    let colour = frame.theme.colour(ofSeries: sign)
    let known = series.points.filter { $0.interval != nil && $0.y.isFinite }
    guard !known.isEmpty else { return }
    func end(_ point: Point, _ value: KeyPath<Interval, Double>) -> Drawing.Point {
      frame.point(point.x, point.interval?[keyPath: value] ?? point.y)
    }
    if series.shape == .points {
      for point in known {
        let (low, high) = (end(point, \.lower), end(point, \.upper))
        let stroke = Drawing.Stroke(colour, width: 1.5)
        drawing.add(.line(low.x, low.y, high.x, high.y), stroke: stroke)
        for place in [low, high] {
          drawing.add(.line(place.x - 4, place.y, place.x + 4, place.y), stroke: stroke)
        }
      }
      return
    }
    let isStepped = series.shape == .steps
    let upper = Self.path(known.map { end($0, \.upper) }, isStepped: isStepped)
    let lower = Self.path(known.map { end($0, \.lower) }, isStepped: isStepped)
    drawing.add(.polygon(upper + lower.reversed()), fill: colour.opacity(0.18))
  }

  private func addLine(
    of series: Series, _ sign: Int, _ frame: PlotFrame, _ drawing: inout Drawing
  ) {
    let mark = SeriesMark(index: sign, theme: frame.theme)
    let places = series.points.filter { $0.x.isFinite && $0.y.isFinite }
    let path = Self.path(
      places.map { frame.point($0.x, $0.y) }, isStepped: series.shape == .steps)
    if path.count > 1 {
      let width = series.shape == .points ? 1.25 : 2
      drawing.add(.polyline(path), stroke: .init(mark.colour, width: width))
    }
    let marked = series.shape == .points ? places : places.suffix(1)
    for point in marked {
      var text = "\(series.name): \(y.style.text(point.y)) at \(x.style.text(point.x))"
      if let interval = point.interval {
        text += ", \(y.style.text(interval.lower)) to \(y.style.text(interval.upper))"
      }
      drawing.add(
        titled: text,
        .shape(
          mark.shape(at: frame.point(point.x, point.y)), fill: mark.colour,
          stroke: .init(frame.theme.card, width: 1)))
    }
  }

  /// The corners of a line through places; with steps, each height is kept until the next place.
  private static func path(_ places: [Drawing.Point], isStepped: Bool) -> [Drawing.Point] {
    guard isStepped, let first = places.first else { return places }
    return [first]
      + zip(places, places.dropFirst()).flatMap { [Drawing.Point($1.x, $0.y), $1] }
  }

  // MARK: Numbers

  public var document: Document {
    [
      "kind": "curves", "x": x.document, "y": y.document,
      "series": .array(
        series.map { series in
          [
            "name": .string(series.name), "shape": .string(series.shape.rawValue),
            "x": .array(series.points.map { .number($0.x) }),
            "y": .array(series.points.map { .number($0.y) }),
            "low": .array(series.points.map { $0.interval.map { .number($0.lower) } ?? .null }),
            "high": .array(series.points.map { $0.interval.map { .number($0.upper) } ?? .null }),
          ]
        }),
      "guides": .array(
        guides.map { guide in
          switch guide {
          case .diagonal(let name): ["kind": "diagonal", "name": .string(name)]
          case .horizontal(let y, let name):
            ["kind": "horizontal", "name": .string(name), "y": .number(y)]
          case .vertical(let x, let name):
            ["kind": "vertical", "name": .string(name), "x": .number(x)]
          case .columns(let range, let name):
            [
              "kind": "columns", "name": .string(name), "from": .number(range.lowerBound),
              "to": .number(range.upperBound),
            ]
          }
        }),
    ]
  }
}
