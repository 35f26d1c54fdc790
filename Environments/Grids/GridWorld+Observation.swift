/// What the agent sees. All numbers are in `0...1`.
///
///     compact:  column / (columns - 1), row / (rows - 1) · [goal column, goal row]
///               · one flag for each coin, key and door in reading order: 1 once taken or entered
///     cell:     one-hot cell · [one-hot goal cell] · the same flags
///     window:   [2 radius + 1, 2 radius + 1, channels], the agent in the middle, walls outside
///     map:      [rows, columns, channels]
///
/// The goal is written in brackets because it is there only where one is drawn for each episode and
/// shown. The channels of pictures are flags: wall; agent (map only); then one for each of the
/// following that the map has: goal (where goals are shown), pit, cliff, coin, key and door of each
/// colour, ice, and the one-way cells of each direction. What was taken, and a door that was entered,
/// is seen no more.
extension GridWorld {
  /// The shape of an observation.
  struct View: Sendable {
    let mode: ObservationMode
    let radius: Int
    let showsGoal: Bool
    let hidesGoals: Bool
    /// `[cell]` The channel of what stands there, or -1.
    let channelOfCell: [Int]
    let channels: Int
    let columns: Int
    let rows: Int
    let width: Int

    /// What a channel shows; the colour counts for keys and doors alone.
    private struct Channel: Hashable {
      var kind: Kind
      var colour: Colour?
    }

    init(
      _ configuration: Configuration, kinds: [Kind], colours: [Colour], onceCells: [Int],
      columns: Int
    ) {
      mode = configuration.observation.mode
      radius = configuration.observation.radius
      hidesGoals = !configuration.goals.areShown
      showsGoal = configuration.goals.perEpisode == .one && configuration.goals.areShown
      self.columns = columns
      rows = kinds.count / columns

      func channel(_ cell: Int) -> Channel {
        switch kinds[cell] {
        case .key, .door: Channel(kind: kinds[cell], colour: colours[cell])
        case .startGoal: Channel(kind: .goal)
        default: Channel(kind: kinds[cell])
        }
      }
      let present = Set(kinds.indices.map(channel))
      var order = [Channel(kind: .wall)]
      if mode == .map { order.append(Channel(kind: .start)) }  // the agent's
      for kind in Kind.allCases where ![.floor, .wall, .start].contains(kind) {
        if kind == .goal && hidesGoals { continue }
        if present.contains(Channel(kind: kind)) { order.append(Channel(kind: kind)) }
        for colour in Colour.allCases where present.contains(Channel(kind: kind, colour: colour)) {
          order.append(Channel(kind: kind, colour: colour))
        }
      }
      channelOfCell = kinds.indices.map { cell in
        kinds[cell] == .start ? -1 : order.firstIndex(of: channel(cell)) ?? -1
      }
      channels = order.count
      let side = 2 * radius + 1
      width =
        switch mode {
        case .compact: 2 + (showsGoal ? 2 : 0) + onceCells.count
        case .cell: kinds.count * (showsGoal ? 2 : 1) + onceCells.count
        case .window: side * side * channels
        case .map: kinds.count * channels
        }
    }

    var space: Space {
      switch mode {
      case .compact: .box(shape: [width], low: 0, high: 1)
      case .cell: .box(shape: [width], low: 0, high: 1, element: .uint8)
      case .window: picture(rows: 2 * radius + 1, columns: 2 * radius + 1)
      case .map: picture(rows: rows, columns: columns)
      }
    }

    private func picture(rows: Int, columns: Int) -> Space {
      .box(
        shape: [rows, columns, channels], low: 0, high: 1, element: .uint8,
        meaning: .image(categories: Array(repeating: 0, count: channels)))
    }
  }

  public func observe(into row: inout MutableSpan<Float>) {
    precondition(
      row.count == layout.view.width,
      "an observation has \(layout.view.width) numbers, not \(row.count)")
    switch layout.view.mode {
    case .compact: writeCompact(into: &row)
    case .cell: writeCell(into: &row)
    case .window: writeWindow(into: &row)
    case .map: writeMap(into: &row)
    }
  }

  private func writeCompact(into row: inout MutableSpan<Float>) {
    writePlace(Int(state.cell), at: 0, into: &row)
    var next = 2
    if layout.view.showsGoal {
      writePlace(Int(state.goal), at: 2, into: &row)
      next = 4
    }
    writeFlags(from: next, into: &row)
  }

  private func writePlace(_ cell: Int, at first: Int, into row: inout MutableSpan<Float>) {
    row[first] = layout.places[2 * cell]
    row[first + 1] = layout.places[2 * cell + 1]
  }

  private func writeFlags(from first: Int, into row: inout MutableSpan<Float>) {
    for index in first..<row.count {
      row[index] = state.collected >> UInt64(index - first) & 1 == 1 ? 1 : 0
    }
  }

  private func writeCell(into row: inout MutableSpan<Float>) {
    row.update(repeating: 0)
    row[Int(state.cell)] = 1
    var next = layout.kinds.count
    if layout.view.showsGoal {
      row[next + Int(state.goal)] = 1
      next += layout.kinds.count
    }
    writeFlags(from: next, into: &row)
  }

  private func writeMap(into row: inout MutableSpan<Float>) {
    row.update(repeating: 0)
    let channels = layout.view.channels
    for cell in layout.kinds.indices {
      let channel = visibleChannel(of: cell)
      if channel >= 0 { row[cell * channels + channel] = 1 }
    }
    row[Int(state.cell) * channels + 1] = 1
  }

  private func writeWindow(into row: inout MutableSpan<Float>) {
    row.update(repeating: 0)
    let (channels, radius) = (layout.view.channels, layout.view.radius)
    let (y, x) = Int(state.cell).quotientAndRemainder(dividingBy: layout.columns)
    var place = 0
    for seenRow in (y - radius)...(y + radius) {
      for seenColumn in (x - radius)...(x + radius) {
        let isInside =
          seenRow >= 0 && seenRow < layout.rows && seenColumn >= 0 && seenColumn < layout.columns
        let channel = isInside ? visibleChannel(of: seenRow * layout.columns + seenColumn) : 0
        if channel >= 0 { row[place + channel] = 1 }
        place += channels
      }
    }
  }

  /// The channel of what is seen in a cell now, or -1.
  private func visibleChannel(of cell: Int) -> Int {
    let isGone =
      state.collected & layout.bits[cell] != 0
      || (layout.drawsGoal && layout.kinds[cell].isGoal && Int(state.goal) != cell)
    return isGone ? -1 : layout.view.channelOfCell[cell]
  }
}
