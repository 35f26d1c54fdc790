public import ArgumentParser
internal import Documents
public import Experiments
internal import Reports

/// `hindsight runs`: which runs there are and how far they have come.
struct Runs: ContextualCommand {
  static let configuration = CommandConfiguration(
    abstract: "List and filter runs.",
    discussion: """
      Looks for run folders in the given folders and below. A run is running, stopped (begun, and \
      nobody is at work on it), trained or evaluated.
      """)

  @Argument(help: "Folders to look in; by default runs.", completion: .directory)
  var folders: [String] = ["runs"]
  @Option(help: "Only runs in this state: running, stopped, trained or evaluated.")
  var state: RunSummary.State?
  @Option(
    help: "Only runs of agents whose id contains this.", completion: Completions.ids("agent"))
  var agent: String?
  @Option(
    help: "Only runs in environments whose id contains this.",
    completion: Completions.ids("environment"))
  var environment: String?
  @Flag(help: "Print one JSON document.") var json = false

  func run(in context: Context) throws {
    let runs = try folders.flatMap { try RunSummary.all(below: $0) }.filter { run in
      (state == nil || run.state == state)
        && agent.map { run.agent.contains($0) } ?? true
        && environment.map { run.environment.contains($0) } ?? true
    }
    if json {
      let document: Document = ["schema_version": 1, "runs": .array(runs.map(\.document))]
      return try context.say(document.jsonText(pretty: true))
    }
    var table = TextTable([
      .init("run"), .init("state"), .init("agent"), .init("environment"), .init("step", .right),
      .init("best score", .right), .init("last evaluation"),
    ])
    for run in runs {
      table.append([
        run.path, run.state.rawValue, run.agent, run.environment, "\(run.step)/\(run.steps)",
        run.bestScore.map(rounded) ?? "",
        run.evaluation.map {
          rounded($0.meanReturn) + ($0.target.map { " at \(rounded($0))" } ?? "")
            + ", \($0.selection)"
        } ?? "",
      ])
    }
    var text = Substring(table.formatted(isASCII: !context.terminal.speaksUnicode))
    while text.last == "\n" { text.removeLast() }
    try context.say(String(text))
  }
}

extension RunSummary.State: ExpressibleByArgument {}
