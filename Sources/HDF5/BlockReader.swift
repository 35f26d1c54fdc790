internal import CDeflate
internal import CHDF5
internal import CPacking

/// Reads rows of chunked datasets by unpacking their blocks itself, which takes a fraction of the time
/// that libhdf5 takes with zlib. It remembers the block that it unpacked last.
///
/// It reads what our own files and most others hold: numbers of this machine's own kind, in blocks of
/// whole rows, deflated and perhaps shuffled. All else is left to the library, and so are damaged
/// blocks, for the library to say what is wrong.
///
/// A class because it owns memory of libdeflate's and is kept beside an open dataset; one thread uses
/// it at a time.
package final class BlockReader {
  private let decompressor: OpaquePointer
  private var packed: [UInt8] = []
  private var shuffled: [UInt8] = []
  /// The block that was unpacked last, by the dataset's handle and its number.
  private var last: (dataset: hid_t, block: Int)?
  private var lastBytes: [UInt8] = []

  /// Largest block that is unpacked here; also what the structural check allows.
  private static let maximumBlockBytes = 64 << 20

  package init() {
    guard let decompressor = libdeflate_alloc_decompressor() else {
      preconditionFailure("libdeflate gets no memory")
    }
    self.decompressor = decompressor
  }

  deinit { libdeflate_free_decompressor(decompressor) }

  /// How a dataset's blocks are packed.
  struct Packing: Equatable {
    var rows: Int
    var rowBytes: Int
    var elementBytes: Int
    var isShuffled: Bool
  }

  /// Reads `rows` of a dataset into `place`, `[rows, rowBytes]`.
  ///
  /// - Returns: whether all blocks were there and sound; if not, what is in `place` has no meaning.
  func read(
    _ rows: Range<Int>, of dataset: borrowing HDF5Dataset, _ packing: Packing,
    into place: UnsafeMutableRawBufferPointer
  ) -> Bool {
    let id = dataset.handle.id
    var next = rows.lowerBound
    while next < rows.upperBound {
      let block = next / packing.rows
      let first = block * packing.rows
      let end = min(first + packing.rows, rows.upperBound)
      let from = (next - rows.lowerBound) * packing.rowBytes
      let to = (end - rows.lowerBound) * packing.rowBytes
      let target = UnsafeMutableRawBufferPointer(rebasing: place[from..<to])
      if next == first, end == first + packing.rows {
        guard unpack(block, of: id, dataset.shape.count, packing, into: target) else {
          return false
        }
      } else {
        guard remember(block, of: id, dataset.shape.count, packing) else { return false }
        lastBytes.withUnsafeBytes {
          target.copyMemory(
            from: UnsafeRawBufferPointer(
              rebasing: $0[(next - first) * packing.rowBytes..<(end - first) * packing.rowBytes]))
        }
      }
      next = end
    }
    return true
  }

  /// Unpacks a block of which a part is wanted.
  private func remember(
    _ block: Int, of dataset: hid_t, _ rank: Int, _ packing: Packing
  ) -> Bool {
    if let last, last == (dataset, block) { return true }
    last = nil
    var bytes = lastBytes
    lastBytes = []
    defer { lastBytes = bytes }
    let count = packing.rows * packing.rowBytes
    if bytes.count != count { bytes = [UInt8](repeating: 0, count: count) }
    guard
      bytes.withUnsafeMutableBytes({ unpack(block, of: dataset, rank, packing, into: $0) })
    else { return false }
    last = (dataset, block)
    return true
  }

  private func unpack(
    _ block: Int, of dataset: hid_t, _ rank: Int, _ packing: Packing,
    into place: UnsafeMutableRawBufferPointer
  ) -> Bool {
    var offset = [hsize_t](repeating: 0, count: rank)
    offset[0] = hsize_t(block * packing.rows)
    var stored: hsize_t = 0
    guard hs_silence_errors() >= 0, hdf5.H5Dget_chunk_storage_size(dataset, offset, &stored) >= 0,
      stored > 0, stored <= hsize_t(Self.maximumBlockBytes + Self.maximumBlockBytes / 64)
    else { return false }
    if packed.count < Int(stored) { packed = [UInt8](repeating: 0, count: Int(stored)) }
    var skipped: UInt32 = 0
    let status = packed.withUnsafeMutableBytes {
      hdf5.H5Dread_chunk(dataset, hs_default(), offset, &skipped, $0.baseAddress)
    }
    guard status >= 0, skipped == 0 else { return false }
    return packed.withUnsafeBytes { packed in
      let bytes = UnsafeRawBufferPointer(rebasing: packed[..<Int(stored)])
      guard packing.isShuffled, packing.elementBytes > 1 else { return inflate(bytes, into: place) }
      return inflateShuffled(bytes, packing.elementBytes, into: place)
    }
  }

  private func inflateShuffled(
    _ packed: UnsafeRawBufferPointer, _ elementBytes: Int,
    into place: UnsafeMutableRawBufferPointer
  ) -> Bool {
    guard place.count % elementBytes == 0, let target = place.baseAddress else { return false }
    if shuffled.count < place.count { shuffled = [UInt8](repeating: 0, count: place.count) }
    return shuffled.withUnsafeMutableBytes { shuffled in
      let bytes = UnsafeMutableRawBufferPointer(rebasing: shuffled[..<place.count])
      guard inflate(packed, into: bytes), let source = bytes.baseAddress else { return false }
      hs_unshuffle(
        source.assumingMemoryBound(to: UInt8.self), target.assumingMemoryBound(to: UInt8.self),
        place.count / elementBytes, elementBytes)
      return true
    }
  }

  /// Fails too where there are fewer bytes than `place` has room for, or more.
  private func inflate(
    _ packed: UnsafeRawBufferPointer, into place: UnsafeMutableRawBufferPointer
  ) -> Bool {
    libdeflate_zlib_decompress(
      decompressor, packed.baseAddress, packed.count, place.baseAddress, place.count, nil)
      == LIBDEFLATE_SUCCESS
  }
}

