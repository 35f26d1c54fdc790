/// Lays what a user wrote over complete settings, and keeps account of everything that does not fit
/// and of where each value comes from.
///
/// Groups are merged key by key; lists and single values are replaced. At a component the user's
/// `id` decides whose defaults lie below: those of the catalogue's entry, and, where the id is the
/// one that was there already, the settings that were there already.
public struct SettingsOverlay {
  /// Without one, the settings of components are taken as they are.
  let catalogue: Catalogue?
  /// All problems so far, up to ``maximumErrors``.
  public private(set) var errors: [ConfigurationError] = []
  /// Nobody reads more, and a hostile text could have a hundred thousand.
  public static let maximumErrors = 100
  /// Where the user wrote a value, by path; what is not here has its default.
  public internal(set) var origins: [String: Origin] = [:]
  /// Components inside components, to notice entries whose defaults contain themselves.
  var depth = 0
  /// Indices of errors about keys that resemble none of their neighbours, and those keys.
  private var strays: [(error: Int, key: String)] = []
  /// Whether nothing was written here by an earlier call.
  var isFresh = true

  public init(catalogue: Catalogue?) {
    self.catalogue = catalogue
  }

  /// The settings that result from `user`'s values over `tree`; `nil` only completes components.
  ///
  /// - Parameter path: of `tree`, for messages and origins.
  public mutating func lay(
    _ user: MarkedDocument?, over tree: SettingsTree, at path: String = ""
  ) -> SettingsTree {
    isFresh = origins.isEmpty
    let laid = merge(user, into: tree, at: path)
    suggestElsewhere(in: laid, at: path)
    return laid
  }

  mutating func merge(
    _ user: MarkedDocument?, into tree: SettingsTree, at path: String
  ) -> SettingsTree {
    switch tree {
    case .leaf(let value, let expectation):
      guard let user else { return tree }
      return lay(user, overLeaf: value, expectation, at: path)
    case .free:
      guard let user else { return tree }
      if !isFresh { forgetOrigins(in: path) }
      note(user, at: path)
      return .free(user.document)
    case .list(let elements, let element):
      return .list(lay(user, overList: elements, element, at: path), element: element)
    case .group(let members):
      return .group(lay(user, overGroup: members, at: path))
    case .dictionary(let members, let element):
      return .dictionary(
        lay(user, overDictionary: members, element, at: path), element: element)
    case .component(let kind, let id, let members):
      return lay(user, overComponent: kind, id, members, at: path)
    }
  }

  // MARK: Values and lists

  mutating func lay(
    _ user: MarkedDocument, overLeaf value: Document, _ expectation: Expectation, at path: String
  ) -> SettingsTree {
    origins[path] = user.origin
    guard case .scalar(let written, let text) = user.content else {
      refuse(user, at: path, expected: expectation.description)
      return .leaf(value, expectation)
    }
    switch expectation.accept(written, text: text) {
    case .success(let accepted): return .leaf(accepted, expectation)
    case .failure(let mismatch):
      report(mismatch.error(at: path, location: user.origin?.description))
      return .leaf(value, expectation)
    }
  }

  mutating func lay(
    _ user: MarkedDocument?, overList elements: [SettingsTree], _ element: SettingsTree,
    at path: String
  ) -> [SettingsTree] {
    switch user?.content {
    case nil:
      var completed: [SettingsTree] = []
      for (index, element) in elements.enumerated() {
        completed.append(merge(nil, into: element, at: path.appending(index: index)))
      }
      return completed
    case .list(let written):
      let wasFresh = isFresh
      if !isFresh { forgetOrigins(in: path) }
      isFresh = true
      defer { isFresh = wasFresh }
      origins[path] = user?.origin
      var laid: [SettingsTree] = []
      for (index, item) in written.enumerated() {
        let below = path.appending(index: index)
        laid.append(merge(item, into: element, at: below))
        if isText(element), let line = item.lines.first { origins[below] = line }
      }
      return laid
    case .edits(let edits):
      var laid = elements
      for (index, edit) in edits.sorted(by: { $0.key < $1.key }) {
        let below = path.appending(index: index)
        if elements.indices.contains(index) {
          laid[index] = merge(edit, into: elements[index], at: below)
        } else {
          report(
            ConfigurationError(
              key: below, found: "index \(index)",
              expected: elements.isEmpty
                ? "none, as the list is empty" : "one from 0 to \(elements.count - 1)",
              location: edit.origin?.description))
        }
      }
      return laid
    case .scalar(.string(let text), _) where isText(element) && user?.isBlock == true:
      let rows = text.split(separator: "\n", omittingEmptySubsequences: false)
      let lines = zip(rows, user?.lines ?? []).map { row, origin in
        MarkedDocument(.scalar(.string(String(row)), text: nil), origin: origin)
      }
      return lay(
        MarkedDocument(.list(lines), origin: user?.origin), overList: elements, element, at: path)
    case .scalar(let document, let text):
      var suggestion: String?
      if document != .null { suggestion = "[\(Mismatch.describe(document, text: text))]" }
      refuse(user, at: path, expected: "a list", suggestion: suggestion)
      return elements
    case .group:
      refuse(user, at: path, expected: "a list")
      return elements
    }
  }

