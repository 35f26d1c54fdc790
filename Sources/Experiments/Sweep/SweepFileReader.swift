internal import Documents
internal import Files

/// Takes a sweep file apart and keeps account of everything that is wrong with it.
struct SweepFileReader {
  let path: String
  var errors: [ConfigurationError] = []

  init(path: String) { self.path = path }

  mutating func read(
    _ document: MarkedDocument
  ) throws(ConfigurationErrors) -> (
    MarkedDocument, [SweepAxis], SweepAxis?, SweepComparisonSettings?
  ) {
    var base: MarkedDocument?
    var axes: [SweepAxis] = []
    var seeds: SweepAxis?
    var comparison: MarkedDocument?
    let known = ["base", "axes", "seeds", "comparison"]
    for member in group(document, at: "", known: known) {
      switch member.key {
      case "base": base = readBase(member.value)
      case "axes": axes = readAxes(member.value)
      case "seeds": seeds = readSeeds(member.value)
      default: comparison = member.value
      }
    }
    let settings = comparison.flatMap { readComparison($0, axes) }
    if base == nil, errors.isEmpty {
      report(
        "base", found: "nothing",
        expected: "the path of a configuration file, or a group of its settings",
        at: document.origin)
    }
    checkPaths(axes + [seeds].compactMap { $0 })
    guard errors.isEmpty, let base else { throw ConfigurationErrors(errors) }
    return (base, axes, seeds, settings)
  }

  // MARK: Base

  private mutating func readBase(_ value: MarkedDocument) -> MarkedDocument? {
    switch value.content {
    case .group: return value
    case .scalar(.string(let name), _):
      let file =
        name.hasPrefix("/") ? name : Folder(path.parentFolder).path(of: name)
      do {
        let bytes = try FileContents.bytes(of: file, atMost: YAMLReader.maximumBytes)
        return try YAMLReader.read(bytes, named: file)
      } catch let error as ConfigurationErrors {
        for error in error.errors { append(error) }
      } catch {
        append(
          ConfigurationError(
            key: "base", problem: "\(error)", location: value.origin?.description))
      }
    default:
      report(
        "base", found: value.found,
        expected: "the path of a configuration file, or a group of its settings", at: value.origin)
    }
    return nil
  }

  // MARK: Axes

  private mutating func readAxes(_ value: MarkedDocument) -> [SweepAxis] {
    var axes: [SweepAxis] = []
    for member in group(value, at: "axes") {
      let key = "axes".appending(key: member.key)
      guard member.key.isPlainKey else {
        report(
          key, found: "this name", expected: "letters, digits, - and _ alone, 60 at the most",
          at: member.origin)
        continue
      }
      guard !SweepFile.reservedNames.contains(member.key) else {
        report(
          key, found: "the name of a column that all results have", expected: "another name",
          at: member.origin)
        continue
      }
      if let axis = readAxis(member.key, member.value, at: key) { axes.append(axis) }
    }
    return axes
  }

  private static let kinds = ["grid", "list", "random"]

  private mutating func readAxis(
    _ name: String, _ value: MarkedDocument, at key: String
  ) -> SweepAxis? {
    let members = group(value, at: key, known: Self.kinds)
    guard members.count == 1, let member = members.first else {
      if errors.isEmpty || members.count > 1 {
        report(
          key, found: members.isEmpty ? "nothing" : members.map(\.key).joined(separator: " and "),
          expected: "one of grid, list, random", at: value.origin)
      }
      return nil
    }
    let below = key.appending(key: member.key)
    return switch member.key {
    case "grid": readGrid(name, member.value, at: below)
    case "list": readList(name, member.value, at: below)
    default: readRandom(name, member.value, at: below)
    }
  }

