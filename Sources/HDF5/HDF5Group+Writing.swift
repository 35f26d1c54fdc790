internal import CHDF5

/// How a dataset's numbers lie in the file.
package enum HDF5Storage: Sendable, Equatable {
  /// One after another, as in memory.
  case contiguous
  /// In blocks of so many rows, each shuffled (bytes of equal weight side by side) and deflated.
  case chunked(rows: Int, deflate: Int)
}

extension HDF5Group {
  /// Writes a new dataset.
  ///
  /// - Parameters:
  ///   - values: row-major, as many as `shape` has elements.
  ///   - shape: the first axis counts rows; without axes a single value is written.
  package func write<Value: HDF5Value>(
    _ values: [Value], shape: [Int], as name: String, storage: HDF5Storage = .contiguous
  ) throws(HDF5Error) {
    let type = Value.storedType
    try write(
      fileType: type.fileType, memoryType: type.memoryType, bytes: MemoryLayout<Value>.stride,
      count: values.count, shape: shape, as: name, storage: storage
    ) { body in values.withUnsafeBytes { body($0.baseAddress) } }
  }

  /// Writes a new dataset of truth values, as h5py does.
  package func write(
    _ values: [Bool], shape: [Int], as name: String, storage: HDF5Storage = .contiguous
  ) throws(HDF5Error) {
    let object = path(of: name)
    let fileType = try StoredType.makeBoolType(over: hs_file_int8(), for: object)
    let memoryType = try StoredType.makeBoolType(over: hs_memory_int8(), for: object)
    try write(
      fileType: fileType.id, memoryType: memoryType.id, bytes: 1, count: values.count,
      shape: shape, as: name, storage: storage
    ) { body in values.withUnsafeBytes { body($0.baseAddress) } }
  }

  private func write(
    fileType: hid_t, memoryType: hid_t, bytes: Int, count: Int, shape: [Int], as name: String,
    storage: HDF5Storage, withValues: ((UnsafeRawPointer?) -> herr_t) -> herr_t
  ) throws(HDF5Error) {
    precondition(
      shape.reduce(1, *) == count,
      "\(name): shape \(shape) does not have \(count) elements")
    let object = path(of: name)
    let group = handle.id
    let creation = try Handle.properties(hs_class_dataset_creation(), for: object)
    try Library.call("leave out times", object) { H5Pset_obj_track_times(creation.id, false) }
    // A block needs at least one element; an empty dataset has nothing to put in blocks.
    if case .chunked(let rows, let level) = storage, count > 0, !shape.isEmpty {
      precondition(rows > 0, "\(name): \(rows) rows in a chunk")
      let chunk = [min(rows, shape[0])] + shape[1...]
      try Library.call("choose blocks", object) {
        H5Pset_chunk(creation.id, Int32(chunk.count), chunk.map { hsize_t($0) })
      }
      if bytes > 1 { try Library.call("shuffle", object) { H5Pset_shuffle(creation.id) } }
      try Library.call("deflate", object) { H5Pset_deflate(creation.id, UInt32(level)) }
    }
    let space = try Handle.space(shape, for: object)
    let made = try Handle("create the dataset", object, close: H5Dclose) {
      H5Dcreate2(group, name, fileType, space.id, hs_default(), creation.id, hs_default())
    }
    guard count > 0 else { return }
    try Library.call("write the dataset", object) {
      withValues { H5Dwrite(made.id, memoryType, hs_all(), hs_all(), hs_default(), $0) }
    }
  }
}
