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
  /// Bytes that are looked at as a row, where they are none of a picture.
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
  ///   - block: numbers as in memory, little-endian.
  ///   - elementBytes: of one number; single bytes are not shuffled.
  mutating func pack(
    _ block: UnsafeRawBufferPointer, elementBytes: Int, to packed: inout [UInt8]
  ) {
    guard let start = block.baseAddress, block.count > 0 else { return }
    let bytes = start.assumingMemoryBound(to: UInt8.self)
    guard elementBytes > 1 else { return deflate(bytes, count: block.count, to: &packed) }
    withShuffled(bytes, count: block.count, elementBytes) { packer, shuffled in
      packer.deflate(shuffled, count: block.count, to: &packed)
    }
  }

  /// Appends a packed block of rows of bytes.
  ///
  /// - Parameter period: how far apart bytes of one kind lie in a row, 1 to 63.
  mutating func pack(_ table: borrowing RowTable, period: Int, to packed: inout [UInt8]) {
    let count = table.count * table.width
    let room = room(for: count)
    let scratch = hs_deflate_numbered_scratch(table.distinct, table.count, table.width)
    if tokens.count < scratch { tokens = [UInt32](repeating: 0, count: scratch) }
    var sum: UInt32 = 0
    let written = output.withUnsafeMutableBufferPointer { output in
      tokens.withUnsafeMutableBufferPointer { tokens in
        Self.framed(output) { body, _ in
          hs_deflate_numbered(
            table.rows, table.distinct, table.width, period, table.numbers, table.count, body,
            min(room, count / 4), tokens.baseAddress, &sum)
        } sum: {
          sum
        }
      }
    }
    guard written == 0 else {
      packed += output[..<written]
      return
    }
    table.bytes.withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress else { return }
      squeeze(start, count: count, to: &packed)
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
    rows.withUnsafeBytes { pack($0, elementBytes: elementBytes, to: &packed) }
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

  /// Bytes that packing so many may take, for which there is room afterwards.
  private mutating func room(for count: Int) -> Int {
    let room = libdeflate_zlib_compress_bound(compressor, count)
    if output.count < room { output = [UInt8](repeating: 0, count: room) }
    return room
  }

  /// What repeats is packed by ``CPacking``, in a tenth of the time; what does not, by libdeflate.
  private mutating func deflate(
    _ bytes: UnsafePointer<UInt8>, count: Int, to packed: inout [UInt8]
  ) {
    let width = Self.plainWidth
    let room = room(for: count)
    let scratch = hs_deflate_rows_scratch(count, width)
    if tokens.count < scratch { tokens = [UInt32](repeating: 0, count: scratch) }
    let written = output.withUnsafeMutableBufferPointer { output in
      tokens.withUnsafeMutableBufferPointer { tokens in
        Self.framed(output) { body, _ in
          hs_deflate_rows(
            bytes, count, width, body, min(room, count / 4), tokens.baseAddress)
        } sum: {
          libdeflate_adler32(1, bytes, count)
        }
      }
    }
    if written > 0 {
      packed += output[..<written]
    } else {
      squeeze(bytes, count: count, to: &packed)
    }
  }

  /// Leaves a block to libdeflate.
  private mutating func squeeze(
    _ bytes: UnsafePointer<UInt8>, count: Int, to packed: inout [UInt8]
  ) {
    _ = room(for: count)
    let written = output.withUnsafeMutableBufferPointer {
      libdeflate_zlib_compress(compressor, bytes, count, $0.baseAddress, $0.count)
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
