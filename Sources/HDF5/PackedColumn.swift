internal import CHDF5

/// A dataset in the making: rows are appended, and each block is packed as soon as it is full, so that
/// no more than one block of a column is ever in memory unpacked.
///
/// Axes of the dataset: rows first, then ``rowShape``. Equal rows give equal bytes, however they came.
package struct PackedColumn: Sendable {
  /// What the numbers are in the file.
  package let type: StoredType
  /// The axes of a row.
  package let rowShape: [Int]
  /// Rows so far.
  package private(set) var rows = 0
  fileprivate let elementBytes: Int
  private let rowBytes: Int
  private let blockRows: Int
  /// The rows of the block that is not full yet, in its first ``openCount`` bytes.
  private var open: [UInt8] = []
  private var openCount = 0
  /// Packed blocks, end to end, and where each one ends.
  private var packed: [UInt8] = []
  private var ends: [Int] = []

  /// - Parameters:
  ///   - type: a number, or truth values.
  ///   - blockRows: rows of a block.
  package init(_ type: StoredType, rowShape: [Int] = [], blockRows: Int) {
    precondition(blockRows > 0, "\(blockRows) rows in a block")
    precondition(1.littleEndian == 1, "files are little-endian, and so must be the machine")
    self.type = type
    self.rowShape = rowShape
    self.blockRows = blockRows
    elementBytes =
      switch type {
      case .integer(let bytes, _), .float(let bytes): bytes
      case .bool: 1
      case .text, .other: preconditionFailure("\(type) is not written in blocks")
      }
    rowBytes = rowShape.reduce(elementBytes, *)
  }

  // MARK: Appending

  /// Adds the rows that `range` of the numbers makes up.
  package mutating func append<Value: HDF5Value>(
    _ values: [Value], _ range: Range<Int>, using packer: inout BlockPacker
  ) {
    precondition(Value.storedType == type, "\(Value.self) in a column of \(type)")
    append(values, range, packer: &packer)
  }

  /// Adds rows of truth values.
  package mutating func append(
    _ values: [Bool], _ range: Range<Int>, using packer: inout BlockPacker
  ) {
    precondition(type == .bool, "truth values in a column of \(type)")
    append(values, range, packer: &packer)
  }

  /// Adds the same row several times.
  package mutating func append<Value: HDF5Value>(
    repeating values: [Value], _ range: Range<Int>, count: Int, using packer: inout BlockPacker
  ) {
    precondition(Value.storedType == type, "\(Value.self) in a column of \(type)")
    rows += count
    guard rowBytes > 0 else { return }
    values.withUnsafeBytes { bytes in
      let row = Self.bytes(of: range, in: bytes, Value.self)
      precondition(row.count == rowBytes, "\(row.count) bytes are no row of \(rowBytes)")
      fill(bytes: count * rowBytes, &packer) { place, _ in
        UnsafeMutableRawBufferPointer(rebasing: place[..<row.count]).copyMemory(from: row)
        // What is there is doubled until the place is full.
        var done = row.count
        while done < place.count {
          let more = min(done, place.count - done)
          UnsafeMutableRawBufferPointer(rebasing: place[done..<done + more])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: place[..<more]))
          done += more
        }
      }
    }
  }

  /// Adds rows of zeros.
  package mutating func appendZeros(rows count: Int, using packer: inout BlockPacker) {
    rows += count
    fill(bytes: count * rowBytes, &packer) { place, _ in
      place.initializeMemory(as: UInt8.self, repeating: 0)
    }
  }

  private mutating func append<Element: BitwiseCopyable>(
    _ values: [Element], _ range: Range<Int>, packer: inout BlockPacker
  ) {
    guard rowBytes > 0 else { return }
    values.withUnsafeBytes { bytes in
      let new = Self.bytes(of: range, in: bytes, Element.self)
      precondition(
        new.count % rowBytes == 0, "\(new.count) bytes are no whole rows of \(rowBytes)")
      rows += new.count / rowBytes
      fill(bytes: new.count, &packer) { place, start in
        place.copyMemory(from: UnsafeRawBufferPointer(rebasing: new[start..<start + place.count]))
      }
    }
  }

  private static func bytes<Element>(
    of range: Range<Int>, in all: UnsafeRawBufferPointer, _ type: Element.Type
  ) -> UnsafeRawBufferPointer {
    let stride = MemoryLayout<Element>.stride
    return UnsafeRawBufferPointer(
      rebasing: all[range.lowerBound * stride..<range.upperBound * stride])
  }

  /// Fills the open block, and those after it, with so many bytes of whole rows.
  ///
  /// - Parameter body: fills a run of rows that begins so many bytes after the first.
  private mutating func fill(
    bytes count: Int, _ packer: inout BlockPacker,
    _ body: (_ place: UnsafeMutableRawBufferPointer, _ start: Int) -> Void
  ) {
    let blockBytes = blockRows * rowBytes
    var start = 0
    while start < count {
      let piece = min(count - start, blockBytes - openCount)
      if openCount + piece > open.count {
        let size = min(blockBytes, max(openCount + piece, 2 * open.count))
        open += [UInt8](repeating: 0, count: size - open.count)
      }
      open.withUnsafeMutableBytes {
        body(
          UnsafeMutableRawBufferPointer(rebasing: $0[openCount..<openCount + piece]), start)
      }
      openCount += piece
      start += piece
      guard openCount == blockBytes else { continue }
      open.withUnsafeBytes {
        packer.pack($0, rowBytes: rowBytes, elementBytes: elementBytes, to: &packed)
      }
      ends.append(packed.count)
      openCount = 0
    }
  }

  // MARK: Writing

  /// The dataset's blocks: their rows, and the bytes of each.
  ///
  /// Where there is only one block it has just the rows that there are; else the last one is filled up
  /// with zeros, as the format asks for.
  fileprivate func blocks(
    _ packer: inout BlockPacker
  ) -> (rows: Int, packed: [UInt8], ends: [Int]) {
    guard openCount > 0 else { return (min(blockRows, rows), packed, ends) }
    var (packed, ends) = (packed, ends)
    var last = Array(open[..<openCount])
    if !ends.isEmpty {
      last.append(contentsOf: repeatElement(0, count: blockRows * rowBytes - last.count))
    }
    last.withUnsafeBytes {
      packer.pack($0, rowBytes: rowBytes, elementBytes: elementBytes, to: &packed)
    }
    ends.append(packed.count)
    return (min(blockRows, rows), packed, ends)
  }
}