  /// Every combination of the values of one or several keys.
  private mutating func readGrid(
    _ name: String, _ value: MarkedDocument, at key: String
  ) -> SweepAxis? {
    let members = group(value, at: key)
    guard !members.isEmpty else {
      report(
        key, found: "nothing", expected: "keys of the configuration, each with a list of values",
        at: value.origin)
      return nil
    }
    typealias Choice = (label: String, column: String, value: MarkedDocument, change: Change)
    var combinations: [[Choice]] = [[]]
    for member in members {
      let below = key.appending(key: member.key)
      guard case .list(let values) = member.value.content, !values.isEmpty else {
        report(
          below, found: member.value.found, expected: "a list of one value or more",
          at: member.value.origin)
        continue
      }
      let column = members.count == 1 ? name : member.key
      let title = members.count == 1 ? name : String(member.key.split(separator: ".").last ?? "")
      let choices = values.compactMap { value -> Choice? in
        guard let change = change(member.key, value, member.origin, at: below) else { return nil }
        return ("\(SweepLabel.of(title))-\(SweepLabel.of(value.document))", column, value, change)
      }
      combinations = combinations.flatMap { start in choices.map { start + [$0] } }
      guard combinations.count <= SweepFile.mostRuns else {
        report(
          key, found: "\(combinations.count) combinations",
          expected: "at most \(SweepFile.mostRuns)", at: value.origin)
        return nil
      }
    }
    let labels = SweepLabel.unique(
      combinations.map { $0.map(\.label).joined(separator: "-") })
    return SweepAxis(
      name: name,
      points: zip(labels, combinations).map { label, choices in
        var values = Document.Fields()
        for choice in choices { values[choice.column] = choice.value.document }
        return SweepPoint(
          label: label, values: values, changes: choices.map(\.change.document),
          paths: choices.map { ($0.change.path, $0.change.origin) })
      }, columns: members.count == 1 ? [name] : members.map(\.key))
  }

  /// Named variants, each a group of changes.
  private mutating func readList(
    _ name: String, _ value: MarkedDocument, at key: String
  ) -> SweepAxis? {
    let members = group(value, at: key)
    guard !members.isEmpty else {
      report(
        key, found: "nothing", expected: "names of variants, each with a group of changes",
        at: value.origin)
      return nil
    }
    let labels = SweepLabel.unique(members.map { SweepLabel.of($0.key) })
    return SweepAxis(
      name: name,
      points: zip(labels, members).map { label, member in
        let below = key.appending(key: member.key)
        let changes = group(member.value, at: below).compactMap {
          change($0.key, $0.value, $0.origin, at: below.appending(key: $0.key))
        }
        return SweepPoint(
          label: label, values: [name: .string(member.key)], changes: changes.map(\.document),
          paths: changes.map { ($0.path, $0.origin) })
      }, columns: [name])
  }

  // MARK: Shared parts

  /// A change of one setting.
  struct Change {
    var path: String
    var origin: Origin?
    var document: MarkedDocument
  }

  /// The change of the setting at `path`, dotted as for `--set`.
  mutating func change(
    _ path: String, _ value: MarkedDocument, _ origin: Origin?, at key: String
  ) -> Change? {
    do throws(ConfigurationErrors) {
      return Change(
        path: path, origin: origin,
        document: try SettingsOverride.change(of: path, to: value, origin))
    } catch {
      for var error in error.errors {
        error.key = key
        append(error)
      }
      return nil
    }
  }

  /// The members of a group, those with unknown keys reported and left out.
  mutating func group(
    _ document: MarkedDocument, at key: String, known: [String]? = nil
  ) -> [MarkedDocument.Member] {
    switch document.content {
    case .group(let members):
      guard let known else { return members }
      return members.filter { member in
        if known.contains(member.key) { return true }
        append(
          ConfigurationError(
            key: key.appending(key: member.key),
            problem: "unknown key, expected \(Self.list(known))",
            suggestion: nearest(to: member.key, among: known),
            location: member.origin?.description))
        return false
      }
    case .scalar(.null, _): return []
    default:
      report(key, found: document.found, expected: "a group of keys", at: document.origin)
      return []
    }
  }

  /// Two axes that change the very same setting: one would never count.
  private mutating func checkPaths(_ axes: [SweepAxis]) {
    var owners: [String: String] = [:]
    for axis in axes {
      var reported: Set<String> = []
      for point in axis.points {
        for (path, origin) in point.paths {
          if let owner = owners[path], owner != axis.name, reported.insert(path).inserted {
            append(
              ConfigurationError(
                key: path, problem: "\(axis.name) changes what \(owner) changes already",
                location: origin?.description))
          }
          owners[path] = owners[path] ?? axis.name
        }
      }
    }
  }

  static func list(_ choices: [String]) -> String {
    choices.count == 1 ? choices[0] : "one of " + choices.joined(separator: ", ")
  }

  mutating func report(
    _ key: String, found: String, expected: String, suggestion: String? = nil, at origin: Origin?
  ) {
    append(
      ConfigurationError(
        key: key, found: found, expected: expected, suggestion: suggestion,
        location: origin?.description))
  }

  mutating func append(_ error: ConfigurationError) {
    if errors.count < SettingsOverlay.maximumErrors { errors.append(error) }
  }
}
