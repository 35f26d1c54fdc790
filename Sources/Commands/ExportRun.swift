internal import ArgumentParser
internal import Documents
internal import Experiments
internal import Reports

/// `hindsight export tensorboard`: what was logged of a run, as event files.
struct ExportTensorBoard: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "tensorboard",
    abstract: "Write a run's curves, weights, rollout and settings as TensorBoard's event files.",
    discussion: """
      Reads a run, finished or not, or all runs below a folder. Look at them by `tensorboard \
      --logdir FOLDER`. A run of which training.tensorboard is set writes such files itself, while \
      it trains: `tensorboard --logdir runs`.
      """)

  @OptionGroup var paths: ExportPaths

  func run(in context: Context) throws { try paths.write(.tensorboard, context) }
}

/// `hindsight export csv`: what was logged of a run, as d3rlpy writes it.
struct ExportCSV: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "csv",
    abstract: "Write a run's curves as d3rlpy does: a file of epoch,step,value per metric.",
    discussion: """
      For `d3rlpy stats`, `d3rlpy plot` and `d3rlpy plot-all`. An epoch is what lies between two \
      validations, or checkpoints where there are none; a value is the mean over it. d3rlpy reads \
      no file of a single row.
      """)

  @OptionGroup var paths: ExportPaths

  func run(in context: Context) throws { try paths.write(.csv, context) }
}

/// From where to where, and how it is reported.
struct ExportPaths: ParsableArguments {
  @Argument(help: "The run folder, or one with runs below it.", completion: .directory)
  var run: String
  @Argument(help: "The folder to write, which must be new or empty.", completion: .directory)
  var folder: String
  @Flag(help: "Print the result as one JSON document.") var json = false

  func write(_ kind: RunExport.Kind, _ context: Context) throws {
    let exports = try RunExport.write(
      kind, of: run, to: folder, registry: context.registry)
    if json {
      return try context.say(
        Document.object([
          "schema_version": 1, "format": .string(kind.rawValue),
          "runs": .array(
            exports.map { export in
              [
                "run": .string(export.run), "folder": .string(export.folder),
                "files": .array(export.files.map { .string($0) }),
              ]
            }),
        ]).jsonText(pretty: true))
    }
    for export in exports {
      try context.say(
        "\(TerminalText.sanitised(export.folder)): \(export.files.count) files of "
          + TerminalText.sanitised(export.run))
    }
  }
}
