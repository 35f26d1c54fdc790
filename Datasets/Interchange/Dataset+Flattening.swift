internal import Environments

extension Space {
  /// The type that holds the numbers of all leaves, as small as the field's tools like it: `Float`
  /// wherever that is exact.
  var commonElement: Element {
    if leaves.allSatisfy({ $0.element == .uint8 }), !leaves.isEmpty { return .uint8 }
    return isExactInFloat ? .float32 : .float64
  }

  /// Whether `Float` holds every element.
  private var isExactInFloat: Bool {
    let limit = 1 << 24
    return switch self {
    case .discrete(let count, let start): start >= -limit && start + (count - 1) <= limit
    case .multiDiscrete(let counts): counts.allSatisfy { $0 - 1 <= limit }
    case .box(let box): box.element == .uint8 || box.element == .float32
    case .dictionary(let members): members.allSatisfy { $0.space.isExactInFloat }
    case .tuple(let spaces): spaces.allSatisfy(\.isExactInFloat)
    }
  }

  /// `[width]` The bounds of each number in a flat row.
  var flatBounds: (low: [Float], high: [Float]) {
    switch self {
    case .discrete(let count, let start): return ([Float(start)], [Float(start + count - 1)])
    case .multiDiscrete(let counts):
      return (counts.map { _ in 0 }, counts.map { Float($0 - 1) })
    case .box(let box): return (box.low, box.high)
    case .dictionary(let members): return Self.joined(members.map(\.space))
    case .tuple(let spaces): return Self.joined(spaces)
    }
  }

  private static func joined(_ spaces: [Space]) -> (low: [Float], high: [Float]) {
    let parts = spaces.map(\.flatBounds)
    return (parts.flatMap(\.low), parts.flatMap(\.high))
  }

  /// The same numbers as one vector.
  var flat: Space {
    let (low, high) = flatBounds
    return .box(Box(shape: [width], low: low, high: high, element: commonElement))
  }

  /// Whether the space is one vector already.
  var isFlat: Bool {
    if case .box(let box) = self { return box.shape.count == 1 }
    return false
  }
}

extension Dataset {
  /// The same data with observations as one vector of numbers per step.
  func flatteningObservations() -> Dataset {
    let space = header.observationSpace
    guard !space.isFlat else { return self }
    var result = self
    result.header.observationSpace = space.flat
    result.observations = [Self.joined(observations, space, rows: stepCount)]
    result.finalObservations = [Self.joined(finalObservations, space, rows: episodeCount)]
    return result
  }

  /// Remarks on whole numbers that one vector of `Double` cannot hold.
  func noteRounding(flattensObservations: Bool, _ remarks: inout Remarks) {
    for (name, space, columns) in [
      ("observations", header.observationSpace, observations + finalObservations),
      ("actions", header.actionSpace, actions),
    ] {
      let isJoined = space.leaves.count > 1 || (name == "observations" && flattensObservations)
      let isRounded = columns.contains { column in
        guard case .int64(let values) = column else { return false }
        return values.contains { Int64(exactly: Double($0)) != $0 }
      }
      if isJoined, isRounded, !space.isFlat {
        remarks.add("\(name): whole numbers beyond 2^53 were rounded, as one vector of float64")
      }
    }
  }

  /// The columns of a space side by side, as one of its common type.
  static func joined(_ columns: [Column], _ space: Space, rows: Int) -> Column {
    let widths = space.leaves.map(\.width)
    let total = widths.reduce(0, +)
    func join<Number: ExpressibleByIntegerLiteral>(_ value: (Column, Int) -> Number) -> [Number] {
      var values = [Number](repeating: 0, count: rows * total)
      var start = 0
      for (column, width) in zip(columns, widths) {
        for row in 0..<rows {
          for index in 0..<width {
            values[row * total + start + index] = value(column, row * width + index)
          }
        }
        start += width
      }
      return values
    }
    return switch space.commonElement {
    case .uint8: .uint8(join { UInt8($0.integer(at: $1)) })
    case .float64: .float64(join { $0.double(at: $1) })
    default: .float32(join { $0.float(at: $1) })
    }
  }
}

extension Column {
  /// One number; only large whole numbers of 64 bits are rounded.
  func double(at position: Int) -> Double {
    switch self {
    case .uint8(let values): Double(values[position])
    case .int32(let values): Double(values[position])
    case .int64(let values): Double(values[position])
    case .float32(let values): Double(values[position])
    case .float64(let values): values[position]
    }
  }

  /// Numbers `start ..< start + count` of each row of `width`, as a column of another type that can
  /// hold them.
  ///
  /// - Returns: `nil` where it cannot.
  func part(_ start: Int, _ count: Int, width: Int, as element: Space.Element) -> Column? {
    let rows = width == 0 ? 0 : self.count / width
    var result: [Double] = []
    result.reserveCapacity(rows * count)
    for row in 0..<rows {
      for index in start..<start + count { result.append(double(at: row * width + index)) }
    }
    func whole<Number: FixedWidthInteger>(_ type: Number.Type) -> [Number]? {
      var values: [Number] = []
      values.reserveCapacity(result.count)
      for value in result {
        guard let number = Number(exactly: value) else { return nil }
        values.append(number)
      }
      return values
    }
    return switch element {
    case .uint8: whole(UInt8.self).map { .uint8($0) }
    case .int32: whole(Int32.self).map { .int32($0) }
    case .int64: whole(Int64.self).map { .int64($0) }
    case .float32: .float32(result.map { Float($0) })
    case .float64: .float64(result)
    }
  }
}
