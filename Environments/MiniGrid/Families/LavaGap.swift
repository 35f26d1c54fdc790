public import Documents
public import Randomness

extension MiniGrid {
  /// What bars the way.
  public enum Obstacle: String, Codable, Sendable, CaseIterable {
    /// Stepping into it ends the episode for nothing.
    case lava
    case wall

    var cell: Cell { self == .lava ? .lava : .wall }

    var mission: String {
      self == .lava
        ? "avoid the lava and get to the green goal square"
        : "find the opening and get to the green goal square"
    }
  }

  /// A room with a column of lava across it, and one gap in the lava (`LavaGapEnv`).
  public struct LavaGap: MiniGridFamily {
    public struct Configuration: MiniGridSettings {
      public var size = 7
      public var obstacle = Obstacle.lava
      public var horizon = 0
      public var view = View.partial
      public var observation = Observation.dictionary

      public init() {}

      public static let descriptions = describing([
        "size": "squares along a side, walls included, 5 to 25",
        "obstacle": "what the column consists of: lava or wall",
      ])
    }

    public var game: MiniGrid
    private let obstacle: Obstacle

    public init(_ configuration: Configuration) throws(ConfigurationError) {
      let size = configuration.size
      try require(5...25 ~= size, "size", size, "5 to 25 squares")
      obstacle = configuration.obstacle
      game = try MiniGrid(
        width: size, height: size, task: .reachGoal, horizon: 4 * size * size,
        missions: [obstacle.mission], settings: configuration
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
      game.setAgent(Point(1, 1), heading: 0)
      let x = random.integer(in: 2..<size - 2)
      let y = random.integer(in: 1..<size - 1)
      game.board.drawColumn(x, 1, length: size - 2, of: obstacle.cell)
      game.put(.empty, x, y)
    }
  }
}
