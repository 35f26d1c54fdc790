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
    layout.paint(
      Sight(
        phase: phase, cell: cell, keyCell: phase == .explore ? keyCell : -1,
        doorCell: phase == .reward ? doorCell : -1, apples: phase == .middle ? apples : 0,
        hasKey: hasKey, tookKeyJustNow: tookKeyJustNow),
      into: &row)
  }

  /// What there is to see: a small part of the world, as passing all of it copies it.
  struct Sight {
    var phase: Phase
    var cell: Int
    /// Of the key and the door where they are to be seen, or -1.
    var keyCell: Int
    var doorCell: Int
    var apples: UInt64
    var hasKey: Bool
    var tookKeyJustNow: Bool
  }
}

extension KeyToDoor.Layout {
  func paint(_ sight: KeyToDoor.Sight, into row: inout MutableSpan<Float>) {
    precondition(
      row.count == window.width, "an observation has \(window.width) numbers, not \(row.count)")
    backdrop.write(phase: sight.phase, cell: sight.cell, into: &row)
    if window.isCompact {
      paintCompact(sight, into: &row)
    } else {
      paintPlanes(sight, into: &row)
    }
  }

  private func paintCompact(_ sight: KeyToDoor.Sight, into row: inout MutableSpan<Float>) {
    let (rows, columns) = (window.rows, window.columns)
    var next = window.showsPhase ? KeyToDoor.Phase.allCases.count : 0
    if window.isCrop {
      next += rows * columns
    } else {
      backdrop.mark(sight.cell, seenFrom: sight.cell, at: next, in: &row)
      next += rows + columns
    }
    if sight.keyCell >= 0 {
      backdrop.mark(sight.keyCell, seenFrom: sight.cell, at: next, in: &row)
    }
    next += rows + columns
    if sight.doorCell >= 0 {
      backdrop.mark(sight.doorCell, seenFrom: sight.cell, at: next, in: &row)
    }
    next += rows + columns
    if appleCount > 0 {
      var left = sight.apples & backdrop.candidatesSeen(from: sight.cell)
      while left != 0 {
        let index = left.trailingZeroBitCount
        left &= left - 1
        if !window.isCrop {
          row[next + index] = 1
        } else if let place = backdrop.place(of: window.appleCells[index], seenFrom: sight.cell) {
          row[next + place] = 1
        }
      }
      next += window.isCrop ? rows * columns : window.appleCells.count
    }
    if showsKeyFlag(sight) { row[next] = 1 }
  }

  private func paintPlanes(_ sight: KeyToDoor.Sight, into row: inout MutableSpan<Float>) {
    let channels = window.channels
    let cells: InlineArray = [sight.cell, sight.keyCell, sight.doorCell]
    for index in cells.indices where cells[index] >= 0 {
      if let place = backdrop.place(of: cells[index], seenFrom: sight.cell) {
        row[place * channels + index + 1] = 1
      }
    }
    var left = sight.apples & backdrop.candidatesSeen(from: sight.cell)
    while left != 0 {
      let apple = window.appleCells[left.trailingZeroBitCount]
      left &= left - 1
      if let place = backdrop.place(of: apple, seenFrom: sight.cell) {
        row[place * channels + 4] = 1
      }
    }
    if showsKeyFlag(sight) {
      for index in 0..<window.rows * window.columns { row[index * channels + channels - 1] = 1 }
    }
  }

  private func showsKeyFlag(_ sight: KeyToDoor.Sight) -> Bool {
    (window.showsKey && sight.hasKey) || (window.flashesKey && sight.tookKeyJustNow)
  }
}
