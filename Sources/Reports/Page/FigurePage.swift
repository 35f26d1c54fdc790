public import Documents
import Foundation

/// Figures and listings on one page that needs nothing else: no fonts, no libraries, no network.
///
/// Everything it shows is in ``document`` as well, in the same order.
public struct FigurePage: Sendable {
  public var title: String
  /// What is worth knowing at first sight.
  public var tiles: [Tile]
  public var sections: [Section]

  public struct Tile: Sendable, Equatable {
    public var label: String
    public var value: FigureTable.Cell
    public var style: NumberStyle

    public init(_ label: String, _ value: FigureTable.Cell, _ style: NumberStyle = .plain) {
      (self.label, self.value, self.style) = (label, value, style)
    }

    var text: String {
      FigureTable([.init(label, style)]).text(value, in: 0)
    }

    var document: Document {
      var table = FigureTable([.init(label, style)])
      table.append([value])
      guard case .array(let rows)? = table.document["rows"], case .array(let cells) = rows[0]
      else { return .null }
      return ["label": .string(label), "value": cells[0]]
    }
  }

  public struct Section: Sendable {
    public var title: String
    /// A sentence below the title; may be empty.
    public var lead: String
    public var figures: [Figure]
    public var listings: [Listing]

    public init(
      _ title: String, lead: String = "", figures: [Figure] = [], listings: [Listing] = []
    ) {
      self.title = TerminalText.sanitised(title)
      self.lead = TerminalText.sanitised(lead)
      (self.figures, self.listings) = (figures, listings)
    }
  }

  /// Lines of text as they are: a configuration, commands.
  public struct Listing: Sendable, Equatable {
    public var title: String
    public var text: String
    /// Whether it is shown before anybody asks.
    public var isOpen: Bool

    public init(_ title: String, _ text: String, isOpen: Bool = false) {
      self.title = TerminalText.sanitised(title)
      (self.text, self.isOpen) = (text, isOpen)
    }
  }

  public init(title: String, tiles: [Tile], sections: [Section]) {
    self.title = TerminalText.sanitised(title)
    (self.tiles, self.sections) = (tiles, sections)
  }

  public var figures: [Figure] { sections.flatMap(\.figures) }

  public var document: Document {
    [
      "title": .string(title), "tiles": .array(tiles.map(\.document)),
      "sections": .array(
        sections.map { section in
          [
            "title": .string(section.title), "lead": .string(section.lead),
            "figures": .array(section.figures.map(\.document)),
            "listings": .array(
              section.listings.map { ["title": .string($0.title), "text": .string($0.text)] }),
          ]
        }),
    ]
  }

  // MARK: HTML

  public var html: String {
    let tiles = tiles.map { tile in
      "<div class=\"tile\"><dt>\(HTMLText.escaped(tile.label))</dt>"
        + "<dd>\(HTMLText.escaped(tile.text))</dd></div>"
    }.joined(separator: "\n")
    let contents = sections.enumerated().map { index, section in
      "<a href=\"#section-\(index)\">\(HTMLText.escaped(section.title))</a>"
    }.joined(separator: "\n")
    return """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="generator" content="\(Self.generator)">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
      style-src 'unsafe-inline'; img-src data:; script-src 'sha256-\(PageStyle.scriptHash)'">
      <title>\(HTMLText.escaped(title))</title>
      <style>\(PageStyle.sheet)</style></head><body>
      <main>
      <header><p>Hindsight report</p><h1>\(HTMLText.escaped(title))</h1></header>
      <dl class="tiles" data-tiles>
      \(tiles)
      </dl>
      <nav aria-label="Sections">
      \(contents)
      </nav>
      \(sections.enumerated().map { html($0.element, $0.offset) }.joined(separator: "\n"))
      </main>
      <script>\(PageStyle.script)</script>
      </body></html>

      """
  }

  /// What tells a page of this program from other people's files.
  public static let generator = "hindsight report"

