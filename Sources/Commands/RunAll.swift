internal import ArgumentParser
internal import Documents
internal import Experiments

/// `hindsight run`: collect, train and evaluate in one go.
struct RunAll: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Collect, train and evaluate in one go.",
    discussion: """
      Everything goes to one folder: the dataset too, unless the configuration names a path for it. \
      A dataset that is there already is used if it is the one this configuration would collect, and \
      the same command goes on with its own interrupted run, wherever that stopped.
      """)

  @Argument(help: "The experiment's YAML file.", completion: .file(extensions: ["yaml"]))
  var experiment: String
  @Option(
    help: "The run folder to write; by default runs/<experiment>-<seed>.", completion: .directory)
  var output: String?
  @OptionGroup var configuration: ConfigurationOptions
  @OptionGroup var threading: ThreadOptions
  @OptionGroup var display: OutputOptions

  func run(in context: Context) throws {
    let experiment = try Experiment(
      path: experiment, overrides: configuration.all, registry: context.registry)
    let folder = RunFolder(output ?? experiment.defaultRunPath)
    let fields = try WholeRun(
      experiment: experiment, folder: folder,
      dataset: try experiment.prepareDatasetPath(in: folder),
      evaluation: RunFolder.firstEvaluation, threads: threading.count, display: display
    ).run(in: context)
    if display.json { try context.say(Document.object(fields).jsonText(pretty: true)) }
  }
}
