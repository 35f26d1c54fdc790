extension MiniGrid {
  /// The grid, with the squares highlighted that the agent sees.
  var picture: GridPicture {
    let agent = position
    var picture = GridPicture(
      columns: board.width, rows: board.height,
      agent: GridPicture.Agent(
        column: agent.x, row: agent.y, heading: GridPicture.Heading(rawValue: heading),
        carrying: Self.pictured(carried).thing))
    for y in 0..<board.height {
      for x in 0..<board.width { picture[x, y] = Self.pictured(board[x, y]) }
    }
    let seen = rules.seesThroughWalls ? .max : seenSquares()
    let (ahead, right) = (Self.vector(heading), Self.vector((heading + 1) & 3))
    for distance in 0..<Self.viewSize {
      for x in 0..<Self.viewSize where seen >> UInt64(8 * distance + x) & 1 == 1 {
        let column = agent.x + distance * ahead.x + (x - 3) * right.x
        let row = agent.y + distance * ahead.y + (x - 3) * right.y
        if 0..<board.width ~= column && 0..<board.height ~= row {
          picture[column, row].isHighlighted = true
        }
      }
    }
    return picture
  }

  private static func pictured(_ cell: Cell) -> GridPicture.Cell {
    let object = Object(rawValue: cell.code >> 3) ?? .empty
    let colour = Colour(rawValue: Int(cell.code & 7)) ?? .grey
    switch object {
    case .unseen, .empty, .agent: return GridPicture.Cell()
    case .wall: return GridPicture.Cell(.wall)
    case .floor: return GridPicture.Cell(.patch(colour))
    case .goal: return GridPicture.Cell(.goal(colour))
    case .lava: return GridPicture.Cell(.lava)
    case .key: return thing(.key)
    case .ball: return thing(.ball)
    case .box: return thing(.box)
    case .openDoor: return thing(.openDoor)
    case .closedDoor: return thing(.closedDoor)
    case .lockedDoor: return thing(.lockedDoor)
    }
    func thing(_ shape: GridPicture.Shape) -> GridPicture.Cell {
      GridPicture.Cell(.floor, GridPicture.Thing(shape, colour))
    }
  }
}