  private func html(_ section: Section, _ index: Int) -> String {
    let lead = section.lead.isEmpty ? "" : "<p>\(HTMLText.escaped(section.lead))</p>\n"
    let listings = section.listings.map { listing in
      """
      <details class="card wide"\(listing.isOpen ? " open" : "")>\
      <summary>\(HTMLText.escaped(listing.title))</summary>
      <pre tabindex="0">\(HTMLText.escaped(listing.text, keepingLines: true))</pre></details>
      """
    }.joined(separator: "\n")
    return """
      <section id="section-\(index)" data-section="\(index)">
      <h2>\(HTMLText.escaped(section.title))</h2>
      \(lead)<div class="cards">
      \(section.figures.map(html).joined(separator: "\n"))
      \(listings)
      </div></section>
      """
  }

  private func html(_ figure: Figure) -> String {
    let isBroad = if case .table = figure.content { true } else { figure.isWide }
    let table = figure.table.columns.isEmpty ? "" : html(figure.table, titled: figure.title)
    var body = ""
    switch figure.content {
    case .chart(let chart):
      let width = figure.isWide ? Figure.widths.page : Figure.widths.card
      body = """
        <div class="screen">\(svg(chart.drawing(width: width), figure, "w"))</div>
        <div class="phone">\(svg(chart.drawing(width: Figure.widths.phone), figure, "p"))</div>
        """
    case .animation(let film, let still):
      body = html(film, still, figure)
    case .missing(let reason):
      body = "<p class=\"missing\">Left out: \(HTMLText.escaped(reason)).</p>"
    case .table: break
    }
    if case .table = figure.content {
      body = table
    } else if !table.isEmpty {
      body += "\n<details><summary>Numbers</summary>\n\(table)\n</details>"
    }
    return """
      <figure class="card\(isBroad ? " wide" : "")" id="\(figure.id)" data-figure="\(figure.id)">
      <figcaption><h3>\(HTMLText.escaped(figure.title))</h3>\(HTMLText.escaped(figure.caption))\
      </figcaption>
      \(body)
      </figure>
      """
  }

  /// - Parameter names: a film shows a world, whose colours are its own.
  private func style(
    _ figure: Figure, _ kind: String, names: [Colour: String] = ChartTheme.light.names
  ) -> SVGStyle {
    SVGStyle(
      id: "\(figure.id)-\(kind)", title: figure.title,
      description: figure.caption.isEmpty ? "The numbers are in the table." : figure.caption,
      names: names)
  }

  private func svg(_ drawing: Drawing, _ figure: Figure, _ kind: String) -> String {
    drawing.svg(style(figure, kind))
  }

  private func html(_ film: AnimatedDrawing, _ still: Drawing, _ figure: Figure) -> String {
    """
    <div class="film" id="\(figure.id)-film" data-delay="\(Drawing.number(film.delay))">\
    \(film.svg(style(figure, "film", names: [ChartTheme.light.ink: "ink"])))</div>
    <div class="controls" data-film="\(figure.id)-film" hidden><button type="button">Pause</button>\
    <input type="range" min="0" max="\(film.frames.count - 1)" value="0" \
    aria-label="Step of \(HTMLText.escaped(figure.title))"></div>
    <img class="still" alt="\(HTMLText.escaped(figure.title)): \(HTMLText.escaped(figure.caption))" \
    src="data:image/png;base64,\(Data(Raster(still).png).base64EncodedString())">
    """
  }

  private func html(_ table: FigureTable, titled title: String) -> String {
    let heads = table.columns.enumerated().map { index, column in
      "<th scope=\"col\"\(table.isNumeric(column: index) ? " class=\"n\"" : "")>"
        + "\(HTMLText.escaped(column.title))</th>"
    }.joined()
    let rows = table.rows.map { row in
      "<tr>"
        + row.enumerated().map { index, cell in
          "<td\(table.isNumeric(column: index) ? " class=\"n\"" : "")>"
            + "\(HTMLText.escaped(table.text(cell, in: index)))</td>"
        }.joined() + "</tr>"
    }.joined(separator: "\n")
    return """
      <div class="scroll" tabindex="0" role="region" aria-label="Table: \(HTMLText.escaped(title))">
      <table><thead><tr>\(heads)</tr></thead><tbody>
      \(rows)
      </tbody></table></div>
      """
  }
}
