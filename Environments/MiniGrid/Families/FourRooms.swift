public import Documents
public import Randomness

extension MiniGrid {
  /// Four rooms with gaps in the walls between them; agent and goal are anywhere (`FourRoomsEnv`).
  public struct FourRooms: MiniGridFamily {
    public struct Configuration: MiniGridSettings {
      public var horizon = 0
      public var view = View.partial
      public var observation = Observation.dictionary

      public init() {}

      public static let descriptions = describing()
    }

    private static let size = 19

    public var game: MiniGrid

    public init(_ configuration: Configuration) throws(ConfigurationError) {
      let size = Self.size
      game = try MiniGrid(
        width: size, height: size, task: .reachGoal, horizon: 100, missions: ["reach the goal"],
        settings: configuration
      ) { board in
        board.drawWalls(around: board.bounds)
        board.drawColumn(size / 2, 0, length: size - 1)
        board.drawRow(0, size / 2, length: size - 1)
      }
    }

    public func observe(into row: inout MutableSpan<Float>) { game.observe(into: &row) }
    public func observe(intoBytes row: inout MutableRawSpan) -> Bool {
      game.observe(intoBytes: &row)
    }
    @inline(__always)
    public var observationKey: UInt64? { game.observationKey }

    public mutating func layOut(using random: inout NumPyGenerator) {
      let room = Self.size / 2
      // The gap right of the upper left room, then the one below it, and so on for each room.
      game.put(.empty, room, random.integer(in: 1..<room))
      game.put(.empty, random.integer(in: 1..<room), room)
      game.put(.empty, random.integer(in: room + 1..<2 * room), room)
      game.put(.empty, room, random.integer(in: room + 1..<2 * room))
      game.placeAgent(in: game.board.bounds, using: &random)
      game.place(.goal, in: game.board.bounds, using: &random)
    }
  }
}
