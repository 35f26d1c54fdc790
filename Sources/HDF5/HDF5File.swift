internal import CHDF5
internal import Synchronization

/// An open HDF5 file.
///
/// New files live in memory only: they are filled, taken out as bytes with ``image()``, and it is
/// for others to put the bytes somewhere durable. The library never owns an output file, because on
/// a full disk it reports success and crashes later. Equal contents give equal bytes: objects carry
/// no times.
package struct HDF5File: ~Copyable {
  private let handle: Handle
  /// The group that holds everything.
  package let root: HDF5Group

  /// An empty file in memory, in the format of release 1.10, whose metadata carry checksums.
  package init(inMemory: Void = ()) throws(HDF5Error) {
    let access = try Handle.properties(hs_class_file_access(), for: "")
    try Library.call("keep a file in memory", "") {
      hdf5.H5Pset_fapl_core(access.id, 8 << 20, false)
    }
    try Library.call("choose the file format", "") {
      hdf5.H5Pset_libver_bounds(access.id, H5F_LIBVER_V110, H5F_LIBVER_V110)
    }
    let creation = try Handle.properties(hs_class_file_creation(), for: "")
    try Library.call("leave out times", "") { hdf5.H5Pset_obj_track_times(creation.id, false) }
    try Library.call("keep links together", "") {
      hdf5.H5Pset_link_phase_change(creation.id, HDF5Group.compactLinks, 0)
    }
    let name = Self.makeName()
    let file = try Handle("create a file", "", close: hdf5.H5Fclose) {
      hdf5.H5Fcreate(name, hs_create_truncating(), creation.id, access.id)
    }
    root = try HDF5Group(rootOf: file)
    handle = file
  }

  /// Opens a file for reading. Ours are never changed once they have their name, so no lock is
  /// taken; a file system that cannot lock is no obstacle.
  package init(readingFrom path: String) throws(HDF5Error) {
    let access = try Handle.properties(hs_class_file_access(), for: "")
    try Library.call("open without a lock", "") { hdf5.H5Pset_file_locking(access.id, false, true) }
    let file = try Handle("open the file", "", close: hdf5.H5Fclose) {
      hdf5.H5Fopen(path, hs_open_read_only(), access.id)
    }
    root = try HDF5Group(rootOf: file)
    handle = file
  }

  /// Opens a file whose bytes are in memory, for reading.
  package init(image: [UInt8]) throws(HDF5Error) {
    let access = try Handle.properties(hs_class_file_access(), for: "")
    try Library.call("keep a file in memory", "") {
      hdf5.H5Pset_fapl_core(access.id, 8 << 20, false)
    }
    try Library.call("open an image", "") {
      image.withUnsafeBytes {
        hdf5.H5Pset_file_image(
          access.id, UnsafeMutableRawPointer(mutating: $0.baseAddress), $0.count)
      }
    }
    let name = Self.makeName()
    let file = try Handle("open the file", "", close: hdf5.H5Fclose) {
      hdf5.H5Fopen(name, hs_open_read_only(), access.id)
    }
    root = try HDF5Group(rootOf: file)
    handle = file
  }

  /// A name that no file in memory bears: the library takes two of one name for the same file.
  private static func makeName() -> String {
    "image \(counter.add(1, ordering: .relaxed).oldValue)"
  }
  private static let counter = Atomic<Int>(0)

  /// The file as the bytes that a disk would hold.
  package func image() throws(HDF5Error) -> [UInt8] {
    let id = handle.id
    try Library.call("flush the file", "") { hdf5.H5Fflush(id, H5F_SCOPE_GLOBAL) }
    let size = try Library.call("measure the file", "") { hdf5.H5Fget_file_image(id, nil, 0) }
    var bytes = [UInt8](repeating: 0, count: size)
    try Library.call("take the file out", "") {
      bytes.withUnsafeMutableBytes { hdf5.H5Fget_file_image(id, $0.baseAddress, $0.count) }
    }
    Superblock.repairChecksum(of: &bytes)
    return bytes
  }
}
