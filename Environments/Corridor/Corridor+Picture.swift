/// Drawn between walls: the key at the left end until it is taken, the door at the right end.
extension Corridor: Located {
  public var picture: GridPicture {
    let cells = length
    var picture = GridPicture(
      columns: cells + 2, rows: 3,
      agent: .init(column: state.position + 1, row: 1))
    for column in 0..<cells + 2 {
      for row in 0..<3 where row != 1 || column == 0 || column == cells + 1 {
        picture[column, row] = .init(.wall)
      }
    }
    picture[cells, 1].thing = .init(isSolved ? .openDoor : .lockedDoor, .yellow)
    let key = GridPicture.Thing(.key, .yellow)
    if state.hasKey { picture.agent.carrying = key } else { picture[1, 1].thing = key }
    return picture
  }

  public var actionNames: [String] { ["left", "right"] }

  public func place(of state: State) -> GridPicture.Place {
    .init(column: state.position + 1, row: 1)
  }

  public func moving(_ state: State, to place: GridPicture.Place) -> State? {
    guard place.row == 1, 1...length ~= place.column else { return nil }
    return State(position: place.column - 1, hasKey: state.hasKey)
  }

  public func move(of action: Int, in state: State) -> GridPicture.Move? {
    [.left, .right][action]
  }
}
