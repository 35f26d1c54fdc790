public import Documents
public import Randomness

extension MiniGrid {
  /// Two rooms and a locked door between them: the key lies in the first, with the agent, the goal in
  /// the second (`DoorKeyEnv`).
  public struct DoorKey: MiniGridFamily {
    public struct Configuration: MiniGridSettings {
      public var size = 8
      public var horizon = 0
      public var view = View.partial
      public var observation = Observation.dictionary

      public init() {}

      public static let descriptions = describing([
        "size": "squares along a side, walls included, 5 to 25"
      ])
    }

    public var game: MiniGrid

    public init(_ configuration: Configuration) throws(ConfigurationError) {
      let size = configuration.size
      try require(5...25 ~= size, "size", size, "5 to 25 squares")
      game = try MiniGrid(
        width: size, height: size, task: .reachGoal, horizon: 10 * size * size,
        missions: ["use the key to open the door and then get to the goal"],
        settings: configuration
      ) { board in
        board.drawWalls(around: board.bounds)
        board[size - 2, size - 2] = .goal
      }
    }

    public func observe(into row: inout MutableSpan<Float>) { game.observe(into: &row) }
    public func observe(intoBytes row: inout MutableRawSpan) -> Bool {
      game.observe(intoBytes: &row)
    }
    @inline(__always)
    public var observationKey: UInt64? { game.observationKey }

    public mutating func layOut(using random: inout NumPyGenerator) {
      let size = game.board.width
      let split = random.integer(in: 2..<size - 2)
      game.board.drawColumn(split, 0, length: size)
      let left = Rectangle(0, 0, split, size)
      game.placeAgent(in: left, using: &random)
      game.put(.lockedDoor(.yellow), split, random.integer(in: 1..<size - 2))
      game.place(.key(.yellow), in: left, using: &random)
    }
  }
}
