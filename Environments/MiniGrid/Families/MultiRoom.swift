public import Documents
public import Randomness

extension MiniGrid {
  /// A chain of rooms with doors between them; the agent starts in the first, the goal is in the last
  /// (`MultiRoomEnv`).
  public struct MultiRoom: MiniGridFamily {
    public struct Configuration: MiniGridSettings {
      public var minimumRooms = 6
      public var maximumRooms = 6
      public var maximumRoomSize = 10
      public var horizon = 0
      public var view = View.partial
      public var observation = Observation.dictionary

      public init() {}

      public static let descriptions = describing([
        "minimumRooms": "fewest rooms of a chain, 1 to 6",
        "maximumRooms": "most rooms of a chain, minimumRooms to 6",
        "maximumRoomSize": "squares along a room's side at most, walls included, 4 to 10",
      ])
    }

    /// A room, and where it is entered; the first one's door is not drawn.
    private struct Room {
      var area: Rectangle
      var door: Point
    }

    private typealias Rooms = FixedList<6, Room>

    private static let size = 25
    private static let smallest = 4

    public var game: MiniGrid
    private let counts: ClosedRange<Int>
    private let largest: Int

    public init(_ configuration: Configuration) throws(ConfigurationError) {
      let (minimum, maximum) = (configuration.minimumRooms, configuration.maximumRooms)
      try require(1...6 ~= minimum, "minimumRooms", minimum, "1 to 6 rooms")
      try require(
        minimum <= maximum && maximum <= 6, "maximumRooms", maximum,
        "\(minimum) to 6 rooms, at least minimumRooms")
      largest = configuration.maximumRoomSize
      try require(
        Self.smallest...10 ~= largest, "maximumRoomSize", largest, "4 to 10 squares")
      counts = minimum...maximum
      game = try MiniGrid(
        width: Self.size, height: Self.size, task: .reachGoal, horizon: 20 * maximum,
        missions: ["traverse the rooms to get to the goal"], settings: configuration
      ) { _ in }
    }

    public func observe(into row: inout MutableSpan<Float>) { game.observe(into: &row) }
    public func observe(intoBytes row: inout MutableRawSpan) -> Bool {
      game.observe(intoBytes: &row)
    }
    @inline(__always)
    public var observationKey: UInt64? { game.observationKey }

    public mutating func layOut(using random: inout NumPyGenerator) {
      let rooms = drawRooms(using: &random)
      var colour = -1  // the last door's place among the colours by name
      for index in rooms.indices {
        game.board.drawWalls(around: rooms[index].area)
        guard index > 0 else { continue }
        // Any colour but the last door's.
        let drawn = random.integer(in: 0..<(colour < 0 ? 6 : 5))
        colour = colour >= 0 && drawn >= colour ? drawn + 1 : drawn
        let door = rooms[index].door
        game.put(.closedDoor(Colour(rank: colour)), door.x, door.y)
      }
      game.placeAgent(in: rooms[0].area, using: &random)
      game.place(.goal, in: rooms[rooms.count - 1].area, using: &random)
    }

    /// Draws chains until one is long enough.
    private func drawRooms(using random: inout NumPyGenerator) -> Rooms {
      let count = random.integer(in: counts.lowerBound..<counts.upperBound + 1)
      var longest = Self.noRooms
      while longest.count < count {
        var rooms = Self.noRooms
        let corner = MiniGrid.drawPoint(
          in: Rectangle(0, 0, Self.size - 2, Self.size - 2), using: &random)
        _ = addRoom(to: &rooms, left: count, side: 2, door: corner, using: &random)
        if rooms.count > longest.count { longest = rooms }
      }
      return longest
    }

    private static var noRooms: Rooms {
      Rooms(filledWith: Room(area: Rectangle(0, 0, 0, 0), door: Point(0, 0)))
    }

    /// `_placeRoom`: adds a room that is entered through `door` in its wall `side` (0 right, 1 below,
    /// 2 left, 3 above), and then up to `left - 1` others beyond it.
    ///
    /// - Returns: whether this room has been added.
    private func addRoom(
      to rooms: inout Rooms, left: Int, side: Int, door: Point,
      using random: inout NumPyGenerator
    ) -> Bool {
      let width = random.integer(in: Self.smallest..<largest + 1)
      let height = random.integer(in: Self.smallest..<largest + 1)
      var area = Rectangle(door.x, door.y, width, height)
      if rooms.count > 0 {
        switch side {
        case 0: area.x = door.x - width + 1
        case 1: area.y = door.y - height + 1
        default: break
        }
        if side % 2 == 0 {
          area.y = random.integer(in: door.y - height + 2..<door.y)
        } else {
          area.x = random.integer(in: door.x - width + 2..<door.x)
        }
      }
      guard area.x >= 0, area.y >= 0, area.x + width <= Self.size, area.y + height < Self.size
      else { return false }
      for index in 0..<max(rooms.count - 1, 0) {
        let other = rooms[index].area
        let isClear =
          area.x + width < other.x || other.x + other.width <= area.x
          || area.y + height < other.y || other.y + other.height <= area.y
        if !isClear { return false }
      }
      rooms.append(Room(area: area, door: door))
      if left == 1 { return true }
      for _ in 0..<8 {
        // Any wall but the one of the entry.
        let drawn = random.integer(in: 0..<3)
        let exit = drawn >= side ? drawn + 1 : drawn
        let next =
          switch exit {
          case 0: Point(area.x + width - 1, area.y + random.integer(in: 1..<height - 1))
          case 1: Point(area.x + random.integer(in: 1..<width - 1), area.y + height - 1)
          case 2: Point(area.x, area.y + random.integer(in: 1..<height - 1))
          default: Point(area.x + random.integer(in: 1..<width - 1), area.y)
          }
        if addRoom(
          to: &rooms, left: left - 1, side: (exit + 2) % 4, door: next, using: &random)
        {
          break
        }
      }
      return true
    }
  }
}
