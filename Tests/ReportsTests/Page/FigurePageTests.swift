import Documents
import Reports
import Testing

@Suite("A page of figures")
struct FigurePageTests {
  /// A name that would run a script, end an element, clear the screen and reverse the writing.
  private static let hostile =
    "<script>alert(1)</script>\"><img src=x onerror=alert(2)> \u{1B}[2J\u{9B}31m\u{202E}]]>&"

  private static func page(named name: String) -> FigurePage {
    var table = FigureTable([.init(name), .init("return"), .init("share", .percent)])
    table.append([.text(name), .number(0.84437), .interval(Interval(lower: 0.5, upper: 0.75))])
    table.append([.text("none"), .nothing, .nothing])
    let curves = CurveChart(
      x: Axis(name, holding: [0, 1]), y: Axis(name, holding: [0, 1]),
      series: [.init(name, [.init(0, 0), .init(1, 1)], sign: 0)], guides: [.diagonal(name)])
    let film = AnimatedDrawing(
      [0, 1].map { step in
        var drawing = Drawing(width: 40, height: 20)
        drawing.add(Drawing.Text("\(name) \(step)", at: .init(0, 10), size: 10))
        return drawing
      }, delay: 0.2)
    return FigurePage(
      title: name, tiles: [.init(name, .text(name)), .init("share", .number(0.5), .percent)],
      sections: [
        .init(
          name, lead: name,
          figures: [
            Figure("curves", title: name, caption: name, .chart(.curves(curves)), table: table),
            Figure(
              "film", title: name, caption: name,
              .animation(film, still: Drawing(width: 4, height: 4)), table: table),
            Figure("rows", title: name, caption: name, .table, table: table),
            .missing("left-out", title: name, because: name),
          ], listings: [.init(name, "a: 1\n\(name)\nb: 2")])
      ])
  }

  @Test("shows names that hold markup and escape sequences as the letters they are")
  func hostileNames() {
    let html = Self.page(named: Self.hostile).html
    #expect(!html.contains("<script>alert") && !html.contains("<img src=x"))
    #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    #expect(!html.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0 == "\u{9B}" })
    #expect(!html.contains("\u{202E}"))
    // The page's own script and picture alone, whatever the names say.
    #expect(html.ranges(of: "<script").count == 1 && html.ranges(of: "<img").count == 1)
    #expect(
      html.ranges(of: " onerror=").allSatisfy { range in
        // Only inside text whose quotes and brackets are written out.
        html[..<range.lowerBound].suffix(60).contains("&lt;img")
      })
    let plain = Self.page(named: "name").html
    for tag in ["<div", "<figure", "<svg", "<table", "</td>", "<details", "<text", "<title"] {
      #expect(html.ranges(of: tag).count == plain.ranges(of: tag).count, "\(tag)")
    }
  }

  @Test("needs nothing from elsewhere, and says so to the browser")
  func selfContained() {
    let html = Self.page(named: "name").html
    let links = html.replacing("http://www.w3.org/2000/svg", with: "")
    #expect(!links.contains("http:") && !links.contains("https:") && !links.contains("@import"))
    #expect(!html.contains("<link") && !html.contains("<iframe") && !html.contains(" src=\"/"))
    #expect(html.contains("default-src 'none'") && html.contains("script-src 'sha256-"))
    #expect(html.contains("prefers-color-scheme:dark") && html.contains("@media print"))
    #expect(html.contains("width=device-width"))
  }

  @Test("gives every picture a name, a description and a table of its numbers")
  func accessibility() {
    let html = Self.page(named: "name").html
    let pictures = html.ranges(of: "<svg").count
    // A chart for screens, one for telephones, and the film.
    #expect(pictures == 3)
    #expect(html.ranges(of: "role=\"img\" aria-labelledby=").count == pictures)
    #expect(html.ranges(of: "<desc id=").count == pictures)
    #expect(html.ranges(of: "<table>").count == 3)
    #expect(html.contains("<th scope=\"col\" class=\"n\">return</th>"))
    #expect(html.contains("<td class=\"n\">0.8444</td><td class=\"n\">50.0 % to 75.0 %</td>"))
    #expect(html.contains("Left out: name."))
    // Colours come from the page, so that dark pages have dark charts.
    #expect(html.contains("class=\"k-s0\"") && html.contains(".k-s0{stroke:var(--s0)}"))
    let ids = html.ranges(of: " id=\"").map { html[$0.upperBound...].prefix { $0 != "\"" } }
    #expect(Set(ids).count == ids.count, "ids occur twice")
  }

  @Test("gives its numbers unrounded as a document, figure by figure")
  func document() {
    let document = Self.page(named: "name").document
    guard case .array(let sections)? = document["sections"],
      case .array(let figures)? = sections[0]["figures"]
    else {
      Issue.record("no figures")
      return
    }
    #expect(figures.map { $0["id"] } == ["curves", "film", "rows", "left-out"])
    #expect(
      figures[2]["table"] == [
        "columns": ["name", "return", "share"],
        "rows": [["name", 0.84437, [0.5, 0.75]], ["none", nil, nil]],
      ])
    #expect(figures[3]["left_out_because"] == "name")
    #expect(
      document["tiles"] == [
        ["label": "name", "value": "name"], ["label": "share", "value": 0.5],
      ])
  }

  @Test("leaves out the last columns of a table that a terminal has no room for")
  func narrowTable() {
    var table = FigureTable([.init("runs"), .init("mean return"), .init("95 % interval")])
    table.append([.text("demo"), .number(0.5), .interval(Interval(lower: 0, upper: 1))])
    #expect(table.text(width: 80, isASCII: true).contains("interval"))
    let narrow = table.text(width: 20, isASCII: true)
    #expect(narrow.hasPrefix("runs | mean return\n") && !narrow.contains("interval"))
  }
}
