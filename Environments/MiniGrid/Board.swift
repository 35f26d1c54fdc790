extension MiniGrid {
  /// A square of a grid: columns count from the left, rows from the top, both from 0.
  public struct Point: Sendable, Hashable {
    public var x: Int
    public var y: Int

    public init(_ x: Int, _ y: Int) {
      self.x = x
      self.y = y
    }
  }

  /// The squares, and where one can see through them.
  ///
  /// Six walls surround the grid, the reach of a view, so that every view lies inside. A *place* is
  /// an index into `cells`; `(x, y)` are MiniGrid's coordinates, without those walls. For whole
  /// lines of sight at a time, what is transparent stands in bits as well, by row and by column.
  public struct Board: Sendable {
    static let margin = 6

    public let width: Int
    public let height: Int
    /// From one row to the next.
    let stride: Int
    /// `[height + 12, width + 12]`, row-major.
    private(set) var cells: [Cell]
    /// Bit `x + 6` of word `y + 6` is set where one can see through `(x, y)`; then the same by
    /// columns: bit `y + 6` of word `height + 12 + x + 6`.
    private(set) var sight: [UInt64]
    /// Whether a square has been set since this board was made or ``restore(_:)``d.
    private(set) var isChanged = false

    /// An empty grid, without walls of its own.
    init(width: Int, height: Int) {
      (self.width, self.height) = (width, height)
      stride = width + 2 * Self.margin
      let lines = height + 2 * Self.margin
      cells = Array(repeating: .wall, count: stride * lines)
      sight = Array(repeating: 0, count: lines + stride)
      for y in 0..<height { for x in 0..<width { self[x, y] = .empty } }
      isChanged = false
    }

    func place(_ x: Int, _ y: Int) -> Int { (y + Self.margin) * stride + x + Self.margin }

    /// The coordinates of a place.
    func point(_ place: Int) -> Point {
      Point(place % stride - Self.margin, place / stride - Self.margin)
    }

    public subscript(x: Int, y: Int) -> Cell {
      get { cells[place(x, y)] }
      set {
        isChanged = true
        cells[place(x, y)] = newValue
        let (column, row) = (x + Self.margin, y + Self.margin)
        let lines = height + 2 * Self.margin
        let transparent: UInt64 = newValue.isOpaque ? 0 : 1
        sight[row] = sight[row] & ~(1 &<< UInt64(column)) | transparent &<< UInt64(column)
        sight[lines + column] =
          sight[lines + column] & ~(1 &<< UInt64(row)) | transparent &<< UInt64(row)
      }
    }

    /// Copies the other board's squares into this one's memory.
    mutating func restore(_ other: borrowing Board) {
      precondition(cells.count == other.cells.count && sight.count == other.sight.count)
      for index in cells.indices { cells[index] = other.cells[index] }
      for index in sight.indices { sight[index] = other.sight[index] }
      isChanged = false
    }

    // MARK: Walls

    /// `horz_wall`: `length` squares of `cell` to the right from `(x, y)`.
    public mutating func drawRow(_ x: Int, _ y: Int, length: Int, of cell: Cell = .wall) {
      for i in 0..<length { self[x + i, y] = cell }
    }

    /// `vert_wall`: `length` squares of `cell` down from `(x, y)`.
    public mutating func drawColumn(_ x: Int, _ y: Int, length: Int, of cell: Cell = .wall) {
      for j in 0..<length { self[x, y + j] = cell }
    }

    /// `wall_rect`: walls around a rectangle.
    public mutating func drawWalls(around room: Rectangle) {
      drawRow(room.x, room.y, length: room.width)
      drawRow(room.x, room.y + room.height - 1, length: room.width)
      drawColumn(room.x, room.y, length: room.height)
      drawColumn(room.x + room.width - 1, room.y, length: room.height)
    }

    /// Everything there is.
    public var bounds: Rectangle { Rectangle(0, 0, width, height) }
  }

  /// A part of a grid, its walls included.
  public struct Rectangle: Sendable, Hashable {
    public var x: Int
    public var y: Int
    public var width: Int
    public var height: Int

    public init(_ x: Int, _ y: Int, _ width: Int, _ height: Int) {
      (self.x, self.y, self.width, self.height) = (x, y, width, height)
    }
  }
}
