internal import CHDF5

/// libhdf5's functions, all `nil` where it cannot be opened: call them within ``Library/call(_:_:_:)``,
/// which refuses then, or with the identifier of a ``Handle``, which there is none of then.
@inline(__always) var hdf5: hs_hdf5_table { hs_hdf5().pointee }

/// What a process says of libhdf5's work when it crashes.
package enum LibraryPlace {
  /// Keeps the name of the object that the library is at, from now on, as text that ends with a zero.
  package static func keep() -> UnsafePointer<CChar> { hs_note_places() }
}

/// The one way into libhdf5, which is opened when it is first needed.
///
/// **Threads.** The library works under one lock of its own where it was built thread-safe
/// (Debian's is, Homebrew's is not): several threads are then safe but never faster. Where it was
/// not, only one thread of the process may use this module at a time. So do all work on one thread,
/// and hand values, never handles, to others.
enum Library {
  private static let problem: String? = hs_hdf5_problem().map {
    "libhdf5 cannot be opened (\(String(cString: $0)))"
  }

  /// Opens the library, unless it is open.
  static func open() throws(HDF5Error) {
    if let problem { throw HDF5Error(.unavailable, object: "", problem: problem) }
  }

  /// Calls the library, which reports failure by a negative number.
  ///
  /// What it has to say about a failure goes into the error, never to the terminal: the error
  /// stack and its printing belong to the thread, so printing is switched off at each call.
  @discardableResult
  static func call<Result: SignedInteger>(
    _ operation: String, _ object: String, _ body: () -> Result
  ) throws(HDF5Error) -> Result {
    try open()
    if hs_notes_places() { hs_note_place(object) }
    guard hs_silence_errors() >= 0 else {
      throw HDF5Error(.library, object: object, problem: "libhdf5 cannot be silenced")
    }
    let result = body()
    guard result >= 0 else {
      throw HDF5Error(
        .library, object: object, problem: "cannot \(operation) (\(errorStack()))")
    }
    return result
  }

  /// What the last failed call left: the general complaint, and the first cause below it.
  private static func errorStack() -> String {
    var messages: [String] = []
    withUnsafeMutablePointer(to: &messages) { context in
      _ = hs_walk_errors(
        { _, entry, context in
          if let text = entry?.pointee.desc, let context {
            context.assumingMemoryBound(to: [String].self).pointee.append(String(cString: text))
          }
          return 0
        }, context)
    }
    guard let cause = messages.first, let complaint = messages.last else {
      return "libhdf5 gives no reason"
    }
    return messages.count == 1 ? cause : "\(complaint): \(cause)"
  }
}

/// An identifier of the library, given back when its owner goes away.
struct Handle: ~Copyable {
  let id: hid_t
  private let close: @convention(c) (hid_t) -> herr_t

  /// Opens something.
  ///
  /// - Parameter close: the library's function for what was opened.
  init(
    _ operation: String, _ object: String,
    close: @autoclosure () -> @convention(c) (hid_t) -> herr_t, _ open: () -> hid_t
  ) throws(HDF5Error) {
    id = try Library.call(operation, object, open)
    self.close = close()
  }

  deinit { _ = close(id) }

  /// A list of properties of the given class.
  static func properties(_ kind: hid_t, for object: String) throws(HDF5Error) -> Handle {
    try Handle("make properties", object, close: hdf5.H5Pclose) { hdf5.H5Pcreate(kind) }
  }

  /// A data space of fixed size; without axes it holds one value.
  static func space(_ shape: [Int], for object: String) throws(HDF5Error) -> Handle {
    try Handle("make a data space", object, close: hdf5.H5Sclose) {
      shape.isEmpty
        ? hdf5.H5Screate(H5S_SCALAR)
        : hdf5.H5Screate_simple(Int32(shape.count), shape.map { hsize_t($0) }, nil)
    }
  }
}
