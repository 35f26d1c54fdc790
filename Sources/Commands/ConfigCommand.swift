internal import ArgumentParser
internal import Documents
internal import Experiments
internal import Files
internal import Reports

/// `hindsight config`: what a configuration comes to, and what is wrong with it.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Show a configuration with its defaults, or check it.",
    subcommands: [ConfigShow.self, ConfigCheck.self])
}

/// `hindsight config show`: every setting, and where its value comes from.
struct ConfigShow: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show every setting of an experiment or a run.",
    discussion: """
      Prints the configuration with everything filled in, as a run keeps it. With --resolved each \
      line names where the value comes from: the default, the preset of an id, the file's line, or \
      --set.
      """)

  @Argument(help: "The experiment's YAML file, or a run folder.", completion: .file())
  var path: String
  @Flag(help: "A line per setting, with the origin of its value.") var resolved = false
  @OptionGroup var configuration: ConfigurationOptions
  @Flag(help: "Print one JSON document, origins included.") var json = false

  func run(in context: Context) throws {
    let settings = try ResolvedSettings(
      path: path, overrides: configuration.all, registry: context.registry)
    if json {
      return try context.say(
        Document.object([
          "schema_version": 1, "path": .string(path), "settings": settings.document,
        ]).jsonText(pretty: true))
    }
    guard resolved else {
      return try context.say(String(settings.yamlText.dropLast()))
    }
    let keyWidth = settings.entries.map(\.key.count).max() ?? 0
    let values = settings.entries.map { TerminalText.sanitised($0.value.jsonText()) }
    // A whole map on a line would push all origins out of sight.
    let valueWidth = min(values.map(\.count).max() ?? 0, 32)
    for (entry, value) in zip(settings.entries, values) {
      let key = entry.key.padding(to: keyWidth)
      var origin = TerminalText.sanitised(entry.source.text)
      if entry.isDefault, entry.source.name != "default", entry.source.name != "preset" {
        origin += " (same as the default)"
      }
      try context.say("\(key)  \(value.padding(to: valueWidth))  \(origin)")
    }
  }
}

/// `hindsight config check`: everything that is wrong with a configuration file.
struct ConfigCheck: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check the file of an experiment or a sweep.",
    discussion: """
      Reports every problem with its place, and exits with 78 if there is one. Nothing is played or \
      written; what depends on the data shows when they are read.
      """)

  @Argument(help: "The YAML file.", completion: .file(extensions: ["yaml"]))
  var path: String
  @OptionGroup var configuration: ConfigurationOptions
  @Flag(help: "Print one JSON document.") var json = false

  func run(in context: Context) throws {
    let check = try ConfigurationCheck(
      path: path, overrides: configuration.all, registry: context.registry)
    if json {
      var fields: Document.Fields = ["schema_version": 1]
      if case .object(let more) = check.document {
        for (key, value) in more { fields[key] = value }
      }
      try context.say(Document.object(fields).jsonText(pretty: true))
      if !check.problems.isEmpty { throw ExitCode(78) }
      return
    }
    guard check.problems.isEmpty else { throw ConfigurationErrors(check.problems) }
    try context.say(
      TerminalText.sanitised(check.path)
        + (check.kind == .sweep ? ": a sweep of \(check.runs) runs, in order" : ": in order"))
  }
}

extension String {
  /// The text with spaces up to a width.
  func padding(to width: Int) -> String {
    self + String(repeating: " ", count: max(width - count, 0))
  }
}
