internal import CDeflate
internal import CPacking

/// Packs the blocks of chunked datasets as HDF5's own filters do: shuffle (filter 2, bytes of equal
/// weight side by side), then deflate in zlib's wrapping (filter 1).
///
/// libhdf5 would do the same with zlib, which takes several times as long. Any reader of HDF5 opens
/// what is packed here.
package struct BlockPacker: ~Copyable {
  private let compressor: OpaquePointer
  /// Bytes between shuffling and deflating.
  private var shuffled: [UInt8] = []

  /// libdeflate's level; 1 is its fastest.
  private static let level: Int32 = 1
  /// Rows of bytes so wide are looked at as rows; else, and where they are shuffled, bytes are taken
  /// 64 at a time.
  private static let rowWidths = 16...8192
  private static let plainWidth = 64

  package init() {
    guard let compressor = libdeflate_alloc_compressor(Self.level) else {
      preconditionFailure("libdeflate gets no memory")
    }
    self.compressor = compressor
  }

  deinit { libdeflate_free_compressor(compressor) }

  // MARK: Packing

  /// Appends a packed block.
  ///
  /// - Parameters:
  ///   - block: `[rows, rowBytes]`, as in memory, little-endian.
  ///   - elementBytes: of one number; single bytes are not shuffled.
  mutating func pack(
    _ block: UnsafeRawBufferPointer, rowBytes: Int, elementBytes: Int, to packed: inout [UInt8]
  ) {
    guard let start = block.baseAddress, block.count > 0 else { return }
    let bytes = start.assumingMemoryBound(to: UInt8.self)
    guard elementBytes > 1 else {
      let width = Self.rowWidths.contains(rowBytes) ? rowBytes : Self.plainWidth
      return deflate(bytes, count: block.count, width: width, to: &packed)
    }
    if shuffled.count < block.count { shuffled = [UInt8](repeating: 0, count: block.count) }
    shuffled.withUnsafeMutableBufferPointer { shuffled in
      guard let place = shuffled.baseAddress else { return }
      hs_shuffle(bytes, place, block.count / elementBytes, elementBytes)
    }
    shuffled.withUnsafeBufferPointer { shuffled in
      guard let bytes = shuffled.baseAddress else { return }
      deflate(bytes, count: block.count, width: Self.plainWidth, to: &packed)
    }
  }

  /// What repeats is packed by ``CPacking``, in a tenth of the time; what does not, by libdeflate.
  private func deflate(
    _ bytes: UnsafePointer<UInt8>, count: Int, width: Int, to packed: inout [UInt8]
  ) {
    let isPacked = Self.append(atMost: count / 4, to: &packed) { place in
      guard let start = place.baseAddress, place.count > 6 else { return 0 }
      // zlib's frame: a window of 32 KiB, the fastest level; at the end the sum of what was packed.
      (place[0], place[1]) = (0x78, 0x01)
      let body = hs_deflate_rows(bytes, count, width, start + 2, place.count - 6)
      guard body > 0 else { return 0 }
      let sum = libdeflate_adler32(1, bytes, count)
      for index in 0..<4 {
        place[2 + body + index] = UInt8(truncatingIfNeeded: sum >> UInt32(24 - 8 * index))
      }
      return body + 6
    }
    if !isPacked { deflate(bytes, count: count, to: &packed) }
  }

  private func deflate(
    _ bytes: UnsafePointer<UInt8>, count: Int, to packed: inout [UInt8]
  ) {
    let isPacked = Self.append(
      atMost: libdeflate_zlib_compress_bound(compressor, count), to: &packed
    ) { libdeflate_zlib_compress(compressor, bytes, count, $0.baseAddress, $0.count) }
    precondition(isPacked, "\(count) bytes did not fit libdeflate's own bound")
  }

  /// Appends what `body` writes, of which it returns the number of bytes.
  private static func append(
    atMost capacity: Int, to bytes: inout [UInt8],
    _ body: (UnsafeMutableBufferPointer<UInt8>) -> Int
  ) -> Bool {
    let piece = [UInt8](unsafeUninitializedCapacity: capacity) { place, count in
      count = body(place)
    }
    bytes += piece
    return !piece.isEmpty
  }
}