  private func isText(_ element: SettingsTree) -> Bool {
    if case .leaf(_, .text) = element { true } else { false }
  }

  // MARK: Groups

  mutating func lay(
    _ user: MarkedDocument?, overGroup members: [SettingsTree.Member], at path: String
  ) -> [SettingsTree.Member] {
    var written: [String: MarkedDocument.Member] = [:]
    if let user {
      guard case .group(let group) = user.content else {
        refuse(user, at: path, expected: "a group of keys")
        return members
      }
      let keys = members.map(\.key)
      for member in group {
        let below = path.appending(key: member.key)
        if !keys.contains(member.key) {
          refuseUnknown(member, at: below, among: keys)
        } else if written.updateValue(member, forKey: member.key) != nil {
          refuseSecond(member, at: below)
        } else {
          origins[below] = member.origin
        }
      }
    }
    var laid: [SettingsTree.Member] = []
    for member in members {
      let value = merge(
        written[member.key]?.value, into: member.value, at: path.appending(key: member.key))
      laid.append(.init(member.key, value))
    }
    return laid
  }

  mutating func lay(
    _ user: MarkedDocument?, overDictionary members: [SettingsTree.Member],
    _ element: SettingsTree, at path: String
  ) -> [SettingsTree.Member] {
    guard let user else { return members }
    guard case .group(let group) = user.content else {
      refuse(user, at: path, expected: "a group of keys")
      return members
    }
    var laid = members
    var indices = Dictionary(
      members.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    var seen: Set<String> = []
    for member in group {
      let below = path.appending(key: member.key)
      guard seen.insert(member.key).inserted else {
        refuseSecond(member, at: below)
        continue
      }
      origins[below] = member.origin
      if let index = indices[member.key] {
        laid[index].value = merge(member.value, into: laid[index].value, at: below)
      } else {
        indices[member.key] = laid.count
        laid.append(.init(member.key, merge(member.value, into: element, at: below)))
      }
    }
    return laid
  }

  // MARK: Problems and origins

  mutating func report(_ error: ConfigurationError) {
    if errors.count < Self.maximumErrors { errors.append(error) }
  }

  mutating func refuse(
    _ user: MarkedDocument?, at path: String, expected: String, suggestion: String? = nil
  ) {
    report(
      ConfigurationError(
        key: path, found: user?.found ?? "nothing", expected: expected, suggestion: suggestion,
        location: user?.origin?.description))
  }

  private mutating func refuseUnknown(
    _ member: MarkedDocument.Member, at path: String, among keys: [String]
  ) {
    guard errors.count < Self.maximumErrors else { return }
    let near = nearest(to: member.key, among: keys)
    if near == nil { strays.append((errors.count, member.key)) }
    var problem = "unknown key"
    if near == nil {
      problem += keys.isEmpty ? "; none is known here" : ", expected \(Expectation.list(keys))"
    }
    report(
      ConfigurationError(
        key: path, problem: problem, suggestion: near, location: member.origin?.description))
  }

  private mutating func refuseSecond(_ member: MarkedDocument.Member, at path: String) {
    report(
      ConfigurationError(
        key: path, problem: "key appears twice", location: member.origin?.description))
  }

  /// A stray key that is known somewhere else was probably meant for that place.
  private mutating func suggestElsewhere(in tree: SettingsTree, at path: String) {
    guard !strays.isEmpty else { return }
    var places: [String: String] = [:]
    func visit(_ tree: SettingsTree, at path: String) {
      switch tree {
      case .leaf, .free, .list, .dictionary: break
      case .group(let members), .component(_, _, let members):
        for member in members {
          let below = path.appending(key: member.key)
          if places[member.key.lowercased()] == nil { places[member.key.lowercased()] = below }
          visit(member.value, at: below)
        }
      }
    }
    visit(tree, at: path)
    for stray in strays {
      guard let place = places[stray.key.lowercased()] else { continue }
      errors[stray.error].suggestion = place
      errors[stray.error].found = "unknown key"
    }
    strays = []
  }

  private mutating func note(_ user: MarkedDocument, at path: String) {
    origins[path] = user.origin
    switch user.content {
    case .scalar, .edits: break
    case .list(let elements):
      for (index, element) in elements.enumerated() {
        note(element, at: path.appending(index: index))
      }
    case .group(let members):
      for member in members { note(member.value, at: path.appending(key: member.key)) }
    }
  }

  /// What was written here before has been replaced.
  mutating func forgetOrigins(in path: String) {
    for key in origins.keys where key.isInside(path) { origins[key] = nil }
  }
}
