public import Documents
public import Randomness

extension MiniGrid {
  /// See a thing in the first room, then, at the end of a hallway, turn to the one like it
  /// (`MemoryEnv`). Nothing can be picked up here.
  public struct Memory: MiniGridFamily {
    public struct Configuration: MiniGridSettings {
      public var size = 13
      /// Whether the hallway's length is drawn.
      public var drawsLength = false
      public var horizon = 0
      public var view = View.partial
      public var observation = Observation.dictionary

      public init() {}

      public static let descriptions = describing([
        "size": "squares along a side, walls included, odd, 7 to 25",
        "drawsLength": "whether the hallway's length is drawn; else it is as long as fits",
      ])
    }

    public var game: MiniGrid
    private let drawsLength: Bool

    public init(_ configuration: Configuration) throws(ConfigurationError) {
      let size = configuration.size
      try require(
        7...25 ~= size && size % 2 == 1, "size", size, "an odd number from 7 to 25 squares")
      drawsLength = configuration.drawsLength
      game = try MiniGrid(
        width: size, height: size, task: .chooseEnd, horizon: 5 * size * size,
        missions: ["go to the matching object at the end of the hallway"],
        settings: configuration
      ) { board in
        board.drawWalls(around: board.bounds)
        let middle = size / 2
        board.drawRow(1, middle - 2, length: 4)
        board.drawRow(1, middle + 2, length: 4)
        board[4, middle - 1] = .wall
        board[4, middle + 1] = .wall
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
      let middle = size / 2
      let end = drawsLength ? random.integer(in: 4..<size - 2) : size - 3
      game.board.drawRow(5, middle - 1, length: max(end - 5, 0))
      game.board.drawRow(5, middle + 1, length: max(end - 5, 0))
      // The crossing at the hallway's end.
      game.board.drawColumn(end, 0, length: size)
      game.board.drawColumn(end + 2, 0, length: size)
      game.put(.empty, end, middle)
      game.setAgent(Point(random.integer(in: 1..<end + 1), middle), heading: 0)
      // Keys and balls are drawn by their place in a list: the sample's, then the upper end's.
      let sampleIsKey = random.integer(in: 0..<2) == 0
      game.put(sampleIsKey ? .key(.green) : .ball(.green), 1, middle - 1)
      let upperIsKey = random.integer(in: 0..<2) == 1
      game.put(upperIsKey ? .key(.green) : .ball(.green), end + 1, middle - 2)
      game.put(upperIsKey ? .ball(.green) : .key(.green), end + 1, middle + 2)
      let upper = Point(end + 1, middle - 1)
      let lower = Point(end + 1, middle + 1)
      game.setEnds(
        right: sampleIsKey == upperIsKey ? upper : lower,
        wrong: sampleIsKey == upperIsKey ? lower : upper)
    }
  }
}
