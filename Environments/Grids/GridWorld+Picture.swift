extension GridWorld: Located {
  public var actionNames: [String] { configuration.moves.map(\.rawValue) }

  public func place(of state: State) -> GridPicture.Place {
    let (row, column) = Int(state.cell).quotientAndRemainder(dividingBy: layout.columns)
    return GridPicture.Place(column: column, row: row)
  }

  public func moving(_ state: State, to place: GridPicture.Place) -> State? {
    let cell = place.row * layout.columns + place.column
    guard layout.kinds[cell] != .wall else { return nil }
    var moved = state
    moved.cell = Int32(cell)
    return moved
  }

  public func move(of action: Int, in state: State) -> GridPicture.Move? {
    let move = configuration.moves[action]
    return .init(columns: move.columns, rows: move.rows)
  }

  public var picture: GridPicture {
    let (row, column) = Int(state.cell).quotientAndRemainder(dividingBy: layout.columns)
    var picture = GridPicture(
      columns: layout.columns, rows: layout.rows, agent: .init(column: column, row: row))
    for cell in layout.kinds.indices { picture.cells[cell] = pictured(cell) }
    if let key = layout.onceCells.last(where: {
      layout.kinds[$0] == .key && state.collected & layout.bits[$0] != 0
    }) {
      picture.agent.carrying = .init(.key, layout.colours[key].pictured)
    }
    return picture
  }

  /// What stands in a cell now.
  private func pictured(_ cell: Int) -> GridPicture.Cell {
    let colour = layout.colours[cell].pictured
    let isTaken = state.collected & layout.bits[cell] != 0
    switch layout.kinds[cell] {
    case .floor, .start: return .init(.floor)
    case .wall: return .init(.wall)
    case .goal, .startGoal:
      let counts = !layout.drawsGoal || Int(state.goal) == cell
      return .init(counts ? .goal(colour) : .floor)
    case .coin: return .init(.floor, isTaken ? nil : .init(.apple, colour))
    case .key: return .init(.floor, isTaken ? nil : .init(.key, colour))
    case .door: return .init(.floor, .init(isTaken ? .openDoor : .lockedDoor, colour))
    // What ends the episode and pays looks like a goal of its colour.
    case .pit: return .init(layout.rewards[cell] > 0 ? .goal(colour) : .lava)
    case .cliff: return .init(.cliff)
    case .ice: return .init(.ice)
    case .oneWayUp, .oneWayRight, .oneWayDown, .oneWayLeft: return .init(.patch(.grey))
    }
  }
}
