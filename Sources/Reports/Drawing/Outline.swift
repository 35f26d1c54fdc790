import Foundation

/// Where a drawing's elements come to lie on a raster.
struct Placement {
  var offset: Drawing.Point
  var scale: Double

  func callAsFunction(_ point: Drawing.Point) -> Drawing.Point {
    Drawing.Point(offset.x + point.x * scale, offset.y + point.y * scale)
  }

  /// The placement of a group's elements in it.
  func placing(offset: Drawing.Point, scale: Double) -> Placement {
    Placement(offset: self(offset), scale: self.scale * scale)
  }
}

extension Raster {
  /// Draws elements, the later ones on top.
  mutating func draw(_ elements: [Drawing.Element], _ placement: Placement) {
    for element in elements {
      switch element {
      case .shape(let shape, let fill, let stroke):
        let (corners, isClosed) = shape.outline(placement)
        if let fill, isClosed { paint(fill, over: [corners]) }
        if let stroke {
          paint(
            stroke.colour,
            over: outlines(of: corners, isClosed: isClosed, width: stroke.width * placement.scale))
        }
      case .text(let text):
        let width = text.size * StrokeFont.thickness * placement.scale
        let strokes = StrokeFont.strokes(of: text)
        paint(
          text.colour,
          over: strokes.flatMap {
            outlines(of: $0.map { placement($0) }, isClosed: false, width: width)
          })
      case .group(let offset, let scale, let elements):
        draw(elements, placement.placing(offset: offset, scale: scale))
      case .titled(_, let element): draw([element], placement)
      }
    }
  }

  /// The outline of a line: a rectangle for each piece, a disc on each corner and end.
  private func outlines(
    of points: [Drawing.Point], isClosed: Bool, width: Double
  ) -> [[Drawing.Point]] {
    guard let first = points.first else { return [] }
    var result: [[Drawing.Point]] = []
    let radius = width / 2
    for (start, end) in zip(points, points.dropFirst() + (isClosed ? [first] : [])) {
      let length = hypot(end.x - start.x, end.y - start.y)
      guard length > 0 else { continue }
      let (dx, dy) = ((end.x - start.x) / length * radius, (end.y - start.y) / length * radius)
      result.append([
        Drawing.Point(start.x - dy, start.y + dx), Drawing.Point(end.x - dy, end.y + dx),
        Drawing.Point(end.x + dy, end.y - dx), Drawing.Point(start.x + dy, start.y - dx),
      ])
    }
    return result + points.map { Drawing.Shape.disc($0, radius) }
  }
}

extension Drawing.Shape {
  /// The corners on the raster, curves as many short pieces.
  fileprivate func outline(
    _ placement: Placement
  ) -> (corners: [Drawing.Point], isClosed: Bool) {
    switch self {
    case .polygon(let points): return (points.map { placement($0) }, true)
    case .polyline(let points): return (points.map { placement($0) }, false)
    case .circle(let centre, let radius):
      return (Self.disc(placement(centre), radius * placement.scale), true)
    case .rectangle(let x, let y, let width, let height, let radius):
      let corner = placement(Drawing.Point(x, y))
      let (width, height) = (width * placement.scale, height * placement.scale)
      let radius = min(radius * placement.scale, width / 2, height / 2)
      let (right, bottom) = (corner.x + width, corner.y + height)
      guard radius > 0 else {
        return (
          [
            corner, Drawing.Point(right, corner.y), Drawing.Point(right, bottom),
            Drawing.Point(corner.x, bottom),
          ], true
        )
      }
      let quarter = Self.piecesPerQuarter(radius)
      let centres = [
        Drawing.Point(right - radius, bottom - radius),
        Drawing.Point(corner.x + radius, bottom - radius),
        Drawing.Point(corner.x + radius, corner.y + radius),
        Drawing.Point(right - radius, corner.y + radius),
      ]
      let corners = centres.enumerated().flatMap { index, centre in
        (0...quarter).map { step in
          let angle = Double(index * quarter + step) / Double(quarter) * .pi / 2
          return Drawing.Point(centre.x + radius * cos(angle), centre.y + radius * sin(angle))
        }
      }
      return (corners, true)
    }
  }

  /// A regular polygon with the area of the disc, from the right downwards.
  fileprivate static func disc(_ centre: Drawing.Point, _ radius: Double) -> [Drawing.Point] {
    let quarter = piecesPerQuarter(radius)
    let angle = Double.pi / 2 / Double(quarter)
    let size = radius * (angle / sin(angle)).squareRoot()
    return (0..<4 * quarter).map { index in
      let angle = Double(index) * angle
      return Drawing.Point(centre.x + size * cos(angle), centre.y + size * sin(angle))
    }
  }

  /// How many straight pieces a quarter of a circle takes to be left by 1/200 pixel at most.
  private static func piecesPerQuarter(_ radius: Double) -> Int {
    let step = acos(max(1 - 0.005 / max(radius, 0.005), 0))
    return min(max(Int((Double.pi / 4 / step).rounded(.up)), 2), 512)
  }
}
