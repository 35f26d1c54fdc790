/// A dataset in the making: rows are appended, and each block is packed as soon as it is full, so that
/// no more than one block of a column is ever in memory unpacked.
///
/// Axes of the dataset: rows first, then its row's shape. Equal rows give equal bytes, however they
/// came.
package struct PackedColumn: PackedRows {
  private var blocks: PackedBlocks
  /// The rows of the block that is not full yet, in its first ``openCount`` bytes.
  private var open: [UInt8] = []
  private var openCount = 0
  /// The same for rows of bytes, in place of what is above.
  private var table: RowTable?

  package init(_ type: StoredType, rowShape: [Int] = [], blockRows: Int) {
    blocks = PackedBlocks(type, rowShape: rowShape, blockRows: blockRows)
    table = blocks.makeTable()
  }

  package var rows: Int { blocks.rows }
  private var type: StoredType { blocks.type }

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

  /// Adds rows without numbers.
  package mutating func append(emptyRows count: Int) {
    precondition(blocks.rowBytes == 0, "rows have \(blocks.rowBytes) bytes")
    blocks.rows += count
  }

  /// Adds parts of rows that are given by number.
  ///
  /// - Parameters:
  ///   - rows: `[rows, stride]`, numbers as in memory, little-endian; none of it is kept.
  ///   - start: where in a row the part begins that is a row of this column.
  ///   - numbers: of the rows that are added.
  package mutating func append(
    partsOf rows: UnsafeRawBufferPointer, stride: Int, at start: Int, numbers: [Int32],
    using packer: inout BlockPacker
  ) {
    let rowBytes = blocks.rowBytes
    precondition(rowBytes > 0 && start + rowBytes <= stride, "a part that is none")
    guard table != nil else {
      return append(rows: numbers.count, using: &packer) { place, range in
        for (offset, index) in range.enumerated() {
          let from = Int(numbers[index]) * stride + start
          UnsafeMutableRawBufferPointer(
            rebasing: place[offset * rowBytes..<(offset + 1) * rowBytes]
          ).copyMemory(from: UnsafeRawBufferPointer(rebasing: rows[from..<from + rowBytes]))
        }
      }
    }
    blocks.rows += numbers.count
    // Each row is looked up once, or twice where a block ends in between.
    let unknown = UInt32.max
    var known = [UInt32](repeating: unknown, count: rows.count / stride)
    for number in numbers {
      let place = Int(number)
      if known[place] == unknown {
        let from = place * stride + start
        known[place] = UnsafeRawBufferPointer(rebasing: rows[from..<from + rowBytes])
          .withMemoryRebound(to: UInt8.self) { table!.number(of: $0.baseAddress!) }
      }
      table!.append(known[place])
      if table!.isFull {
        blocks.append(&table!, &packer)
        for place in known.indices { known[place] = unknown }
      }
    }
  }

  /// Adds rows that the caller writes.
  ///
  /// - Parameter write: is given the place of some rows and which of all they are.
  package mutating func append(
    rows count: Int, using packer: inout BlockPacker,
    _ write: (_ place: UnsafeMutableRawBufferPointer, _ rows: Range<Int>) -> Void
  ) {
    let rowBytes = blocks.rowBytes
    precondition(rowBytes > 0 && table == nil, "rows that are not written one by one")
    blocks.rows += count
    let blockBytes = blocks.blockRows * rowBytes
    var next = 0
    while next < count {
      let rows = next..<next + min(count - next, (blockBytes - openCount) / rowBytes)
      let end = openCount + rows.count * rowBytes
      if end > open.count {
        let size = min(blockBytes, max(end, 2 * open.count))
        open += [UInt8](repeating: 0, count: size - open.count)
      }
      open.withUnsafeMutableBytes {
        write(UnsafeMutableRawBufferPointer(rebasing: $0[openCount..<end]), rows)
      }
      openCount = end
      next = rows.upperBound
      if openCount == blockBytes {
        open.withUnsafeBytes { blocks.append($0, &packer) }
        openCount = 0
      }
    }
  }

  private mutating func append<Element: BitwiseCopyable>(
    _ values: [Element], _ range: Range<Int>, packer: inout BlockPacker
  ) {
    let rowBytes = blocks.rowBytes
    precondition(rowBytes > 0, "rows of nothing")
    values.withUnsafeBytes { bytes in
      let new = Self.bytes(of: range, in: bytes, Element.self)
      precondition(
        new.count % rowBytes == 0, "\(new.count) bytes are no whole rows of \(rowBytes)")
      let count = new.count / rowBytes
      guard table != nil else {
        return append(rows: count, using: &packer) { place, rows in
          place.copyMemory(
            from: UnsafeRawBufferPointer(
              rebasing: new[rows.lowerBound * rowBytes..<rows.upperBound * rowBytes]))
        }
      }
      blocks.rows += count
      for row in 0..<count {
        table!.append(table!.number(of: new.baseAddress! + row * rowBytes))
        if table!.isFull { blocks.append(&table!, &packer) }
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

  package func closed(_ packer: inout BlockPacker) -> PackedBlocks {
    if let table { return blocks.closed(with: table, &packer) }
    var blocks = blocks
    guard openCount > 0 else { return blocks }
    var last = Array(open[..<openCount])
    last.append(contentsOf: repeatElement(0, count: blocks.missingRows * blocks.rowBytes))
    last.withUnsafeBytes { blocks.append($0, &packer) }
    return blocks
  }
}
