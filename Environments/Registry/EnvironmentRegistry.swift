/// The environments that can be named in a configuration.
///
/// A value: a package that depends on this one adds its own with ``adding(_:)`` and hands the result
/// on.
public struct EnvironmentRegistry: Sendable {
  /// In the order of lists.
  public private(set) var entries: [any AnyEnvironmentEntry]

  public init(_ entries: [any AnyEnvironmentEntry] = []) {
    self.entries = []
    for entry in entries { self = adding(entry) }
  }

  public var ids: [String] { entries.map(\.id) }

  /// The entry called `id`, or `nil`.
  public subscript(id: String) -> (any AnyEnvironmentEntry)? {
    entries.first { $0.id == id }
  }

  /// The same registry with one more entry, which takes the place of one with the same identifier.
  public func adding(_ entry: any AnyEnvironmentEntry) -> EnvironmentRegistry {
    var result = self
    if let place = entries.firstIndex(where: { $0.id == entry.id }) {
      result.entries[place] = entry
    } else {
      result.entries.append(entry)
    }
    return result
  }

  /// What comes with Hindsight.
  public static let builtIn = EnvironmentRegistry([
    EnvironmentEntry(
      "corridor", "Fetch the key at the left end, open the door at the right end.",
      Corridor.self, behaviours: [.random, .expert]),
    keyToDoor("key-to-door", "The same as key-to-door/dt-paper.", .decisionTransformer),
    keyToDoor(
      "key-to-door/dt-paper", "Empty middle room, binary reward, random success 3.11 %.",
      .decisionTransformer),
    keyToDoor(
      "key-to-door/dt-paper-visible", "The same, with the key's holder in the observation.",
      .decisionTransformerVisible),
    keyToDoor(
      "key-to-door/dt-paper-open", "Three open rooms, everything anywhere, random success 3.15 %.",
      .decisionTransformerOpen),
    keyToDoor(
      "key-to-door/tvt", "Temporal Value Transport: apples worth 1 or 10 that come back, door 10.",
      .tvt),
    keyToDoor(
      "key-to-door/sr", "Synthetic Returns: apples worth 1 that come back, door 5.",
      .syntheticReturns),
    keyToDoor(
      "key-to-door/cca-low", "Counterfactual Credit Assignment: ten apples worth 1, door 1.",
      .ccaLowVariance),
    keyToDoor(
      "key-to-door/cca-high", "The same with apples worth 1 or 10, one value per episode.",
      .ccaHighVariance),
  ])

  /// Key-to-Door under an identifier; the expert only where it can be exact.
  private static func keyToDoor(
    _ id: String, _ summary: String, _ defaults: KeyToDoor.Configuration
  ) -> EnvironmentEntry<KeyToDoor> {
    let isExact = defaults.apples.count == 0 || !defaults.apples.respawns
    return EnvironmentEntry(
      id, summary, defaults: defaults,
      behaviours: isExact
        ? [.random, .keyToDoorExpert, .keyToDoorPlanner] : [.random, .keyToDoorPlanner])
  }
}
