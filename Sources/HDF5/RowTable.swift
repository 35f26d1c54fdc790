internal import CPacking

/// The rows of bytes that a block is made of, each different one kept once and the others as its number.
///
/// Pictures come again and again: so kept, a block takes a fraction of its bytes, and what repeats is
/// known before it is packed. Rows are numbered by their bytes alone, in the order of their coming.
struct RowTable: Sendable {
  /// Rows so wide are kept like this.
  static let widths = 16...8192

  let width: Int
  /// Rows of a block.
  let capacity: Int
  /// `[distinct, width]`
  private(set) var rows: [UInt8] = []
  private(set) var distinct = 0
  /// `[count]`, the row in each place.
  private(set) var numbers: [UInt32] = []
  /// 1 + numbers of rows, by a hash of their bytes.
  private var slots: [UInt32]
  /// The number of the row of zeros, once it came.
  private var zeros: UInt32?

  init(width: Int, capacity: Int) {
    precondition(Self.widths.contains(width), "rows of \(width) bytes")
    self.width = width
    self.capacity = capacity
    var size = 64
    while size < 2 * capacity { size *= 2 }
    slots = Array(repeating: 0, count: size)
    numbers.reserveCapacity(capacity)
  }

  /// Places that have a row.
  var count: Int { numbers.count }
  var isFull: Bool { numbers.count == capacity }

  /// The number of a row, which is noted where it is new.
  mutating func number(of row: UnsafeRawPointer) -> UInt32 {
    let bytes = row.assumingMemoryBound(to: UInt8.self)
    let number = hs_row_number(rows, distinct, width, bytes, &slots, slots.count)
    if number == distinct {
      rows.append(contentsOf: UnsafeBufferPointer(start: bytes, count: width))
      distinct += 1
    }
    return UInt32(number)
  }

  /// The number of the row of zeros.
  mutating func numberOfZeros() -> UInt32 {
    if let zeros { return zeros }
    let number = [UInt8](repeating: 0, count: width).withUnsafeBytes {
      self.number(of: $0.baseAddress!)
    }
    zeros = number
    return number
  }

  mutating func append(_ number: UInt32) { numbers.append(number) }

  mutating func append(_ number: UInt32, count: Int) {
    numbers.append(contentsOf: repeatElement(number, count: count))
  }

  /// Puts a row in the next places.
  ///
  /// - Parameter most: of which as many are filled as the block has left.
  /// - Returns: how many.
  mutating func append(_ number: (inout RowTable) -> UInt32, atMost most: Int) -> Int {
    let count = min(most, capacity - numbers.count)
    append(number(&self), count: count)
    return count
  }

  /// Begins a block anew, in the same memory.
  mutating func removeAll() {
    rows.removeAll(keepingCapacity: true)
    numbers.removeAll(keepingCapacity: true)
    distinct = 0
    zeros = nil
    for slot in slots.indices { slots[slot] = 0 }
  }

  /// `[count, width]` The rows laid out.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count * width)
    for number in numbers { bytes += rows[Int(number) * width..<(Int(number) + 1) * width] }
    return bytes
  }
}
