package import Documents
import Yams

/// Reads one YAML document, strictly, with the line and column of every value.
///
/// Of YAML there remain groups, lists, quoted and plain values and comments. Anchors, aliases,
/// merge keys, tags, several documents, keys that are not text, nesting deeper than 64 and texts
/// of more than a megabyte are refused: a configuration needs none of them, and some let a short
/// text take all memory.
package struct YAMLReader {
  /// What the text is called in messages: a path, or the option it came from.
  private let origin: (Int, Int) -> Origin
  private var lines: [Substring] = []
  private var errors: [ConfigurationError] = []

  package static let maximumBytes = 1 << 20
  package static let maximumDepth = 64
  package static let maximumValues = 50_000

  /// - Parameter name: of the file, for messages.
  package static func read(
    _ bytes: some Collection<UInt8>, named name: String
  ) throws(ConfigurationErrors) -> MarkedDocument {
    var reader = YAMLReader { .file(name, line: $0, column: $1) }
    return try reader.read(bytes, named: name)
  }

  /// Reads the value of an option; all of it has the same origin.
  package static func read(
    value: String, of option: Origin
  ) throws(ConfigurationErrors) -> MarkedDocument {
    var reader = YAMLReader { _, _ in option }
    return try reader.read(value.utf8, named: option.description)
  }

  private init(origin: @escaping (Int, Int) -> Origin) { self.origin = origin }

  private mutating func read(
    _ bytes: some Collection<UInt8>, named name: String
  ) throws(ConfigurationErrors) -> MarkedDocument {
    guard bytes.count <= Self.maximumBytes else {
      let problem = "found \(bytes.count) bytes, expected at most \(Self.maximumBytes)"
      throw ConfigurationErrors([.init(key: "", problem: problem, location: name)])
    }
    guard var text = String(validating: bytes, as: UTF8.self) else {
      let problem = "found text that is not UTF-8"
      throw ConfigurationErrors([.init(key: "", problem: problem, location: name)])
    }
    if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
    // The parser takes microseconds for each value, and a configuration has hundreds.
    let separators = text.utf8.count { [0x0A, 0x0D, 0x2C, 0x5B, 0x7B].contains($0) }
    guard separators <= Self.maximumValues else {
      let problem = "found more than \(Self.maximumValues) lines and values"
      throw ConfigurationErrors([.init(key: "", problem: problem, location: name)])
    }
    if let mark = YAMLAnchors.firstMark(in: text) { throw anchor(at: mark) }

    lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let document: MarkedDocument
    do {
      let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
      let root = try parser.singleRoot()
      // Anchors live as long as the parser does.
      document = withExtendedLifetime(parser) {
        root.map { read($0, at: "", depth: 0) }
          ?? MarkedDocument(.scalar(.null, text: nil), origin: origin(1, 1))
      }
    } catch let error as YamlError {
      throw ConfigurationErrors([problem(error, in: text)])
    } catch {
      throw ConfigurationErrors([.init(key: "", problem: "\(error)", location: name)])
    }
    guard errors.isEmpty else { throw ConfigurationErrors(errors) }
    return document
  }

  // MARK: Nodes

  private mutating func read(_ node: Node, at path: String, depth: Int) -> MarkedDocument {
    let place = origin(node.mark?.line ?? 1, node.mark?.column ?? 1)
    func nothing() -> MarkedDocument { MarkedDocument(.scalar(.null, text: nil), origin: place) }
    guard depth < Self.maximumDepth else {
      report(path, "found values nested deeper than \(Self.maximumDepth)", at: place)
      return nothing()
    }
    if node.anchor != nil {
      report(path, YAMLAnchors.problem, at: place)
      return nothing()
    }
    switch node {
    case .scalar(let scalar): return read(scalar, at: path, place)
    case .sequence(let sequence):
      checkTag(sequence.tag, at: path, place)
      var elements: [MarkedDocument] = []
      for (index, element) in sequence.enumerated() {
        elements.append(read(element, at: path.appending(index: index), depth: depth + 1))
      }
      return MarkedDocument(.list(elements), origin: place)
    case .mapping(let mapping):
      checkTag(mapping.tag, at: path, place)
      return MarkedDocument(.group(members(of: mapping, at: path, depth: depth)), origin: place)
    case .alias:
      report(path, YAMLAnchors.problem, at: place)
      return nothing()
    }
  }

  private mutating func members(
    of mapping: Node.Mapping, at path: String, depth: Int
  ) -> [MarkedDocument.Member] {
    var members: [MarkedDocument.Member] = []
    var seen: Set<String> = []
    for (key, value) in mapping {
      let place = origin(key.mark?.line ?? 1, key.mark?.column ?? 1)
      guard case .scalar(let scalar) = key, key.anchor == nil else {
        report(path, "found a key that is not text", at: place)
        continue
      }
      let name = scalar.string
      let below = path.appending(key: name)
      checkTag(scalar.tag, at: below, place, isText: true)
      if name == "<<", !scalar.isQuoted {
        report(path, "merge keys (<<) are not supported; write the keys out", at: place)
      } else if !seen.insert(name).inserted {
        report(below, "key appears twice", at: place)
      } else {
        let value = read(value, at: below, depth: depth + 1)
        members.append(.init(name, value, origin: place))
      }
    }
    return members
  }

  private mutating func read(
    _ scalar: Node.Scalar, at path: String, _ place: Origin
  ) -> MarkedDocument {
    let text = scalar.string
    checkTag(scalar.tag, at: path, place, isText: scalar.isQuoted)
    var document = Document.string(text)
    if !scalar.isQuoted {
      let short = text.count > 40 ? text.prefix(40) + "…" : text
      switch YAMLScalar(plain: text) {
      case .value(let value): document = value
      case .ambiguous(let suggestion):
        append(
          ConfigurationError(
            key: path, found: short,
            expected: "a number in plain decimal digits, or text in quotes",
            suggestion: suggestion, location: place.description))
      case .notFinite:
        append(
          ConfigurationError(
            key: path, found: short, expected: "a finite number",
            location: place.description))
      }
    }
    var marked = MarkedDocument(.scalar(document, text: text), origin: place)
    marked.lines = lineOrigins(of: scalar)
    return marked
  }

  /// Where the lines of a text begin: of a block in literal style, or of a text on one line.
  private func lineOrigins(of scalar: Node.Scalar) -> [Origin] {
    guard let mark = scalar.mark else { return [] }
    guard scalar.style == .literal else {
      return scalar.string.contains("\n")
        ? [] : [origin(mark.line, mark.column + (scalar.isQuoted ? 1 : 0))]
    }
    var rows = scalar.string.split(separator: "\n", omittingEmptySubsequences: false)
    if rows.last == "" { rows.removeLast() }
    func indent(_ text: Substring) -> Int { text.prefix { $0 == " " }.count }
    // The block's own indentation is what a line has in the file and not in the text.
    let sample = rows.indices.first { !rows[$0].isEmpty && mark.line + $0 < lines.count }
    let indentation = sample.map { indent(lines[mark.line + $0]) - indent(rows[$0]) } ?? 0
    return rows.indices.map { origin(mark.line + 1 + $0, 1 + max(indentation, 0)) }
  }

  /// - Parameter isText: whether the parser itself may have tagged the value as text.
  private mutating func checkTag(
    _ tag: Tag, at path: String, _ place: Origin, isText: Bool = false
  ) {
    let name = tag.rawValue
    if name.isEmpty || (isText && name == Tag.Name.str.rawValue) { return }
    report(path, "tags (here \(name.prefix(60))) are not supported", at: place)
  }

  // MARK: Problems

  private mutating func report(_ key: String, _ problem: String, at place: Origin) {
    append(ConfigurationError(key: key, problem: problem, location: place.description))
  }

  private mutating func append(_ error: ConfigurationError) {
    if errors.count < SettingsOverlay.maximumErrors { errors.append(error) }
  }

  private func anchor(at mark: (line: Int, column: Int)) -> ConfigurationErrors {
    let place = origin(mark.line, mark.column).description
    return ConfigurationErrors([.init(key: "", problem: YAMLAnchors.problem, location: place)])
  }

  private func problem(_ error: YamlError, in text: String) -> ConfigurationError {
    func make(_ problem: String, _ line: Int, _ column: Int) -> ConfigurationError {
      ConfigurationError(key: "", problem: problem, location: origin(line, column).description)
    }
    switch error {
    case .duplicatedKeysInMapping(let keys, let context):
      return ConfigurationError(
        key: "".appending(key: keys.first ?? ""), problem: "key appears twice",
        location: origin(context.mark.line, context.mark.column).description)
    case .composer(_, let problem, let mark, _) where problem.contains("alias"):
      return make(YAMLAnchors.problem, mark.line, mark.column)
    case .composer(_, _, let mark, _):
      return make("found another document, expected one", mark.line, mark.column)
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _):
      if text.hasTab(line: mark.line, column: mark.column) {
        return make("found a tab, expected spaces", mark.line, mark.column)
      }
      let during = context.map { " (\($0.text) that starts at line \($0.mark.line))" } ?? ""
      return make("not YAML: " + problem + during, mark.line, mark.column)
    case .reader(let problem, let offset, _, _):
      let start = text.prefix(offset ?? 0)
      let line = start.count { $0.isNewline } + 1
      let column = start.reversed().prefix { !$0.isNewline }.count + 1
      return make("not YAML: " + problem, line, column)
    default: return make("not YAML", 1, 1)
    }
  }
}

extension Node.Scalar {
  fileprivate var isQuoted: Bool { style != .plain && style != .any }
}

extension String {
  /// Whether a tab stands where reading stopped, or earlier in the same line's indentation.
  fileprivate func hasTab(line: Int, column: Int) -> Bool {
    let lines = split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    guard lines.indices.contains(line - 1) else { return false }
    let content = lines[line - 1]
    return content.prefix { $0 == " " || $0 == "\t" }.contains("\t")
      || content.dropFirst(column - 1).first == "\t"
  }
}
