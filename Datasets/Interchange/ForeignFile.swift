internal import Environments
internal import HDF5

/// An HDF5 file that others made, opened after the checks that such a file needs.
///
/// All of foreign HDF5 comes through here: what else guards against hostile files belongs in this
/// initialiser.
struct ForeignFile: ~Copyable {
  let content: HDF5File
  /// What all its datasets take once they are unpacked.
  let bytes: Int

  init(_ path: String) throws(DatasetError) {
    _ = try FileBeginning.read(path, atMost: StructuralCheck.signature.count)
    do throws(HDF5Error) {
      let file = try HDF5File(readingFrom: path)
      bytes = try StructuralCheck().check(file)
      content = file
    } catch {
      throw DatasetError(error, file: path)
    }
  }
}

extension HDF5Dataset {
  /// Reads everything as a column of the given type, exactly: what the type cannot hold is an error.
  /// Only `Double` becomes `Float` by rounding, which is remarked on.
  func column(of element: Space.Element, _ remarks: inout Remarks) throws(HDF5Error) -> Column {
    if type == element.storedType || isWidened(by: element) {
      return switch element {
      case .uint8: .uint8(try read())
      case .int32: .int32(try read())
      case .int64: .int64(try read())
      case .float32: .float32(try read())
      case .float64: .float64(try read())
      }
    }
    switch (type, element) {
    case (.integer, .uint8), (.integer, .int32), (.integer, .int64), (.bool, .int32),
      (.bool, .int64):
      if type == .integer(bytes: 8, isSigned: false) {
        let values: [UInt64] = try read()
        guard let wrong = values.firstIndex(where: { $0 > Int64.max }) else {
          return try narrowed(values.map { Int64($0) }, to: element)
        }
        throw unfit("\(values[wrong])", wrong, element)
      }
      return try narrowed(try read(), to: element)
    case (.float, .uint8), (.float, .int32), (.float, .int64):
      let values: [Double] = try read()
      var whole: [Int64] = []
      for (position, value) in values.enumerated() {
        guard let number = Int64(exactly: value) else { throw unfit("\(value)", position, element) }
        whole.append(number)
      }
      return try narrowed(whole, to: element)
    case (.integer, .float32), (.integer, .float64):
      let values: [Int64] = try read()
      for (position, value) in values.enumerated() {
        let isExact =
          element == .float32 ? Float(exactly: value) != nil : Double(exactly: value) != nil
        guard isExact else { throw unfit("\(value)", position, element) }
      }
      return element == .float32
        ? .float32(values.map { Float($0) }) : .float64(values.map { Double($0) })
    case (.float(8), .float32):
      let values: [Double] = try read()
      if values.contains(where: { Double(Float($0)) != $0 }) {
        remarks.add(
          "\(path.lastName): numbers of double precision were rounded to single precision")
      }
      return .float32(values.map { Float($0) })
    default:
      throw HDF5Error(
        .refused, object: path, problem: "found \(type), expected \(element.rawValue)")
    }
  }

  /// Whether every number of the stored type is one of `element`, so that the library can convert.
  private func isWidened(by element: Space.Element) -> Bool {
    switch (type, element) {
    case (.bool, .uint8), (.bool, .int32), (.bool, .int64), (.bool, .float32): true
    case (.integer(let bytes, let isSigned), .int32): bytes < 4 || (bytes == 4 && isSigned)
    case (.integer(let bytes, _), .int64): bytes < 8
    case (.integer(let bytes, _), .float32): bytes <= 2
    case (.integer(let bytes, _), .float64): bytes <= 4
    case (.float(let bytes), .float32): bytes <= 4
    case (.float(let bytes), .float64): bytes <= 8
    default: false
    }
  }

  private func narrowed(
    _ values: [Int64], to element: Space.Element
  ) throws(HDF5Error) -> Column {
    func convert<Number: FixedWidthInteger>(
      _ type: Number.Type
    ) throws(HDF5Error) -> [Number] {
      if let wrong = values.firstIndex(where: { Number(exactly: $0) == nil }) {
        throw unfit("\(values[wrong])", wrong, element)
      }
      return values.map { Number(truncatingIfNeeded: $0) }
    }
    return switch element {
    case .uint8: .uint8(try convert(UInt8.self))
    case .int32: .int32(try convert(Int32.self))
    default: .int64(values)
    }
  }

  private func unfit(_ value: String, _ position: Int, _ element: Space.Element) -> HDF5Error {
    HDF5Error(
      .refused, object: path,
      problem: "found \(value) at position \(position), expected \(element.rawValue)")
  }

  /// Truth values, from whatever numbers they were written as.
  func flags() throws(HDF5Error) -> [Bool] {
    guard case .float = type else { return try readBools() }
    let values: [Double] = try read()
    guard let wrong = values.firstIndex(where: { $0 != 0 && $0 != 1 }) else {
      return values.map { $0 == 1 }
    }
    throw HDF5Error(
      .refused, object: path,
      problem: "found \(values[wrong]) at position \(wrong), expected 0 or 1")
  }

  /// The type of ours that holds every number of this dataset, or `nil` where it is not of numbers.
  var natural: Space.Element? {
    switch type {
    case .bool: .uint8
    case .integer(let bytes, let isSigned):
      bytes == 1 && !isSigned
        ? .uint8 : bytes < 4 || (bytes == 4 && isSigned) ? .int32 : .int64
    case .float(let bytes): bytes <= 4 ? .float32 : bytes == 8 ? .float64 : nil
    case .text, .other: nil
    }
  }

  /// Refuses another number of rows, or other axes behind them.
  func expect(rows: Int, each shape: [Int]) throws(HDF5Error) {
    guard self.shape == [rows] + shape else {
      throw HDF5Error(
        .refused, object: path,
        problem: "found shape \(self.shape), expected \([rows] + shape)")
    }
  }
}

extension String {
  /// What stands behind the last slash.
  var lastName: String { split(separator: "/").last.map(String.init) ?? self }
}
