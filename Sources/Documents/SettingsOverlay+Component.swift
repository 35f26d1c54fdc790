/// Components: the user's `id` decides whose defaults the other keys are laid over.
extension SettingsOverlay {
  mutating func lay(
    _ user: MarkedDocument?, overComponent kind: String, _ defaultID: String,
    _ defaults: [SettingsTree.Member], at path: String
  ) -> SettingsTree {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 16 else {
      report(ConfigurationError(key: path, problem: "components nested deeper than 16"))
      return .component(kind: kind, id: defaultID, defaults)
    }
    guard var choice = choice(user, kind, defaultID, at: path) else {
      return .component(kind: kind, id: defaultID, defaults)
    }
    guard let catalogue else {
      let kept = choice.id == defaultID ? defaults : []
      return .component(
        kind: kind, id: choice.id, merge(choice.settings, into: kept, at: path))
    }
    let expansion: Catalogue.Expansion?
    do throws(ConfigurationErrors) {
      expansion = try catalogue.expansion(kind, choice.id, choice.origin)
    } catch {
      for error in error.errors { report(error.within(path)) }
      return .component(kind: kind, id: choice.id, [])
    }
    if let expansion { choice.id = expansion.id }
    guard var members = entry(choice.id, kind, in: catalogue, choice: choice, at: path) else {
      return .component(kind: kind, id: choice.id, [])
    }
    if choice.id == defaultID && expansion == nil {
      // Components further in stay as they are here, and are completed below, once.
      var overlay = SettingsOverlay(catalogue: nil)
      let kept = MarkedDocument(.object(SettingsTree.fields(of: defaults)))
      members = overlay.lay(kept, overGroup: members, at: path)
      for error in overlay.errors { report(error) }
    } else {
      let kept = [path, path.appending(key: "id")].map { ($0, origins[$0]) }
      if !isFresh { forgetOrigins(in: path) }
      for (path, origin) in kept { origins[path] = origin }
    }
    let wasFresh = isFresh
    defer { isFresh = wasFresh }
    if let expansion {
      members = lay(MarkedDocument(.group(expansion.settings)), overGroup: members, at: path)
      isFresh = false
    }
    let written = MarkedDocument(.group(choice.settings), origin: user?.origin)
    members = lay(user == nil ? nil : written, overGroup: members, at: path)
    return .component(kind: kind, id: choice.id, members)
  }

  /// What the user chose for a component.
  private struct Choice {
    var id: String
    /// The key to blame where there is no such id, and where it was written.
    var key: String
    var origin: Origin?
    var settings: [MarkedDocument.Member] = []
  }

  private mutating func choice(
    _ user: MarkedDocument?, _ kind: String, _ defaultID: String, at path: String
  ) -> Choice? {
    guard let user else { return Choice(id: defaultID, key: path) }
    switch user.content {
    case .scalar(.string(let id), _):
      origins[path] = user.origin
      origins[path.appending(key: "id")] = user.origin
      return Choice(id: id, key: path, origin: user.origin)
    case .group(var members):
      let below = path.appending(key: "id")
      guard let index = members.firstIndex(where: { $0.key == "id" }) else {
        if defaultID.isEmpty {
          report(
            ConfigurationError(
              key: below, found: "nothing", expected: expectedID(of: kind),
              location: user.origin?.description))
          return nil
        }
        return Choice(id: defaultID, key: path, settings: members)
      }
      let member = members.remove(at: index)
      guard case .scalar(.string(let id), _) = member.value.content else {
        refuse(member.value, at: below, expected: expectedID(of: kind))
        return nil
      }
      origins[below] = member.value.origin
      return Choice(id: id, key: below, origin: member.value.origin, settings: members)
    default:
      refuse(
        user, at: path, expected: "an id (\(kind)), or a group of keys with an id")
      return nil
    }
  }

  /// The default settings of an entry, as members; components among them are not complete yet.
  private mutating func entry(
    _ id: String, _ kind: String, in catalogue: Catalogue, choice: Choice, at path: String
  ) -> [SettingsTree.Member]? {
    do throws(ConfigurationError) {
      if let settings = try catalogue.settings(kind, id) {
        let tree = try DocumentEncoder().encodeTree(settings)
        guard case .group(let members) = tree else { return [] }
        precondition(
          !members.contains { $0.key == "id" }, "settings of \(kind) \(id) have a key named id")
        return members
      }
      let ids = catalogue.ids(kind)
      report(
        ConfigurationError(
          key: choice.key, found: Document.string(id).jsonText(), expected: expectedID(of: kind),
          suggestion: nearest(to: id, among: ids), location: choice.origin?.description))
    } catch {
      var error = error.within(path)
      error.location = error.location ?? choice.origin?.description
      report(error)
    }
    return nil
  }

  private func expectedID(of kind: String) -> String {
    guard let ids = catalogue?.ids(kind), !ids.isEmpty else { return "an id" }
    return Expectation.list(ids)
  }

  /// Lays members over members of which nothing is known.
  private mutating func merge(
    _ written: [MarkedDocument.Member], into members: [SettingsTree.Member], at path: String
  ) -> [SettingsTree.Member] {
    let user = MarkedDocument(.group(written))
    return lay(user, overDictionary: members, .free(.null), at: path)
  }
}
