internal import Environments

/// What a solver knows about the squares of a grid: the only place where drawing meets solving.
struct SolverOverlay<World: Located> {
  private let plan: Solver<World>.Plan
  private let values: Solver<World>.Values
  private let horizon: Int

  /// Solves the world, for the episode that it was reset to where that matters.
  init(_ world: World) throws(SolverError) {
    let solver = try Solver(world)
    plan = try solver.plan()
    values = try solver.values()
    horizon = solver.horizon
  }

  /// What each square would be worth to the agent if it stood there and all else was as it is: the
  /// expected return from there on. Where it cannot be at `time`, the first later time counts.
  func values(in world: World, at time: Int) -> GridOverlay {
    var overlay = GridOverlay("value", picture: world.picture)
    forEachPlace(in: world, at: time) { index, state, time in
      overlay.values[index] = values.value(of: state, at: time)
    }
    return overlay
  }

  /// Where the best actions try to go from each square.
  func policy(in world: World, at time: Int) -> GridOverlay {
    var overlay = GridOverlay("best moves", picture: world.picture)
    forEachPlace(in: world, at: time) { index, state, time in
      overlay.moves[index] = moves(from: state, at: time, in: world)
    }
    return overlay
  }

  private func forEachPlace(
    in world: World, at time: Int, _ body: (_ index: Int, _ state: World.State, _ time: Int) -> Void
  ) {
    let picture = world.picture
    let state = world.state
    for index in picture.cells.indices {
      let place = GridPicture.Place(column: index % picture.columns, row: index / picture.columns)
      guard let moved = world.moving(state, to: place),
        let time = (time..<max(time, horizon)).first(where: {
          plan.actions(in: moved, at: $0) != nil
        })
      else { continue }
      body(index, moved, time)
    }
  }

  /// What the best actions do in `state`: the directions they name, or, where an action names none, as
  /// a turn does not, those in which it and more of the plan leave the square.
  private func moves(
    from state: World.State, at time: Int, in world: World
  ) -> Set<GridPicture.Move> {
    let origin = world.place(of: state)
    var result: Set<GridPicture.Move> = []
    for action in plan.actions(in: state, at: time)?.actions ?? [] {
      if let move = world.move(of: action, in: state) {
        result.insert(move)
        continue
      }
      var (state, action, time) = (state, action, time)
      for _ in 0..<4 {
        let likeliest = world.transitions(from: state, action: action)
          .max { $0.probability < $1.probability }
        guard let likeliest else { break }
        let place = world.place(of: likeliest.next)
        if place != origin {
          let (columns, rows) = (place.column - origin.column, place.row - origin.row)
          if abs(columns) <= 1, abs(rows) <= 1 {
            result.insert(.init(columns: columns, rows: rows))
          }
          break
        }
        guard !likeliest.isTerminated, likeliest.next != state else { break }
        (state, time) = (likeliest.next, time + 1)
        guard let next = plan.actions(in: state, at: time)?.actions.first else { break }
        action = next
      }
    }
    return result
  }
}

extension GridOverlay {
  init(_ title: String, picture: GridPicture) {
    self.init(title, columns: picture.columns, rows: picture.rows)
  }
}
