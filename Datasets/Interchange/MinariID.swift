/// A Minari dataset's id: an optional namespace, a name, and a version: `D4RL/door/human-v2`.
///
/// Minari takes any letter of Unicode; here they are those of ASCII, so that an id means the same
/// folder on every file system.
public struct MinariID: Sendable, Equatable {
  public let text: String
  /// The folders from the root: those of the namespace, then the dataset's own.
  let components: [String]

  public init?(_ text: String) {
    let components = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard text.utf8.count <= 255, let last = components.last,
      components.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(Self.isAllowed) }),
      Self.isVersioned(last),
      // Minari itself loads a namespace of one letter but fails to list it, and takes every folder
      // with one called data for a dataset.
      components.count == 1 || text.utf8.count - last.utf8.count - 1 >= 2,
      !components.contains(Self.dataFolder)
    else { return nil }
    self.text = text
    self.components = components
  }

  /// The id that is made of any words: what is not allowed becomes "-".
  init(environment: String, behaviour: String) {
    func clean(_ word: String) -> String {
      String(
        decoding: word.utf8.map { Self.isAllowed($0) ? $0 : UInt8(ascii: "-") }, as: UTF8.self)
    }
    var parts = environment.split(separator: "/").map { clean(String($0)) }.filter { !$0.isEmpty }
    if parts.isEmpty || parts.joined(separator: "/").utf8.count < 2
      || parts.contains(Self.dataFolder)
    {
      parts = ["dataset"]
    }
    let name = behaviour.isEmpty ? "unknown" : clean(behaviour)
    let namespace = String(parts.joined(separator: "/").prefix(120))
    components = namespace.split(separator: "/").map(String.init) + ["\(name.prefix(100))-v0"]
    text = components.joined(separator: "/")
  }

  /// The folder that makes the one above it a dataset.
  private static let dataFolder = "data"

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  /// Whether a name ends in "-v" and digits, with something before them.
  private static func isVersioned(_ name: String) -> Bool {
    var rest = Substring(name)
    var digits = 0
    while let last = rest.last, last.isASCII, last.isNumber {
      rest.removeLast()
      digits += 1
    }
    return (1...9).contains(digits) && rest.hasSuffix("-v") && rest.count > 2
  }
}
