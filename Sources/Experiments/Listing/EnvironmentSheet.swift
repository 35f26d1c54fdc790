internal import Datasets
public import Documents
public import Environments

/// What there is to know about a registered environment, read from its code.
public struct EnvironmentSheet: Sendable {
  public struct Setting: Sendable {
    /// Dotted where settings hold settings.
    public var key: String
    public var defaultValue: Document
    /// Empty where the type does not say.
    public var description: String
  }

  public var id: String
  public var summary: String
  public var rewards: String
  public var observationSpace: Space
  public var actionSpace: Space
  /// Steps until an episode is truncated, under the default settings.
  public var horizon: Int
  public var behaviours: [String]
  public var settings: [Setting]

  /// - Throws: where the entry's own defaults are refused, which is a mistake in its code.
  public init(_ entry: any AnyEnvironmentEntry) throws(ConfigurationError) {
    try self.init(entry, entry.defaultConfiguration)
  }

  /// A layout file, as if it were registered: its settings are the defaults.
  ///
  /// - Throws: where the file is no layout, or has settings that are refused.
  public init(layout path: String, registry: Registry) throws {
    let loaded = try SettingsLoader(ExperimentSettings.self, catalogue: registry.catalogue).load(
      ["environment": .string(path)])
    do throws(ConfigurationError) {
      let component = loaded.settings.environment
      let entry = try registry.environmentEntry(component)
      try self.init(entry, component.decode(asAny: entry.configurationType))
    } catch { throw loaded.locate(error.within("environment")) }
    id = path
    if case .string(let title)? = settings.first(where: { $0.key == "title" })?.defaultValue {
      summary = title
    }
  }

  private init(
    _ entry: any AnyEnvironmentEntry, _ configuration: any Settings
  ) throws(ConfigurationError) {
    let world = try entry.make(configuration)
    id = entry.id
    summary = entry.summary
    rewards = entry.rewards
    observationSpace = world.observationSpace
    actionSpace = world.actionSpace
    horizon = world.horizon
    behaviours = entry.behaviourIDs
    let type = type(of: configuration)
    settings = try Self.settings(
      Self.encode(configuration), type.descriptions, type.parts, under: "")
  }

  private static func encode(_ settings: some Settings) throws(ConfigurationError) -> Document {
    try DocumentEncoder().encode(settings)
  }

  /// A line for each key, and after a group of settings under names of the user's own, one for each
  /// key of such a one. What a group's keys mean is said by its type, or under dotted keys.
  private static func settings(
    _ values: Document, _ descriptions: [String: String], _ parts: [String: any Settings.Type],
    under path: String
  ) throws(ConfigurationError) -> [Setting] {
    guard case .object(let fields) = values else { return [] }
    var result: [Setting] = []
    for (key, value) in fields {
      let inner = path + key + "."
      if let part = parts[key] {
        result += try settings(value, part.descriptions, part.parts, under: inner)
      } else if descriptions[key] == nil, case .object(let members) = value, !members.isEmpty {
        let own = descriptions.filter { $0.key.hasPrefix(key + ".") }
          .map { (String($0.key.dropFirst(key.count + 1)), $0.value) }
        result += try settings(
          value, Dictionary(uniqueKeysWithValues: own), [:], under: inner)
      } else {
        result.append(
          Setting(key: path + key, defaultValue: value, description: descriptions[key] ?? ""))
      }
      for (name, part) in parts where name.hasPrefix(key + ".<") {
        result += try settings(
          encode(part.init()), part.descriptions, part.parts, under: path + name + ".")
      }
    }
    return result
  }

  /// One JSON object; spaces as Gymnasium writes them.
  public var document: Document {
    [
      "id": .string(id), "summary": .string(summary), "rewards": .string(rewards),
      "observation_space": observationSpace.gymnasiumDocument,
      "action_space": actionSpace.gymnasiumDocument, "horizon": .integer(horizon),
      "behaviours": .array(behaviours.map { .string($0) }),
      "settings": .array(
        settings.map {
          [
            "key": .string($0.key), "default": $0.defaultValue,
            "description": .string($0.description),
          ]
        }),
    ]
  }

  /// Lines for a terminal.
  public var text: String {
    var lines = [
      id, "  \(summary)",
      "  observation  \(observationSpace.summary)",
      "  action       \(actionSpace.summary)",
      "  horizon      \(horizon) steps",
    ]
    if !rewards.isEmpty { lines.append("  rewards      \(rewards)") }
    lines.append("  behaviours   \(behaviours.joined(separator: ", "))")
    let heads = settings.map { "\($0.key) = \(Self.short($0.defaultValue))" }
    let width = min(heads.map(\.count).max() ?? 0, 40)
    for (index, (head, setting)) in zip(heads, settings).enumerated() {
      let padding = String(repeating: " ", count: max(0, width - head.count))
      lines.append(
        (index == 0 ? "  settings     " : "               ")
          + (setting.description.isEmpty ? head : "\(head)\(padding)  \(setting.description)"))
    }
    return lines.joined(separator: "\n")
  }

  /// A value in at most 60 characters.
  private static func short(_ value: Document) -> String {
    let text = value.jsonText()
    return text.count <= 60 ? text : text.prefix(57) + "..."
  }
}

extension Space {
  /// The space in a few words: `7 × 7 × 3 image, uint8 0 to 255`.
  public var summary: String {
    switch self {
    case .discrete(let count, let start):
      return start == 0 ? "discrete, \(count)" : "discrete, \(start) to \(start + count - 1)"
    case .multiDiscrete(let counts):
      return "discrete vector, " + counts.map(String.init).joined(separator: " × ")
    case .box(let box):
      let shape =
        box.shape.isEmpty ? "number" : box.shape.map(String.init).joined(separator: " × ")
      let kind =
        switch box.meaning {
        case .quantity: ""
        case .category(let count): " labels below \(count)"
        case .image: " image"
        }
      return "\(shape)\(kind), \(box.element.rawValue) \(Self.range(box.low, box.high))"
    case .dictionary(let members):
      return members.map { "\($0.key): \($0.space.summary)" }.joined(separator: "; ")
    case .tuple(let spaces):
      return spaces.enumerated().map { "\($0): \($1.summary)" }.joined(separator: "; ")
    }
  }

  private static func range(_ low: [Float], _ high: [Float]) -> String {
    func text(_ bounds: [Float]) -> String {
      guard let first = bounds.first else { return "" }
      guard bounds.allSatisfy({ $0 == first }) else {
        return bounds.count <= 4
          ? "(" + bounds.map(short).joined(separator: ", ") + ")" : "by element"
      }
      return short(first)
    }
    return "\(text(low)) to \(text(high))"
  }

  private static func short(_ number: Float) -> String {
    if number.isInfinite { return number < 0 ? "-inf" : "inf" }
    return number == number.rounded() && abs(number) < 1e6 ? "\(Int(number))" : "\(number)"
  }
}
