/// What the agent sees. All numbers are 0 or 1.
///
/// Both encodings tell the same. `W` is the window: the board `[rows, columns]`, or `[5, 5]` with the
/// agent in its middle. In brackets: only if the settings ask for it.
///
///     compact:  [phase 3] · agent row, agent column (crop: walls W) · key row, key column
///               · door row, door column · [apples: one flag per candidate cell (crop: W)] · [key 1]
///     planes:   W × (wall, agent, key, door, [apple], [phase 3], [key]); the last four are constant
///
/// Rows and columns are one-hot, and all zero for what is not there or not in the window. "key 1" is
/// whether the agent holds the key (`showsKey`) or took it in this step (`flashesKey`); nothing else
/// ever tells, but that a taken key is no longer seen.
extension KeyToDoor {
  /// The shape of an observation.
  struct Window: Sendable {
    /// Cells of the window.
    let rows: Int
    let columns: Int
    let isCrop: Bool
    let isCompact: Bool
    let showsPhase: Bool
    let showsKey: Bool
    let flashesKey: Bool
    /// The candidate apple cells; none in a world without apples.
    let appleCells: [Int]
    /// Numbers per cell, for planes.
    let channels: Int
    let width: Int

    init(_ configuration: Configuration, rows: Int, columns: Int, middle: Ground) {
      isCrop = configuration.view == .crop
      isCompact = configuration.encoding == .compact
      self.rows = isCrop ? 5 : rows
      self.columns = isCrop ? 5 : columns
      showsPhase = configuration.showsPhase
      showsKey = configuration.showsKey
      flashesKey = configuration.flashesKey
      appleCells = configuration.apples.count > 0 ? middle.objects : []
      let cells = self.rows * self.columns
      let flag = showsKey || flashesKey ? 1 : 0
      let phases = showsPhase ? Phase.allCases.count : 0
      channels = 4 + (appleCells.isEmpty ? 0 : 1) + phases + flag
      if isCompact {
        let place = self.rows + self.columns
        let apples = isCrop ? (appleCells.isEmpty ? 0 : cells) : appleCells.count
        width = phases + (isCrop ? cells : place) + 2 * place + apples + flag
      } else {
        width = cells * channels
      }
    }

    var space: Space {
      isCompact
        ? .box(shape: [width], low: 0, high: 1, element: .uint8)
        : .box(
          shape: [rows, columns, channels], low: 0, high: 1, element: .uint8,
          meaning: .image(categories: Array(repeating: 0, count: channels)))
    }
  }

  public func observe(into row: inout MutableSpan<Float>) {
    let window = layout.window
    precondition(
      row.count == window.width, "an observation has \(window.width) numbers, not \(row.count)")
    row.update(repeating: 0)
    if window.isCompact {
      writeCompact(window, into: &row)
    } else {
      writePlanes(window, into: &row)
    }
  }

  private func writeCompact(_ window: borrowing Window, into row: inout MutableSpan<Float>) {
    var next = 0
    if window.showsPhase {
      row[phase.rawValue] = 1
      next = 3
    }
    let corner = corner(of: window)

    /// Sets the two coordinates of a cell, and moves on.
    func mark(_ cell: Int, in row: inout MutableSpan<Float>) {
      let place = place(of: cell, in: window, from: corner)
      if place.isSeen {
        row[next + place.row] = 1
        row[next + window.rows + place.column] = 1
      }
      next += window.rows + window.columns
    }

    if window.isCrop {
      for index in 0..<window.rows * window.columns {
        let seen = boardCell(index, of: window, from: corner)
        if seen >= 0 && layout.isWall(seen, in: phase) { row[next + index] = 1 }
      }
      next += window.rows * window.columns
    } else {
      mark(cell, in: &row)
    }
    mark(phase == .explore ? keyCell : -1, in: &row)
    mark(phase == .reward ? doorCell : -1, in: &row)
    if !window.appleCells.isEmpty {
      var left = phase == .middle ? apples : 0
      while left != 0 {
        let index = left.trailingZeroBitCount
        left &= left - 1
        if window.isCrop {
          let place = place(of: window.appleCells[index], in: window, from: corner)
          if place.isSeen { row[next + place.row * window.columns + place.column] = 1 }
        } else {
          row[next + index] = 1
        }
      }
      next += window.isCrop ? window.rows * window.columns : window.appleCells.count
    }
    if keyFlag(window) { row[next] = 1 }
  }

  private func writePlanes(_ window: borrowing Window, into row: inout MutableSpan<Float>) {
    let corner = corner(of: window)
    let channels = window.channels
    let hasApples = !window.appleCells.isEmpty
    let phaseChannel = hasApples ? 5 : 4
    let isFlagged = keyFlag(window)
    for index in 0..<window.rows * window.columns {
      let first = index * channels
      let seen = boardCell(index, of: window, from: corner)
      if seen >= 0 {
        if layout.isWall(seen, in: phase) { row[first] = 1 }
        if seen == cell { row[first + 1] = 1 }
        if phase == .explore && seen == keyCell { row[first + 2] = 1 }
        if phase == .reward && seen == doorCell { row[first + 3] = 1 }
        if hasApples && phase == .middle && apples & layout.appleBit(at: seen) != 0 {
          row[first + 4] = 1
        }
      }
      if window.showsPhase { row[first + phaseChannel + phase.rawValue] = 1 }
      if isFlagged { row[first + channels - 1] = 1 }
    }
  }

  private func keyFlag(_ window: borrowing Window) -> Bool {
    (window.showsKey && hasKey) || (window.flashesKey && tookKeyJustNow)
  }

  /// The board coordinates of the window's first cell; may lie outside the board.
  private func corner(of window: borrowing Window) -> (row: Int, column: Int) {
    window.isCrop ? (cell / layout.columns - 2, cell % layout.columns - 2) : (0, 0)
  }

  /// Where a board cell (or -1 for what is nowhere) is seen in the window.
  private func place(
    of cell: Int, in window: borrowing Window, from corner: (row: Int, column: Int)
  ) -> (isSeen: Bool, row: Int, column: Int) {
    guard cell >= 0 else { return (false, 0, 0) }
    let row = cell / layout.columns - corner.row
    let column = cell % layout.columns - corner.column
    let isSeen = row >= 0 && row < window.rows && column >= 0 && column < window.columns
    return (isSeen, row, column)
  }

  /// The board cell seen at place `index` of the window, or -1 outside the board.
  private func boardCell(
    _ index: Int, of window: borrowing Window, from corner: (row: Int, column: Int)
  ) -> Int {
    let row = corner.row + index / window.columns
    let column = corner.column + index % window.columns
    guard row >= 0, row < layout.rows, column >= 0, column < layout.columns else { return -1 }
    return row * layout.columns + column
  }
}
