public import Environments
public import Reports

/// Draws a scene on white paper, in plain colours.
///
/// One unit of length of the drawing is what a square is in a grid; a scene is twelve of them wide.
public struct SceneDrawing {
  private let scene: Scene
  private let scale: Double

  /// Units across.
  public static let width = 12.0

  public init(_ scene: Scene) {
    self.scene = scene
    scale = Self.width / scene.width
  }

  public var drawing: Drawing {
    var drawing = Drawing(
      width: Self.width, height: (scene.height * scale * 4).rounded() / 4, background: .white)
    for shape in scene.shapes {
      switch shape {
      case .polygon(let points, let role):
        drawing.add(.polygon(points.map(place)), fill: Self.colour(of: role))
      case .line(let points, let width, let role):
        drawing.add(
          .polyline(points.map(place)),
          stroke: .init(Self.colour(of: role), width: max(width * scale, 0.03)))
      case .disc(let centre, let radius, let role):
        drawing.add(
          .circle(centre: place(centre), radius: radius * scale), fill: Self.colour(of: role))
      case .text(let string, let point, let size, let role):
        let place = place(point)
        drawing.add(
          Drawing.Text(
            string, at: .init(place.x, place.y + size * scale * 0.35), size: size * scale,
            colour: Self.colour(of: role), anchor: .middle))
      }
    }
    return drawing
  }

  private func place(_ point: Scene.Point) -> Drawing.Point {
    .init(
      (point.x - scene.left) * scale, (scene.bottom + scene.height - point.y) * scale)
  }

  static func colour(of role: Scene.Role) -> Colour {
    switch role {
    case .ground: Colour(170, 178, 189)
    case .goal: Colour(46, 160, 67)
    case .body: Colour(214, 76, 67)
    case .limb: Colour(202, 152, 101)
    case .joint: Colour(129, 132, 203)
    case .force: Colour(232, 142, 38)
    case .label: Colour(30, 34, 40)
    }
  }
}
