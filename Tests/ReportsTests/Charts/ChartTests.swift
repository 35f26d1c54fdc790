import Documents
import Reports
import Testing

@Suite("Charts")
struct ChartTests {
  static let curves = CurveChart(
    x: Axis("training step", holding: [0, 100], style: .count),
    y: Axis("loss", holding: [0.5, 2]),
    series: [
      .init(
        "first <run>",
        [
          .init(0, 2, interval: Interval(lower: 1.75, upper: 2)),
          .init(100, 0.5, interval: Interval(lower: 0.5, upper: 1)),
        ]), .init("second", [.init(0, 1.5), .init(100, 1.25)]),
    ], guides: [.horizontal(1, "asked for")])

  static let distributions = DistributionChart(
    x: Axis("return", holding: [0, 1]),
    rows: [
      .init(
        "target 1", note: "mean 0.75",
        bars: [
          .init(from: -0.0125, to: 0.0125, share: 0.25),
          .init(from: 0.9875, to: 1.0125, share: 0.75),
        ], mean: 0.75, target: 1, series: 0)
    ])

  static let intervals = IntervalChart(
    x: Axis("score", holding: [0, 1]),
    rows: [
      .init("dt", 0.8, interval: Interval(lower: 0.7, upper: 0.9), scores: [0.75, 0.85]),
      .init("single", 0.4, interval: nil),
    ])

  static let heat = HeatChart(
    [.init("returns", [[0.5, 0], [0.25, 0.25]]), .init("actions", [[0, 0], [0.5, 0]])],
    rowTitle: "choice at step", columnTitle: "looked at", scaleTitle: "of attention",
    rowNumbers: [7, 8], columnNumbers: [7, 8])

  static let all: [Chart] = [
    .curves(curves), .distributions(distributions), .intervals(intervals), .heat(heat),
  ]

  @Test("have colours that people can read on their cards, in both themes")
  func contrast() {
    for theme in [ChartTheme.light, .dark] {
      for text in [theme.ink, theme.soft] {
        #expect(text.contrast(with: theme.card) >= 4.5)
        #expect(text.contrast(with: theme.ground) >= 4.5)
      }
      for colour in theme.series { #expect(colour.contrast(with: theme.card) >= 3) }
      #expect(Set(theme.series).count == theme.series.count)
    }
    #expect(ChartTheme.light.names.count == ChartTheme.light.series.count + 4, "names collide")
    // The ratio of WCAG itself, of black on white.
    #expect(abs(Colour.black.contrast(with: .white) - 21) < 1e-9)
  }

  @Test("draw nothing outside their frame, at a card's and at a telephone's width", arguments: all)
  func frame(chart: Chart) {
    for width in [560.0, 340] {
      let drawing = chart.drawing(width: width)
      #expect(drawing.width == width)
      for element in drawing.elements.flatMap(\.flattened) {
        for point in element.corners {
          #expect(
            (-12...width + 12).contains(point.x) && (-4...drawing.height + 4).contains(point.y),
            "\(element)")
        }
      }
    }
  }

