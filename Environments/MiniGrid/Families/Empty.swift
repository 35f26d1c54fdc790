public import Documents
public import Randomness

extension MiniGrid {
  /// An empty room with the goal in its lower right corner (`EmptyEnv`).
  public struct Empty: MiniGridFamily {
    public struct Configuration: MiniGridSettings {
      public var size = 8
      /// Whether the agent starts anywhere, looking anywhere, instead of in the upper left corner.
      public var startsAnywhere = false
      public var horizon = 0
      public var view = View.partial
      public var observation = Observation.dictionary

      public init() {}

      public static let descriptions = describing([
        "size": "squares along a side, walls included, 4 to 25",
        "startsAnywhere": "whether square and heading of the start are drawn; else upper left",
      ])
    }

    public var game: MiniGrid
    private let startsAnywhere: Bool

    public init(_ configuration: Configuration) throws(ConfigurationError) {
      let size = configuration.size
      try require(4...25 ~= size, "size", size, "4 to 25 squares")
      startsAnywhere = configuration.startsAnywhere
      game = try MiniGrid(
        width: size, height: size, task: .reachGoal, horizon: 4 * size * size,
        seesThroughWalls: true, missions: ["get to the green goal square"],
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
      if startsAnywhere {
        game.placeAgent(in: game.board.bounds, using: &random)
      } else {
        game.setAgent(Point(1, 1), heading: 0)
      }
    }
  }
}
