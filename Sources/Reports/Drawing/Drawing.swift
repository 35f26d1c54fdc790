/// A picture of shapes and text, without pixels: a value that can be written as SVG, drawn into a
/// ``Raster``, and put into another drawing.
///
/// Lengths are in units that a raster of scale 1 draws as pixels; x grows to the right, y downwards.
/// What comes later in ``elements`` lies on top.
public struct Drawing: Sendable, Equatable {
  public var width: Double
  public var height: Double
  /// What lies below everything.
  public var background: Colour
  public var elements: [Element] = []

  public init(width: Double, height: Double, background: Colour = .clear) {
    precondition(width > 0 && height > 0, "a drawing of \(width) × \(height)")
    (self.width, self.height, self.background) = (width, height, background)
  }

  public indirect enum Element: Sendable, Equatable {
    case shape(Shape, fill: Colour?, stroke: Stroke?)
    case text(Text)
    /// Elements moved by `offset` after they were scaled.
    case group(offset: Point, scale: Double, [Element])
    /// An element with words that a pointer on it brings up; pixels do not show them.
    case titled(String, Element)
  }

  public enum Shape: Sendable, Equatable {
    case rectangle(x: Double, y: Double, width: Double, height: Double, radius: Double)
    case circle(centre: Point, radius: Double)
    /// Closed.
    case polygon([Point])
    /// Open; it has no inside.
    case polyline([Point])
  }

  public struct Point: Sendable, Hashable {
    public var x: Double
    public var y: Double

    public init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
  }

  /// A line along a shape's edge, half inside and half outside, with round ends and corners.
  public struct Stroke: Sendable, Equatable {
    public var colour: Colour
    public var width: Double

    public init(_ colour: Colour, width: Double) { (self.colour, self.width) = (colour, width) }
  }

  public struct Text: Sendable, Equatable {
    public var string: String
    /// Where the first letter's base line begins, or its middle or end, as ``anchor`` says.
    public var origin: Point
    /// Height of a line's letters with their ascenders and descenders.
    public var size: Double
    public var colour: Colour
    public var anchor: Anchor

    public enum Anchor: String, Sendable {
      case start, middle, end
    }

    public init(
      _ string: String, at origin: Point, size: Double, colour: Colour = .black,
      anchor: Anchor = .start
    ) {
      (self.string, self.origin, self.size) = (string, origin, size)
      (self.colour, self.anchor) = (colour, anchor)
    }
  }
}

extension Drawing {
  /// Draws a shape on top of what is there.
  public mutating func add(_ shape: Shape, fill: Colour? = nil, stroke: Stroke? = nil) {
    elements.append(.shape(shape, fill: fill, stroke: stroke))
  }

  /// Draws an element on top of what is there, with words that a pointer on it brings up.
  public mutating func add(titled title: String, _ element: Element) {
    elements.append(.titled(title, element))
  }

  /// Writes on top of what is there.
  public mutating func add(_ text: Text) { elements.append(.text(text)) }

  /// Puts a drawing, with its background, on top of what is there.
  public mutating func add(_ drawing: Drawing, at offset: Point, scale: Double = 1) {
    let background = Element.shape(
      .rectangle(0, 0, drawing.width, drawing.height), fill: drawing.background, stroke: nil)
    elements.append(
      .group(
        offset: offset, scale: scale,
        (drawing.background.alpha > 0 ? [background] : []) + drawing.elements))
  }
}

extension Drawing.Shape {
  /// A rectangle by its corner and size.
  public static func rectangle(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double
  ) -> Self { .rectangle(x: x, y: y, width: width, height: height, radius: 0) }

  public static func circle(_ x: Double, _ y: Double, _ radius: Double) -> Self {
    .circle(centre: Drawing.Point(x, y), radius: radius)
  }

  /// A straight line.
  public static func line(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double) -> Self {
    .polyline([Drawing.Point(x0, y0), Drawing.Point(x1, y1)])
  }
}
