/// How a chart is drawn with letters.
public struct TextChartStyle: Sendable, Equatable {
  /// In columns of the terminal.
  public var width: Int
  public var hasColour: Bool
  /// Only letters of ASCII.
  public var isASCII: Bool

  public init(width: Int, hasColour: Bool, isASCII: Bool) {
    self.width = max(width, 40)
    (self.hasColour, self.isASCII) = (hasColour, isASCII)
  }

  /// The colours of series: blue, yellow, green, magenta, red, cyan, white, grey.
  private static let codes = [94, 33, 32, 35, 31, 36, 37, 90]

  /// The text in a series's colour.
  func coloured(_ text: String, _ series: Int) -> String {
    hasColour ? "\u{1B}[\(Self.codes[series % Self.codes.count])m\(text)\u{1B}[0m" : text
  }

  /// A title.
  public func bold(_ text: String) -> String {
    let text = TerminalText.truncated(
      TerminalText.sanitised(text), to: width, ellipsis: isASCII ? "..." : "…")
    return hasColour ? "\u{1B}[1m\(text)\u{1B}[0m" : text
  }

  /// The sign of a series.
  func mark(_ series: Int) -> Character {
    let marks: [Character] =
      isASCII
      ? ["o", "x", "+", "*", "#", "@", "%", "&"] : ["●", "■", "▲", "◆", "○", "□", "△", "◇"]
    return marks[series % marks.count]
  }

  /// The text in exactly so many columns.
  func fitted(_ text: String, to columns: Int, isRight: Bool = false) -> String {
    let cut = TerminalText.truncated(
      TerminalText.sanitised(text), to: columns, ellipsis: isASCII ? "..." : "…")
    let space = String(repeating: " ", count: max(columns - TerminalText.width(cut), 0))
    return isRight ? space + cut : cut + space
  }
}

extension Chart {
  /// The chart in letters; each line ends in a line break.
  public func text(_ style: TextChartStyle) -> String {
    switch self {
    case .curves(let chart): chart.text(style)
    case .distributions(let chart): chart.text(style)
    case .intervals(let chart): chart.text(style)
    case .heat(let chart): chart.text(style)
    }
  }
}

extension CurveChart {
  /// Lines of the plot.
  private static let textHeight = 12

  func text(_ style: TextChartStyle) -> String {
    let labels = y.ticks.map { y.tickText($0) }
    let margin = (labels.map { TerminalText.width($0) }.max() ?? 0) + 1
    let columns = max(style.width - margin - 2, 10)
    var canvas = TextCanvas(columns: columns, rows: Self.textHeight)
    // Without colours only marks tell series apart.
    let isFine = !style.isASCII && (style.hasColour || series.count == 1)
    for (index, series) in series.enumerated() {
      let sign = sign(of: index)
      let places = series.points.filter { $0.x.isFinite && $0.y.isFinite }.map { point in
        (x: x.share(of: point.x), y: y.share(of: point.y))
      }
      if isFine, series.shape != .points {
        for (from, to) in zip(places, places.dropFirst()) {
          if series.shape == .steps {
            canvas.addLine(from, (to.x, from.y), series: sign)
            canvas.addLine((to.x, from.y), to, series: sign)
          } else {
            canvas.addLine(from, to, series: sign)
          }
        }
        if places.count == 1 { canvas.add(style.mark(0), at: places[0], series: sign) }
      } else {
        for place in places { canvas.add(style.mark(sign), at: place, series: sign) }
      }
    }
    var text = style.fitted(y.title, to: style.width).trimmedRight + "\n"
    let rows = canvas.lines(style)
    for (row, line) in rows.enumerated() {
      let tick = zip(y.ticks, labels).first { tick, _ in
        Int(((1 - y.share(of: tick)) * Double(Self.textHeight - 1)).rounded()) == row
      }
      text += style.fitted(tick?.1 ?? "", to: margin - 1, isRight: true)
      text += (style.isASCII ? " |" : " │") + line + "\n"
    }
    let rule = String(repeating: style.isASCII ? "-" : "─", count: columns)
    text += String(repeating: " ", count: margin) + (style.isASCII ? "+" : "└") + rule + "\n"
    let (first, last) = (x.tickText(x.range.lowerBound), x.tickText(x.range.upperBound))
    let middle = style.fitted(
      x.title, to: max(columns - first.count - last.count - 2, 0))
    let space = String(
      repeating: " ", count: max(columns - first.count - last.count - middle.count, 1))
    text += String(repeating: " ", count: margin + 1) + first + " " + middle
    text += String(space.dropLast()) + last + "\n"
    guard hasLegend else { return text }
    for (index, series) in series.enumerated() {
      let number = sign(of: index)
      let mark = isFine && series.shape != .points ? "━━" : "\(style.mark(number)) "
      text += "  " + style.coloured(mark, number) + " "
      text += style.fitted(series.name, to: style.width - 6).trimmedRight + "\n"
    }
    return text
  }
}

