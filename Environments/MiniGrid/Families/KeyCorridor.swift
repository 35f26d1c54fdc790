public import Documents
public import Randomness

extension MiniGrid {
  /// Rooms on both sides of a corridor: a ball behind a locked door on the right, its key in a room on
  /// the left (`KeyCorridorEnv`).
  public struct KeyCorridor: MiniGridFamily {
    public struct Configuration: MiniGridSettings {
      public var rows = 3
      public var roomSize = 6
      public var horizon = 0
      public var view = View.partial
      public var observation = Observation.dictionary

      public init() {}

      public static let descriptions = describing([
        "rows": "rooms on each side of the corridor, 1 to 4",
        "roomSize": "squares along a room's side, walls included, 3 to 7",
      ])
    }

    public var game: MiniGrid
    private let shape: RoomGrid.Shape

    public init(_ configuration: Configuration) throws(ConfigurationError) {
      let (rows, roomSize) = (configuration.rows, configuration.roomSize)
      try require(1...4 ~= rows, "rows", rows, "1 to 4 rooms")
      try require(3...7 ~= roomSize, "roomSize", roomSize, "3 to 7 squares")
      shape = RoomGrid.Shape(columns: 3, rows: rows, roomSize: roomSize)
      game = try MiniGrid(
        rooms: shape, task: .pickUpBall, horizon: 30 * roomSize * roomSize,
        missions: MiniGrid.pickUpMissions("ball"), settings: configuration)
    }

    public func observe(into row: inout MutableSpan<Float>) { game.observe(into: &row) }
    public func observe(intoBytes row: inout MutableRawSpan) -> Bool {
      game.observe(intoBytes: &row)
    }
    @inline(__always)
    public var observationKey: UInt64? { game.observationKey }

    public mutating func layOut(using random: inout NumPyGenerator) {
      var rooms = RoomGrid(shape, in: &game, using: &random)
      for row in 1..<max(shape.rows, 1) { rooms.removeWallAbove(1, row, in: &game) }
      let row = random.integer(in: 0..<shape.rows)
      let colour = rooms.addDoor(2, row, .left, isLocked: true, in: &game, using: &random).colour
      rooms.placeTarget(.ball, 2, row, in: &game, using: &random)
      rooms.place(
        .key(colour), 0, random.integer(in: 0..<shape.rows), in: &game, using: &random)
      rooms.placeAgent(1, shape.rows / 2, in: &game, using: &random)
      rooms.connectAll(in: &game, using: &random)
    }
  }
}