  @Test("name every number that they show")
  func numbers() throws {
    let curves = Chart.curves(Self.curves).document
    #expect(
      curves["series"] == [
        [
          "name": "first <run>", "shape": "line", "x": [0.0, 100.0], "y": [2.0, 0.5],
          "low": [1.75, 0.5], "high": [2.0, 1.0],
        ],
        [
          "name": "second", "shape": "line", "x": [0.0, 100.0], "y": [1.5, 1.25],
          "low": [nil, nil], "high": [nil, nil],
        ],
      ])
    #expect(Chart.heat(Self.heat).document["largest"] == 0.5)
    guard case .array(let rows)? = Chart.distributions(Self.distributions).document["rows"] else {
      throw Missing()
    }
    #expect(rows[0]["shares"] == [0.25, 0.75] && rows[0]["mean"] == 0.75)
  }

  private struct Missing: Error {}

  @Test(
    "in letters keep to the width, and to ASCII and no colours where that is asked for",
    arguments: all)
  func letters(chart: Chart) {
    for width in [40, 80, 120] {
      for isASCII in [true, false] {
        let plain = chart.text(.init(width: width, hasColour: false, isASCII: isASCII))
        #expect(!plain.contains("\u{1B}"))
        if isASCII { #expect(plain.unicodeScalars.contains { !$0.isASCII } == false, "\(plain)") }
        for line in plain.split(separator: "\n") where width >= 80 {
          #expect(TerminalText.width(String(line)) <= width, "\(line)")
        }
        let coloured = chart.text(.init(width: width, hasColour: true, isASCII: isASCII))
        #expect(coloured.contains("\u{1B}["))
        let sequences = coloured.split(separator: "\u{1B}").dropFirst()
        #expect(sequences.allSatisfy { $0.first == "[" && $0.contains("m") })
      }
    }
  }

  @Test("of curves in letters put the highest point above the lowest")
  func plot() throws {
    let chart = CurveChart(
      x: Axis("step", holding: [0, 10], style: .count), y: Axis("loss", holding: [0, 1]),
      series: [.init("falling", [.init(0, 1), .init(10, 0)])])
    let lines = Chart.curves(chart).text(.init(width: 60, hasColour: false, isASCII: true))
      .split(separator: "\n").map(String.init)
    let marked = lines.indices.filter { lines[$0].contains("o") && lines[$0].contains("|") }
    #expect(marked.count == 2)
    let (first, last) = (lines[marked[0]], lines[marked[1]])
    let columns = [first, last].map {
      $0.distance(from: $0.startIndex, to: $0.firstIndex(of: "o")!)
    }
    #expect(columns[0] < columns[1])
    #expect(first.contains("1 |") && last.contains("0 |"))
  }

  @Test("keep levels apart where there are few, and use equal bins where there are many")
  func bars() {
    let axis = Axis("return", holding: [0, 1])
    let few = DistributionChart.bars(for: [[0, 1, 1, 1], [0, 0]], over: axis)
    #expect(few[0].map(\.share) == [0.25, 0.75] && few[1].map(\.share) == [1])
    #expect(few[0][1].from < 1 && few[0][1].to > 1 && few[0][0].to < few[0][1].from)
    let many = (0..<1000).map { Double($0) / 999 }
    let bins = DistributionChart.bars(for: [many], over: axis)[0]
    #expect(bins.count == 40 && abs(bins.reduce(0) { $0 + $1.share } - 1) < 1e-9)
    let steps = Axis("steps", holding: [0, 47], style: .count)
    let whole = DistributionChart.bars(for: [[32, 33, 47]], over: steps)[0]
    #expect(whole.map { ($0.from + $0.to) / 2 } == [32, 33, 47])
  }
}

extension Drawing.Element {
  /// The shapes and texts in it, moved to where they come to lie.
  fileprivate var flattened: [Drawing.Element] {
    switch self {
    case .titled(_, let element): element.flattened
    case .group(_, _, let elements): elements.flatMap(\.flattened)
    case .shape, .text: [self]
    }
  }

  fileprivate var corners: [Drawing.Point] {
    switch self {
    case .shape(.rectangle(let x, let y, let width, let height, _), _, _):
      [.init(x, y), .init(x + width, y + height)]
    case .shape(.circle(let centre, _), _, _): [centre]
    case .shape(.polygon(let points), _, _), .shape(.polyline(let points), _, _): points
    case .text(let text):
      switch text.anchor {
      case .start: [text.origin, .init(text.origin.x + text.width, text.origin.y)]
      case .middle:
        [
          .init(text.origin.x - text.width / 2, text.origin.y),
          .init(text.origin.x + text.width / 2, text.origin.y),
        ]
      case .end: [text.origin, .init(text.origin.x - text.width, text.origin.y)]
      }
    case .group, .titled: []
    }
  }
}
