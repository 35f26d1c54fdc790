internal import ArgumentParser
internal import Datasets
internal import Documents
internal import Experiments
internal import Reports

/// `hindsight export`: writes datasets and runs for other tools.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a dataset, or a run's curves, for other tools.",
    discussion: """
      `hindsight export DATASET --format …` writes a dataset, `export tensorboard` and `export csv` \
      what was logged of a run.
      """,
    subcommands: [ExportDataset.self, ExportTensorBoard.self, ExportCSV.self],
    defaultSubcommand: ExportDataset.self)
}

/// `hindsight export dataset`: writes a dataset for another tool.
struct ExportDataset: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "dataset",
    abstract: "Write a dataset for Minari, D4RL's readers or d3rlpy (the default).",
    discussion: """
      Nothing that exists is replaced. What the format has no place for is said on standard error, \
      and under "remarks" with --json. D4RL's readers open a dataset with plain observations as it \
      is; the export adds next_observations and makes one vector of observations in parts.
      """)

  @Argument(help: "The dataset's file or folder.", completion: .file())
  var dataset: String
  @Option(help: "minari, d4rl or d3rlpy.")
  var format: InterchangeFormat
  @Option(
    help: "The file to write; for Minari the folder of its datasets, MINARI_DATASETS_PATH.",
    completion: .file())
  var output: String
  @Option(help: "The id for Minari, such as corridor/random-v0; by default made of the header.")
  var id: String?
  @Flag(help: "Make observations one vector of numbers per step.")
  var flat = false
  @OptionGroup var display: OutputOptions

  func validate() throws {
    if id != nil, format != .minari {
      throw ValidationError("--id is for --format minari.")
    }
  }

  func run(in context: Context) throws {
    if format != .minari { try DatasetOutput.requireNewFile(output) }
    try context.files.admit(dataset)
    let data = try DatasetReader(dataset).read()
    let exported = try Interchange.write(
      data, to: output, format: format, id: id, isFlat: flat)
    if display.json {
      try context.say(
        Document.object([
          "schema_version": 1, "format": .string(format.rawValue),
          "path": .string(exported.path), "episodes": .integer(data.episodeCount),
          "steps": .integer(data.stepCount), "remarks": exported.remarks.document,
        ]).jsonText(pretty: true))
    } else {
      exported.remarks.show(context, display)
      try context.say(
        "\(TerminalText.sanitised(exported.path)): \(data.episodeCount) episodes, "
          + "\(data.stepCount) steps (\(format.rawValue))")
    }
  }
}
