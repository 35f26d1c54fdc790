public import ArgumentParser
public import Datasets
internal import Documents
internal import Environments
internal import Experiments
internal import Reports

/// `hindsight import`: makes a dataset of another tool's file.
struct Import: ContextualCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a dataset of a Minari, D4RL or d3rlpy file.",
    discussion: """
      The format is told by the content. What had to be left out or assumed is said on standard \
      error, and under "remarks" with --json.
      """)

  @Argument(
    help: "The file; of a Minari dataset its folder or one of its files.", completion: .file())
  var path: String
  @Option(help: "minari, d4rl or d3rlpy; by default told by the content.")
  var format: InterchangeFormat?
  @Option(help: "The dataset to write.", completion: .file())
  var output: String
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Observations of a Minari dataset to leave out, such as texts: mission.",
      valueName: "path"))
  var without: [String] = []
  @Option(help: "Steps after which episodes were cut, for a flat file without timeouts.")
  var horizon: Int?
  @Option(help: "The id of the environment, in place of what the file says.")
  var environment: String?
  @OptionGroup var display: OutputOptions

  func validate() throws {
    if let horizon, !(1...1_000_000_000 ~= horizon) {
      throw ValidationError("--horizon is a whole number from 1 to 1000000000.")
    }
    if environment == "" { throw ValidationError("--environment is an id, such as corridor.") }
  }

  func run(in context: Context) throws {
    try DatasetOutput.requireNew(output)
    let imported = try context.files.read(
      path,
      Interchange.ImportOptions(
        format: format, without: without, horizon: horizon, environment: environment,
        creator: "hindsight \(Version.current)"))
    if let environment, !display.quiet,
      let remark = imported.dataset.header.difference(from: environment, context.registry)
    {
      context.remark("Note: \(TerminalText.sanitised(remark))")
    }
    let file = try DatasetOutput.write(imported.dataset, to: output)
    context.files.record(file)
    let data = imported.dataset
    if display.json {
      try context.say(
        Document.object([
          "schema_version": 1, "format": .string(imported.format.rawValue),
          "dataset": [
            "path": .string(file), "episodes": .integer(data.episodeCount),
            "steps": .integer(data.stepCount),
          ], "remarks": imported.remarks.document,
        ]).jsonText(pretty: true))
    } else {
      imported.remarks.show(context, display)
      try context.say(
        "\(TerminalText.sanitised(file)): \(data.episodeCount) episodes, \(data.stepCount) steps "
          + "(\(imported.format.rawValue))")
    }
  }
}

extension DatasetHeader {
  /// What to say where the data are not such as the named environment gives, as it is by default.
  fileprivate func difference(from id: String, _ registry: Registry) -> String? {
    guard let entry = registry.environments[id], let sheet = try? EnvironmentSheet(entry),
      observationSpace.width != sheet.observationSpace.width
        || actionSpace.width != sheet.actionSpace.width
    else { return nil }
    return "\(id) has, by default, observations of \(sheet.observationSpace.width) numbers and "
      + "actions of \(sheet.actionSpace.width); the file has \(observationSpace.width) and "
      + "\(actionSpace.width)"
  }
}

extension InterchangeFormat: ExpressibleByArgument {}

extension Remarks {
  var document: Document { .array(texts.map { .string($0) }) }

  func show(_ context: Context, _ display: OutputOptions) {
    guard !display.quiet else { return }
    for text in texts { context.remark("Note: \(TerminalText.sanitised(text))") }
  }
}
