public import Documents

/// The environments that can be named in a configuration.
///
/// A value: a package that depends on this one adds its own with ``adding(_:)`` and hands the result
/// on.
public struct EnvironmentRegistry: Sendable {
  /// In the order of lists.
  public private(set) var entries: [any AnyEnvironmentEntry]

  /// Ids that users may know from elsewhere and that are not here, with the reason.
  public private(set) var leftOut: [String: String]

  public init(_ entries: [any AnyEnvironmentEntry] = [], leftOut: [String: String] = [:]) {
    self.entries = []
    self.leftOut = leftOut
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

  /// Why there is no entry called `id`, where the id is known all the same.
  ///
  /// - Parameter key: the setting to blame.
  public func checkNotLeftOut(_ id: String, key: String) throws(ConfigurationError) {
    guard self[id] == nil, let reason = leftOut[id] else { return }
    throw ConfigurationError(key: key, problem: "\(id) is known but left out here: \(reason)")
  }

  /// What comes with Hindsight.
  public static let builtIn = EnvironmentRegistry(
    Corridor.entries + KeyToDoor.entries + MiniGrid.entries, leftOut: MiniGrid.leftOut)
}
