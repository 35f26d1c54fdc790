internal import Environments
internal import Randomness

/// A hash of 128 bits that tells contents apart: observations, or whole episodes.
///
///     a ← mix(a ⊕ w),   b ← mix(b + w · γ)   for every eight bytes w
///
/// It is no guard against forgery, which a SHA-256 is; among a billion contents two different ones
/// share a hash with a probability below 10⁻²⁰.
struct ContentHash: Hashable, Sendable {
  private var a: UInt64 = 0x243F_6A88_85A3_08D3
  private var b: UInt64 = 0x1319_8A2E_0370_7344

  mutating func update(_ word: UInt64) {
    a = RandomStream.mix(a ^ word)
    b = RandomStream.mix(b &+ word &* 0x9E37_79B9_7F4A_7C15)
  }

  mutating func update(_ bytes: RawSpan) {
    var position = 0
    while position + 8 <= bytes.byteCount {
      update(bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self))
      position += 8
    }
    guard position < bytes.byteCount else { return }
    var word = UInt64(bytes.byteCount - position) << 56
    while position < bytes.byteCount {
      word = word << 8 ^ UInt64(bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self))
      position += 1
    }
    update(word)
  }

  /// Numbers `range` of a column.
  mutating func update(_ column: Column, _ range: Range<Int>) {
    switch column {
    case .uint8(let values): update(values.span.extracting(range).bytes)
    case .int32(let values): update(values.span.extracting(range).bytes)
    case .int64(let values): update(values.span.extracting(range).bytes)
    case .float32(let values): update(values.span.extracting(range).bytes)
    case .float64(let values): update(values.span.extracting(range).bytes)
    }
  }
}

extension Dataset {
  /// Row `row` of columns of observations.
  static func hash(_ columns: [Column], row: Int, widths: [Int]) -> ContentHash {
    var hash = ContentHash()
    for (column, width) in zip(columns, widths) {
      hash.update(column, row * width..<(row + 1) * width)
    }
    return hash
  }

  /// `[E]` Of what was seen, done and paid in each episode, and how it ended; seeds do not count.
  var episodeHashes: [ContentHash] {
    let seen = header.observationSpace.leaves.map(\.width)
    let acted = header.actionSpace.leaves.map(\.width)
    let paid = Column.float64(rewards)
    return (0..<episodeCount).map { episode in
      let steps = steps(ofEpisode: episode)
      var hash = ContentHash()
      for (columns, widths) in [(observations, seen), (actions, acted), ([paid], [1])] {
        for (column, width) in zip(columns, widths) {
          hash.update(column, steps.lowerBound * width..<steps.upperBound * width)
        }
      }
      for (column, width) in zip(finalObservations, seen) {
        hash.update(column, episode * width..<(episode + 1) * width)
      }
      let last = steps.upperBound - 1
      hash.update((isTerminated[last] ? 1 : 0) + (isTruncated[last] ? 2 : 0))
      return hash
    }
  }
}
