/// What is wrong with an HDF5 file, or what the library refused to do with it.
package struct HDF5Error: Error, Equatable, Sendable {
  package enum Kind: Sendable {
    /// The object is not there.
    case missing
    /// The file holds something that is not accepted, though the library might read it.
    case refused
    /// A call of the library failed.
    case library
    /// There is no library to call.
    case unavailable
  }

  package var kind: Kind
  /// The path inside the file, without a leading slash; empty for the file itself.
  package var object: String
  /// What was found and what was expected, or what the library said.
  package var problem: String

  package init(_ kind: Kind, object: String, problem: String) {
    self.kind = kind
    self.object = object
    self.problem = problem
  }
}

extension HDF5Error: CustomStringConvertible {
  package var description: String { object.isEmpty ? problem : "\(object): \(problem)" }
}
