/// A message in the wire format of Protocol Buffers, version 3, built field by field.
///
/// Fields are to be added in ascending order, as the library of that name writes them. A number that
/// is zero is left out, because a reader takes what is missing for zero.
struct ProtocolMessage {
  private(set) var bytes: [UInt8] = []

  /// A whole number or an enumeration's case.
  mutating func add(_ field: Int, _ value: Int) {
    guard value != 0 else { return }
    addKey(field, wireType: 0)
    addVariable(UInt64(bitPattern: Int64(value)))
  }

  mutating func add(_ field: Int, _ value: Double) {
    guard value.bitPattern != 0 else { return }
    addKey(field, wireType: 1)
    add(littleEndian: value.bitPattern)
  }

  /// A number that is one of several alternatives, and is therefore written even if it is zero.
  mutating func add(_ field: Int, alternative value: Float) {
    addKey(field, wireType: 5)
    add(littleEndian: value.bitPattern)
  }

  mutating func add(_ field: Int, alternative value: Double) {
    addKey(field, wireType: 1)
    add(littleEndian: value.bitPattern)
  }

  mutating func add(_ field: Int, alternative value: Bool) {
    addKey(field, wireType: 0)
    addVariable(value ? 1 : 0)
  }

  mutating func add(_ field: Int, alternative text: String) { add(field, Array(text.utf8)) }

  /// A text; an empty one is left out.
  mutating func add(_ field: Int, _ text: String) {
    if !text.isEmpty { add(field, Array(text.utf8)) }
  }

  mutating func add(_ field: Int, _ content: [UInt8]) {
    addKey(field, wireType: 2)
    addVariable(UInt64(content.count))
    bytes += content
  }

  mutating func add(_ field: Int, _ message: ProtocolMessage) { add(field, message.bytes) }

  /// A list of numbers.
  mutating func add(_ field: Int, packed values: [Double]) {
    guard !values.isEmpty else { return }
    addKey(field, wireType: 2)
    addVariable(UInt64(8 * values.count))
    for value in values { add(littleEndian: value.bitPattern) }
  }

  mutating func add(_ field: Int, packed values: [Float]) {
    guard !values.isEmpty else { return }
    addKey(field, wireType: 2)
    addVariable(UInt64(4 * values.count))
    for value in values { add(littleEndian: value.bitPattern) }
  }

  private mutating func addKey(_ field: Int, wireType: Int) {
    addVariable(UInt64(field << 3 | wireType))
  }

  /// Seven bits a byte, the lowest first; the eighth says that more follow.
  private mutating func addVariable(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func add<Number: FixedWidthInteger>(littleEndian value: Number) {
    for place in stride(from: 0, to: Number.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> Number(place)))
    }
  }
}
