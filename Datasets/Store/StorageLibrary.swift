internal import HDF5

/// The library that datasets are stored with, as a person asks after it.
public enum StorageLibrary {
  /// The library that blocks are unpacked with: "libdeflate 1.14".
  public static var packer: String { "libdeflate \(LibraryFacts.deflateVersion)" }

  /// Sees to it that files can be read and written, before anything is done.
  public static func require() throws(DatasetError) {
    do throws(HDF5Error) {
      try LibraryFacts.requireLibrary()
    } catch {
      throw .library(reason: error.problem)
    }
  }

  /// Keeps the name of the object that is being read, for a process that may crash of it, as text that
  /// ends with a zero.
  public static func notePlaces() -> UnsafePointer<CChar> { LibraryPlace.keep() }

  /// Its version and what it can do.
  ///
  /// - Throws: where it cannot be used at all.
  public static func facts() throws -> (version: String, isThreadSafe: Bool, unpacks: Bool) {
    let facts = try LibraryFacts()
    return (facts.version, facts.isThreadSafe, facts.unpacksDeflate)
  }
}