extension DistributionChart {
  func text(_ style: TextChartStyle) -> String {
    let steps =
      style.isASCII
      ? Array(" .:-=+*#@") : [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"] as [Character]
    let notes = rows.map { min(TerminalText.width($0.note), style.width / 3) }.max() ?? 0
    let names = min(rows.map { TerminalText.width($0.name) }.max() ?? 0, style.width / 3)
    let columns = max(min(style.width - names - notes - 5, 60), 10)
    var text = ""
    for row in rows {
      // What falls on one letter adds up.
      var shares = [Double](repeating: 0, count: columns)
      for bar in row.bars {
        let place = Int(x.share(of: (bar.from + bar.to) / 2) * Double(columns))
        shares[min(max(place, 0), columns - 1)] += bar.share
      }
      let largest = max(shares.max() ?? 0, 1e-12)
      let bars = String(
        shares.map { share in
          share > 0
            ? steps[max(Int((share / largest * Double(steps.count - 1)).rounded()), 1)] : " "
        })
      text += style.fitted(row.name, to: names) + (style.isASCII ? " |" : " │")
      text += style.coloured(bars, row.series) + (style.isASCII ? "| " : "│ ")
      text += style.fitted(row.note, to: notes).trimmedRight + "\n"
    }
    let ends = (x.tickText(x.range.lowerBound), x.tickText(x.range.upperBound))
    let space = String(repeating: " ", count: max(columns - ends.0.count - ends.1.count, 1))
    return text + String(repeating: " ", count: names + 2) + ends.0 + space + ends.1
      + "  \(x.title)\n"
  }
}

extension IntervalChart {
  func text(_ style: TextChartStyle) -> String {
    let names = min(rows.map { TerminalText.width($0.name) }.max() ?? 0, style.width / 3)
    let columns = max(style.width - names - 34, 12)
    var text = ""
    for (index, row) in rows.enumerated() {
      func column(_ value: Double) -> Int {
        min(max(Int((x.share(of: value) * Double(columns - 1)).rounded()), 0), columns - 1)
      }
      var line = [Character](repeating: " ", count: columns)
      if let interval = row.interval, interval.lower.isFinite, interval.upper.isFinite {
        for place in column(interval.lower)...column(interval.upper) {
          line[place] = style.isASCII ? "-" : "━"
        }
      }
      if row.value.isFinite { line[column(row.value)] = style.isASCII ? "o" : "●" }
      text += style.fitted(row.name, to: names) + (style.isASCII ? " |" : " │")
      text += style.coloured(String(line), index) + (style.isASCII ? "| " : "│ ")
      text += x.style.text(row.value)
      if let interval = row.interval {
        text += " (\(x.style.text(interval.lower)) to \(x.style.text(interval.upper)))"
      }
      text += "\n"
    }
    let ends = (x.tickText(x.range.lowerBound), x.tickText(x.range.upperBound))
    let space = String(repeating: " ", count: max(columns - ends.0.count - ends.1.count, 1))
    return text + String(repeating: " ", count: names + 2) + ends.0 + space + ends.1
      + "  \(x.title)\n"
  }
}

extension HeatChart {
  func text(_ style: TextChartStyle) -> String {
    let steps: [Character] = style.isASCII ? [" ", ".", ":", "*", "#"] : [" ", "░", "▒", "▓", "█"]
    let largest = max(largest, 1e-12)
    let columns = min(columnNumbers.count, style.width - 8)
    let rows = min(rowNumbers.count, 24)
    guard columns > 0, rows > 0 else { return "" }
    var text = ""
    for panel in panels {
      text += "\(panel.name) (\(rowTitle) down, \(columnTitle) across)\n"
      for row in 0..<rows {
        // What falls on one letter is shown by its largest number.
        let down = row * rowNumbers.count / rows..<(row + 1) * rowNumbers.count / rows
        let line = (0..<columns).map { column in
          let across =
            column * columnNumbers.count / columns..<(column + 1) * columnNumbers.count / columns
          let value = down.flatMap { panel.values[$0][across] }.max() ?? 0
          return steps[Int((value / largest * Double(steps.count - 1)).rounded())]
        }
        text += style.fitted("\(rowNumbers[down.lowerBound])", to: 5, isRight: true)
        text += (style.isASCII ? " |" : " │") + style.coloured(String(line), 0) + "\n"
      }
    }
    return text
  }
}

/// A grid of letters, some of which are made of eight dots.
private struct TextCanvas {
  let columns: Int
  let rows: Int
  private var dots: [UInt8]
  private var marks: [Character?]
  private var series: [Int]

