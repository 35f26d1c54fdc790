package import Documents

/// Settings changed on the command line: `--set agent.contextLength=30`.
///
/// Right of the first `=` stands YAML (`0.1`, `[1, 2]`, `{id: gpt, heads: 4}`), left of it the path
/// of the key, where `behaviours[0]` is the first element of a list that is there already.
package enum SettingsOverride {
  /// All overrides as one document to lay over the settings; of two for the same key the later
  /// counts.
  package static func read(_ texts: [String]) throws(ConfigurationErrors) -> MarkedDocument? {
    var errors: [ConfigurationError] = []
    var all: MarkedDocument?
    for text in texts {
      do throws(ConfigurationErrors) {
        let one = try read(text)
        all = all.map { merge($0, one) } ?? one
      } catch {
        errors += error.errors
      }
    }
    guard errors.isEmpty else { throw ConfigurationErrors(errors) }
    return all
  }

  private static func read(_ text: String) throws(ConfigurationErrors) -> MarkedDocument {
    let start = text.prefix(80)
    let origin = Origin.option("--set " + (start.endIndex < text.endIndex ? start + "…" : start))
    guard let equals = text.firstIndex(of: "="), text.utf8.count <= 65_536 else {
      throw ConfigurationErrors([
        .init(key: "", problem: "expected key=value", location: origin.description)
      ])
    }
    let path = text[..<equals].filter { $0 != " " }
    _ = try steps(of: path, origin)
    let value: MarkedDocument
    do throws(ConfigurationErrors) {
      value = try YAMLReader.read(value: String(text[text.index(after: equals)...]), of: origin)
    } catch {
      throw ConfigurationErrors(error.errors.map { $0.key.isEmpty ? $0 : $0.within(path) })
    }
    return try change(of: path, to: value, origin)
  }

  /// A document that changes the setting at a dotted path and nothing else.
  ///
  /// - Parameter origin: where the path was written.
  package static func change(
    of path: String, to value: MarkedDocument, _ origin: Origin?
  ) throws(ConfigurationErrors) -> MarkedDocument {
    try steps(of: path, origin).reversed().reduce(value) { document, step in
      switch step {
      case .key(let key):
        MarkedDocument(.group([.init(key, document, origin: origin)]), origin: origin)
      case .index(let index):
        MarkedDocument(.edits([index: document]), origin: origin)
      }
    }
  }

  private enum Step {
    case key(String)
    case index(Int)
  }

  private static func steps(
    of path: String, _ origin: Origin?
  ) throws(ConfigurationErrors) -> [Step] {
    var steps: [Step] = []
    for part in path.split(separator: ".", omittingEmptySubsequences: false) {
      let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
      let indices = pieces.dropFirst().map { $0.last == "]" ? Int($0.dropLast()) : nil }
      guard String(pieces[0]).isPlainKey, steps.count + indices.count < 32,
        indices.allSatisfy({ $0.map { $0 >= 0 } ?? false })
      else {
        throw ConfigurationErrors([
          .init(
            key: "", found: Document.string(String(path.prefix(60))).jsonText(),
            expected: "a path such as agent.contextLength or behaviours[0].id",
            location: origin?.description)
        ])
      }
      steps.append(.key(String(pieces[0])))
      steps += indices.compactMap { $0.map { .index($0) } }
    }
    return steps
  }

  /// `second` laid over `first`; an id and a group at the same place are that component's.
  private static func merge(_ first: MarkedDocument, _ second: MarkedDocument) -> MarkedDocument {
    switch (first.content, second.content) {
    case (.group(var members), .group(let others)):
      for other in others {
        if let index = members.firstIndex(where: { $0.key == other.key }) {
          members[index].value = merge(members[index].value, other.value)
          members[index].origin = other.origin
        } else {
          members.append(other)
        }
      }
      return MarkedDocument(.group(members), origin: second.origin)
    case (.edits(let edits), .edits(let others)):
      return MarkedDocument(.edits(edits.merging(others, uniquingKeysWith: merge)))
    case (.scalar(.string, _), .group):
      return merge(MarkedDocument(.group([.init("id", first, origin: first.origin)])), second)
    case (.group, .scalar(.string, _)):
      return merge(first, MarkedDocument(.group([.init("id", second, origin: second.origin)])))
    default: return second
    }
  }
}
