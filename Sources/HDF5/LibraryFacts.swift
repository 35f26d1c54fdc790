internal import CDeflate
internal import CHDF5

/// What the libhdf5 that this process has loaded can do.
package struct LibraryFacts: Sendable {
  /// "1.10.8"
  package let version: String
  /// Whether several threads may use it at the same time.
  package let isThreadSafe: Bool
  /// Whether it can read packed files.
  package let unpacksDeflate: Bool

  /// The libdeflate that this program was built with, "1.14" for example.
  package static var deflateVersion: String { LIBDEFLATE_VERSION_STRING }

  /// Opens the library, so that what needs it fails before it has done anything.
  package static func requireLibrary() throws(HDF5Error) { try Library.open() }

  package init() throws(HDF5Error) {
    var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
    try Library.call("ask for the version", "libhdf5") {
      hdf5.H5get_libversion(&major, &minor, &release)
    }
    version = "\(major).\(minor).\(release)"
    isThreadSafe = hs_is_thread_safe() > 0
    unpacksDeflate = hs_unpacks_deflate() > 0
  }
}