  init(columns: Int, rows: Int) {
    (self.columns, self.rows) = (columns, rows)
    dots = Array(repeating: 0, count: columns * rows)
    marks = Array(repeating: nil, count: columns * rows)
    series = Array(repeating: 0, count: columns * rows)
  }

  typealias Place = (x: Double, y: Double)

  mutating func add(_ mark: Character, at place: Place, series number: Int) {
    guard 0...1 ~= place.x, 0...1 ~= place.y else { return }
    let column = Int((place.x * Double(columns - 1)).rounded())
    let row = Int(((1 - place.y) * Double(rows - 1)).rounded())
    marks[row * columns + column] = mark
    series[row * columns + column] = number
  }

  mutating func addLine(_ from: Place, _ to: Place, series number: Int) {
    let (wide, high) = (Double(columns * 2 - 1), Double(rows * 4 - 1))
    let length = max(abs(to.x - from.x) * wide, abs(to.y - from.y) * high)
    let steps = max(Int(length.rounded(.up)), 1)
    for step in 0...steps {
      let share = Double(step) / Double(steps)
      let (x, y) = (from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share)
      guard 0...1 ~= x, 0...1 ~= y else { continue }
      let (column, row) = (Int((x * wide).rounded()), Int(((1 - y) * high).rounded()))
      let cell = row / 4 * columns + column / 2
      dots[cell] |= Self.bits[row % 4][column % 2]
      series[cell] = number
    }
  }

  /// The dots of a Braille letter (U+2800), by row and column.
  private static let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]

  func lines(_ style: TextChartStyle) -> [String] {
    (0..<rows).map { row in
      var line = ""
      for cell in row * columns..<(row + 1) * columns {
        var letter: Character = " "
        if let mark = marks[cell] {
          letter = mark
        } else if dots[cell] > 0, let scalar = Unicode.Scalar(0x2800 + UInt32(dots[cell])) {
          letter = Character(scalar)
        }
        line += letter == " " ? " " : style.coloured(String(letter), series[cell])
      }
      return line.trimmedRight
    }
  }
}

extension String {
  /// Without the spaces at the end.
  var trimmedRight: String {
    var text = Substring(self)
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
