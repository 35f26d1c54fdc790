public import Environments
public import Reports

/// Draws a grid in MiniGrid's look: black floor with grey lines, plain shapes in six colours, what
/// the agent sees lightened.
///
/// One unit of length is one square. Every square is one group, in row-major order, so consecutive
/// frames can be compared element by element.
public struct GridDrawing {
  private let picture: GridPicture
  private let overlay: GridOverlay?
  private let range: ClosedRange<Double>

  /// - Parameter range: the numbers at the ends of the colour scale.
  public init(
    _ picture: GridPicture, overlay: GridOverlay? = nil, range: ClosedRange<Double>? = nil
  ) {
    self.picture = picture
    self.overlay = overlay
    self.range = range ?? overlay.flatMap { GridOverlay.range(of: [$0]) } ?? 0...0
  }

  /// The colours of numbers.
  public static let scale = ColourScale.viridis

  /// `columns` by `rows` units.
  public var drawing: Drawing {
    var drawing = Drawing(
      width: Double(picture.columns), height: Double(picture.rows), background: .black)
    for row in 0..<picture.rows {
      for column in 0..<picture.columns {
        drawing.add(square(column, row), at: .init(Double(column), Double(row)))
      }
    }
    return drawing
  }

  private func square(_ column: Int, _ row: Int) -> Drawing {
    let cell = picture[column, row]
    let index = row * picture.columns + column
    var square = Self.unit()
    square.add(.rectangle(0, 0, Self.line, 1), fill: Self.grey)
    square.add(.rectangle(0, 0, 1, Self.line), fill: Self.grey)
    Self.draw(cell.ground, on: &square)
    if let value = overlay?.values[index] {
      let colour = Self.scale(GridOverlay.share(value, in: range))
      square.add(.rectangle(Self.line, Self.line, 1 - Self.line, 1 - Self.line), fill: colour)
    }
    if let thing = cell.thing { Self.draw(thing, on: &square) }
    if picture.agent.column == column && picture.agent.row == row {
      Self.draw(picture.agent, on: &square)
    }
    if cell.isHighlighted {
      square.add(.rectangle(0, 0, 1, 1), fill: .white.opacity(0.3))
    }
    for move in (overlay?.moves[index] ?? []).sorted() { Self.draw(move, on: &square) }
    return square
  }

  private static func unit() -> Drawing { Drawing(width: 1, height: 1) }

  /// The width of the grid's lines.
  private static let line = 0.031
  private static let grey = Colour(100, 100, 100)
}

// MARK: - Shapes

extension GridDrawing {
  private static func draw(_ ground: GridPicture.Ground, on square: inout Drawing) {
    switch ground {
    case .floor: break
    case .wall: square.add(.rectangle(0, 0, 1, 1), fill: grey)
    case .goal(let colour): square.add(.rectangle(0, 0, 1, 1), fill: colour.shown)
    case .patch(let colour):
      square.add(
        .rectangle(line, line, 1 - line, 1 - line),
        fill: Colour.black.mixed(with: colour.shown, 0.5))
    case .lava:
      square.add(.rectangle(0, 0, 1, 1), fill: Colour(255, 128, 0))
      drawWaves([0.3, 0.5, 0.7], .black, on: &square)
    case .ice:
      square.add(.rectangle(line, line, 1 - line, 1 - line), fill: Colour(176, 216, 240))
      for (x, y, length) in [(0.18, 0.42, 0.24), (0.36, 0.84, 0.42), (0.68, 0.32, 0.16)] {
        square.add(
          .line(x, y, x + length, y - length), stroke: .init(Colour(240, 250, 255), width: 0.06))
      }
    case .cliff:
      square.add(.rectangle(0, 0, 1, 1), fill: Colour(74, 44, 30))
      for x in [0.1, 0.35, 0.6] {
        square.add(
          .polygon([.init(x, 0.12), .init(x + 0.3, 0.12), .init(x + 0.15, 0.86)]),
          fill: Colour(36, 20, 14))
      }
    }
  }

  private static func drawWaves(
    _ heights: [Double], _ colour: Colour, on square: inout Drawing
  ) {
    for y in heights {
      square.add(
        .polyline([
          .init(0.1, y), .init(0.3, y + 0.1), .init(0.5, y), .init(0.7, y + 0.1), .init(0.9, y),
        ]), stroke: .init(colour, width: 0.06))
    }
  }

