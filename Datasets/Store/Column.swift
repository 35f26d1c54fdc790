public import Environments
internal import HDF5

/// The numbers of one leaf of a space over many rows, end to end, in the leaf's own type.
///
/// A row of width `w` occupies `w` consecutive numbers; the width is the leaf's business.
public enum Column: Sendable, Equatable {
  case uint8([UInt8])
  case int32([Int32])
  case int64([Int64])
  case float32([Float])
  case float64([Double])

  /// An empty column.
  public init(_ element: Space.Element) {
    switch element {
    case .uint8: self = .uint8([])
    case .int32: self = .int32([])
    case .int64: self = .int64([])
    case .float32: self = .float32([])
    case .float64: self = .float64([])
    }
  }

  public var element: Space.Element {
    switch self {
    case .uint8: .uint8
    case .int32: .int32
    case .int64: .int64
    case .float32: .float32
    case .float64: .float64
    }
  }

  /// Numbers, not rows.
  public var count: Int {
    switch self {
    case .uint8(let values): values.count
    case .int32(let values): values.count
    case .int64(let values): values.count
    case .float32(let values): values.count
    case .float64(let values): values.count
    }
  }

  // MARK: Taking out

  /// One number, rounded to `Float` where the column is wider.
  public func float(at position: Int) -> Float {
    switch self {
    case .uint8(let values): Float(values[position])
    case .int32(let values): Float(values[position])
    case .int64(let values): Float(values[position])
    case .float32(let values): values[position]
    case .float64(let values): Float(values[position])
    }
  }

  /// One number that is known to be whole.
  public func integer(at position: Int) -> Int {
    switch self {
    case .uint8(let values): Int(values[position])
    case .int32(let values): Int(values[position])
    case .int64(let values): Int(values[position])
    case .float32(let values): Int(values[position])
    case .float64(let values): Int(values[position])
    }
  }

  /// The numbers of `range` as a column of their own.
  public subscript(range: Range<Int>) -> Column {
    switch self {
    case .uint8(let values): .uint8(Array(values[range]))
    case .int32(let values): .int32(Array(values[range]))
    case .int64(let values): .int64(Array(values[range]))
    case .float32(let values): .float32(Array(values[range]))
    case .float64(let values): .float64(Array(values[range]))
    }
  }

  // MARK: Putting in

  /// What stands in `self` while its array is being changed: were the array still there as well,
  /// changing it would copy it.
  static var none: Column { .uint8([]) }

  /// Appends numbers that must fit the column's type: whole and in range where it is one of integers.
  public mutating func append(_ numbers: Span<Float>) {
    switch self {
    case .uint8(var values):
      self = Self.none
      if !values.append(narrowing: numbers) { values.append(converting: numbers) }
      self = .uint8(values)
    case .int32(var values):
      self = Self.none
      values.append(converting: numbers)
      self = .int32(values)
    case .int64(var values):
      self = Self.none
      values.append(converting: numbers)
      self = .int64(values)
    case .float32(var values):
      self = Self.none
      for index in numbers.indices { values.append(numbers[index]) }
      self = .float32(values)
    case .float64(var values):
      self = Self.none
      for index in numbers.indices { values.append(Double(numbers[index])) }
      self = .float64(values)
    }
  }

  /// Appends numbers that are bytes of the column's own type.
  mutating func append(bytes: RawSpan) {
    switch self {
    case .uint8(var values):
      self = Self.none
      values.append(bytes: bytes)
      self = .uint8(values)
    case .int32(var values):
      self = Self.none
      values.append(bytes: bytes)
      self = .int32(values)
    case .int64(var values):
      self = Self.none
      values.append(bytes: bytes)
      self = .int64(values)
    case .float32(var values):
      self = Self.none
      values.append(bytes: bytes)
      self = .float32(values)
    case .float64(var values):
      self = Self.none
      values.append(bytes: bytes)
      self = .float64(values)
    }
  }

