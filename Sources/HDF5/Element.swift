internal import CHDF5

/// A Swift number that a dataset can hold.
package protocol HDF5Value: BitwiseCopyable, Sendable {
  /// How the value is written to files.
  static var storedType: StoredType { get }
}

extension UInt8: HDF5Value {
  package static var storedType: StoredType { .integer(bytes: 1, isSigned: false) }
}
extension Int8: HDF5Value {
  package static var storedType: StoredType { .integer(bytes: 1, isSigned: true) }
}
extension Int32: HDF5Value {
  package static var storedType: StoredType { .integer(bytes: 4, isSigned: true) }
}
extension Int64: HDF5Value {
  package static var storedType: StoredType { .integer(bytes: 8, isSigned: true) }
}
extension Int: HDF5Value {
  package static var storedType: StoredType { .integer(bytes: 8, isSigned: true) }
}
extension UInt64: HDF5Value {
  package static var storedType: StoredType { .integer(bytes: 8, isSigned: false) }
}
extension Float: HDF5Value {
  package static var storedType: StoredType { .float(bytes: 4) }
}
extension Double: HDF5Value {
  package static var storedType: StoredType { .float(bytes: 8) }
}

/// What one element of a dataset or attribute is in the file.
package enum StoredType: Sendable, Equatable {
  case integer(bytes: Int, isSigned: Bool)
  case float(bytes: Int)
  /// An enumeration of eight bits with FALSE = 0 and TRUE = 1, as h5py writes truth values.
  case bool
  /// Text, of fixed or variable length.
  case text(isVariable: Bool)
  /// Anything else, by its name: it is not read.
  case other(String)

  /// Whether numbers can be read from it.
  package var isNumeric: Bool {
    switch self {
    case .integer, .float, .bool: true
    case .text, .other: false
    }
  }
}

extension StoredType: CustomStringConvertible {
  package var description: String {
    switch self {
    case .integer(let bytes, let isSigned): "\(isSigned ? "" : "u")int\(8 * bytes)"
    case .float(let bytes): "float\(8 * bytes)"
    case .bool: "bool"
    case .text: "text"
    case .other(let name): name
    }
  }
}

extension StoredType {
  /// The library's type for writing a number to a file; borrowed, never to be closed.
  var fileType: hid_t {
    switch self {
    case .integer(1, false): hs_file_uint8()
    case .integer(1, true): hs_file_int8()
    case .integer(4, true): hs_file_int32()
    case .integer(8, true): hs_file_int64()
    case .integer(8, false): hs_file_uint64()
    case .float(4): hs_file_float32()
    case .float(8): hs_file_float64()
    default: preconditionFailure("\(self) is not written")
    }
  }

  /// Whether it is one of the types that are written.
  var isStored: Bool {
    switch self {
    case .integer(1, _), .integer(4, true), .integer(8, _), .float(4), .float(8): true
    default: false
    }
  }

  /// The library's type for such a number in this machine's memory; borrowed.
  var memoryType: hid_t {
    switch self {
    case .integer(1, false): hs_memory_uint8()
    case .integer(1, true): hs_memory_int8()
    case .integer(4, true): hs_memory_int32()
    case .integer(8, true): hs_memory_int64()
    case .integer(8, false): hs_memory_uint64()
    case .float(4): hs_memory_float32()
    case .float(8): hs_memory_float64()
    default: preconditionFailure("\(self) has no type in memory")
    }
  }

  /// Describes a type that was found in a file.
  init(_ type: borrowing Handle) {
    let bytes = hdf5.H5Tget_size(type.id)
    switch hdf5.H5Tget_class(type.id) {
    case H5T_INTEGER:
      self = .integer(bytes: bytes, isSigned: hdf5.H5Tget_sign(type.id) == H5T_SGN_2)
    case H5T_FLOAT: self = .float(bytes: bytes)
    case H5T_STRING: self = .text(isVariable: hdf5.H5Tis_variable_str(type.id) > 0)
    case H5T_ENUM: self = Self.isBool(type.id, bytes: bytes) ? .bool : .other("an enumeration")
    case H5T_COMPOUND: self = .other("a compound")
    case H5T_REFERENCE: self = .other("a reference")
    case H5T_OPAQUE: self = .other("an opaque type")
    case H5T_VLEN: self = .other("lists of varying length")
    case H5T_ARRAY: self = .other("arrays")
    case H5T_BITFIELD: self = .other("a bit field")
    default: self = .other("an unknown type")
    }
  }

  private static func isBool(_ type: hid_t, bytes: Int) -> Bool {
    guard bytes == 1, hdf5.H5Tget_nmembers(type) == 2 else { return false }
    var (no, yes): (Int8, Int8) = (-1, -1)
    return hdf5.H5Tenum_valueof(type, "FALSE", &no) >= 0
      && hdf5.H5Tenum_valueof(type, "TRUE", &yes) >= 0
      && no == 0 && yes == 1
  }

  /// The enumeration that stands for truth values, over the given integer type.
  static func makeBoolType(over integer: hid_t, for object: String) throws(HDF5Error) -> Handle {
    let type = try Handle("make a type", object, close: hdf5.H5Tclose) {
      hdf5.H5Tenum_create(integer)
    }
    for (name, value) in [("FALSE", Int8(0)), ("TRUE", 1)] {
      try Library.call("make a type", object) {
        withUnsafePointer(to: value) { hdf5.H5Tenum_insert(type.id, name, $0) }
      }
    }
    return type
  }
}
