internal import CHDF5

// Attributes: one number or one text under a name, attached to a group.
extension HDF5Group {
  /// Longest text that an attribute may hold when it is read.
  package static var maximumTextBytes: Int { 16 << 20 }

  /// Attaches a text, which must not contain a zero character: that would end it.
  package func setAttribute(_ name: String, _ text: String) throws(HDF5Error) {
    let object = path(of: name)
    guard !text.utf8.contains(0) else { throw Self.zeroCharacter(in: object) }
    let type = try Self.makeTextType(for: object)
    try setAttribute(name, type: type.id, memoryType: type.id) { write in
      text.withCString { characters in
        withUnsafePointer(to: characters) { write(UnsafeRawPointer($0)) }
      }
    }
  }

  /// Attaches a number.
  package func setAttribute<Value: HDF5Value>(
    _ name: String, _ value: Value
  ) throws(HDF5Error) {
    let type = Value.storedType
    try setAttribute(name, type: type.fileType, memoryType: type.memoryType) { write in
      withUnsafePointer(to: value) { write(UnsafeRawPointer($0)) }
    }
  }

  package func containsAttribute(_ name: String) throws(HDF5Error) -> Bool {
    let id = handle.id
    return try Library.call("look for the attribute", path(of: name)) { hdf5.H5Aexists(id, name) }
      > 0
  }

