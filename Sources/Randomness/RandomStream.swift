#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// A stream of random numbers named by a seed, a purpose and an index.
///
/// Streams of different names are independent, so what one part of a program draws never shifts
/// what another sees, whatever the thread count. The generator is counter-based: output `i` is
///
///     mix(mix(i · γ + key₀) ⊕ key₁),  mix = SplitMix64's finaliser, γ = 0x9E3779B97F4A7C15
///
/// and the whole state is two keys and a counter, which a checkpoint stores.
public struct RandomStream: RandomNumberGenerator, Sendable, Hashable {
  /// Key, key, counter: all there is to save.
  public var state: (UInt64, UInt64, UInt64) { (key0, key1, counter) }
  private var key0: UInt64
  private var key1: UInt64
  private var counter: UInt64

  /// The stream of `purpose` number `index` under `seed`.
  public init(seed: UInt64, _ purpose: String, _ index: UInt64 = 0) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a over the purpose's UTF-8
    for byte in purpose.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    key0 = Self.mix(Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15) ^ hash)
    key1 = Self.mix(key0 &+ Self.mix(index &+ 0xD1B5_4A32_D192_ED03))
    counter = 0
  }

  /// A stream that goes on where a saved one stopped.
  public init(state: (UInt64, UInt64, UInt64)) {
    (key0, key1, counter) = state
  }

  public mutating func next() -> UInt64 {
    counter &+= 1
    return Self.mix(Self.mix(counter &* 0x9E37_79B9_7F4A_7C15 &+ key0) ^ key1)
  }

  /// A number in `0 ..< 1`, a multiple of 2⁻⁵³.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A whole number in `0 ..< bound`, without bias (Lemire's method).
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "bound is \(bound), must be positive")
    let range = UInt64(bound)
    var product = next().multipliedFullWidth(by: range)
    if product.low < range {
      let threshold = (0 &- range) % range
      while product.low < threshold { product = next().multipliedFullWidth(by: range) }
    }
    return Int(product.high)
  }

  /// An index drawn in proportion to `weights`, which are not negative and do not sum to zero.
  public mutating func index(weightedBy weights: [Double]) -> Int {
    let total = weights.reduce(0, +)
    precondition(total > 0 && total.isFinite, "weights sum to \(total), must be positive")
    var left = uniform() * total
    for (index, weight) in weights.enumerated() {
      left -= weight
      if left < 0 { return index }
    }
    return weights.lastIndex { $0 > 0 } ?? 0
  }

  /// A draw from N(0, 1), by the Box–Muller transform; uses two outputs.
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * Double.pi * uniform())
  }

  /// SplitMix64's finaliser (Steele, Lea and Flood, 2014).
  public static func mix(_ x: UInt64) -> UInt64 {
    var z = x
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
