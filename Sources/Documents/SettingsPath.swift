/// Dotted paths of settings: `agent.backbone.heads`, `evaluation.targetReturns[2]`.
extension String {
  package func appending(key: String) -> String {
    let shown = key.isPlainKey ? key : Document.string(String(key.prefix(60))).jsonText()
    return isEmpty ? shown : "\(self).\(shown)"
  }

  package func appending(index: Int) -> String { "\(self)[\(index)]" }

  /// The path of what contains this, or `nil` at the top.
  package var enclosingPath: String? {
    guard !isEmpty else { return nil }
    let end = lastIndex { $0 == "." || $0 == "[" } ?? startIndex
    return String(self[..<end])
  }

  /// Whether this is `path` or somewhere inside it.
  package func isInside(_ path: String) -> Bool {
    guard !path.isEmpty, hasPrefix(path) else { return path.isEmpty }
    let rest = dropFirst(path.count).first
    return rest == nil || rest == "." || rest == "["
  }

  /// Letters, digits, `_` and `-` alone, so that a dot always separates.
  package var isPlainKey: Bool {
    !isEmpty && utf8.count <= 60
      && utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }
}
