/// How a drawing is written as SVG: alone in a file, or in a page that gives it colours and letters.
public struct SVGStyle: Sendable {
  /// What it shows, for readers who cannot see it.
  public var title = ""
  public var description = ""
  /// Tells this picture from others of the same page; empty for a file of its own.
  public var id = ""
  /// Colours that a style sheet gives: `f-NAME` is the class of what is filled with it, `k-NAME` of
  /// what is drawn with it. Others are written as they are.
  public var names: [Colour: String] = [:]

  public init() {}

  /// For a page.
  public init(id: String, title: String, description: String, names: [Colour: String]) {
    (self.id, self.title, self.description, self.names) = (id, title, description, names)
  }

  /// Whether text names its letters.
  var hasFonts: Bool { id.isEmpty }

  /// The name of a colour, whatever its opacity.
  func name(of colour: Colour) -> String? {
    names.isEmpty ? nil : names[colour.opacity(1)]
  }

  func head(width: Double, height: Double) -> String {
    let (width, height) = (Drawing.number(width), Drawing.number(height))
    var text =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" "
      + "viewBox=\"0 0 \(width) \(height)\""
    guard !title.isEmpty else { return text + ">\n" }
    let prefix = id.isEmpty ? "" : "\(id)-"
    text += " role=\"img\" aria-labelledby=\"\(prefix)title \(prefix)desc\">\n"
    text += "<title id=\"\(prefix)title\">\(Drawing.escaped(title))</title>\n"
    return text + "<desc id=\"\(prefix)desc\">\(Drawing.escaped(description))</desc>\n"
  }
}
