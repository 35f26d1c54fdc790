internal import CPacking

extension [UInt8] {
  /// Appends whole numbers from 0 to 255 as bytes, many at a time: a view of a world has hundreds.
  ///
  /// - Returns: whether all are such numbers; if not, nothing was appended. A negative zero is none.
  package mutating func append(narrowing numbers: Span<Float>) -> Bool {
    let start = count
    append(contentsOf: Self.zeros(numbers.count))
    let isNarrowed = withUnsafeMutableBufferPointer { bytes in
      numbers.withUnsafeBufferPointer { numbers in
        guard let source = numbers.baseAddress, let target = bytes.baseAddress else { return true }
        return hs_narrow(source, target + start, numbers.count) != 0
      }
    }
    if !isNarrowed { removeLast(numbers.count) }
    return isNarrowed
  }

  private static let someZeros = [UInt8](repeating: 0, count: 4096)

  /// Copying zeros is quicker than making them one by one.
  private static func zeros(_ count: Int) -> ArraySlice<UInt8> {
    count <= someZeros.count ? someZeros[..<count] : [UInt8](repeating: 0, count: count)[...]
  }
}
