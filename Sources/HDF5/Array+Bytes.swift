extension Array where Element: BitwiseCopyable {
  /// Appends numbers that lie as bytes, at whatever address.
  @inlinable
  package mutating func append(bytes: RawSpan) {
    let width = MemoryLayout<Element>.stride
    precondition(
      bytes.byteCount % width == 0, "\(bytes.byteCount) bytes are no numbers of \(width)")
    bytes.withUnsafeBytes { source in
      // Single bytes lie anywhere.
      if width == 1 { return append(contentsOf: source.assumingMemoryBound(to: Element.self)) }
      for offset in stride(from: 0, to: source.count, by: width) {
        append(source.loadUnaligned(fromByteOffset: offset, as: Element.self))
      }
    }
  }

  /// Appends a part of some rows of bytes.
  ///
  /// - Parameters:
  ///   - rows: `[rows, stride]`
  ///   - part: the bytes of a row that are wanted, a whole number of numbers.
  ///   - count: how many rows.
  ///   - row: which one comes at each place.
  @inlinable
  package mutating func append(
    _ rows: RawSpan, parts part: Range<Int>, ofRowsOf stride: Int, _ count: Int,
    row: (Int) -> Int
  ) {
    let numbers = part.count / MemoryLayout<Element>.stride
    append(addingCapacity: count * numbers) { span in
      span.withUnsafeMutableBufferPointer { buffer, initialized in
        let target = UnsafeMutableRawBufferPointer(buffer)
        for index in 0..<count {
          let start = row(index) * stride
          let source = rows.extracting(start + part.lowerBound..<start + part.upperBound)
          let place = index * part.count
          source.withUnsafeBytes {
            UnsafeMutableRawBufferPointer(rebasing: target[place..<place + part.count])
              .copyMemory(from: $0)
          }
        }
        initialized = count * numbers
      }
    }
  }
}
