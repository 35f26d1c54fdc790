internal import ArgumentParser
internal import Documents
internal import Experiments
internal import Reports

/// `hindsight list`: what a configuration can name.
struct List: ContextualCommand {
  static let configuration = CommandConfiguration(
    abstract: "List environments, agents, backbones and behaviour policies.")

  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case environment, agent, backbone, behaviour
  }

  @Argument(help: "Only one kind.") var kind: Kind?
  @Flag(help: "Print one JSON document.") var json = false

  func run(in context: Context) throws {
    let kinds = kind.map { [$0] } ?? Kind.allCases
    if json {
      var fields: Document.Fields = ["schema_version": 1]
      for kind in kinds {
        fields[kind.rawValue] = .array(
          context.registry.summaries(of: kind.rawValue).map { entry in
            ["id": .string(entry.id), "summary": .string(entry.summary)]
          })
      }
      try context.say(Document.object(fields).jsonText(pretty: true))
      return
    }
    for kind in kinds {
      if kinds.count > 1 { try context.say("\(kind.rawValue)") }
      let entries = context.registry.summaries(of: kind.rawValue)
      let width = entries.map(\.id.count).max() ?? 0
      for entry in entries {
        let padding = String(repeating: " ", count: width - entry.id.count)
        try context.say("  \(entry.id)\(padding)  \(entry.summary)")
      }
    }
  }
}
