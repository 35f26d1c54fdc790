import Documents
import Randomness

/// Equal rooms in rows and columns, sharing their walls: MiniGrid's `core/roomgrid.py`, with its
/// draws in its order.
///
/// The board belongs to the game, which is handed to every call; this keeps what is known of the rooms
/// while they are laid out.
struct RoomGrid {
  /// How many rooms of which size; at most twelve.
  struct Shape: Sendable {
    let columns: Int
    let rows: Int
    /// Squares along a side, both walls included.
    let roomSize: Int

    var width: Int { (roomSize - 1) * columns + 1 }
    var height: Int { (roomSize - 1) * rows + 1 }

    /// The room `(column, row)` with its walls.
    func area(_ column: Int, _ row: Int) -> MiniGrid.Rectangle {
      MiniGrid.Rectangle(column * (roomSize - 1), row * (roomSize - 1), roomSize, roomSize)
    }
  }

  /// A wall of a room; raw values count as headings do.
  enum Side: Int {
    case right, down, left, up
  }

  private struct Room {
    /// Where a door may stand in each wall that another room shares, in the order of sides.
    var doorPlaces = InlineArray<4, MiniGrid.Point>(repeating: MiniGrid.Point(0, 0))
    /// Bit `side`: whether there is another room.
    var neighbours: UInt8 = 0
    /// Bit `side`: whether there is a door or no wall.
    var ways: UInt8 = 0
    var isLocked = false
  }

  private let shape: Shape
  private var rooms = InlineArray<12, Room>(repeating: Room())

  /// Draws where doors may be, and puts the agent into the middle for the time being.
  init(_ shape: Shape, in game: inout MiniGrid, using random: inout NumPyGenerator) {
    self.shape = shape
    for row in 0..<shape.rows {
      for column in 0..<shape.columns {
        let area = shape.area(column, row)
        let last = area.x + area.width - 1
        let bottom = area.y + area.height - 1
        let index = row * shape.columns + column
        if column < shape.columns - 1 {
          let place = MiniGrid.Point(last, random.integer(in: area.y + 1..<bottom))
          share(place, between: index, and: index + 1, .right)
        }
        if row < shape.rows - 1 {
          let place = MiniGrid.Point(random.integer(in: area.x + 1..<last), bottom)
          share(place, between: index, and: index + shape.columns, .down)
        }
      }
    }
    let middle = shape.area(shape.columns / 2, shape.rows / 2)
    game.setAgent(
      MiniGrid.Point(middle.x + shape.roomSize / 2, middle.y + shape.roomSize / 2), heading: 0)
  }

  private mutating func share(
    _ place: MiniGrid.Point, between first: Int, and second: Int, _ side: Side
  ) {
    rooms[first].doorPlaces[side.rawValue] = place
    rooms[first].neighbours |= 1 << UInt8(side.rawValue)
    rooms[second].doorPlaces[side.rawValue + 2] = place
    rooms[second].neighbours |= 1 << UInt8(side.rawValue + 2)
  }

  private func neighbour(of room: Int, _ side: Int) -> Int {
    room + (side % 2 == 0 ? 1 : shape.columns) * (side < 2 ? 1 : -1)
  }

  private mutating func connect(_ room: Int, _ side: Int) {
    rooms[room].ways |= 1 << UInt8(side)
    rooms[neighbour(of: room, side)].ways |= 1 << UInt8((side + 2) % 4)
  }

  /// `add_door`, its colour drawn.
  @discardableResult
  mutating func addDoor(
    _ column: Int, _ row: Int, _ side: Side, isLocked: Bool, in game: inout MiniGrid,
    using random: inout NumPyGenerator
  ) -> (colour: MiniGrid.Colour, point: MiniGrid.Point) {
    let colour = MiniGrid.Colour.draw(using: &random)
    let room = row * shape.columns + column
    let point = rooms[room].doorPlaces[side.rawValue]
    rooms[room].isLocked = isLocked
    game.put(isLocked ? .lockedDoor(colour) : .closedDoor(colour), point.x, point.y)
    connect(room, side.rawValue)
    return (colour, point)
  }