  /// The names of all attributes, in ascending order of their bytes.
  package func attributeNames() throws(HDF5Error) -> [String] {
    let id = handle.id
    var description = hs_object()
    try Library.call("inspect", path) { hs_describe_object(id, &description) }
    var names: [String] = []
    for index in 0..<hsize_t(description.attribute_count) {
      let attribute = try Handle("open an attribute", path, close: hdf5.H5Aclose) {
        hdf5.H5Aopen_by_idx(id, ".", H5_INDEX_NAME, H5_ITER_INC, index, hs_default(), hs_default())
      }
      let length = try Library.call("name an attribute", path) {
        hdf5.H5Aget_name(attribute.id, 0, nil)
      }
      var characters = [CChar](repeating: 0, count: length + 1)
      try Library.call("name an attribute", path) {
        hdf5.H5Aget_name(attribute.id, characters.count, &characters)
      }
      let bytes = characters.prefix(length).map { UInt8(bitPattern: $0) }
      guard let name = String(validating: bytes, as: UTF8.self) else {
        throw HDF5Error(
          .refused, object: path, problem: "found an attribute whose name is not UTF-8")
      }
      names.append(name)
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// What an attribute holds, if it is a single value.
  package func attributeType(_ name: String) throws(HDF5Error) -> StoredType? {
    let (id, object) = (handle.id, path(of: name))
    let attribute = try Handle("open the attribute", object, close: hdf5.H5Aclose) {
      hdf5.H5Aopen(id, name, hs_default())
    }
    let space = try Handle("inspect the attribute", object, close: hdf5.H5Sclose) {
      hdf5.H5Aget_space(attribute.id)
    }
    guard hdf5.H5Sget_simple_extent_npoints(space.id) == 1 else { return nil }
    let type = try Handle("inspect the attribute", object, close: hdf5.H5Tclose) {
      hdf5.H5Aget_type(attribute.id)
    }
    return StoredType(type)
  }

  /// Reads a number.
  package func attribute<Value: HDF5Value>(
    _ name: String, as type: Value.Type = Value.self
  ) throws(HDF5Error) -> Value {
    let object = path(of: name)
    let attribute = try openAttribute(name, expecting: "a number") { $0.isNumeric }
    var values: [Value] = []
    try Library.call("read the attribute", object) {
      var status: herr_t = -1
      values = [Value](unsafeUninitializedCapacity: 1) { buffer, count in
        status = hdf5.H5Aread(attribute.id, Value.storedType.memoryType, buffer.baseAddress)
        count = status < 0 ? 0 : 1
      }
      return status
    }
    return values[0]
  }

  /// Reads a text.
  package func textAttribute(_ name: String) throws(HDF5Error) -> String {
    let object = path(of: name)
    let attribute = try openAttribute(name, expecting: "text") {
      if case .text = $0 { true } else { false }
    }
    let fileType = try Handle("inspect the attribute", object, close: hdf5.H5Tclose) {
      hdf5.H5Aget_type(attribute.id)
    }
    let bytes =
      if hdf5.H5Tis_variable_str(fileType.id) > 0 {
        try readVariableText(attribute, type: fileType, object: object)
      } else {
        try readFixedText(attribute, type: fileType, object: object)
      }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw HDF5Error(.refused, object: object, problem: "found text that is not UTF-8")
    }
    guard !bytes.contains(0) else { throw Self.zeroCharacter(in: object) }
    return text
  }

  private static func zeroCharacter(in object: String) -> HDF5Error {
    HDF5Error(.refused, object: object, problem: "found a zero character, expected text")
  }

  private func readFixedText(
    _ attribute: borrowing Handle, type: borrowing Handle, object: String
  ) throws(HDF5Error) -> [UInt8] {
    let size = hdf5.H5Tget_size(type.id)
    guard size <= Self.maximumTextBytes else { throw tooLong(object, size) }
    var bytes = [UInt8](repeating: 0, count: size)
    let (id, typeID) = (attribute.id, type.id)
    try Library.call("read the attribute", object) {
      bytes.withUnsafeMutableBytes { hdf5.H5Aread(id, typeID, $0.baseAddress) }
    }
    // Padding, whichever of the three sorts it is.
    while let last = bytes.last, last == 0 { bytes.removeLast() }
    return bytes
  }

  private func readVariableText(
    _ attribute: borrowing Handle, type: borrowing Handle, object: String
  ) throws(HDF5Error) -> [UInt8] {
    var characters: UnsafeMutablePointer<CChar>?
    let (id, typeID) = (attribute.id, type.id)
    try Library.call("read the attribute", object) {
      withUnsafeMutablePointer(to: &characters) { hdf5.H5Aread(id, typeID, $0) }
    }
    guard let characters else { return [] }
    defer { _ = hdf5.H5free_memory(characters) }
    var count = 0
    while characters[count] != 0 { count += 1 }
    guard count <= Self.maximumTextBytes else { throw tooLong(object, count) }
    return [UInt8](UnsafeRawBufferPointer(start: characters, count: count))
  }

  private func tooLong(_ object: String, _ size: Int) -> HDF5Error {
    HDF5Error(
      .refused, object: object,
      problem: "found text of \(size) bytes, expected at most \(Self.maximumTextBytes)")
  }

  /// Opens an attribute of one value whose type is accepted.
  private func openAttribute(
    _ name: String, expecting expected: String, isAccepted: (StoredType) -> Bool
  ) throws(HDF5Error) -> Handle {
    let object = path(of: name)
    guard try containsAttribute(name) else {
      throw HDF5Error(.missing, object: object, problem: "is missing, expected \(expected)")
    }
    let id = handle.id
    let attribute = try Handle("open the attribute", object, close: hdf5.H5Aclose) {
      hdf5.H5Aopen(id, name, hs_default())
    }
    let space = try Handle("inspect the attribute", object, close: hdf5.H5Sclose) {
      hdf5.H5Aget_space(attribute.id)
    }
    let fileType = try Handle("inspect the attribute", object, close: hdf5.H5Tclose) {
      hdf5.H5Aget_type(attribute.id)
    }
    let type = StoredType(fileType)
    let count = hdf5.H5Sget_simple_extent_npoints(space.id)
    guard count == 1, isAccepted(type) else {
      let found = count == 1 ? "\(type)" : "\(count) values"
      throw HDF5Error(
        .refused, object: object, problem: "found \(found), expected \(expected)")
    }
    return attribute
  }

  private func setAttribute(
    _ name: String, type: hid_t, memoryType: hid_t,
    withValue: ((UnsafeRawPointer) -> herr_t) -> herr_t
  ) throws(HDF5Error) {
    let object = path(of: name)
    let id = handle.id
    let space = try Handle.space([], for: object)
    let attribute = try Handle("create the attribute", object, close: hdf5.H5Aclose) {
      hdf5.H5Acreate2(id, name, type, space.id, hs_default(), hs_default())
    }
    try Library.call("write the attribute", object) {
      withValue { hdf5.H5Awrite(attribute.id, memoryType, $0) }
    }
  }

  /// UTF-8 of variable length: what h5py gives back as `str`.
  static func makeTextType(for object: String) throws(HDF5Error) -> Handle {
    let type = try Handle("make a type", object, close: hdf5.H5Tclose) {
      hdf5.H5Tcopy(hs_c_string())
    }
    try Library.call("make a type", object) { hdf5.H5Tset_size(type.id, hs_variable_length()) }
    try Library.call("make a type", object) { hdf5.H5Tset_cset(type.id, H5T_CSET_UTF8) }
    return type
  }
}