  /// Appends a whole number.
  public mutating func append(_ number: Int) {
    switch self {
    case .uint8(var values):
      self = Self.none
      values.append(UInt8(number))
      self = .uint8(values)
    case .int32(var values):
      self = Self.none
      values.append(Int32(number))
      self = .int32(values)
    case .int64(var values):
      self = Self.none
      values.append(Int64(number))
      self = .int64(values)
    case .float32(var values):
      self = Self.none
      values.append(Float(number))
      self = .float32(values)
    case .float64(var values):
      self = Self.none
      values.append(Double(number))
      self = .float64(values)
    }
  }

  /// Appends the numbers of `range` of another column, which must be of the same type.
  public mutating func append(_ range: Range<Int>, of other: Column) {
    switch (self, other) {
    case (.uint8(var values), .uint8(let more)):
      self = Self.none
      values += more[range]
      self = .uint8(values)
    case (.int32(var values), .int32(let more)):
      self = Self.none
      values += more[range]
      self = .int32(values)
    case (.int64(var values), .int64(let more)):
      self = Self.none
      values += more[range]
      self = .int64(values)
    case (.float32(var values), .float32(let more)):
      self = Self.none
      values += more[range]
      self = .float32(values)
    case (.float64(var values), .float64(let more)):
      self = Self.none
      values += more[range]
      self = .float64(values)
    case (let own, _):
      preconditionFailure("a column of \(own.element) cannot take one of \(other.element)")
    }
  }

  /// Appends all of another column.
  public mutating func append(_ other: Column) { append(0..<other.count, of: other) }

  /// Makes room for `count` numbers in all.
  public mutating func reserveCapacity(_ count: Int) {
    switch self {
    case .uint8(var values):
      self = Self.none
      values.reserveCapacity(count)
      self = .uint8(values)
    case .int32(var values):
      self = Self.none
      values.reserveCapacity(count)
      self = .int32(values)
    case .int64(var values):
      self = Self.none
      values.reserveCapacity(count)
      self = .int64(values)
    case .float32(var values):
      self = Self.none
      values.reserveCapacity(count)
      self = .float32(values)
    case .float64(var values):
      self = Self.none
      values.reserveCapacity(count)
      self = .float64(values)
    }
  }
}

extension Array where Element: FixedWidthInteger {
  fileprivate mutating func append(converting numbers: Span<Float>) {
    for index in numbers.indices {
      guard let value = Element(exactly: numbers[index]) else {
        preconditionFailure("\(numbers[index]) does not fit a column of \(Element.self)")
      }
      append(value)
    }
  }
}

extension Column {
  /// Forgets all numbers, and keeps the room they took.
  mutating func removeAll() {
    switch self {
    case .uint8(var values):
      self = Self.none
      values.removeAll(keepingCapacity: true)
      self = .uint8(values)
    case .int32(var values):
      self = Self.none
      values.removeAll(keepingCapacity: true)
      self = .int32(values)
    case .int64(var values):
      self = Self.none
      values.removeAll(keepingCapacity: true)
      self = .int64(values)
    case .float32(var values):
      self = Self.none
      values.removeAll(keepingCapacity: true)
      self = .float32(values)
    case .float64(var values):
      self = Self.none
      values.removeAll(keepingCapacity: true)
      self = .float64(values)
    }
  }
}

extension Column {
  /// Whether both hold the same numbers, bit by bit: one that is none equals itself.
  func isIdentical(to other: Column) -> Bool {
    switch (self, other) {
    case (.float32(let values), .float32(let others)):
      values.count == others.count
        && zip(values, others).allSatisfy { $0.bitPattern == $1.bitPattern }
    case (.float64(let values), .float64(let others)):
      values.count == others.count
        && zip(values, others).allSatisfy { $0.bitPattern == $1.bitPattern }
    default: self == other
    }
  }

  /// The position of the first number that is neither 0 nor 1, or `nil`.
  var firstUntruth: Int? { (0..<count).first { ![0, 1].contains(double(at: $0)) } }

  /// The position of the first number that is not finite, or `nil`.
  var firstNonFinite: Int? {
    switch self {
    case .uint8, .int32, .int64: nil
    case .float32(let values): values.firstIndex { !$0.isFinite }
    case .float64(let values): values.firstIndex { !$0.isFinite }
    }
  }
}
