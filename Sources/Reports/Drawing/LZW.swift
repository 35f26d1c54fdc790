/// The compression of GIF: a code stands for a run of indices that was seen before, and each code
/// sent adds a run that is longer by one to the table.
enum LZW {
  /// - Parameters:
  ///   - indices: each below `1 << bits`.
  ///   - bits: 2 to 8.
  static func encode(_ indices: [UInt8], bits: Int) -> [UInt8] {
    precondition(2...8 ~= bits, "codes of \(bits) bits")
    let clear = 1 << bits
    var codes = Codes(clear: clear)
    codes.append(clear)
    guard let first = indices.first else {
      codes.append(clear + 1)
      return codes.finish()
    }
    // `[code, index]` The code of the run longer by that index, 0 where there is none.
    var longer = [UInt16](repeating: 0, count: 4096 << bits)
    var next = clear + 2
    var run = Int(first)
    for index in indices.dropFirst() {
      let place = run << bits | Int(index)
      if longer[place] != 0 {
        run = Int(longer[place])
        continue
      }
      codes.append(run)
      if next < 4096 {
        longer[place] = UInt16(next)
        codes.grow(toHold: next)
        next += 1
      } else {
        codes.append(clear)
        codes.reset()
        longer = [UInt16](repeating: 0, count: 4096 << bits)
        next = clear + 2
      }
      run = Int(index)
    }
    codes.append(run)
    codes.append(clear + 1)
    return codes.finish()
  }

  /// Codes of growing width, packed from the lowest bit.
  private struct Codes {
    private var bytes: [UInt8] = []
    private var pending: UInt32 = 0
    private var pendingBits = 0
    private var width: Int
    private let startWidth: Int

    init(clear: Int) {
      startWidth = clear.trailingZeroBitCount + 1
      width = startWidth
    }

    mutating func append(_ code: Int) {
      pending |= UInt32(code) << UInt32(pendingBits)
      pendingBits += width
      while pendingBits >= 8 {
        bytes.append(UInt8(truncatingIfNeeded: pending))
        pending >>= 8
        pendingBits -= 8
      }
    }

    /// Makes codes wider once the table holds one that needs it; the reader does the same, one code
    /// later.
    mutating func grow(toHold code: Int) {
      if code == 1 << width, width < 12 { width += 1 }
    }

    mutating func reset() { width = startWidth }

    mutating func finish() -> [UInt8] {
      if pendingBits > 0 { bytes.append(UInt8(truncatingIfNeeded: pending)) }
      return bytes
    }
  }
}
