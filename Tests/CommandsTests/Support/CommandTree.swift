import Documents

/// Every command of the program with its options, as it describes itself.
struct CommandTree {
  struct Command {
    /// "hindsight dataset merge"
    var name: String
    var abstract: String
    /// With their dashes; those that are for the program's own use are left out.
    var options: [String]
    var hasSubcommands: Bool
  }

  private(set) var commands: [Command] = []

  init(_ program: Program) throws {
    let outcome = try program("--experimental-dump-help")
    let document = try Document(json: outcome.output)
    guard let root = document["command"] else { throw MissingField(name: "command") }
    try visit(root, above: "")
  }

  private mutating func visit(_ command: Document, above: String) throws {
    func text(_ document: Document, _ key: String) -> String {
      if case .string(let text)? = document[key] { text } else { "" }
    }
    func list(_ document: Document, _ key: String) -> [Document] {
      if case .array(let elements)? = document[key] { elements } else { [] }
    }
    let name = (above.isEmpty ? "" : "\(above) ") + text(command, "commandName")
    guard !name.hasSuffix(" help") else { return }
    let options = list(command, "arguments").filter {
      text($0, "kind") != "positional" && $0["shouldDisplay"] != false
    }
    .flatMap { argument in
      list(argument, "names").map { name in
        (text(name, "kind") == "short" ? "-" : "--") + text(name, "name")
      }
    }
    let below = list(command, "subcommands")
    commands.append(
      Command(
        name: name, abstract: text(command, "abstract"), options: options,
        hasSubcommands: !below.isEmpty))
    for subcommand in below { try visit(subcommand, above: name) }
  }
}
