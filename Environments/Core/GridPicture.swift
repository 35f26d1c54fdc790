/// What stands where in a grid, for drawing: no pixels, no sizes.
///
/// Columns count from the left, rows from the top, both from 0.
public struct GridPicture: Sendable, Equatable {
  public var columns: Int
  public var rows: Int
  /// `[rows, columns]`, row-major.
  public var cells: [Cell]
  public var agent: Agent

  /// A picture of bare floor.
  public init(columns: Int, rows: Int, agent: Agent) {
    precondition(columns > 0 && rows > 0, "a picture of \(columns) × \(rows) squares")
    self.columns = columns
    self.rows = rows
    self.agent = agent
    cells = Array(repeating: Cell(), count: columns * rows)
  }

  public subscript(column: Int, row: Int) -> Cell {
    get { cells[row * columns + column] }
    set { cells[row * columns + column] = newValue }
  }

  /// One square.
  public struct Cell: Sendable, Equatable {
    public var ground: Ground
    /// What stands on it.
    public var thing: Thing?
    /// Whether the agent sees it now; worlds that show everything leave this false.
    public var isHighlighted: Bool

    public init(_ ground: Ground = .floor, _ thing: Thing? = nil, isHighlighted: Bool = false) {
      self.ground = ground
      self.thing = thing
      self.isHighlighted = isHighlighted
    }
  }

  public enum Ground: Sendable, Equatable {
    case floor, wall, lava, ice, cliff
    /// A place to be reached, or a coloured patch of floor.
    case goal(Colour)
    case patch(Colour)
  }

  /// Something that stands on a square or is carried.
  public struct Thing: Sendable, Equatable {
    public var shape: Shape
    public var colour: Colour

    public init(_ shape: Shape, _ colour: Colour) {
      self.shape = shape
      self.colour = colour
    }
  }

  public enum Shape: Sendable, Equatable {
    case key, ball, box, apple, openDoor, closedDoor, lockedDoor
  }

  /// MiniGrid's six colours.
  public enum Colour: Int, Sendable, Equatable, CaseIterable {
    case red, green, blue, purple, yellow, grey
  }

  public struct Agent: Sendable, Equatable {
    public var column: Int
    public var row: Int
    /// Where it looks; `nil` for an agent without a front.
    public var heading: Heading?
    public var carrying: Thing?

    public init(column: Int, row: Int, heading: Heading? = nil, carrying: Thing? = nil) {
      self.column = column
      self.row = row
      self.heading = heading
      self.carrying = carrying
    }
  }

  /// From a square to one of its eight neighbours, or nowhere.
  public struct Move: Sendable, Hashable, Comparable {
    /// To the right and down, each -1, 0 or 1.
    public let columns: Int
    public let rows: Int

    public init(columns: Int, rows: Int) {
      precondition(abs(columns) <= 1 && abs(rows) <= 1, "a move by \(columns), \(rows)")
      (self.columns, self.rows) = (columns, rows)
    }

    public static let right = Move(columns: 1, rows: 0)
    public static let down = Move(columns: 0, rows: 1)
    public static let left = Move(columns: -1, rows: 0)
    public static let up = Move(columns: 0, rows: -1)
    public static let stay = Move(columns: 0, rows: 0)

    /// In the order of reading.
    public static func < (a: Move, b: Move) -> Bool { (a.rows, a.columns) < (b.rows, b.columns) }
  }

  /// Clockwise from the right, as MiniGrid counts.
  public enum Heading: Int, Sendable, Equatable, CaseIterable {
    case right, down, left, up
  }
}
