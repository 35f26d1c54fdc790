import Foundation
import HDF5

/// The files that `Fixtures/make_fixtures.py` wrote.
enum Fixture {
  static let folder =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

  static func path(_ name: String) -> String {
    folder.appending(path: "\(name).hdf5").path
  }
}

/// Runs `body` and returns the error that it must throw.
func problem(from body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return (error as? HDF5Error)?.description ?? "another error: \(error)"
  }
}
