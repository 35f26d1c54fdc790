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

  package init(_ type: StoredType, rowShape: [Int] = [], blockRows: Int) {
    blocks = PackedBlocks(type, rowShape: rowShape, blockRows: blockRows)
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

  private mutating func append<Element: BitwiseCopyable>(
    _ values: [Element], _ range: Range<Int>, packer: inout BlockPacker
  ) {
    let rowBytes = blocks.rowBytes
    precondition(rowBytes > 0, "rows of nothing")
    values.withUnsafeBytes { bytes in
      let new = Self.bytes(of: range, in: bytes, Element.self)
      precondition(
        new.count % rowBytes == 0, "\(new.count) bytes are no whole rows of \(rowBytes)")
      blocks.rows += new.count / rowBytes
      let blockBytes = blocks.blockRows * rowBytes
      var start = 0
      while start < new.count {
        let piece = min(new.count - start, blockBytes - openCount)
        if openCount + piece > open.count {
          let size = min(blockBytes, max(openCount + piece, 2 * open.count))
          open += [UInt8](repeating: 0, count: size - open.count)
        }
        open.withUnsafeMutableBytes {
          UnsafeMutableRawBufferPointer(rebasing: $0[openCount..<openCount + piece])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: new[start..<start + piece]))
        }
        openCount += piece
        start += piece
        if openCount == blockBytes {
          open.withUnsafeBytes { blocks.append($0, &packer) }
          openCount = 0
        }
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
    var blocks = blocks
    guard openCount > 0 else { return blocks }
    var last = Array(open[..<openCount])
    last.append(contentsOf: repeatElement(0, count: blocks.missingRows * blocks.rowBytes))
    last.withUnsafeBytes { blocks.append($0, &packer) }
    return blocks
  }
}
