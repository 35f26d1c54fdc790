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

  /// Squares of a picture, and whether an observation is more than that.
  private var isFull: Bool { rules.view == .full }
  private var squares: Int { isFull ? board.width * board.height : Self.viewSize * Self.viewSize }
  private var isDictionary: Bool { rules.observation == .dictionary }
  private var hasMission: Bool { isDictionary && rules.missions.count > 1 }

  func observe(into row: inout MutableSpan<Float>) {
    let first = isDictionary ? 1 : 0
    let end = first + 3 * squares
    precondition(
      row.count == (hasMission ? end + 1 : end), "a row of \(row.count) numbers is not one of ours")
    do {
      var bytes = row.mutableBytes
      writePicture(into: &bytes, from: 4 * first, as: Float.self)
    }
    if isDictionary { row[0] = Float(heading) }
    if hasMission { row[end] = Float(missionIndex) }
  }

  func observe(intoBytes row: inout MutableRawSpan) -> Bool {
    let first = isDictionary ? 8 : 0
    let end = first + 3 * squares
    precondition(
      row.byteCount == (hasMission ? end + 8 : end),
      "a row of \(row.byteCount) bytes is not one of ours")
    writePicture(into: &row, from: first, as: UInt8.self)
    if isDictionary { row.storeBytes(of: Int64(heading), as: Int64.self) }
    if hasMission { row.storeBytes(of: Int64(missionIndex), toByteOffset: end, as: Int64.self) }
    return true
  }

  /// What is seen depends on the state, in an episode.
  @inline(__always)
  var observationKey: UInt64? { isNumbered ? state.bits : nil }

  /// And on the state alone where nothing was laid out.
  var observationScope: UInt64? {
    isNumbered && !board.isChanged && things.isEmpty && missions.count == 1 ? rules.number : nil
  }

  private func writePicture<Number: PictureNumber>(
    into row: inout MutableRawSpan, from start: Int, as type: Number.Type
  ) {
    if isFull {
      writeBoard(into: &row, from: start, as: type)
    } else {
      writeView(into: &row, from: start, as: type)
    }
  }

  /// Writes the three numbers of a square; the fourth of the vector falls on the next square, which
  /// must be written after, so the last one of a picture needs ``writeAlone(_:into:from:at:as:)``.
  ///
  /// - Parameter index: of the first number, counted from the picture's start.
  @inline(__always)
  private func write<Number: PictureNumber>(
    _ code: UInt8, into row: inout MutableRawSpan, from start: Int, at index: Int,
    as type: Number.Type
  ) {
    row.storeBytes(
      of: Number.vector(code, rules), toByteOffset: start &+ MemoryLayout<Number>.size &* index,
      as: Number.Vector.self)
  }

  private func writeAlone<Number: PictureNumber>(
    _ cell: Cell, into row: inout MutableRawSpan, from start: Int, at index: Int,
    as type: Number.Type
  ) {
    let encoding = cell.encoding
    let place = start + MemoryLayout<Number>.size * index
    write(encoding.object, encoding.colour, encoding.state, into: &row, at: place, as: type)
  }

  private func write<Number: PictureNumber>(
    _ object: UInt8, _ colour: UInt8, _ state: UInt8, into row: inout MutableRawSpan,
    at place: Int, as type: Number.Type
  ) {
    let size = MemoryLayout<Number>.size
    row.storeBytes(of: Number(object), toByteOffset: place, as: Number.self)
    row.storeBytes(of: Number(colour), toByteOffset: place + size, as: Number.self)
    row.storeBytes(of: Number(state), toByteOffset: place + 2 * size, as: Number.self)
  }

  private func writeView<Number: PictureNumber>(
    into row: inout MutableRawSpan, from start: Int, as type: Number.Type
  ) {
    let ahead = offset(heading)
    let right = offset((heading + 1) & 3)
    let seen = rules.seesThroughWalls ? .max : seenSquares()
    let corner = place + 6 * ahead - 3 * right
    for x in 0..<7 {
      // Byte `6 - y` is 255 where square `y` of this column is seen.
      let visible = (seen &>> UInt64(x) & 0x0101_0101_0101_0101) &* 0xFF
      let far = corner &+ x &* right
      let index = 21 &* x
      for y in 0..<6 {
        let code = board.cells[far &- y &* ahead].code
        let mask = UInt8(truncatingIfNeeded: visible &>> UInt64(8 * (6 - y)))
        write(code & mask, into: &row, from: start, at: index &+ 3 &* y, as: type)
      }
      let code = board.cells[far &- 6 &* ahead].code & UInt8(truncatingIfNeeded: visible)
      if x < 6 { write(code, into: &row, from: start, at: index + 18, as: type) }
    }
    // The agent's own line ends with the view's last square.
    let last = seen >> 6 & 1 == 1 ? board.cells[place + 3 * right] : Cell(code: 0)
    writeAlone(last, into: &row, from: start, at: 144, as: type)
    // The agent's own square shows what it carries.
    writeAlone(carried, into: &row, from: start, at: 3 * (3 * 7 + 6), as: type)
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

  private func writeBoard<Number: PictureNumber>(
    into row: inout MutableRawSpan, from start: Int, as type: Number.Type
  ) {
    var index = 0
    for x in 0..<board.width {
      for y in 0..<board.height where x < board.width - 1 || y < board.height - 1 {
        write(board[x, y].code, into: &row, from: start, at: index, as: type)
        index += 3
      }
    }
    writeAlone(
      board[board.width - 1, board.height - 1], into: &row, from: start, at: index, as: type)
    let agent = position
    let own = start + MemoryLayout<Number>.size * 3 * (agent.x * board.height + agent.y)
    write(Object.agent.rawValue, 0, UInt8(heading), into: &row, at: own, as: type)
  }
}

/// What the numbers of a picture are written as.
private protocol PictureNumber: BitwiseCopyable {
  /// Four of them.
  associatedtype Vector: BitwiseCopyable
  init(_ number: UInt8)
  /// The three numbers of a square's code, and a zero.
  static func vector(_ code: UInt8, _ rules: MiniGrid.Rules) -> Vector
}

extension Float: PictureNumber {
  fileprivate static func vector(_ code: UInt8, _ rules: MiniGrid.Rules) -> SIMD4<Float> {
    rules.numbers[Int(code & 127)]
  }
}

extension UInt8: PictureNumber {
  fileprivate static func vector(_ code: UInt8, _ rules: MiniGrid.Rules) -> SIMD4<UInt8> {
    rules.bytes[Int(code & 127)]
  }
}
