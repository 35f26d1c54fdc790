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
  /// What a block is taken apart into, and what becomes of it.
  private var tokens: [UInt32] = []
  private var output: [UInt8] = []

  /// libdeflate's level; 1 is its fastest.
  private static let level: Int32 = 1
  /// Rows of bytes so wide are looked at as rows; else, and where they are shuffled, bytes are taken
  /// 256 at a time.
  private static let rowWidths = 16...8192
  private static let plainWidth = 256

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
    var shuffled = self.shuffled
    self.shuffled = []
    if shuffled.count < block.count { shuffled = [UInt8](repeating: 0, count: block.count) }
    shuffled.withUnsafeMutableBufferPointer { shuffled in
      guard let place = shuffled.baseAddress else { return }
      hs_shuffle(bytes, place, block.count / elementBytes, elementBytes)
      deflate(place, count: block.count, width: Self.plainWidth, to: &packed)
    }
    self.shuffled = shuffled
  }

  /// What repeats is packed by ``CPacking``, in a tenth of the time; what does not, by libdeflate.
  private mutating func deflate(
    _ bytes: UnsafePointer<UInt8>, count: Int, width: Int, to packed: inout [UInt8]
  ) {
    let room = libdeflate_zlib_compress_bound(compressor, count)
    if output.count < room { output = [UInt8](repeating: 0, count: room) }
    let scratch = hs_deflate_rows_scratch(count, width)
    if tokens.count < scratch { tokens = [UInt32](repeating: 0, count: scratch) }
    let written = output.withUnsafeMutableBufferPointer { output in
      let small = tokens.withUnsafeMutableBufferPointer {
        Self.deflateRows(bytes, count: count, width: width, to: output, scratch: $0)
      }
      guard small == 0 else { return small }
      return libdeflate_zlib_compress(
        compressor, bytes, count, output.baseAddress, output.count)
    }
    precondition(written > 0, "\(count) bytes did not fit libdeflate's own bound")
    packed += output[..<written]
  }

  /// - Returns: the bytes written, in zlib's frame, or 0 where too little repeats.
  private static func deflateRows(
    _ bytes: UnsafePointer<UInt8>, count: Int, width: Int,
    to output: UnsafeMutableBufferPointer<UInt8>, scratch: UnsafeMutableBufferPointer<UInt32>
  ) -> Int {
    guard let start = output.baseAddress, output.count > 6 else { return 0 }
    // A window of 32 KiB, the fastest level.
    (output[0], output[1]) = (0x78, 0x01)
    let body = hs_deflate_rows(
      bytes, count, width, start + 2, min(output.count - 6, count / 4), scratch.baseAddress)
    guard body > 0 else { return 0 }
    let sum = libdeflate_adler32(1, bytes, count)
    for index in 0..<4 {
      output[2 + body + index] = UInt8(truncatingIfNeeded: sum >> UInt32(24 - 8 * index))
    }
    return body + 6
  }
}
