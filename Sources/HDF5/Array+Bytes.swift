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
}
