internal import CHDF5

/// How a dataset's numbers lie in the file.
package enum HDF5Storage: Sendable, Equatable {
  /// One after another, as in memory.
  case contiguous
  /// In blocks of so many rows, each shuffled (bytes of equal weight side by side) and deflated.
  case chunked(rows: Int)
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
    checkCount(values.count, shape, name)
    if case .chunked(let rows) = storage, !values.isEmpty, !shape.isEmpty {
      var packer = BlockPacker()
      var column = PackedColumn(type, rowShape: Array(shape[1...]), blockRows: rows)
      column.append(values, values.indices, using: &packer)
      return try write(column, as: name, using: &packer)
    }
    try write(
      fileType: type.fileType, memoryType: type.memoryType, count: values.count, shape: shape,
      as: name
    ) { body in values.withUnsafeBytes { body($0.baseAddress) } }
  }

  /// Writes a new dataset of truth values, as h5py does.
  package func write(
    _ values: [Bool], shape: [Int], as name: String, storage: HDF5Storage = .contiguous
  ) throws(HDF5Error) {
    checkCount(values.count, shape, name)
    if case .chunked(let rows) = storage, !values.isEmpty, !shape.isEmpty {
      var packer = BlockPacker()
      var column = PackedColumn(.bool, rowShape: Array(shape[1...]), blockRows: rows)
      column.append(values, values.indices, using: &packer)
      return try write(column, as: name, using: &packer)
    }
    let object = path(of: name)
    let fileType = try StoredType.makeBoolType(over: hs_file_int8(), for: object)
    let memoryType = try StoredType.makeBoolType(over: hs_memory_int8(), for: object)
    try write(
      fileType: fileType.id, memoryType: memoryType.id, count: values.count, shape: shape, as: name
    ) { body in values.withUnsafeBytes { body($0.baseAddress) } }
  }

  private func checkCount(_ count: Int, _ shape: [Int], _ name: String) {
    precondition(
      shape.reduce(1, *) == count, "\(name): shape \(shape) does not have \(count) elements")
  }

  private func write(
    fileType: hid_t, memoryType: hid_t, count: Int, shape: [Int], as name: String,
    withValues: ((UnsafeRawPointer?) -> herr_t) -> herr_t
  ) throws(HDF5Error) {
    let object = path(of: name)
    let group = handle.id
    let creation = try Handle.properties(hs_class_dataset_creation(), for: object)
    try Library.call("leave out times", object) { hdf5.H5Pset_obj_track_times(creation.id, false) }
    let space = try Handle.space(shape, for: object)
    let made = try Handle("create the dataset", object, close: hdf5.H5Dclose) {
      hdf5.H5Dcreate2(group, name, fileType, space.id, hs_default(), creation.id, hs_default())
    }
    guard count > 0 else { return }
    try Library.call("write the dataset", object) {
      withValues { hdf5.H5Dwrite(made.id, memoryType, hs_all(), hs_all(), hs_default(), $0) }
    }
  }
}
