internal import Environments
internal import HDF5

// What a recording holds, as columns.
extension Column {
  /// Appends a part of each step's row.
  ///
  /// - Parameters:
  ///   - rows: `[rows, stride]`
  ///   - start: where in a row the part begins.
  ///   - count: its bytes.
  mutating func append(
    _ rows: RawSpan, stride: Int, at start: Int, bytes count: Int,
    of steps: ArraySlice<EpisodeRecording.Step>
  ) {
    func append<Value: BitwiseCopyable>(to values: inout [Value]) {
      values.append(rows, parts: start..<start + count, ofRowsOf: stride, steps.count) {
        Int(steps[steps.startIndex + $0].row)
      }
    }
    switch self {
    case .uint8(var values):
      self = Self.none
      append(to: &values)
      self = .uint8(values)
    case .int32(var values):
      self = Self.none
      append(to: &values)
      self = .int32(values)
    case .int64(var values):
      self = Self.none
      append(to: &values)
      self = .int64(values)
    case .float32(var values):
      self = Self.none
      append(to: &values)
      self = .float32(values)
    case .float64(var values):
      self = Self.none
      append(to: &values)
      self = .float64(values)
    }
  }

  /// Appends the actions of steps in a discrete space.
  mutating func append(actionsOf steps: ArraySlice<EpisodeRecording.Step>) {
    switch self {
    case .uint8(var values):
      self = Self.none
      values.append(ofEach: steps) { UInt8($0.action) }
      self = .uint8(values)
    case .int32(var values):
      self = Self.none
      values.append(ofEach: steps) { Int32($0.action) }
      self = .int32(values)
    case .int64(var values):
      self = Self.none
      values.append(ofEach: steps) { Int64($0.action) }
      self = .int64(values)
    case .float32(var values):
      self = Self.none
      values.append(ofEach: steps) { Float($0.action) }
      self = .float32(values)
    case .float64(var values):
      self = Self.none
      values.append(ofEach: steps) { Double($0.action) }
      self = .float64(values)
    }
  }
}

extension Array where Element: BitwiseCopyable {
  /// Appends a number for each step of a recording.
  @inline(__always)
  mutating func append(
    ofEach steps: ArraySlice<EpisodeRecording.Step>,
    _ number: (EpisodeRecording.Step) -> Element
  ) {
    append(addingCapacity: steps.count) { span in
      for step in steps { span.append(number(step)) }
    }
  }
}
