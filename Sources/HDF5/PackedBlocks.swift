internal import CHDF5

/// A dataset in the making, whose rows are packed block by block.
package protocol PackedRows: Sendable {
  /// - Parameters:
  ///   - type: a number, or truth values.
  ///   - rowShape: the axes of a row.
  ///   - blockRows: rows of a block.
  init(_ type: StoredType, rowShape: [Int], blockRows: Int)

  /// Rows so far.
  var rows: Int { get }

  /// All blocks, with the one that is not full.
  func closed(_ packer: inout BlockPacker) -> PackedBlocks
}

/// The packed blocks of a dataset, and of what rows they are made.
package struct PackedBlocks: Sendable {
  /// What the numbers are in the file.
  let type: StoredType
  /// The axes of a row.
  let rowShape: [Int]
  /// Rows of a block.
  let blockRows: Int
  /// Bytes of a number, and of a row.
  let elementBytes: Int
  let rowBytes: Int
  /// Rows so far, those that are not packed yet included.
  var rows = 0
  /// Packed blocks, end to end, and where each one ends.
  private(set) var packed: [UInt8] = []
  private(set) var ends: [Int] = []

  init(_ type: StoredType, rowShape: [Int], blockRows: Int) {
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

  /// Rows of zeros that the last block needs beside its own: where there is only one it has just the
  /// rows that there are; else it is filled up, as the format asks for.
  var missingRows: Int { ends.isEmpty ? 0 : (blockRows - rows % blockRows) % blockRows }

  /// Packs the rows of a block.
  mutating func append(_ block: UnsafeRawBufferPointer, _ packer: inout BlockPacker) {
    packer.pack(block, elementBytes: elementBytes, to: &packed)
    ends.append(packed.count)
  }

  /// Packs a block of rows of bytes, and empties the table for the next.
  mutating func append(_ table: inout RowTable, _ packer: inout BlockPacker) {
    packer.pack(table, period: period, to: &packed)
    ends.append(packed.count)
    table.removeAll()
  }

  /// These blocks and the one that is not full.
  func closed(with table: RowTable, _ packer: inout BlockPacker) -> PackedBlocks {
    guard table.count > 0 else { return self }
    var (blocks, table) = (self, table)
    if missingRows > 0 { table.append(table.numberOfZeros(), count: missingRows) }
    blocks.append(&table, &packer)
    return blocks
  }

  /// A table for the rows of a block, where they are rows of bytes neither narrow nor very wide.
  func makeTable() -> RowTable? {
    guard elementBytes == 1, RowTable.widths.contains(rowBytes) else { return nil }
    return RowTable(width: rowBytes, capacity: blockRows)
  }

  /// How far apart bytes of one kind lie in a row: the channels of a picture, which come last.
  private var period: Int {
    guard rowShape.count > 1, let channels = rowShape.last, 2...16 ~= channels else { return 1 }
    return channels
  }

  /// Packs a block of runs, see ``PackedRuns``.
  mutating func append(runs: [UInt8], copies: [UInt32], _ packer: inout BlockPacker) {
    packer.pack(
      runs: runs, copies: copies, rowBytes: rowBytes, elementBytes: elementBytes, to: &packed)
    ends.append(packed.count)
  }
}

extension HDF5Group {
  /// Writes a column as a dataset of shape `[rows] + rowShape`, shuffled and deflated.
  package func write(
    _ column: some PackedRows, as name: String, using packer: inout BlockPacker
  ) throws(HDF5Error) {
    try write(column.closed(&packer), as: name)
  }

  private func write(_ blocks: PackedBlocks, as name: String) throws(HDF5Error) {
    let object = path(of: name)
    let group = handle.id
    let shape = [blocks.rows] + blocks.rowShape
    let creation = try Handle.properties(hs_class_dataset_creation(), for: object)
    try Library.call("leave out times", object) { hdf5.H5Pset_obj_track_times(creation.id, false) }
    let rows = min(blocks.blockRows, blocks.rows)
    // A block needs at least one element; an empty dataset has nothing to put in blocks.
    if !blocks.ends.isEmpty {
      let block = [rows] + blocks.rowShape
      try Library.call("choose blocks", object) {
        hdf5.H5Pset_chunk(creation.id, Int32(block.count), block.map { hsize_t($0) })
      }
      if blocks.elementBytes > 1 {
        try Library.call("shuffle", object) { hdf5.H5Pset_shuffle(creation.id) }
      }
      try Library.call("deflate", object) { hdf5.H5Pset_deflate(creation.id, 1) }
    }
    let space = try Handle.space(shape, for: object)
    let type = try blocks.type.makeFileType(for: object)
    let made = try Handle("create the dataset", object, close: hdf5.H5Dclose) {
      hdf5.H5Dcreate2(group, name, type.id, space.id, hs_default(), creation.id, hs_default())
    }
    var start = 0
    for (index, end) in blocks.ends.enumerated() {
      var offset = [hsize_t](repeating: 0, count: shape.count)
      offset[0] = hsize_t(index * rows)
      try Library.call("write the dataset", object) {
        blocks.packed.withUnsafeBytes {
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
