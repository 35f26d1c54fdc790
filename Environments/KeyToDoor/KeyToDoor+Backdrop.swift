extension KeyToDoor {
  /// What of an observation phase and place alone decide: the walls in the window and the phase's
  /// flags, as rows to be copied, and which candidate apples can be in the window.
  struct Backdrop: Sendable {
    private let isCrop: Bool
    /// Cells of the window.
    private let rows: Int
    private let columns: Int
    private let width: Int
    private let cells: Int
    /// `[phase, cell, width]` for a crop, `[phase, width]` for the whole board.
    private let observations: [Float]
    /// `[cell, 2]` Row and column on the board.
    private let coordinates: [Int32]
    /// `[cell]` The candidate apples in a crop around the cell; none where all are seen.
    private let candidates: [UInt64]

    /// - Parameter walls: `[phase, cell]`
    init(_ window: Window, rows boardRows: Int, columns boardColumns: Int, walls: [Bool]) {
      isCrop = window.isCrop
      (rows, columns, width) = (window.rows, window.columns, window.width)
      let cells = boardRows * boardColumns
      self.cells = cells
      coordinates = (0..<cells).flatMap { [Int32($0 / boardColumns), Int32($0 % boardColumns)] }
      let phases = Phase.allCases
      var observations: [Float] = []
      observations.reserveCapacity(phases.count * (isCrop ? cells : 1) * width)
      for phase in phases {
        for cell in 0..<(isCrop ? cells : 1) {
          let corner =
            isCrop
            ? (row: cell / boardColumns - 2, column: cell % boardColumns - 2)
            : (row: 0, column: 0)
          var row = [Float](repeating: 0, count: width)
          if window.isCompact && window.showsPhase { row[phase.rawValue] = 1 }
          let phaseChannel = window.appleCells.isEmpty ? 4 : 5
          for index in 0..<rows * columns {
            let (y, x) = (corner.row + index / columns, corner.column + index % columns)
            let isInside = 0..<boardRows ~= y && 0..<boardColumns ~= x
            let isWall = isInside && walls[phase.rawValue * cells + y * boardColumns + x]
            if window.isCompact {
              if isCrop && isWall { row[(window.showsPhase ? phases.count : 0) + index] = 1 }
            } else {
              if isWall { row[index * window.channels] = 1 }
              if window.showsPhase {
                row[index * window.channels + phaseChannel + phase.rawValue] = 1
              }
            }
          }
          observations += row
        }
      }
      self.observations = observations
      candidates =
        isCrop
        ? (0..<cells).map { cell in
          window.appleCells.prefix(64).enumerated().reduce(0) { seen, candidate in
            let isSeen =
              abs(candidate.element / boardColumns - cell / boardColumns) <= 2
              && abs(candidate.element % boardColumns - cell % boardColumns) <= 2
            return isSeen ? seen | 1 << UInt64(candidate.offset) : seen
          }
        } : []
    }

    /// Writes a whole observation: the walls, the phase, and 0 for all else.
    func write(phase: Phase, cell: Int, into row: inout MutableSpan<Float>) {
      let number = isCrop ? phase.rawValue * cells + cell : phase.rawValue
      let source = observations.span.extracting(number * width..<(number + 1) * width)
      row.withUnsafeMutableBytes { target in
        source.withUnsafeBytes { target.copyMemory(from: $0) }
      }
    }

    /// Bits of the candidate apples that an agent on `cell` could see.
    func candidatesSeen(from cell: Int) -> UInt64 { isCrop ? candidates[cell] : ~0 }

    /// Which cell of the window of an agent on `agent` a cell is, or `nil` outside.
    func place(of cell: Int, seenFrom agent: Int) -> Int? {
      guard isCrop else { return cell }
      let row = Int(coordinates[2 * cell]) - Int(coordinates[2 * agent]) + 2
      let column = Int(coordinates[2 * cell + 1]) - Int(coordinates[2 * agent + 1]) + 2
      return 0..<rows ~= row && 0..<columns ~= column ? row * columns + column : nil
    }

    /// Sets the one-hot row and column of a cell in the window, which begin at `first`; nothing where
    /// the cell is outside.
    func mark(_ cell: Int, seenFrom agent: Int, at first: Int, in row: inout MutableSpan<Float>) {
      var (y, x) = (Int(coordinates[2 * cell]), Int(coordinates[2 * cell + 1]))
      if isCrop {
        y += 2 - Int(coordinates[2 * agent])
        x += 2 - Int(coordinates[2 * agent + 1])
        guard 0..<rows ~= y && 0..<columns ~= x else { return }
      }
      row[first + y] = 1
      row[first + rows + x] = 1
    }
  }
}
