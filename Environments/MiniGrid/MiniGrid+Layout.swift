public import Randomness

/// What layouts are made with: the same draws in the same order as `minigrid_env.py` makes them.
extension MiniGrid {
  /// `put_obj`: sets a square, and remembers doors and what can be carried.
  public mutating func put(_ cell: Cell, _ x: Int, _ y: Int) {
    board[x, y] = cell
    if cell.isDoor {
      doors.append(UInt16(board.place(x, y)))
    } else if cell.isMovable, task != .chooseEnd {
      things.append(cell)
      thingPlaces.append(UInt16(board.place(x, y)))
    }
  }

  /// `place_obj`: puts something into an empty square of `area` that is not the agent's, drawn by
  /// rejection.
  ///
  /// - Parameter keepsDistance: whether squares beside the agent are refused too.
  @discardableResult
  public mutating func place(
    _ cell: Cell, in area: Rectangle, keepingDistance keepsDistance: Bool = false,
    using random: inout NumPyGenerator
  ) -> Point {
    let agent = position
    while true {
      let point = Self.drawPoint(in: clipped(area), using: &random)
      guard board[point.x, point.y] == .empty else { continue }
      let distance = abs(point.x - agent.x) + abs(point.y - agent.y)
      guard distance >= (keepsDistance ? 2 : 1) else { continue }
      put(cell, point.x, point.y)
      return point
    }
  }

  /// `place_agent`: an empty square of `area`, then a heading.
  public mutating func placeAgent(in area: Rectangle, using random: inout NumPyGenerator) {
    while true {
      let point = Self.drawPoint(in: clipped(area), using: &random)
      guard board[point.x, point.y] == .empty else { continue }
      setAgent(point, heading: random.integer(in: 0..<4))
      return
    }
  }

  public mutating func setAgent(_ point: Point, heading: Int) {
    column = point.x + Board.margin
    row = point.y + Board.margin
    self.heading = heading
  }

  /// The squares of which reaching one accomplishes ``Task/chooseEnd`` and the other fails it.
  public mutating func setEnds(right: Point, wrong: Point) {
    rightEnd = board.place(right.x, right.y)
    wrongEnd = board.place(wrong.x, wrong.y)
  }

  /// A square of `area`; the column is drawn first.
  static func drawPoint(in area: Rectangle, using random: inout NumPyGenerator) -> Point {
    let x = random.integer(in: area.x..<area.x + area.width)
    return Point(x, random.integer(in: area.y..<area.y + area.height))
  }

  /// The part of an area that lies on the grid, as far as its right and lower sides go.
  private func clipped(_ area: Rectangle) -> Rectangle {
    Rectangle(
      area.x, area.y, min(area.width, board.width - area.x), min(area.height, board.height - area.y)
    )
  }
}
