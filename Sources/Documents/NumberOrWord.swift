/// A setting that is written as one number or one word: `0.5`, `max`.
///
/// Such types encode themselves as a number or a text, and decode themselves from what they accept.
public protocol NumberOrWord: Codable, Sendable {
  /// What is accepted, in the words of an error message: "a number, max, …".
  static var expected: String { get }
  /// Words to suggest where another was written.
  static var words: [String] { get }
  static func accepts(word: String) -> Bool
}

/// What a ``NumberOrWord`` accepts.
public struct WordForm: Sendable, Equatable {
  let expected: String
  let words: [String]
  let accepts: @Sendable (String) -> Bool

  init(_ type: any NumberOrWord.Type) {
    expected = type.expected
    words = type.words
    accepts = { type.accepts(word: $0) }
  }

  public static func == (a: WordForm, b: WordForm) -> Bool {
    a.expected == b.expected && a.words == b.words
  }
}
