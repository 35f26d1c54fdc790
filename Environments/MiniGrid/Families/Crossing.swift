public import Documents
public import Randomness

extension MiniGrid {
  /// A room crossed by rivers of lava, or walls, each with one crossing (`CrossingEnv`).
  public struct Crossing: MiniGridFamily {
    public struct Configuration: MiniGridSettings {
      public var size = 9
      public var crossings = 1
      public var obstacle = Obstacle.lava
      public var horizon = 0
      public var view = View.partial
      public var observation = Observation.dictionary

      public init() {}

      public static let descriptions = describing([
        "size": "squares along a side, walls included, odd, 5 to 25",
        "crossings": "rivers or walls across the room, 1 to size - 3",
        "obstacle": "what they consist of: lava or wall",
      ])
    }

    public var game: MiniGrid
    private let obstacle: Obstacle
    private let crossings: Int
    /// Where rivers can be: columns, then rows; `-1 - y` stands for row `y`.
    private let candidates: FixedList<22, Int>

    public init(_ configuration: Configuration) throws(ConfigurationError) {
      let size = configuration.size
      try require(
        5...25 ~= size && size % 2 == 1, "size", size, "an odd number from 5 to 25 squares")
      crossings = configuration.crossings
      try require(1...size - 3 ~= crossings, "crossings", crossings, "1 to \(size - 3), size - 3")
      obstacle = configuration.obstacle
      var candidates = FixedList<22, Int>(filledWith: 0)
      for x in stride(from: 2, to: size - 2, by: 2) { candidates.append(x) }
      for y in stride(from: 2, to: size - 2, by: 2) { candidates.append(-1 - y) }
      self.candidates = candidates
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
      var rivers = candidates
      random.shuffle(&rivers)
      // Bit `i` is set for a river in column, or row, `i`.
      var (columns, rows): (UInt32, UInt32) = (0, 0)
      for index in 0..<crossings {
        let river = rivers[index]
        if river >= 0 { columns |= 1 << UInt32(river) } else { rows |= 1 << UInt32(-1 - river) }
      }
      for line in 0..<size {
        if rows >> UInt32(line) & 1 == 1 {
          game.board.drawRow(1, line, length: size - 2, of: obstacle.cell)
        }
        if columns >> UInt32(line) & 1 == 1 {
          game.board.drawColumn(line, 1, length: size - 2, of: obstacle.cell)
        }
      }
      // The way to the goal: true to the right, across a column, false down, across a row.
      var path = FixedList<22, Bool>(filledWith: false)
      for _ in 0..<columns.nonzeroBitCount { path.append(true) }
      for _ in 0..<rows.nonzeroBitCount { path.append(false) }
      random.shuffle(&path)
      var corner = Point(0, 0)
      for index in path.indices {
        let right = Self.next(columns, after: corner.x, orElse: size - 1)
        let below = Self.next(rows, after: corner.y, orElse: size - 1)
        if path[index] {
          game.put(.empty, right, random.integer(in: corner.y + 1..<below))
          corner.x = right
        } else {
          game.put(.empty, random.integer(in: corner.x + 1..<right), below)
          corner.y = below
        }
      }
    }

    /// The lowest bit of `lines` above `line`.
    private static func next(_ lines: UInt32, after line: Int, orElse end: Int) -> Int {
      let rest = lines >> UInt32(line + 1)
      return rest == 0 ? end : line + 1 + rest.trailingZeroBitCount
    }
  }
}
