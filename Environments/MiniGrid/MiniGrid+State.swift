extension MiniGrid {
  /// Everything that changes in an episode but the time, in 64 bits.
  ///
  ///     bits  0–10  where the agent stands    11–12  its heading
  ///     then 11 for each key, ball and box: where it lies, or that it is held or gone
  ///     then  2 for each door: 0 open, 1 closed, 2 locked
  ///
  /// Where walls, goals and doors are belongs to the rules of the episode. States of different
  /// layouts are not to be compared.
  public struct State: Hashable, Sendable {
    let bits: UInt64

    /// The bits, spread over the word: what is drawn apart in them lies apart in a table.
    var mixed: Int {
      var x = bits &* 0x9E37_79B9_7F4A_7C15
      x ^= x >> 32
      return Int(truncatingIfNeeded: x)
    }
  }

  // No places of the board, whose first row is margin.
  static let isHeld = 0
  static let isGone = 1

  static let placeBits: UInt64 = 11
  static let firstThing: UInt64 = 13
  var firstDoor: UInt64 { Self.firstThing + Self.placeBits * UInt64(things.count) }

  @inline(__always)
  var state: State {
    var bits = UInt64(place) | UInt64(heading) << Self.placeBits
    for index in thingPlaces.indices {
      bits |= UInt64(thingPlaces[index]) << (Self.firstThing + Self.placeBits * UInt64(index))
    }
    for index in doors.indices {
      let state = board.cells[Int(doors[index])].encoding.state
      bits |= UInt64(state) << (firstDoor + 2 * UInt64(index))
    }
    return State(bits: bits)
  }

  /// Whether the bits of a state are enough for this layout.
  var hasStates: Bool {
    board.cells.count <= 1 << Self.placeBits && firstDoor + 2 * UInt64(doors.count) <= 64
  }

  func checkSolvable() throws(SolverError) {
    guard hasStates else {
      throw .notEnumerable(
        "a grid of \(board.width) by \(board.height) squares with \(things.count) things and "
          + "\(doors.count) doors is too large to solve exactly")
    }
  }

  /// Where thing `index` lies.
  private func place(of index: Int, in bits: UInt64) -> Int {
    Int(bits >> (Self.firstThing + Self.placeBits * UInt64(index)) & 0x7FF)
  }

  private func moving(_ index: Int, to place: Int, in bits: UInt64) -> UInt64 {
    let shift = Self.firstThing + Self.placeBits * UInt64(index)
    return bits & ~(0x7FF << shift) | UInt64(place) << shift
  }

  /// The thing at a place, or the one that is held.
  private func thing(at place: Int, in bits: UInt64) -> Int? {
    thingPlaces.indices.first { self.place(of: $0, in: bits) == place }
  }

  /// The rules once more, on states: what `action` makes of `state`.
  ///
  /// They are those of ``step(_:)``, without a board to change; a test plays both.
  func follow(_ state: State, _ action: Int) -> (next: State, isSolved: Bool, ends: Bool) {
    var bits = state.bits
    let place = Int(bits & 0x7FF)
    let heading = Int(bits >> Self.placeBits & 3)
    let front = place + offset(heading)
    let ground = board.cells[front]
    switch action {
    case 0, 1:
      let turned = UInt64(heading + (action == 0 ? 3 : 1)) & 3
      bits = bits & ~(3 << Self.placeBits) | turned << Self.placeBits
    case 2:
      if thing(at: front, in: bits) == nil, canEnter(ground, at: front, in: bits) {
        bits = bits & ~0x7FF | UInt64(front)
      }
    case 3:
      if thing(at: Self.isHeld, in: bits) == nil, let index = thing(at: front, in: bits) {
        bits = moving(index, to: Self.isHeld, in: bits)
      }
    case 4:
      if let held = thing(at: Self.isHeld, in: bits), thing(at: front, in: bits) == nil,
        ground == .empty || isUnderThings(ground)
      {
        bits = moving(held, to: front, in: bits)
      }
    case 5: bits = toggling(front, ground, in: bits)
    default: break
    }
    let next = State(bits: bits)
    let isSolved = isSolved(next)
    return (next, isSolved, isSolved || isLost(next))
  }

  /// Whether the board shows a thing where there may be none in another state.
  private func isUnderThings(_ cell: Cell) -> Bool { cell.isMovable && task != .chooseEnd }

  private func canEnter(_ ground: Cell, at front: Int, in bits: UInt64) -> Bool {
    if ground.isDoor { return door(at: front).map { bits >> $0 & 3 == 0 } ?? false }
    return ground.canBeEntered || isUnderThings(ground)
  }

  /// The first bit of the door at a place.
  private func door(at place: Int) -> UInt64? {
    doors.firstIndex(of: UInt16(place)).map { firstDoor + 2 * UInt64($0) }
  }

  private func toggling(_ front: Int, _ ground: Cell, in bits: UInt64) -> UInt64 {
    if let index = thing(at: front, in: bits) {
      return things[index].is(.box) ? moving(index, to: Self.isGone, in: bits) : bits
    }
    guard ground.isDoor, let shift = door(at: front) else { return bits }
    let held = thing(at: Self.isHeld, in: bits)
    let opensLock = held.map { things[$0].fits(ground) } ?? false
    let toggled: UInt64 =
      switch bits >> shift & 3 {
      case 0: 1
      case 1: 0
      default: opensLock ? 0 : 2
      }
    return bits & ~(3 << shift) | toggled << shift
  }

  func isSolved(_ state: State) -> Bool {
    let place = Int(state.bits & 0x7FF)
    if board.cells[place].is(.goal) { return true }
    switch task {
    case .reachGoal: return false
    case .openDoor: return state.bits >> firstDoor & 3 == 0
    case .pickUpBox, .pickUpBall:
      guard let held = thing(at: Self.isHeld, in: state.bits) else { return false }
      return things[held].is(task == .pickUpBox ? .box : .ball)
    case .chooseEnd: return place == rightEnd
    }
  }

  private func isLost(_ state: State) -> Bool {
    let place = Int(state.bits & 0x7FF)
    return board.cells[place].is(.lava) || task == .chooseEnd && place == wrongEnd
  }

  /// The game as it looks in another state of the same episode.
  func imagining(_ state: State) -> MiniGrid {
    var game = self
    for place in thingPlaces where place > Self.isGone { game.set(Int(place), .empty) }
    game.carried = .empty
    for index in things.indices {
      let place = place(of: index, in: state.bits)
      game.thingPlaces[index] = UInt16(place)
      switch place {
      case Self.isHeld: game.carried = things[index]
      case Self.isGone: break
      default: game.set(place, things[index])
      }
    }
    for index in doors.indices {
      let looks: [Object] = [.openDoor, .closedDoor, .lockedDoor]
      let place = Int(doors[index])
      let look = looks[Int(state.bits >> (firstDoor + 2 * UInt64(index)) & 3)]
      game.set(place, board.cells[place].becoming(look))
    }
    game.setAgent(
      board.point(Int(state.bits & 0x7FF)), heading: Int(state.bits >> Self.placeBits & 3))
    return game
  }

  /// The square that the agent stands on, as pictures count.
  func square(of state: State) -> GridPicture.Place {
    let (row, column) = Int(state.bits & 0x7FF).quotientAndRemainder(dividingBy: board.stride)
    return GridPicture.Place(column: column - Board.margin, row: row - Board.margin)
  }

  /// `state` with the agent on another square, or `nil` where it cannot stand there.
  func moving(_ state: State, to square: GridPicture.Place) -> State? {
    let place = (square.row + Board.margin) * board.stride + square.column + Board.margin
    let ground = board.cells[place]
    guard thing(at: place, in: state.bits) == nil,
      ground == .empty || canEnter(ground, at: place, in: state.bits)
    else { return nil }
    return State(bits: state.bits & ~0x7FF | UInt64(place))
  }
}
