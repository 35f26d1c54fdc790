/// NumPy's `default_rng(seed)`, number for number: what programs written in Python drew, we draw.
///
/// A seed is spread by `SeedSequence`, numbers come from PCG64 (O'Neill's XSL-RR on a 128-bit linear
/// congruential generator), and the methods make them into integers, reals and orders as NumPy's
/// `Generator` does:
///
///     s ← s · m + c  (mod 2¹²⁸),   output = rotate(high(s) ⊕ low(s), right by s >> 122)
///
/// For randomness of our own there is ``RandomStream``, whose streams are independent by name.
public struct NumPyGenerator: Sendable, Hashable {
  private var state: UInt128
  private let increment: UInt128
  /// The high half of the last output that was drawn for 32 bits, while it is unused.
  private var spare: UInt32 = 0
  private var hasSpare = false

  /// The generator that `numpy.random.default_rng(seed)` returns.
  public init(seed: UInt64) {
    var words = SeedSequence(seed)
    let (q0, q1) = (words.next64(), words.next64())
    let (q2, q3) = (words.next64(), words.next64())
    increment = (UInt128(q2) << 64 | UInt128(q3)) << 1 | 1
    state = increment  // one step from zero
    state &+= UInt128(q0) << 64 | UInt128(q1)
    step()
  }

  @inline(__always)
  private mutating func step() {
    state = state &* 0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645 &+ increment
  }

  /// 64 random bits.
  public mutating func next64() -> UInt64 {
    step()
    let folded = UInt64(truncatingIfNeeded: state >> 64) ^ UInt64(truncatingIfNeeded: state)
    let turn = UInt64(truncatingIfNeeded: state >> 122)
    return folded &>> turn | folded &<< (64 &- turn)
  }

  /// 32 random bits: the low half of an output first, its high half the next time.
  public mutating func next32() -> UInt32 {
    if hasSpare {
      hasSpare = false
      return spare
    }
    let bits = next64()
    spare = UInt32(truncatingIfNeeded: bits >> 32)
    hasSpare = true
    return UInt32(truncatingIfNeeded: bits)
  }

  /// `integers(low, high)`: a whole number of `range`, without bias (Lemire's method).
  ///
  /// A range of one number costs no draw; one of up to 2³² costs 32 bits, a wider one 64.
  public mutating func integer(in range: Range<Int>) -> Int {
    precondition(!range.isEmpty, "there is no number in \(range)")
    let span = UInt64(bitPattern: Int64(range.upperBound &- 1 &- range.lowerBound))
    if span == 0 { return range.lowerBound }
    let offset = span <= UInt32.max ? narrow(UInt32(span)) : wide(span)
    return range.lowerBound &+ Int(truncatingIfNeeded: offset)
  }

  /// A number in `0...span`.
  private mutating func narrow(_ span: UInt32) -> UInt64 {
    guard span < .max else { return UInt64(next32()) }
    let count = span + 1
    var product = UInt64(next32()) &* UInt64(count)
    if UInt32(truncatingIfNeeded: product) < count {
      let threshold = (UInt32.max - span) % count
      while UInt32(truncatingIfNeeded: product) < threshold {
        product = UInt64(next32()) &* UInt64(count)
      }
    }
    return product >> 32
  }

  private mutating func wide(_ span: UInt64) -> UInt64 {
    guard span < .max else { return next64() }
    let count = span + 1
    var product = next64().multipliedFullWidth(by: count)
    if product.low < count {
      let threshold = (UInt64.max - span) % count
      while product.low < threshold { product = next64().multipliedFullWidth(by: count) }
    }
    return product.high
  }

  /// `random()`: a multiple of 2⁻⁵³ in `0 ..< 1`.
  public mutating func uniform() -> Double { Double(next64() >> 11) * 0x1p-53 }

  /// `uniform(low, high)`.
  public mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * uniform()
  }

  /// `choice(elements)`: one of them, each with the same probability.
  public mutating func choice<Elements: RandomAccessCollection>(
    of elements: Elements
  ) -> Elements.Element {
    elements[elements.index(elements.startIndex, offsetBy: integer(in: 0..<elements.count))]
  }

  /// `shuffle(elements)` as NumPy shuffles a Python list, from the end to the front.
  ///
  /// One-dimensional NumPy arrays draw their places as ``integer(in:)`` does, and so end up in
  /// another order; this is not that.
  public mutating func shuffle<Elements: MutableCollection & RandomAccessCollection>(
    _ elements: inout Elements
  ) where Elements.Index == Int {
    let first = elements.startIndex
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(first + last, first + masked(last))
    }
  }

  /// A number in `0...last`: as many bits as `last` has, drawn until they will do.
  private mutating func masked(_ last: Int) -> Int {
    let mask = UInt64.max >> UInt64(UInt64(last).leadingZeroBitCount)
    while true {
      let value = (last <= UInt32.max ? UInt64(next32()) : next64()) & mask
      if value <= last { return Int(value) }
    }
  }
}

/// NumPy's `SeedSequence(seed)`: four words of entropy, hashed into one another and then out.
private struct SeedSequence {
  private var pool: SIMD4<UInt32> = .zero
  private var key: UInt32 = 0x8B51_F9DD
  private var place = 0

  init(_ seed: UInt64) {
    var key: UInt32 = 0x43B0_D7E5
    func hashed(_ word: UInt32) -> UInt32 {
      var x = word ^ key
      key = key &* 0x931E_8875
      x = x &* key
      return x ^ (x >> 16)
    }
    pool[0] = hashed(UInt32(truncatingIfNeeded: seed))
    pool[1] = hashed(UInt32(truncatingIfNeeded: seed >> 32))
    pool[2] = hashed(0)
    pool[3] = hashed(0)
    for source in 0..<4 {
      for target in 0..<4 where target != source {
        let mixed = 0xCA01_F9DD &* pool[target] &- 0x4973_F715 &* hashed(pool[source])
        pool[target] = mixed ^ (mixed >> 16)
      }
    }
  }

  private mutating func next32() -> UInt32 {
    var x = pool[place & 3] ^ key
    place += 1
    key = key &* 0x58F3_8DED
    x = x &* key
    return x ^ (x >> 16)
  }

  /// The low word comes first.
  mutating func next64() -> UInt64 {
    let low = next32()
    return UInt64(low) | UInt64(next32()) << 32
  }
}