extension HDF5Group {
  /// Writes a column as a dataset of shape `[rows] + rowShape`, shuffled and deflated.
  package func write(
    _ column: PackedColumn, as name: String, using packer: inout BlockPacker
  ) throws(HDF5Error) {
    let object = path(of: name)
    let group = handle.id
    let shape = [column.rows] + column.rowShape
    let creation = try Handle.properties(hs_class_dataset_creation(), for: object)
    try Library.call("leave out times", object) { hdf5.H5Pset_obj_track_times(creation.id, false) }
    let (rows, packed, ends) = column.blocks(&packer)
    // A block needs at least one element; an empty dataset has nothing to put in blocks.
    if !ends.isEmpty {
      let block = [rows] + column.rowShape
      try Library.call("choose blocks", object) {
        hdf5.H5Pset_chunk(creation.id, Int32(block.count), block.map { hsize_t($0) })
      }
      if column.elementBytes > 1 {
        try Library.call("shuffle", object) { hdf5.H5Pset_shuffle(creation.id) }
      }
      try Library.call("deflate", object) { hdf5.H5Pset_deflate(creation.id, 1) }
    }
    let space = try Handle.space(shape, for: object)
    let type = try column.type.makeFileType(for: object)
    let made = try Handle("create the dataset", object, close: hdf5.H5Dclose) {
      hdf5.H5Dcreate2(group, name, type.id, space.id, hs_default(), creation.id, hs_default())
    }
    var start = 0
    for (index, end) in ends.enumerated() {
      var offset = [hsize_t](repeating: 0, count: shape.count)
      offset[0] = hsize_t(index * rows)
      try Library.call("write the dataset", object) {
        packed.withUnsafeBytes {
          hdf5.H5Dwrite_chunk(
            made.id, hs_default(), 0, offset, end - start,
            $0.baseAddress.map { $0 + start })
        }
      }
      start = end
    }
  }
}

extension StoredType {
  /// The library's type for a file, in a handle of its own.
  fileprivate func makeFileType(for object: String) throws(HDF5Error) -> Handle {
    if self == .bool { return try Self.makeBoolType(over: hs_file_int8(), for: object) }
    let type = fileType
    return try Handle("make a type", object, close: hdf5.H5Tclose) { hdf5.H5Tcopy(type) }
  }
}
