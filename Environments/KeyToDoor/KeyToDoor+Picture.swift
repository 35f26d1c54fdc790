/// Drawn as the room that the agent is in; with the view `crop`, what it sees is highlighted.
extension KeyToDoor: Located {
  public var picture: GridPicture {
    let columns = layout.columns
    let agent = place(of: cell)
    var picture = GridPicture(
      columns: columns, rows: layout.rows, agent: .init(column: agent.column, row: agent.row))
    for cell in picture.cells.indices {
      if layout.isWall(cell, in: phase) { picture.cells[cell] = .init(.wall) }
      let place = place(of: cell)
      picture.cells[cell].isHighlighted =
        configuration.view == .crop
        && max(abs(place.column - agent.column), abs(place.row - agent.row)) <= 2
    }
    switch phase {
    case .explore:
      if keyCell >= 0 { picture.cells[keyCell].thing = .init(.key, .yellow) }
    case .middle:
      for cell in picture.cells.indices where apples & layout.appleBit(at: cell) != 0 {
        picture.cells[cell].thing = .init(.apple, .red)
      }
    case .reward:
      picture.cells[doorCell].thing = .init(isOpen ? .openDoor : .lockedDoor, .yellow)
    }
    if hasKey { picture.agent.carrying = .init(.key, .yellow) }
    return picture
  }

  public var actionNames: [String] { ["up", "down", "left", "right"] }

  public func place(of state: State) -> GridPicture.Place { place(of: state.cell) }

  public func moving(_ state: State, to place: GridPicture.Place) -> State? {
    let cell = place.row * layout.columns + place.column
    guard !layout.isWall(cell, in: layout.phase(at: state.time)) else { return nil }
    var moved = state
    moved.cell = cell
    return moved
  }

  public func move(of action: Int, in state: State) -> GridPicture.Move? {
    [.up, .down, .left, .right][action]
  }

  private func place(of cell: Int) -> GridPicture.Place {
    .init(column: cell % layout.columns, row: cell / layout.columns)
  }
}
