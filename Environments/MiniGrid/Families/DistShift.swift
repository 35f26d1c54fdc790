public import Documents
public import Randomness

extension MiniGrid {
  /// A room with two strips of lava, one of which lies elsewhere in the second environment: to see
  /// what a policy does when the world shifts (`DistShiftEnv`).
  public struct DistShift: MiniGridFamily {
    public struct Configuration: MiniGridSettings {
      /// The row of the second strip.
      public var stripRow = 2
      public var horizon = 0
      public var view = View.partial
      public var observation = Observation.dictionary

      public init() {}

      public static let descriptions = describing([
        "stripRow": "row of the second strip of lava, 2 to 5; the first lies in row 1"
      ])
    }

    public var game: MiniGrid

    public init(_ configuration: Configuration) throws(ConfigurationError) {
      let (width, height) = (9, 7)
      try require(2...5 ~= configuration.stripRow, "stripRow", configuration.stripRow, "2 to 5")
      game = try MiniGrid(
        width: width, height: height, task: .reachGoal, horizon: 4 * width * height,
        seesThroughWalls: true, missions: ["get to the green goal square"],
        settings: configuration
      ) { board in
        board.drawWalls(around: board.bounds)
        board[width - 2, 1] = .goal
        board.drawRow(3, 1, length: width - 6, of: .lava)
        board.drawRow(3, configuration.stripRow, length: width - 6, of: .lava)
      }
    }

    public func observe(into row: inout MutableSpan<Float>) { game.observe(into: &row) }
    public func observe(intoBytes row: inout MutableRawSpan) -> Bool {
      game.observe(intoBytes: &row)
    }
    @inline(__always)
    public var observationKey: UInt64? { game.observationKey }

    public mutating func layOut(using random: inout NumPyGenerator) {
      game.setAgent(Point(1, 1), heading: 0)
    }
  }
}
