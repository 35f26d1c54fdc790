internal import CHDF5

/// A group: named datasets, named groups, and attributes.
package struct HDF5Group: ~Copyable {
  /// Links that a group holds in its object header, which has a checksum, before they move to a heap.
  static let compactLinks: UInt32 = 64

  let handle: Handle
  /// The path from the root without a leading slash; empty for the root.
  package let path: String

  init(rootOf file: borrowing Handle) throws(HDF5Error) {
    let id = file.id
    handle = try Handle("open the root group", "", close: hdf5.H5Gclose) {
      hdf5.H5Gopen2(id, "/", hs_default())
    }
    path = ""
  }

  private init(_ handle: consuming Handle, path: String) {
    self.handle = handle
    self.path = path
  }

  /// The path of `name` in this group, for errors.
  func path(of name: String) -> String { path.isEmpty ? name : "\(path)/\(name)" }

  // MARK: Looking around

  /// What stands under a name.
  package enum Child: Sendable, Equatable {
    case group, dataset
  }

  /// The names in the group, in ascending order of their bytes.
  ///
  /// - Parameter limit: the most names to accept.
  package func names(atMost limit: Int = 100_000) throws(HDF5Error) -> [String] {
    var found = FoundNames(limit: limit)
    let id = handle.id
    try Library.call("list the group", path) {
      withUnsafeMutablePointer(to: &found) { context in
        hs_visit_links(
          id,
          { _, name, _, context in
            guard let name, let context else { return -1 }
            let found = context.assumingMemoryBound(to: FoundNames.self)
            guard found.pointee.names.count < found.pointee.limit else {
              found.pointee.isFull = true
              return 1
            }
            guard let text = String(validatingCString: name) else {
              found.pointee.isUnreadable = true
              return 1
            }
            found.pointee.names.append(text)
            return 0
          }, context)
      }
    }
    guard !found.isFull else {
      throw HDF5Error(
        .refused, object: path, problem: "found more than \(limit) names in one group")
    }
    guard !found.isUnreadable else {
      throw HDF5Error(.refused, object: path, problem: "found a name that is not UTF-8")
    }
    return found.names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private struct FoundNames {
    var names: [String] = []
    let limit: Int
    var isFull = false
    var isUnreadable = false
  }

  package func contains(_ name: String) throws(HDF5Error) -> Bool {
    let id = handle.id
    return try Library.call("look for", path(of: name)) {
      hdf5.H5Lexists(id, name, hs_default())
    } > 0
  }

  /// What stands under `name`.
  ///
  /// Links that are not plain members of this file are refused: they could lead anywhere.
  package func child(_ name: String) throws(HDF5Error) -> Child {
    let object = path(of: name)
    guard try contains(name) else {
      throw HDF5Error(.missing, object: object, problem: "is missing")
    }
    let id = handle.id
    let link = try Library.call("inspect the link", object) { hs_link_kind(id, name) }
    guard link == 0 else {
      let kind = ["", "a soft link", "a link into another file", "a user-defined link"][Int(link)]
      throw HDF5Error(
        .refused, object: object, problem: "found \(kind), expected a group or dataset")
    }
    let description = try describe(name)
    if description.is_group != 0 { return .group }
    if description.is_dataset != 0 { return .dataset }
    throw HDF5Error(
      .refused, object: object, problem: "found a named type, expected a group or dataset")
  }

  func describe(_ name: String) throws(HDF5Error) -> hs_object {
    let object = path(of: name)
    let id = handle.id
    let opened = try Handle("open", object, close: hdf5.H5Oclose) {
      hdf5.H5Oopen(id, name, hs_default())
    }
    var description = hs_object()
    try Library.call("inspect", object) { hs_describe_object(opened.id, &description) }
    return description
  }

  // MARK: Going down

  package func group(_ name: String) throws(HDF5Error) -> HDF5Group {
    let object = path(of: name)
    guard try child(name) == .group else {
      throw HDF5Error(.refused, object: object, problem: "found a dataset, expected a group")
    }
    let id = handle.id
    let opened = try Handle("open the group", object, close: hdf5.H5Gclose) {
      hdf5.H5Gopen2(id, name, hs_default())
    }
    return HDF5Group(opened, path: object)
  }

  package func dataset(_ name: String) throws(HDF5Error) -> HDF5Dataset {
    let object = path(of: name)
    guard try child(name) == .dataset else {
      throw HDF5Error(.refused, object: object, problem: "found a group, expected a dataset")
    }
    return try HDF5Dataset(opening: name, in: handle, path: object)
  }

  // MARK: Adding

  package func makeGroup(_ name: String) throws(HDF5Error) -> HDF5Group {
    let object = path(of: name)
    let id = handle.id
    let creation = try Handle.properties(hs_class_group_creation(), for: object)
    try Library.call("leave out times", object) { hdf5.H5Pset_obj_track_times(creation.id, false) }
    try Library.call("keep links together", object) {
      hdf5.H5Pset_link_phase_change(creation.id, Self.compactLinks, 0)
    }
    let made = try Handle("create the group", object, close: hdf5.H5Gclose) {
      hdf5.H5Gcreate2(id, name, hs_default(), creation.id, hs_default())
    }
    return HDF5Group(made, path: object)
  }
}
