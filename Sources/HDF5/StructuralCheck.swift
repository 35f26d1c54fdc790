internal import CHDF5

/// Looks a whole file over before any number of it is read, and refuses what could lead the library
/// to other files, to plugins or to exhausting the machine.
///
/// A well-made file passes untouched. The check itself trusts the library with the file's metadata,
/// so a file that others made belongs in a process of its own, with limits, all the same.
package struct StructuralCheck: Sendable {
  /// Bytes of one dataset once unpacked.
  package var maximumDatasetBytes = 64 << 30
  /// Bytes of one block once unpacked.
  package var maximumChunkBytes = 64 << 20
  /// Groups within groups.
  package var maximumDepth = 8
  /// Groups and datasets in the file.
  package var maximumObjects = 10_000_000
  package var maximumAttributes = 64
  package var maximumAttributeBytes = 64 << 10
  /// Unpacked bytes per stored byte: deflate cannot do more than 1,032.
  package var maximumRatio = 1_032

  /// Bytes of a dataset that was made and never written.
  package var maximumUnwrittenBytes = 4 << 20

  package init() {}

  /// The first bytes of every HDF5 file.
  package static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

  /// Checks everything that can be reached from the root.
  ///
  /// - Returns: the bytes of all datasets once they are unpacked.
  @discardableResult
  package func check(_ file: borrowing HDF5File) throws(HDF5Error) -> Int {
    var visited: Set<UInt64> = []
    try checkAttributes(of: file.root.handle, file.root.path)
    return try check(file.root, depth: 0, visited: &visited)
  }

  private func check(
    _ group: borrowing HDF5Group, depth: Int, visited: inout Set<UInt64>
  ) throws(HDF5Error) -> Int {
    var bytes = 0
    guard depth <= maximumDepth else {
      throw HDF5Error(
        .refused, object: group.path,
        problem: "found groups nested deeper than \(maximumDepth)")
    }
    for name in try group.names(atMost: maximumObjects) {
      let kind = try group.child(name)
      // An object with two names could be its own ancestor, and is nothing we ever write.
      guard visited.insert(try group.describe(name).address).inserted else {
        throw HDF5Error(
          .refused, object: group.path(of: name),
          problem: "found a second name of another object, expected each to have one")
      }
      guard visited.count <= maximumObjects else {
        throw HDF5Error(
          .refused, object: group.path, problem: "found more than \(maximumObjects) objects")
      }
      switch kind {
      case .group:
        let child = try group.group(name)
        try checkAttributes(of: child.handle, child.path)
        bytes += try check(child, depth: depth + 1, visited: &visited)
      case .dataset:
        let dataset = try group.dataset(name)
        try checkAttributes(of: dataset.handle, dataset.path)
        bytes += try check(dataset)
      }
    }
    return bytes
  }

  // MARK: Datasets

  private func check(_ dataset: borrowing HDF5Dataset) throws(HDF5Error) -> Int {
    let path = dataset.path
    let id = dataset.handle.id
    if case .other(let name) = dataset.type {
      throw HDF5Error(
        .refused, object: path, problem: "found \(name), expected numbers, bool or text")
    }
    let creation = try Handle("inspect the dataset", path, close: hdf5.H5Pclose) {
      hdf5.H5Dget_create_plist(id)
    }
    let list = creation.id
    let layout = hdf5.H5Pget_layout(list)
    guard layout == H5D_COMPACT || layout == H5D_CONTIGUOUS || layout == H5D_CHUNKED else {
      throw HDF5Error(
        .refused, object: path,
        problem: "found a virtual layout, expected the numbers in this file")
    }
    guard try Library.call("inspect the dataset", path, { hdf5.H5Pget_external_count(list) }) == 0
    else {
      throw HDF5Error(
        .refused, object: path,
        problem: "found its numbers in another file, expected them in this one")
    }
    try checkFilters(creation, path)

    let type = try Handle("inspect the dataset", path, close: hdf5.H5Tclose) {
      hdf5.H5Dget_type(id)
    }
    let elementBytes = hdf5.H5Tget_size(type.id)
    let (bytes, overflow) = dataset.count.multipliedReportingOverflow(by: elementBytes)
    guard !overflow, bytes <= maximumDatasetBytes else {
      throw HDF5Error(
        .refused, object: path,
        problem: "found shape \(dataset.shape), expected at most \(maximumDatasetBytes) bytes")
    }
    let stored = Int(clamping: hdf5.H5Dget_storage_size(id))
    let (allowed, isHuge) = stored.multipliedReportingOverflow(by: maximumRatio)
    // Nothing is stored of what was never written: it reads as the fill value.
    let isUnwritten = stored == 0 && bytes <= maximumUnwrittenBytes
    guard isHuge || isUnwritten || bytes <= allowed else {
      throw HDF5Error(
        .refused, object: path,
        problem: "found \(bytes) bytes packed into \(stored), "
          + "expected at most \(maximumRatio) to one")
    }
    if layout == H5D_CHUNKED {
      try checkChunks(creation, rank: dataset.shape.count, elementBytes, path)
    }
    return bytes
  }

  private func checkChunks(
    _ creation: borrowing Handle, rank: Int, _ elementBytes: Int, _ path: String
  ) throws(HDF5Error) {
    var sizes = [hsize_t](repeating: 0, count: max(rank, 1))
    let list = creation.id
    try Library.call("inspect the dataset", path) {
      hdf5.H5Pget_chunk(list, Int32(rank), &sizes)
    }
    var bytes = hsize_t(elementBytes)
    for size in sizes {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
      guard !overflow, product <= maximumChunkBytes else {
        throw HDF5Error(
          .refused, object: path,
          problem: "found chunks of \(sizes), expected at most \(maximumChunkBytes) bytes each")
      }
      bytes = product
    }
  }

  private func checkFilters(
    _ creation: borrowing Handle, _ path: String
  ) throws(HDF5Error) {
    let list = creation.id
    let count = try Library.call("inspect the dataset", path) { hdf5.H5Pget_nfilters(list) }
    for index in 0..<count {
      var flags: UInt32 = 0
      var valueCount = 0
      var configuration: UInt32 = 0
      let filter = try Library.call("inspect the dataset", path) {
        hdf5.H5Pget_filter2(list, UInt32(index), &flags, &valueCount, nil, 0, nil, &configuration)
      }
      guard ![1, 2, 3].contains(filter) else { continue }
      let name = Self.filterNames[Int(filter)].map { "\($0) (filter \(filter))" }
      throw HDF5Error(
        .refused, object: path,
        problem: "found \(name ?? "filter \(filter)"), expected deflate, shuffle or fletcher32; "
          + "h5repack -f GZIP=1, of Debian's hdf5-tools, makes a copy that can be read"
          + (Self.filterPackages[Int(filter)].map { ", beside \($0)" } ?? ""))
    }
  }

  /// Filters that others use, by their registered numbers.
  private static let filterNames: [Int: String] = [
    4: "szip", 5: "n-bit", 6: "scale-offset", 307: "bzip2", 32_000: "LZF", 32_001: "Blosc",
    32_004: "LZ4", 32_008: "bitshuffle", 32_013: "ZFP", 32_015: "Zstandard", 32_026: "Blosc2",
  ]

  /// Debian's packages of plugins for them.
  private static let filterPackages: [Int: String] = [
    307: "hdf5-filter-plugin", 32_000: "hdf5-plugin-lzf",
    32_001: "hdf5-filter-plugin-blosc-serial", 32_004: "hdf5-filter-plugin",
    32_008: "hdf5-filter-plugin", 32_013: "hdf5-filter-plugin-zfp-serial",
    32_015: "python3-hdf5plugin", 32_026: "python3-hdf5plugin",
  ]

  // MARK: Attributes

  private func checkAttributes(
    of object: borrowing Handle, _ path: String
  ) throws(HDF5Error) {
    let id = object.id
    var description = hs_object()
    try Library.call("inspect", path) { hs_describe_object(id, &description) }
    guard description.attribute_count <= UInt64(maximumAttributes) else {
      throw HDF5Error(
        .refused, object: path,
        problem: "found \(description.attribute_count) attributes, "
          + "expected at most \(maximumAttributes)")
    }
    for index in 0..<hsize_t(description.attribute_count) {
      let attribute = try Handle("open an attribute", path, close: hdf5.H5Aclose) {
        hdf5.H5Aopen_by_idx(
          id, ".", H5_INDEX_NAME, H5_ITER_INC, index, hs_default(), hs_default())
      }
      let bytes = hdf5.H5Aget_storage_size(attribute.id)
      guard bytes <= hsize_t(maximumAttributeBytes) else {
        throw HDF5Error(
          .refused, object: path,
          problem: "found an attribute of \(bytes) bytes, "
            + "expected at most \(maximumAttributeBytes)")
      }
    }
  }
}
