internal import ArgumentParser
internal import Documents
internal import Experiments
internal import Reports

/// `hindsight doctor`: what this machine offers, what is wrong with it, and how to mend it.
struct Doctor: ContextualCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check this machine: libraries, processor, folders, locks, and a small experiment.",
    discussion: """
      Writes, locks and trains a little in the current folder and removes all of it. Exits with 1 \
      if something is broken; what is only poor does not count.
      """)

  @Argument(help: "Where runs and datasets are to be written.", completion: .directory)
  var folder = "."
  @Flag(help: "Print one JSON document.") var json = false

  func run(in context: Context) throws {
    let diagnosis = Diagnosis(
      folder: folder, stateFolder: Terminal.stateFolder, registry: context.registry)
    if json {
      var fields: Document.Fields = [
        "schema_version": 1, "hindsight_version": .string(Version.current),
      ]
      if case .object(let more) = diagnosis.document {
        for (key, value) in more { fields[key] = value }
      }
      try context.say(Document.object(fields).jsonText(pretty: true))
    } else {
      let width = diagnosis.checks.map(\.name.count).max() ?? 0
      for check in diagnosis.checks {
        let name = check.name.padding(to: width)
        try context.say(
          "\(check.verdict.rawValue.padding(to: 6))  \(name)  \(TerminalText.sanitised(check.found))"
        )
        if !check.remedy.isEmpty {
          let arrow = context.terminal.speaksUnicode ? "→" : "->"
          try context.say(
            "\("".padding(to: width + 10))\(arrow) \(TerminalText.sanitised(check.remedy))")
        }
      }
    }
    if !diagnosis.isHealthy { throw ExitCode(1) }
  }
}
