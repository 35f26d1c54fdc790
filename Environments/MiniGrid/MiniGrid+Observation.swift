/// What the agent sees.
///
/// A view's square `(x, y)`, `y` from the far end to the agent's own line, is the board's place
///
///     agent + (6 - y) · ahead + (x - 3) · right
///
/// where `ahead` and `right` lead one square on: MiniGrid's cutting and turning of the grid in one.
extension MiniGrid {
  /// Squares along a side of a partial view.
  static let viewSize = 7

  static func space(
    width: Int, height: Int, missions: Int, settings: some MiniGridSettings
  ) -> Space {
    let isFull = settings.view == .full
    let shape = isFull ? [width, height, 3] : [viewSize, viewSize, 3]
    // In a full view the agent's state is its heading.
    let image = Space.box(
      shape: shape, low: 0, high: 255, element: .uint8,
      meaning: .image(categories: [11, 6, isFull ? 4 : 3]))
    if settings.observation == .image { return image }
    let common = [
      Space.Member("direction", .discrete(count: 4)), Space.Member("image", image),
    ]
    return .dictionary(
      missions > 1 ? common + [Space.Member("mission", .discrete(count: missions))] : common)
  }

  func observe(into row: inout MutableSpan<Float>) {
    let isFull = rules.view == .full
    let squares = isFull ? board.width * board.height : Self.viewSize * Self.viewSize
    let isDictionary = rules.observation == .dictionary
    let first = isDictionary ? 1 : 0
    let end = first + 3 * squares
    let hasMission = isDictionary && rules.missions.count > 1
    precondition(
      row.count == (hasMission ? end + 1 : end), "a row of \(row.count) numbers is not one of ours")
    if isFull { writeBoard(into: &row, at: first) } else { writeView(into: &row, at: first) }
    if isDictionary { row[0] = Float(heading) }
    if hasMission { row[end] = Float(missionIndex) }
  }

  /// Writes the three numbers of a square; the fourth of the vector falls on the next square, which
  /// must be written after, so the last one of a picture needs ``writeAlone(_:into:at:)``.
  @inline(__always)
  private func write(_ code: UInt8, into bytes: inout MutableRawSpan, at index: Int) {
    bytes.storeBytes(
      of: rules.numbers[Int(code & 127)], toByteOffset: 4 &* index, as: SIMD4<Float>.self)
  }

  private func writeAlone(_ cell: Cell, into row: inout MutableSpan<Float>, at index: Int) {
    let encoding = cell.encoding
    row[index] = Float(encoding.object)
    row[index + 1] = Float(encoding.colour)
    row[index + 2] = Float(encoding.state)
  }

  private func writeView(into row: inout MutableSpan<Float>, at start: Int) {
    let ahead = offset(heading)
    let right = offset((heading + 1) & 3)
    let seen = rules.seesThroughWalls ? .max : seenSquares()
    let corner = place + 6 * ahead - 3 * right
    do {
      var bytes = row.mutableBytes
      for x in 0..<7 {
        // Byte `6 - y` is 255 where square `y` of this column is seen.
        let visible = (seen &>> UInt64(x) & 0x0101_0101_0101_0101) &* 0xFF
        let far = corner &+ x &* right
        let index = start &+ 21 &* x
        for y in 0..<6 {
          let code = board.cells[far &- y &* ahead].code
          let mask = UInt8(truncatingIfNeeded: visible &>> UInt64(8 * (6 - y)))
          write(code & mask, into: &bytes, at: index &+ 3 &* y)
        }
        let code = board.cells[far &- 6 &* ahead].code & UInt8(truncatingIfNeeded: visible)
        if x < 6 { write(code, into: &bytes, at: index + 18) }
      }
    }
    // The agent's own line ends with the view's last square.
    let last = seen >> 6 & 1 == 1 ? board.cells[place + 3 * right] : Cell(code: 0)
    writeAlone(last, into: &row, at: start + 144)
    // The agent's own square shows what it carries.
    writeAlone(carried, into: &row, at: start + 3 * (3 * 7 + 6))
  }

  /// Which squares of the view the agent sees: bit `8 · (6 - y) + x`.
  ///
  /// MiniGrid's `process_vis`, a row at a time. Light starts at the agent; in each row, the agent's
  /// first, it spreads to both sides through transparent squares and onto the first opaque one, and
  /// from each lit transparent square to the three beyond it in the next row.
  func seenSquares() -> UInt64 {
    let isVertical = heading & 1 == 1
    // Lines across the view, and the bits on them: rows and columns, or the other way round.
    let lines = isVertical ? row : board.height + 2 * Board.margin + column
    let toward = heading < 2 ? 1 : -1
    let shift = UInt64((isVertical ? column : row) - 3)
    var seen: UInt64 = 0
    var lit: UInt64 = 0b000_1000
    for distance in 0..<7 {
      let clear = board.sight[lines + distance * toward] &>> shift & 0x7F
      let light = lit & clear
      // Adding a bit to a run of ones carries to the first zero above: the run's end, and one on.
      lit |= (clear + light) ^ clear
      var spread = light
      var run = clear
      spread |= run & spread >> 1
      run &= run >> 1
      spread |= run & spread >> 2
      run &= run >> 2
      spread |= run & spread >> 4
      lit = (lit | spread | spread >> 1) & 0x7F
      seen |= lit &<< UInt64(8 * distance)
      let through = lit & clear
      lit = (through | through << 1 | through >> 1) & 0x7F
    }
    // Looking down or left, the right hand points to lower bits.
    return heading == 1 || heading == 2 ? Self.mirrored(seen) : seen
  }

  /// The low seven bits of each byte in reverse.
  private static func mirrored(_ bits: UInt64) -> UInt64 {
    // Reversing a byte moves bit `x` to `7 - x`, one too far.
    var x = bits
    x = (x >> 1) & 0x5555_5555_5555_5555 | (x & 0x5555_5555_5555_5555) << 1
    x = (x >> 2) & 0x3333_3333_3333_3333 | (x & 0x3333_3333_3333_3333) << 2
    x = (x >> 4) & 0x0F0F_0F0F_0F0F_0F0F | (x & 0x0F0F_0F0F_0F0F_0F0F) << 4
    return x >> 1 & 0x7F7F_7F7F_7F7F_7F7F
  }

  private func writeBoard(into row: inout MutableSpan<Float>, at start: Int) {
    var index = start
    do {
      var bytes = row.mutableBytes
      for x in 0..<board.width {
        for y in 0..<board.height where x < board.width - 1 || y < board.height - 1 {
          write(board[x, y].code, into: &bytes, at: index)
          index += 3
        }
      }
    }
    writeAlone(board[board.width - 1, board.height - 1], into: &row, at: index)
    let agent = position
    let own = start + 3 * (agent.x * board.height + agent.y)
    row[own] = Float(Object.agent.rawValue)
    row[own + 1] = 0
    row[own + 2] = Float(heading)
  }
}
