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
    layout.backdrop.write(phase: phase, cell: cell, into: &row)
    if window.isCompact {
      writeCompact(window, into: &row)
    } else {
      writePlanes(window, into: &row)
    }
  }

  private func writeCompact(_ window: borrowing Window, into row: inout MutableSpan<Float>) {
    let backdrop = layout.backdrop
    var next = window.showsPhase ? Phase.allCases.count : 0

    /// Sets the two coordinates of a cell, and moves on.
    func mark(_ object: Int, in row: inout MutableSpan<Float>) {
      if object >= 0, let place = backdrop.place(of: object, seenFrom: cell) {
        row[next + place.row] = 1
        row[next + window.rows + place.column] = 1
      }
      next += window.rows + window.columns
    }

    if window.isCrop { next += window.rows * window.columns } else { mark(cell, in: &row) }
    mark(phase == .explore ? keyCell : -1, in: &row)
    mark(phase == .reward ? doorCell : -1, in: &row)
    if !window.appleCells.isEmpty {
      var left = visibleApples
      while left != 0 {
        let index = left.trailingZeroBitCount
        left &= left - 1
        if !window.isCrop {
          row[next + index] = 1
        } else if let place = backdrop.place(of: window.appleCells[index], seenFrom: cell) {
          row[next + place.row * window.columns + place.column] = 1
        }
      }
      next += window.isCrop ? window.rows * window.columns : window.appleCells.count
    }
    if keyFlag(window) { row[next] = 1 }
  }

  private func writePlanes(_ window: borrowing Window, into row: inout MutableSpan<Float>) {
    let backdrop = layout.backdrop
    let channels = window.channels

    func mark(_ object: Int, _ channel: Int, in row: inout MutableSpan<Float>) {
      guard object >= 0, let place = backdrop.place(of: object, seenFrom: cell) else { return }
      row[(place.row * window.columns + place.column) * channels + channel] = 1
    }

    mark(cell, 1, in: &row)
    mark(phase == .explore ? keyCell : -1, 2, in: &row)
    mark(phase == .reward ? doorCell : -1, 3, in: &row)
    var left = visibleApples
    while left != 0 {
      mark(window.appleCells[left.trailingZeroBitCount], 4, in: &row)
      left &= left - 1
    }
    if keyFlag(window) {
      for index in 0..<window.rows * window.columns { row[index * channels + channels - 1] = 1 }
    }
  }

  /// The apples that lie in the window now.
  private var visibleApples: UInt64 {
    phase == .middle ? apples & layout.backdrop.candidatesSeen(from: cell) : 0
  }

  private func keyFlag(_ window: borrowing Window) -> Bool {
    (window.showsKey && hasKey) || (window.flashesKey && tookKeyJustNow)
  }
}
