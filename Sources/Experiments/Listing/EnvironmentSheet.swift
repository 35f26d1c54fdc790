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
    let world = try entry.make(entry.defaultConfiguration)
    id = entry.id
    summary = entry.summary
    rewards = entry.rewards
    observationSpace = world.observationSpace
    actionSpace = world.actionSpace
    horizon = world.horizon
    behaviours = entry.behaviourIDs
    let defaults = try Self.encode(entry.defaultConfiguration)
    settings = Self.flatten(defaults, under: "", entry.configurationType.descriptions)
  }

  private static func encode(_ settings: some Settings) throws(ConfigurationError) -> Document {
    try DocumentEncoder().encode(settings)
  }

  private static func flatten(
    _ document: Document, under path: String, _ descriptions: [String: String]
  ) -> [Setting] {
    guard case .object(let fields) = document, !fields.isEmpty, descriptions[path] == nil else {
      return path.isEmpty
        ? []
        : [Setting(key: path, defaultValue: document, description: descriptions[path] ?? "")]
    }
    return fields.flatMap { key, value in
      flatten(value, under: path.isEmpty ? key : "\(path).\(key)", descriptions)
    }
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
