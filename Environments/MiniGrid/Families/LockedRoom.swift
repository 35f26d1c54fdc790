public import Documents
public import Randomness

extension MiniGrid {
  /// Six rooms along a hallway: the goal is in the locked one, the key in another (`LockedRoomEnv`).
  public struct LockedRoom: MiniGridFamily {
    public struct Configuration: MiniGridSettings {
      public var horizon = 0
      public var view = View.partial
      public var observation = Observation.dictionary

      public init() {}

      public static let descriptions = describing()
    }

    private static let size = 19
    /// Columns of the hallway's walls.
    private static let hallway = (left: size / 2 - 2, right: size / 2 + 2)
    private static let roomHeight = size / 3

    public var game: MiniGrid

    public init(_ configuration: Configuration) throws(ConfigurationError) {
      // By the colours of the locked room and of the key's room, both in the order of their names.
      let missions = Colour.byName.flatMap { locked in
        Colour.byName.filter { $0 != locked }.map { key in
          "get the \(locked.name) key from the \(key.name) room, unlock the \(locked.name) door "
            + "and go to the goal"
        }
      }
      let (size, hallway) = (Self.size, Self.hallway)
      game = try MiniGrid(
        width: size, height: size, task: .reachGoal, horizon: 10 * size, missions: missions,
        settings: configuration
      ) { board in
        board.drawWalls(around: board.bounds)
        board.drawColumn(hallway.left, 0, length: size)
        board.drawColumn(hallway.right, 0, length: size)
        for number in 0..<3 {
          board.drawRow(0, number * Self.roomHeight, length: hallway.left)
          board.drawRow(
            hallway.right, number * Self.roomHeight, length: size - hallway.right)
        }
      }
    }

    public func observe(into row: inout MutableSpan<Float>) { game.observe(into: &row) }
    public func observe(intoBytes row: inout MutableRawSpan) -> Bool {
      game.observe(intoBytes: &row)
    }
    @inline(__always)
    public var observationKey: UInt64? { game.observationKey }

    public mutating func layOut(using random: inout NumPyGenerator) {
      let locked = random.integer(in: 0..<6)
      let goal = MiniGrid.drawPoint(in: Self.interior(of: locked), using: &random)
      game.put(.goal, goal.x, goal.y)
      // Each room takes one of the colours that are left.
      var left = FixedList<6, Colour>(filledWith: .red)
      for rank in 0..<6 { left.append(Colour(rank: rank)) }
      var colours = InlineArray<6, Colour>(repeating: .red)
      for room in 0..<6 {
        let colour = left.remove(at: random.integer(in: 0..<left.count))
        colours[room] = colour
        game.put(
          room == locked ? .lockedDoor(colour) : .closedDoor(colour),
          room % 2 == 0 ? Self.hallway.left : Self.hallway.right,
          room / 2 * Self.roomHeight + 3)
      }
      var keyRoom = random.integer(in: 0..<6)
      while keyRoom == locked { keyRoom = random.integer(in: 0..<6) }
      let key = MiniGrid.drawPoint(in: Self.interior(of: keyRoom), using: &random)
      game.put(.key(colours[locked]), key.x, key.y)
      let hallway = Self.hallway
      game.placeAgent(
        in: Rectangle(hallway.left, 0, hallway.right - hallway.left, Self.size), using: &random)
      game.missionIndex = Self.mission(colours[locked], colours[keyRoom])
    }

    /// Rooms alternate left and right, from the top.
    private static func interior(of room: Int) -> Rectangle {
      Rectangle(
        room % 2 == 0 ? 1 : hallway.right + 1, room / 2 * roomHeight + 1, hallway.left - 1,
        roomHeight - 1)
    }

    private static func mission(_ locked: Colour, _ key: Colour) -> Int {
      let (first, second) = (locked.rank, key.rank)
      return first * 5 + (second > first ? second - 1 : second)
    }
  }
}
