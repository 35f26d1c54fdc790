/// Checks the one part of a file's metadata that carries no checksum: the heaps that hold texts of
/// variable length.
///
/// The library believes the sizes in a heap and copies as much memory as they say, so a single
/// damaged byte there ends the process. Our files have their texts at the beginning, where this
/// check finds every heap by its signature.
package enum GlobalHeapCheck {
  /// Bytes from the beginning of a file within which the texts of a file of ours lie.
  package static var searchedBytes: Int { 16 << 20 }

  /// "GCOL", version 1, and the three zeros that follow.
  private static let signature: [UInt8] = [0x47, 0x43, 0x4F, 0x4C, 1, 0, 0, 0]

  /// Checks all heaps that begin in `bytes`, the first bytes of a file.
  package static func check(_ bytes: [UInt8]) throws(HDF5Error) {
    let bytes = bytes.span
    var position = 0
    while position + 16 <= bytes.count {
      guard bytes[position] == signature[0], isHeap(bytes, at: position) else {
        position += 1
        continue
      }
      try checkHeap(bytes, at: position)
      position += 16
    }
  }

  private static func isHeap(_ bytes: Span<UInt8>, at start: Int) -> Bool {
    for index in signature.indices where bytes[start + index] != signature[index] { return false }
    return true
  }

  /// A heap is its own size, then objects: number, references and size, then the object's bytes
  /// filled up to a multiple of eight. Number 0 is the space that is left.
  private static func checkHeap(_ bytes: Span<UInt8>, at start: Int) throws(HDF5Error) {
    let size = number(bytes, at: start + 8)
    guard size >= 16, size <= UInt64(bytes.count - start) else { throw damaged(start) }
    let end = start + Int(size)
    var position = start + 16
    while position + 16 <= end {
      let index = UInt16(bytes[position]) | UInt16(bytes[position + 1]) << 8
      let size = number(bytes, at: position + 8)
      guard size <= UInt64(end - position) else { throw damaged(start) }
      let needed = index == 0 ? Int(size) : 16 + (Int(size) + 7) / 8 * 8
      guard needed >= 16, needed <= end - position else { throw damaged(start) }
      position += needed
    }
  }

  private static func number(_ bytes: Span<UInt8>, at start: Int) -> UInt64 {
    (0..<8).reduce(0) { $0 | UInt64(bytes[start + $1]) << UInt64(8 * $1) }
  }

  private static func damaged(_ position: Int) -> HDF5Error {
    HDF5Error(
      .refused, object: "",
      problem: "found a damaged heap of texts at byte \(position), expected sizes that add up")
  }
}
