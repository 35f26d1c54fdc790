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
  /// Room for a block of few bytes, the description of its codes included.
  private static let smallestRoom = 1 << 12

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
    withShuffled(bytes, count: block.count, elementBytes) { packer, shuffled in
      packer.deflate(shuffled, count: block.count, width: Self.plainWidth, to: &packed)
    }
  }

  /// Appends a packed block of rows that come several times each.
  ///
  /// - Parameters:
  ///   - runs: `[runs, rowBytes]`, as in memory, little-endian.
  ///   - copies: `[runs]` How often each row comes.
  mutating func pack(
    runs: [UInt8], copies: [UInt32], rowBytes: Int, elementBytes: Int, to packed: inout [UInt8]
  ) {
    let isPacked = runs.withUnsafeBufferPointer { runs in
      guard let start = runs.baseAddress else { return true }
      let width = rowBytes / elementBytes
      guard elementBytes > 1 else {
        return deflate(runs: start, copies, width: width, planes: 1, to: &packed)
      }
      return withShuffled(start, count: runs.count, elementBytes) { packer, shuffled in
        packer.deflate(runs: shuffled, copies, width: width, planes: elementBytes, to: &packed)
      }
    }
    guard !isPacked else { return }
    var rows: [UInt8] = []
    rows.reserveCapacity(copies.reduce(0) { $0 + Int($1) } * rowBytes)
    for (run, count) in copies.enumerated() {
      for _ in 0..<count { rows += runs[run * rowBytes..<(run + 1) * rowBytes] }
    }
    rows.withUnsafeBytes {
      pack($0, rowBytes: rowBytes, elementBytes: elementBytes, to: &packed)
    }
  }

  private mutating func withShuffled<Result>(
    _ bytes: UnsafePointer<UInt8>, count: Int, _ elementBytes: Int,
    _ body: (inout BlockPacker, UnsafePointer<UInt8>) -> Result
  ) -> Result {
    var shuffled = self.shuffled
    self.shuffled = []
    if shuffled.count < count { shuffled = [UInt8](repeating: 0, count: count) }
    defer { self.shuffled = shuffled }
    return shuffled.withUnsafeMutableBufferPointer { shuffled in
      guard let place = shuffled.baseAddress else {
        preconditionFailure("there is nothing to shuffle")
      }
      hs_shuffle(bytes, place, count / elementBytes, elementBytes)
      return body(&self, place)
    }
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

  /// - Parameter width: bytes of a row in each of the planes.
  /// - Returns: whether it was packed, as what repeats is; if not, nothing was appended.
  private mutating func deflate(
    runs: UnsafePointer<UInt8>, _ copies: [UInt32], width: Int, planes: Int,
    to packed: inout [UInt8]
  ) -> Bool {
    let scratch = hs_deflate_runs_scratch(copies, copies.count, width, planes)
    guard scratch > 0 else { return false }
    // What is packed must follow from the block alone, whatever room there is from others.
    let count = copies.reduce(0) { $0 + Int($1) } * width * planes
    let most = count / 2 + Self.smallestRoom
    if output.count < most + 6 { output = [UInt8](repeating: 0, count: most + 6) }
    if tokens.count < scratch { tokens = [UInt32](repeating: 0, count: scratch) }
    var sum: UInt32 = 0
    let written = output.withUnsafeMutableBufferPointer { output in
      tokens.withUnsafeMutableBufferPointer { tokens in
        Self.framed(output) { body, room in
          hs_deflate_runs(
            runs, copies, copies.count, width, planes, body, min(room, most), tokens.baseAddress,
            &sum)
        } sum: {
          sum
        }
      }
    }
    packed += output[..<written]
    return written > 0
  }

  /// - Returns: the bytes written, in zlib's frame, or 0 where too little repeats.
  private static func deflateRows(
    _ bytes: UnsafePointer<UInt8>, count: Int, width: Int,
    to output: UnsafeMutableBufferPointer<UInt8>, scratch: UnsafeMutableBufferPointer<UInt32>
  ) -> Int {
    framed(output) { body, room in
      hs_deflate_rows(bytes, count, width, body, min(room, count / 4), scratch.baseAddress)
    } sum: {
      libdeflate_adler32(1, bytes, count)
    }
  }

  /// Zlib's frame (RFC 1950) around what `body` writes.
  private static func framed(
    _ output: UnsafeMutableBufferPointer<UInt8>,
    _ body: (_ place: UnsafeMutablePointer<UInt8>, _ room: Int) -> Int, sum: () -> UInt32
  ) -> Int {
    guard let start = output.baseAddress, output.count > 6 else { return 0 }
    // A window of 32 KiB, the fastest level.
    (output[0], output[1]) = (0x78, 0x01)
    let written = body(start + 2, output.count - 6)
    guard written > 0 else { return 0 }
    let sum = sum()
    for index in 0..<4 {
      output[2 + written + index] = UInt8(truncatingIfNeeded: sum >> UInt32(24 - 8 * index))
    }
    return written + 6
  }
}