extension HDF5Dataset {
  /// Reads rows of numbers of the stored type through a reader that remembers its last block; others
  /// go through the library.
  package func read<Value: HDF5Value>(
    rows: Range<Int>, using reader: BlockReader, as type: Value.Type = Value.self
  ) throws(HDF5Error) -> [Value] {
    if let values = try readBlocks(rows, using: reader, as: type) { return values }
    return try read(rows: rows)
  }

  /// - Returns: `nil` where the library has to read them.
  func readBlocks<Value: HDF5Value>(
    _ rows: Range<Int>, using reader: BlockReader, as type: Value.Type
  ) throws(HDF5Error) -> [Value]? {
    guard !rows.isEmpty, rows.lowerBound >= 0, rows.upperBound <= self.rows,
      let packing = try packing(as: type)
    else { return nil }
    let count = rows.count * shape[1...].reduce(1, *)
    var isRead = false
    let values = [Value](unsafeUninitializedCapacity: count) { buffer, initialized in
      isRead = reader.read(rows, of: self, packing, into: UnsafeMutableRawBufferPointer(buffer))
      initialized = isRead ? count : 0
    }
    return isRead ? values : nil
  }

  /// How the blocks are packed, if they can be unpacked here, as they are, to numbers of a type.
  private func packing<Value: HDF5Value>(
    as type: Value.Type
  ) throws(HDF5Error) -> BlockReader.Packing? {
    let elementBytes = MemoryLayout<Value>.stride
    let isOwn = self.type == Value.storedType || (self.type == .bool && Value.self == UInt8.self)
    let rowBytes = shape.dropFirst().reduce(elementBytes, *)
    guard isOwn, isNative, !shape.isEmpty, rowBytes > 0 else { return nil }
    let id = handle.id
    let creation = try Handle("inspect the dataset", path, close: hdf5.H5Pclose) {
      hdf5.H5Dget_create_plist(id)
    }
    guard hdf5.H5Pget_layout(creation.id) == H5D_CHUNKED else { return nil }
    var block = [hsize_t](repeating: 0, count: shape.count)
    guard hdf5.H5Pget_chunk(creation.id, Int32(block.count), &block) == block.count,
      block.dropFirst().elementsEqual(shape.dropFirst().map { hsize_t($0) }),
      block[0] <= hsize_t((64 << 20) / rowBytes)
    else { return nil }
    var filters: [H5Z_filter_t] = []
    let count = hdf5.H5Pget_nfilters(creation.id)
    for index in 0..<max(count, 0) {
      var (flags, values, configuration) = (UInt32(0), 0, UInt32(0))
      filters.append(
        hdf5.H5Pget_filter2(
          creation.id, UInt32(index), &flags, &values, nil, 0, nil, &configuration))
    }
    guard filters == [1] || filters == [2, 1] else { return nil }
    return BlockReader.Packing(
      rows: Int(block[0]), rowBytes: rowBytes, elementBytes: elementBytes,
      isShuffled: filters.count == 2)
  }
}
