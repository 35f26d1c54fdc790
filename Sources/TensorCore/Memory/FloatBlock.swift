/// A fixed block of floats on cache-line boundaries, in which parameters lie one after another.
struct FloatBlock: ~Copyable {
  let start: UnsafeMutablePointer<Float>
  let count: Int

  /// A block of zeros.
  init(zeros count: Int) {
    self.count = count
    start = Self.allocate(count)
    start.initialize(repeating: 0, count: count)
  }

  /// A block with the same content as another.
  init(copying other: borrowing FloatBlock) {
    count = other.count
    start = Self.allocate(count)
    start.initialize(from: other.start, count: count)
  }

  deinit { start.deallocate() }

  /// The numbers of a parameter, row-major.
  func values(of specification: ParameterSpecification) -> [Float] {
    Array(
      UnsafeBufferPointer(start: start + specification.offset, count: specification.count))
  }

  /// Replaces the numbers of a parameter, which must be as many.
  func setValues(of specification: ParameterSpecification, to values: [Float]) {
    precondition(
      values.count == specification.count,
      "\(specification.name) has \(specification.count) values, got \(values.count)")
    values.withUnsafeBufferPointer { source in
      guard let first = source.baseAddress else { return }
      (start + specification.offset).update(from: first, count: source.count)
    }
  }

  /// Room for `count` floats, at least one, with undefined content.
  static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
    let count = max(count, 1)
    return UnsafeMutableRawPointer.allocate(
      byteCount: count * MemoryLayout<Float>.stride, alignment: 64
    ).bindMemory(to: Float.self, capacity: count)
  }
}
