/// A dataset in the making whose rows come several times over, as what an episode has once is spread
/// over its steps: a ``PackedColumn`` that never lays them out.
///
/// Equal runs give equal bytes.
package struct PackedRuns: PackedRows {
  private var blocks: PackedBlocks
  /// The block that is not full yet: `[runs, row bytes]` the row of each run, and how often it comes.
  private var open: [UInt8] = []
  private var copies: [UInt32] = []
  private var openRows = 0
  /// A row of zeros: copying them is quicker than making them one by one.
  private let zeros: [UInt8]
  /// The same for rows of bytes, in place of what is above.
  private var table: RowTable?

  package init(_ type: StoredType, rowShape: [Int] = [], blockRows: Int) {
    blocks = PackedBlocks(type, rowShape: rowShape, blockRows: blockRows)
    zeros = [UInt8](repeating: 0, count: blocks.rowBytes)
    table = blocks.makeTable()
  }

  package var rows: Int { blocks.rows }

  /// Adds the row that `range` of the numbers makes up, several times.
  package mutating func append<Value: HDF5Value>(
    _ values: [Value], _ range: Range<Int>, count: Int, using packer: inout BlockPacker
  ) {
    precondition(Value.storedType == blocks.type, "\(Value.self) in a column of \(blocks.type)")
    values.withUnsafeBytes { bytes in
      let stride = MemoryLayout<Value>.stride
      let row = UnsafeRawBufferPointer(
        rebasing: bytes[range.lowerBound * stride..<range.upperBound * stride])
      append(row: row, count: count, using: &packer)
    }
  }

  /// Adds a row several times.
  ///
  /// - Parameter row: its numbers as in memory, little-endian.
  package mutating func append(
    row: UnsafeRawBufferPointer, count: Int, using packer: inout BlockPacker
  ) {
    precondition(
      row.count == blocks.rowBytes, "\(row.count) bytes are no row of \(blocks.rowBytes)")
    guard table == nil else {
      return append(count, &packer) { $0.number(of: row.baseAddress!) }
    }
    append(count, &packer) { (open: inout [UInt8]) in open.append(contentsOf: row) }
  }

  /// Adds rows of zeros.
  package mutating func appendZeros(rows count: Int, using packer: inout BlockPacker) {
    guard table == nil else { return append(count, &packer) { $0.numberOfZeros() } }
    let zeros = zeros
    append(count, &packer) { (open: inout [UInt8]) in open += zeros }
  }

  private mutating func append(
    _ count: Int, _ packer: inout BlockPacker, _ number: (inout RowTable) -> UInt32
  ) {
    blocks.rows += count
    var left = count
    while left > 0 {
      let piece = table!.append(number, atMost: left)
      left -= piece
      if table!.isFull { blocks.append(&table!, &packer) }
    }
  }

  private mutating func append(
    _ count: Int, _ packer: inout BlockPacker, _ addRow: (inout [UInt8]) -> Void
  ) {
    blocks.rows += count
    guard blocks.rowBytes > 0 else { return }
    var left = count
    while left > 0 {
      let piece = min(left, blocks.blockRows - openRows)
      addRow(&open)
      copies.append(UInt32(piece))
      openRows += piece
      left -= piece
      guard openRows == blocks.blockRows else { continue }
      blocks.append(runs: open, copies: copies, &packer)
      open.removeAll(keepingCapacity: true)
      copies.removeAll(keepingCapacity: true)
      openRows = 0
    }
  }

  package func closed(_ packer: inout BlockPacker) -> PackedBlocks {
    if let table { return blocks.closed(with: table, &packer) }
    var blocks = blocks
    guard openRows > 0 else { return blocks }
    var (runs, copies) = (open, copies)
    let missing = blocks.missingRows
    if missing > 0 {
      runs += zeros
      copies.append(UInt32(missing))
    }
    blocks.append(runs: runs, copies: copies, &packer)
    return blocks
  }
}