  private static func draw(_ thing: GridPicture.Thing, on square: inout Drawing) {
    let colour = thing.colour.shown
    switch thing.shape {
    case .key:
      square.add(.rectangle(0.5, 0.31, 0.13, 0.57), fill: colour)
      square.add(.rectangle(0.38, 0.59, 0.12, 0.07), fill: colour)
      square.add(.rectangle(0.38, 0.81, 0.12, 0.07), fill: colour)
      square.add(.circle(0.56, 0.28, 0.127), stroke: .init(colour, width: 0.126))
    case .ball: square.add(.circle(0.5, 0.5, 0.31), fill: colour)
    case .box:
      square.add(.rectangle(0.12, 0.12, 0.76, 0.76), fill: colour)
      square.add(.rectangle(0.18, 0.18, 0.64, 0.64), fill: .black)
      square.add(.rectangle(0.16, 0.47, 0.68, 0.06), fill: colour)
    case .apple:
      square.add(.circle(0.5, 0.57, 0.27), fill: colour)
      square.add(
        .polyline([.init(0.5, 0.36), .init(0.52, 0.25), .init(0.56, 0.16)]),
        stroke: .init(Colour(150, 100, 50), width: 0.06))
      square.add(
        .polygon([.init(0.56, 0.27), .init(0.64, 0.16), .init(0.8, 0.15), .init(0.7, 0.27)]),
        fill: Colour(80, 200, 60))
    case .openDoor:
      square.add(.rectangle(0.88, 0, 0.12, 1), fill: colour)
      square.add(.rectangle(0.92, 0.04, 0.04, 0.92), fill: .black)
    case .closedDoor:
      square.add(.rectangle(0, 0, 1, 1), fill: colour)
      square.add(.rectangle(0.04, 0.04, 0.92, 0.92), fill: .black)
      square.add(.rectangle(0.08, 0.08, 0.84, 0.84), fill: colour)
      square.add(.rectangle(0.12, 0.12, 0.76, 0.76), fill: .black)
      square.add(.circle(0.75, 0.5, 0.08), fill: colour)
    case .lockedDoor:
      square.add(.rectangle(0, 0, 1, 1), fill: colour)
      square.add(
        .rectangle(0.06, 0.06, 0.88, 0.88), fill: Colour.black.mixed(with: colour, 0.45))
      square.add(.rectangle(0.52, 0.5, 0.23, 0.06), fill: colour)
    }
  }

  /// A red triangle that points to where the agent looks, or a red disc with eyes where it has no
  /// front; what it carries is drawn small in the square's corner.
  private static func draw(_ agent: GridPicture.Agent, on square: inout Drawing) {
    let red = Colour(255, 0, 0)
    if let heading = agent.heading {
      let corners = [(0.12, 0.19), (0.87, 0.5), (0.12, 0.81)].map { turned($0.0, $0.1, heading) }
      square.add(.polygon(corners), fill: red)
    } else {
      square.add(.circle(0.5, 0.5, 0.34), fill: red)
      for x in [0.38, 0.62] {
        square.add(.circle(x, 0.42, 0.1), fill: .white)
        square.add(.circle(x, 0.44, 0.05), fill: .black)
      }
    }
    if let thing = agent.carrying {
      var small = unit()
      small.add(
        .rectangle(x: 0.02, y: 0.02, width: 0.96, height: 0.96, radius: 0.2),
        fill: .black.opacity(0.75))
      draw(thing, on: &small)
      square.add(small, at: .init(0.56, 0.56), scale: 0.44)
    }
  }

  /// From near the middle of the square towards a side or a corner; a dot for staying.
  private static func draw(_ move: GridPicture.Move, on square: inout Drawing) {
    guard move != .stay else {
      square.add(
        .circle(0.5, 0.5, 0.08), fill: .white, stroke: .init(.black, width: 0.03))
      return
    }
    let length = Double(move.columns * move.columns + move.rows * move.rows).squareRoot()
    let (x, y) = (Double(move.columns) / length, Double(move.rows) / length)
    func turned(_ along: Double, _ aside: Double) -> Drawing.Point {
      .init(0.5 + along * x - aside * y, 0.5 + along * y + aside * x)
    }
    let shaft = [turned(0.1, 0), turned(0.34, 0)]
    let head = [turned(0.26, -0.1), turned(0.43, 0), turned(0.26, 0.1)]
    square.add(.polyline(shaft), stroke: .init(.black, width: 0.11))
    square.add(.polygon(head), fill: .black, stroke: .init(.black, width: 0.06))
    square.add(.polyline(shaft), stroke: .init(.white, width: 0.05))
    square.add(.polygon(head), fill: .white)
  }

  /// A point of a square whose right side is turned to `heading`.
  private static func turned(
    _ x: Double, _ y: Double, _ heading: GridPicture.Heading
  ) -> Drawing.Point {
    switch heading {
    case .right: Drawing.Point(x, y)
    case .down: Drawing.Point(1 - y, x)
    case .left: Drawing.Point(1 - x, 1 - y)
    case .up: Drawing.Point(y, 1 - x)
    }
  }
}

extension GridPicture.Colour {
  /// MiniGrid's colour.
  public var shown: Colour {
    switch self {
    case .red: Colour(255, 0, 0)
    case .green: Colour(0, 255, 0)
    case .blue: Colour(0, 0, 255)
    case .purple: Colour(112, 39, 195)
    case .yellow: Colour(255, 255, 0)
    case .grey: Colour(100, 100, 100)
    }
  }
}