  /// `remove_wall` towards the room above.
  mutating func removeWallAbove(_ column: Int, _ row: Int, in game: inout MiniGrid) {
    let area = shape.area(column, row)
    game.board.drawRow(area.x + 1, area.y, length: area.width - 2, of: .empty)
    connect(row * shape.columns + column, Side.up.rawValue)
  }

  /// `place_in_room`.
  mutating func place(
    _ cell: MiniGrid.Cell, _ column: Int, _ row: Int, in game: inout MiniGrid,
    using random: inout NumPyGenerator
  ) {
    game.place(cell, in: shape.area(column, row), keepingDistance: true, using: &random)
  }

  /// Places what the mission is to pick up, its colour drawn.
  mutating func placeTarget(
    _ object: MiniGrid.Object, _ column: Int, _ row: Int, in game: inout MiniGrid,
    using random: inout NumPyGenerator
  ) {
    let colour = MiniGrid.Colour.draw(using: &random)
    game.missionIndex = colour.rank
    place(MiniGrid.Cell(object, colour), column, row, in: &game, using: &random)
  }

  /// `place_agent`: drawn again while something but a wall stands right before the agent.
  func placeAgent(
    _ column: Int, _ row: Int, in game: inout MiniGrid, using random: inout NumPyGenerator
  ) {
    while true {
      game.placeAgent(in: shape.area(column, row), using: &random)
      let front = game.board.cells[game.place + game.offset(game.heading)]
      if front == .empty || front == .wall { return }
    }
  }

  /// `connect_all`: adds doors at random until every room can be reached from the agent's.
  mutating func connectAll(in game: inout MiniGrid, using random: inout NumPyGenerator) {
    let agent = game.position
    let start =
      agent.y / (shape.roomSize - 1) * shape.columns + agent.x / (shape.roomSize - 1)
    var count = reachableCount(from: start)
    while count < shape.columns * shape.rows {
      let column = random.integer(in: 0..<shape.columns)
      let row = random.integer(in: 0..<shape.rows)
      let side = random.integer(in: 0..<4)
      let room = row * shape.columns + column
      let bit: UInt8 = 1 << UInt8(side)
      guard rooms[room].neighbours & bit != 0, rooms[room].ways & bit == 0,
        !rooms[room].isLocked, !rooms[neighbour(of: room, side)].isLocked,
        let side = Side(rawValue: side)
      else { continue }
      addDoor(column, row, side, isLocked: false, in: &game, using: &random)
      count = reachableCount(from: start)
    }
  }

  /// Rooms that can be reached, by a flood over sets of rooms.
  private func reachableCount(from start: Int) -> Int {
    var reached: UInt16 = 1 << UInt16(start)
    var frontier = reached
    while frontier != 0 {
      let room = frontier.trailingZeroBitCount
      frontier &= frontier - 1
      for side in 0..<4 where rooms[room].ways >> UInt8(side) & 1 == 1 {
        let bit: UInt16 = 1 << UInt16(neighbour(of: room, side))
        if reached & bit == 0 {
          reached |= bit
          frontier |= bit
        }
      }
    }
    return reached.nonzeroBitCount
  }
}

extension MiniGrid {
  /// A game on a grid of rooms, their walls drawn.
  init(
    rooms shape: RoomGrid.Shape, task: Task, horizon: Int, missions: [String],
    settings: some MiniGridSettings
  ) throws(ConfigurationError) {
    try self.init(
      width: shape.width, height: shape.height, task: task, horizon: horizon, missions: missions,
      settings: settings
    ) { board in
      for row in 0..<shape.rows {
        for column in 0..<shape.columns { board.drawWalls(around: shape.area(column, row)) }
      }
    }
  }

  /// One mission for each colour, in the order of their names.
  static func pickUpMissions(_ kind: String) -> [String] {
    Colour.byName.map { "pick up the \($0.name) \(kind)" }
  }
}
