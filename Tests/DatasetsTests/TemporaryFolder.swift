import Files
import Foundation

/// A folder of a test's own, removed with everything in it when the test lets go of it.
final class TemporaryFolder: Sendable {
  let path: String
  var folder: Folder { Folder(path) }

  init() throws {
    path = NSTemporaryDirectory() + "hindsight-" + UUID().uuidString
    try Folder(path).make()
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  func callAsFunction(_ name: String) -> String { folder.path(of: name) }
}

/// Runs `body` and returns the error that it must throw.
func error<Failure: Error>(_ type: Failure.Type, from body: () throws -> Void) -> Failure? {
  do {
    try body()
    return nil
  } catch {
    return error as? Failure
  }
}
