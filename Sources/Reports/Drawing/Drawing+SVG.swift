extension Drawing {
  /// The drawing as an SVG document; text stays text.
  public var svg: String { svg(SVGStyle()) }

  /// The same, told what it shows and how colours are written.
  public func svg(_ style: SVGStyle) -> String {
    var text = style.head(width: width, height: height)
    if background.alpha > 0 {
      let ground = Element.shape(.rectangle(0, 0, width, height), fill: background, stroke: nil)
      text += Self.svg(ground, style) + "\n"
    }
    for element in elements { text += Self.svg(element, style) + "\n" }
    return text + "</svg>\n"
  }

  /// One element; `attributes` go into its tag, `content` between its tags.
  static func svg(
    _ element: Element, _ style: SVGStyle = SVGStyle(), attributes: String = "",
    content: String = ""
  ) -> String {
    switch element {
    case .shape(let shape, let fill, let stroke):
      let (name, geometry) = svg(shape)
      return closed(
        name, geometry + paint(fill, stroke, isOpen: name == "polyline", style) + attributes,
        content)
    case .titled(let title, let element):
      return svg(
        element, style, attributes: attributes,
        content: "<title>\(escaped(title))</title>" + content)
    case .text(let text):
      var tag = " x=\"\(number(text.origin.x))\" y=\"\(number(text.origin.y))\""
      if style.hasFonts { tag += " font-family=\"Helvetica, Arial, sans-serif\"" }
      tag += " font-size=\"\(number(text.size))\""
      if text.anchor != .start { tag += " text-anchor=\"\(text.anchor.rawValue)\"" }
      tag += paint(text.colour, nil, isOpen: false, style)
      return "<text\(tag)\(attributes)>\(escaped(text.string))\(content)</text>"
    case .group(let offset, let scale, let elements):
      var transform = "translate(\(number(offset.x)) \(number(offset.y)))"
      if scale != 1 { transform += " scale(\(number(scale)))" }
      return "<g transform=\"\(transform)\"\(attributes)>"
        + elements.map { svg($0, style) }.joined() + "\(content)</g>"
    }
  }

  private static func svg(_ shape: Shape) -> (name: String, geometry: String) {
    func attributes(_ values: [(String, Double)]) -> String {
      values.map { " \($0)=\"\(number($1))\"" }.joined()
    }
    func points(_ points: [Point]) -> String {
      " points=\"" + points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ") + "\""
    }
    switch shape {
    case .rectangle(let x, let y, let width, let height, let radius):
      let corner = radius > 0 ? [("rx", radius)] : []
      return (
        "rect", attributes([("x", x), ("y", y), ("width", width), ("height", height)] + corner)
      )
    case .circle(let centre, let radius):
      return ("circle", attributes([("cx", centre.x), ("cy", centre.y), ("r", radius)]))
    case .polygon(let corners): return ("polygon", points(corners))
    case .polyline(let corners): return ("polyline", points(corners))
    }
  }

  private static func paint(
    _ fill: Colour?, _ stroke: Stroke?, isOpen: Bool, _ style: SVGStyle
  ) -> String {
    var text = ""
    var classes: [String] = []
    if let fill, !isOpen {
      if let name = style.name(of: fill) {
        classes.append("f-\(name)")
      } else {
        text += " fill=\"\(fill.hex)\""
      }
      text += opacity("fill-opacity", fill)
    } else {
      text += " fill=\"none\""
    }
    if let stroke {
      if let name = style.name(of: stroke.colour) {
        classes.append("k-\(name)")
      } else {
        text += " stroke=\"\(stroke.colour.hex)\""
      }
      text += opacity("stroke-opacity", stroke.colour)
      text += " stroke-width=\"\(number(stroke.width))\""
      text += " stroke-linecap=\"round\" stroke-linejoin=\"round\""
    }
    return (classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\"") + text
  }

  private static func opacity(_ name: String, _ colour: Colour) -> String {
    colour.alpha == 255 ? "" : " \(name)=\"\(number(Double(colour.alpha) / 255))\""
  }

  private static func closed(_ name: String, _ attributes: String, _ content: String) -> String {
    content.isEmpty
      ? "<\(name)\(attributes)/>" : "<\(name)\(attributes)>\(content)</\(name)>"
  }

  /// At most three decimals, none where they are zero.
  static func number(_ value: Double) -> String {
    let thousandths = Int((value * 1000).rounded())
    var text = "\(abs(thousandths) / 1000)"
    var rest = "\(abs(thousandths) % 1000)"
    if rest != "0" {
      rest = String(repeating: "0", count: 3 - rest.count) + rest
      while rest.last == "0" { rest.removeLast() }
      text += "." + rest
    }
    return thousandths < 0 ? "-" + text : text
  }

  /// Text for the inside of an element or an attribute; what XML cannot hold, and what
  /// steers a terminal, is left out.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in TerminalText.sanitised(text).unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\u{FFFE}", "\u{FFFF}": continue
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
