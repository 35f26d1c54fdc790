internal import ArgumentParser
internal import Documents
internal import Environments
internal import Experiments
internal import Reports

/// `hindsight list`: what a configuration can name.
struct List: ContextualCommand {
  static let configuration = CommandConfiguration(
    abstract: "List environments, agents, backbones, encoders and behaviour policies.",
    discussion: """
      `list` names everything in a line each. `list environments` tells of each its spaces, horizon, \
      rewards, behaviour policies and settings, and which ids of MiniGrid's are left out, and why; ids \
      after it, or layout files, choose some.
      """)

  enum Kind: String, CaseIterable {
    case environment, agent, backbone, encoder, behaviour
  }

  @Argument(help: "Only one kind: environments, agents, backbones, encoders or behaviours.")
  var kind: Kind?
  @Argument(help: "Only these.", completion: Completions.listedIDs) var ids: [String] = []
  @Flag(help: "A line each for environments too.") var brief = false
  @Flag(help: "Print one JSON document.") var json = false

  func run(in context: Context) throws {
    let kinds = kind.map { [$0] } ?? Kind.allCases
    var fields: Document.Fields = ["schema_version": 1]
    for kind in kinds {
      let entries = try entries(of: kind, in: context.registry)
      let namesLeftOut = kinds.count == 1 && kind == .environment && ids.isEmpty
      if json {
        fields[kind.rawValue] = .array(
          try entries.map { entry in
            try sheet(kind, entry.id, context.registry)?.document
              ?? ["id": .string(entry.id), "summary": .string(entry.summary)]
          })
        if namesLeftOut {
          let leftOut = context.registry.environments.leftOut.sorted { $0.key < $1.key }
          fields["left_out"] = .array(
            leftOut.map { ["id": .string($0.key), "reason": .string($0.value)] })
        }
      } else if kinds.count == 1 && kind == .environment && !brief {
        let sheets = try entries.compactMap { try sheet(kind, $0.id, context.registry)?.text }
        try context.say(sheets.joined(separator: "\n\n"))
      } else {
        if kinds.count > 1 { try context.say("\(kind.rawValue)") }
        let width = entries.map(\.id.count).max() ?? 0
        for entry in entries {
          let padding = String(repeating: " ", count: width - entry.id.count)
          try context.say("  \(entry.id)\(padding)  \(entry.summary)")
        }
      }
      if !json, namesLeftOut { try sayLeftOut(in: context) }
    }
    if json { try context.say(Document.object(fields).jsonText(pretty: true)) }
  }

  /// What other packages register and we do not, reason by reason.
  private func sayLeftOut(in context: Context) throws {
    let ids = Dictionary(grouping: context.registry.environments.leftOut) { $0.value }
    for (reason, ids) in ids.sorted(by: { ($0.value.count, $0.key) < ($1.value.count, $1.key) }) {
      try context.say("\nleft out, for \(reason):")
      let names = ids.map(\.key).sorted()
      try context.say(names.map { "  \($0)" }.joined(separator: "\n"))
    }
  }

  /// The entries that were asked for.
  private func entries(
    of kind: Kind, in registry: Registry
  ) throws -> [(id: String, summary: String)] {
    let all = registry.summaries(of: kind.rawValue)
    guard !ids.isEmpty else { return all }
    return try ids.map { id in
      if kind == .environment {
        try registry.environments.checkNotLeftOut(id, key: "")
        if Self.isLayout(id) { return (id, "") }
      }
      guard let entry = all.first(where: { $0.id == id }) else {
        throw ConfigurationError(
          key: "", found: id, expected: "an id that `hindsight list \(kind.rawValue)s` shows",
          suggestion: nearest(to: id, among: all.map(\.id)))
      }
      return entry
    }
  }

  private func sheet(_ kind: Kind, _ id: String, _ registry: Registry) throws -> EnvironmentSheet? {
    guard kind == .environment else { return nil }
    if Self.isLayout(id) { return try EnvironmentSheet(layout: id, registry: registry) }
    return try registry.environments[id].map { try EnvironmentSheet($0) }
  }

  private static func isLayout(_ id: String) -> Bool {
    [".yaml", ".yml"].contains { id.hasSuffix($0) }
  }
}

extension List.Kind: ExpressibleByArgument {
  /// One of a kind or many of it: `environment`, `environments`.
  init?(argument: String) {
    guard
      let kind = Self.allCases.first(where: {
        argument == $0.rawValue || argument == $0.rawValue + "s"
      })
    else { return nil }
    self = kind
  }
}
