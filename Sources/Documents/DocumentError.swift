/// A text that is not a document: where reading stopped, and why.
public struct DocumentError: Error, Equatable, Sendable {
  /// Line and column of the offending character, from 1; columns count Unicode scalars.
  public var line: Int
  public var column: Int
  /// What was found and what was expected.
  public var message: String

  public init(line: Int, column: Int, message: String) {
    self.line = line
    self.column = column
    self.message = message
  }
}

extension DocumentError: CustomStringConvertible {
  public var description: String { "\(line):\(column): \(message)" }
}
