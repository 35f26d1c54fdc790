internal import CHDF5

// Datasets of texts, as other programs write names, versions and missions.
extension HDF5Dataset {
  /// Most texts, and most bytes of each, that are read.
  private static var maximumTexts: Int { 1 << 20 }
  private static var maximumBytes: Int { 1 << 20 }
  /// Most bytes of all texts of varying length, and how many of them are read in one go: a small file
  /// may hold one long text and a million references to it.
  private static var maximumTotalBytes: Int { 64 << 20 }
  private static var textsPerReading: Int { 64 }

  /// Reads all texts.
  package func readTexts() throws(HDF5Error) -> [String] {
    guard case .text(let isVariable) = type else {
      throw HDF5Error(.refused, object: path, problem: "found \(type), expected text")
    }
    guard count <= Self.maximumTexts else {
      throw HDF5Error(
        .refused, object: path,
        problem: "found \(count) texts, expected at most \(Self.maximumTexts)")
    }
    guard count > 0 else { return [] }
    return isVariable ? try readVariableTexts() : try readFixedTexts()
  }

  private func readFixedTexts() throws(HDF5Error) -> [String] {
    let id = handle.id
    let fileType = try Handle("inspect the dataset", path, close: hdf5.H5Tclose) {
      hdf5.H5Dget_type(id)
    }
    let size = hdf5.H5Tget_size(fileType.id)
    guard size > 0, size <= Self.maximumBytes, count * size <= 1 << 30 else {
      throw HDF5Error(
        .refused, object: path,
        problem: "found texts of \(size) bytes, expected at most \(Self.maximumBytes)")
    }
    var bytes = [UInt8](repeating: 0, count: count * size)
    let typeID = fileType.id
    try Library.call("read the dataset", path) {
      bytes.withUnsafeMutableBytes {
        hdf5.H5Dread(id, typeID, hs_all(), hs_all(), hs_default(), $0.baseAddress)
      }
    }
    var texts: [String] = []
    for index in 0..<count {
      let padded = bytes[index * size..<(index + 1) * size]
      texts.append(try text(padded.prefix { $0 != 0 }))
    }
    return texts
  }

  private func readVariableTexts() throws(HDF5Error) -> [String] {
    guard shape.count <= 1 else {
      throw HDF5Error(
        .refused, object: path, problem: "found texts of shape \(shape), expected one axis")
    }
    var texts: [String] = []
    var total = 0
    while texts.count < count {
      texts += try readVariableTexts(
        texts.count..<min(texts.count + Self.textsPerReading, count), &total)
    }
    return texts
  }

  private func readVariableTexts(
    _ range: Range<Int>, _ total: inout Int
  ) throws(HDF5Error) -> [String] {
    var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: range.count)
    let id = handle.id
    let fileSpace = try Handle("inspect the dataset", path, close: hdf5.H5Sclose) {
      hdf5.H5Dget_space(id)
    }
    if !shape.isEmpty {
      try Library.call("select texts", path) {
        hdf5.H5Sselect_hyperslab(
          fileSpace.id, H5S_SELECT_SET, [hsize_t(range.lowerBound)], nil, [hsize_t(range.count)],
          nil)
      }
    }
    let memorySpace = try Handle.space(shape.isEmpty ? [] : [range.count], for: path)
    let fileType = try Handle("inspect the dataset", path, close: hdf5.H5Tclose) {
      hdf5.H5Dget_type(id)
    }
    let typeID = fileType.id
    try Library.call("read the dataset", path) {
      pointers.withUnsafeMutableBytes {
        hdf5.H5Dread(id, typeID, memorySpace.id, fileSpace.id, hs_default(), $0.baseAddress)
      }
    }
    defer { for case let pointer? in pointers { _ = hdf5.H5free_memory(pointer) } }
    var texts: [String] = []
    for pointer in pointers {
      guard let pointer else {
        texts.append("")
        continue
      }
      var length = 0
      while length < Self.maximumBytes, pointer[length] != 0 { length += 1 }
      guard length < Self.maximumBytes else {
        throw HDF5Error(
          .refused, object: path,
          problem: "found a text of more than \(Self.maximumBytes) bytes")
      }
      total += length
      guard total <= Self.maximumTotalBytes else {
        throw HDF5Error(
          .refused, object: path,
          problem: "found texts of more than \(Self.maximumTotalBytes) bytes in all")
      }
      texts.append(try text(UnsafeRawBufferPointer(start: pointer, count: length)))
    }
    return texts
  }

  private func text(_ bytes: some Sequence<UInt8>) throws(HDF5Error) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw HDF5Error(.refused, object: path, problem: "found text that is not UTF-8")
    }
    return text
  }
}

extension HDF5Group {
  /// Writes a dataset of texts, which must not contain zero characters, as UTF-8 of variable length.
  ///
  /// - Parameter isSingle: writes one text without an axis.
  package func write(
    texts: [String], as name: String, isSingle: Bool = false
  ) throws(HDF5Error) {
    precondition(!isSingle || texts.count == 1, "\(name): \(texts.count) texts, expected one")
    precondition(
      texts.allSatisfy { !$0.utf8.contains(0) }, "\(name) contains a zero character")
    let object = path(of: name)
    let group = handle.id
    let type = try Self.makeTextType(for: object)
    let creation = try Handle.properties(hs_class_dataset_creation(), for: object)
    try Library.call("leave out times", object) { hdf5.H5Pset_obj_track_times(creation.id, false) }
    let space = try Handle.space(isSingle ? [] : [texts.count], for: object)
    let made = try Handle("create the dataset", object, close: hdf5.H5Dclose) {
      hdf5.H5Dcreate2(group, name, type.id, space.id, hs_default(), creation.id, hs_default())
    }
    guard !texts.isEmpty else { return }
    // One buffer with all texts, each ended by a zero, and a pointer to each.
    var bytes: [CChar] = []
    var starts: [Int] = []
    for text in texts {
      starts.append(bytes.count)
      bytes += text.utf8.map { CChar(bitPattern: $0) } + [0]
    }
    try Library.call("write the dataset", object) {
      bytes.withUnsafeBufferPointer { bytes in
        let first = bytes.baseAddress
        let pointers = starts.map { start in first.map { $0 + start } }
        return pointers.withUnsafeBytes {
          hdf5.H5Dwrite(made.id, type.id, hs_all(), hs_all(), hs_default(), $0.baseAddress)
        }
      }
    }
  }
}
