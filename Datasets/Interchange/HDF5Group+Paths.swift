internal import HDF5

// Going down several names at once.
extension HDF5Group {
  /// The dataset at a path of several names.
  func dataset(atPath path: String) throws(HDF5Error) -> HDF5Dataset {
    guard let slash = path.firstIndex(of: "/") else { return try dataset(path) }
    let below = try group(String(path[..<slash]))
    return try below.dataset(atPath: String(path[path.index(after: slash)...]))
  }

  /// Writes a column, making the groups on its path that are not there yet.
  func write(
    _ column: Column, shape: [Int], atPath path: String, storage: HDF5Storage = .contiguous
  ) throws(HDF5Error) {
    guard let slash = path.firstIndex(of: "/") else {
      switch column {
      case .uint8(let values): try write(values, shape: shape, as: path, storage: storage)
      case .int32(let values): try write(values, shape: shape, as: path, storage: storage)
      case .int64(let values): try write(values, shape: shape, as: path, storage: storage)
      case .float32(let values): try write(values, shape: shape, as: path, storage: storage)
      case .float64(let values): try write(values, shape: shape, as: path, storage: storage)
      }
      return
    }
    let (name, rest) = (String(path[..<slash]), String(path[path.index(after: slash)...]))
    if try contains(name) {
      let below = try group(name)
      try below.write(column, shape: shape, atPath: rest, storage: storage)
    } else {
      let below = try makeGroup(name)
      try below.write(column, shape: shape, atPath: rest, storage: storage)
    }
  }
}
