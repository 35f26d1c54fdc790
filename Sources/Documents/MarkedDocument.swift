/// Where a value was written.
public enum Origin: Sendable, Hashable {
  /// Line and column from 1.
  case file(String, line: Int, column: Int)
  /// A command-line option, as the user typed it: `--set agent.heads=4`.
  case option(String)
}

extension Origin: CustomStringConvertible {
  public var description: String {
    switch self {
    case .file(let name, let line, let column): "\(name):\(line):\(column)"
    case .option(let text): text
    }
  }
}

/// A document whose nodes know where they were written.
public struct MarkedDocument: Sendable {
  public indirect enum Content: Sendable {
    /// One value and, where it was read from a text, its characters in that text.
    case scalar(Document, text: String?)
    case list([MarkedDocument])
    case group([Member])
    /// New values for some elements of a list that is there already.
    case edits([Int: MarkedDocument])
  }

  public struct Member: Sendable {
    public var key: String
    public var origin: Origin?
    public var value: MarkedDocument
    public init(_ key: String, _ value: MarkedDocument, origin: Origin? = nil) {
      self.key = key
      self.origin = origin
      self.value = value
    }
  }

  public var content: Content
  public var origin: Origin?
  /// Where each line of a text begins, indentation and quotes left out; empty where that is unknown.
  public var lines: [Origin] = []

  public init(_ content: Content, origin: Origin? = nil) {
    self.content = content
    self.origin = origin
  }

  /// A document from nowhere in particular.
  public init(_ document: Document) {
    switch document {
    case .array(let elements): self.init(.list(elements.map { MarkedDocument($0) }))
    case .object(let fields):
      self.init(.group(fields.map { Member($0.key, MarkedDocument($0.value)) }))
    default: self.init(.scalar(document, text: nil))
    }
  }

  /// The values alone. Edits of a list have no value of their own.
  public var document: Document {
    switch content {
    case .scalar(let document, _): document
    case .list(let elements): .array(elements.map(\.document))
    case .group(let members):
      .object(
        Document.Fields(uniqueKeys: members.map(\.key), values: members.map(\.value.document)))
    case .edits: .null
    }
  }

  /// Whether this is a text of whole lines, which can stand for the list of them.
  var isBlock: Bool {
    if case .scalar(.string(let text), _) = content {
      !lines.isEmpty && text.contains("\n")
    } else {
      false
    }
  }

  /// What was found, in the words of an error message.
  package var found: String {
    switch content {
    case .scalar(let document, let text): Mismatch.describe(document, text: text)
    case .list: "a list"
    case .group: "a group of keys"
    case .edits: "an index"
    }
  }
}
