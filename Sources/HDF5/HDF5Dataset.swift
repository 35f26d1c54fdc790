internal import CHDF5

/// A dataset: an array of numbers in a file.
package struct HDF5Dataset: ~Copyable {
  let handle: Handle
  package let path: String
  /// Sizes of the axes; empty for a single value.
  package let shape: [Int]
  package let type: StoredType
  /// Whether the file holds its numbers as this machine does: the order of their bytes, and the bits
  /// of them that count.
  let isNative: Bool

  /// Largest number of axes that is accepted.
  package static var maximumRank: Int { 8 }
  /// Largest size of an axis that is accepted.
  package static var maximumAxis: Int { 1 << 31 }

  init(opening name: String, in group: borrowing Handle, path: String) throws(HDF5Error) {
    let id = group.id
    let opened = try Handle("open the dataset", path, close: hdf5.H5Dclose) {
      hdf5.H5Dopen2(id, name, hs_default())
    }
    let dataset = opened.id
    let space = try Handle("inspect the dataset", path, close: hdf5.H5Sclose) {
      hdf5.H5Dget_space(dataset)
    }
    let shape = try Self.shape(of: space, path: path)
    let fileType = try Handle("inspect the dataset", path, close: hdf5.H5Tclose) {
      hdf5.H5Dget_type(dataset)
    }
    type = StoredType(fileType)
    isNative = Self.isNative(fileType)
    self.shape = shape
    self.path = path
    handle = opened
  }

  /// Elements in all.
  package var count: Int { shape.reduce(1, *) }
  /// Size of the first axis.
  package var rows: Int { shape.first ?? 1 }

  // MARK: Reading

  /// Reads everything, converting from the stored type; a number out of range becomes the nearest
  /// one that `Value` can hold.
  package func read<Value: HDF5Value>(
    as type: Value.Type = Value.self
  ) throws(HDF5Error) -> [Value] {
    try read(from: shape.map { _ in 0 }, count: shape)
  }

  /// Reads rows: positions along the first axis.
  package func read<Value: HDF5Value>(
    rows: Range<Int>, as type: Value.Type = Value.self
  ) throws(HDF5Error) -> [Value] {
    precondition(!shape.isEmpty, "\(path) has no rows")
    return try read(
      from: [rows.lowerBound] + shape[1...].map { _ in 0 }, count: [rows.count] + shape[1...])
  }

  /// Reads a block: `count` elements along each axis, from `start`.
  ///
  /// - Returns: the block, row-major.
  package func read<Value: HDF5Value>(
    from start: [Int], count: [Int], as type: Value.Type = Value.self
  ) throws(HDF5Error) -> [Value] {
    guard self.type.isNumeric else {
      throw HDF5Error(.refused, object: path, problem: "found \(self.type), expected numbers")
    }
    if !shape.isEmpty, start.dropFirst().allSatisfy({ $0 == 0 }),
      count.dropFirst() == shape.dropFirst(),
      let values = try readBlocks(
        start[0]..<start[0] + count[0], using: BlockReader(), as: type)
    {
      return values
    }
    // The library converts to numbers from an enumeration's own integers.
    return try read(from: start, count: count, memoryType: Value.storedType.memoryType)
  }

  /// Reads truth values, from the enumeration h5py writes or from whole numbers 0 and 1.
  package func readBools(rows: Range<Int>? = nil) throws(HDF5Error) -> [Bool] {
    switch type {
    case .bool, .integer: break
    default:
      throw HDF5Error(
        .refused, object: path, problem: "found \(type), expected bool or 0 and 1 as integers")
    }
    // A number that bytes cannot hold would come as the nearest that they can.
    if case .integer(_, isSigned: true) = type { return try bools(from: Int64.self, rows) }
    return try bools(from: UInt8.self, rows)
  }

  private func bools<Value: HDF5Value & FixedWidthInteger>(
    from type: Value.Type, _ rows: Range<Int>?
  ) throws(HDF5Error) -> [Bool] {
    let values: [Value] = if let rows { try read(rows: rows) } else { try read() }
    guard let wrong = values.firstIndex(where: { $0 != 0 && $0 != 1 }) else {
      return values.map { $0 == 1 }
    }
    throw HDF5Error(
      .refused, object: path,
      problem: "found \(values[wrong]) at position \(wrong), expected 0 or 1")
  }

  private func read<Value: HDF5Value>(
    from start: [Int], count: [Int], memoryType: hid_t
  ) throws(HDF5Error) -> [Value] {
    precondition(start.count == shape.count && count.count == shape.count, "wrong rank")
    for axis in shape.indices {
      precondition(
        start[axis] >= 0 && count[axis] >= 0 && start[axis] + count[axis] <= shape[axis],
        "\(path): block from \(start) of \(count) exceeds \(shape)")
    }
    let total = count.reduce(1, *)
    guard total > 0 else { return [] }
    let id = handle.id
    let fileSpace = try Handle("inspect the dataset", path, close: hdf5.H5Sclose) {
      hdf5.H5Dget_space(id)
    }
    if count != shape {
      try Library.call("select a block", path) {
        hdf5.H5Sselect_hyperslab(
          fileSpace.id, H5S_SELECT_SET, start.map { hsize_t($0) }, nil,
          count.map { hsize_t($0) }, nil)
      }
    }
    let memorySpace = try Handle.space(count, for: path)
    var values: [Value] = []
    try Library.call("read the dataset", path) {
      var status: herr_t = -1
      values = [Value](unsafeUninitializedCapacity: total) { buffer, initialized in
        status = hdf5.H5Dread(
          id, memoryType, memorySpace.id, fileSpace.id, hs_default(), buffer.baseAddress)
        initialized = status < 0 ? 0 : total
      }
      return status
    }
    return values
  }

  private static func isNative(_ fileType: borrowing Handle) -> Bool {
    let type = StoredType(fileType)
    let id = fileType.id
    switch type {
    case .integer, .float: return type.isStored && hdf5.H5Tequal(id, type.memoryType) > 0
    case .bool: return hdf5.H5Tget_precision(id) == 8
    case .text, .other: return false
    }
  }

  /// The sizes of a space that was found in a file, checked before anything is computed with them.
  private static func shape(
    of space: borrowing Handle, path: String
  ) throws(HDF5Error) -> [Int] {
    guard hdf5.H5Sget_simple_extent_type(space.id) != H5S_NULL else {
      throw HDF5Error(.refused, object: path, problem: "found an empty data space")
    }
    let id = space.id
    let rank = Int(
      try Library.call("inspect the dataset", path) { hdf5.H5Sget_simple_extent_ndims(id) })
    guard rank <= maximumRank else {
      throw HDF5Error(
        .refused, object: path, problem: "found \(rank) axes, expected at most \(maximumRank)")
    }
    var sizes = [hsize_t](repeating: 0, count: max(rank, 1))
    try Library.call("inspect the dataset", path) {
      hdf5.H5Sget_simple_extent_dims(id, &sizes, nil)
    }
    let shape = sizes[..<rank]
    var total: hsize_t = 1
    for size in shape {
      let (product, overflow) = total.multipliedReportingOverflow(by: size)
      guard size <= maximumAxis, !overflow, product < 1 << 48 else {
        throw HDF5Error(.refused, object: path, problem: "found an absurd shape, \(sizes)")
      }
      total = product
    }
    return shape.map { Int($0) }
  }
}
