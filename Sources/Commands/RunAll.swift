internal import ArgumentParser
internal import Datasets
internal import Documents
internal import Experiments
internal import Reports

/// `hindsight run`: collect, train and evaluate in one go.
struct RunAll: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Collect, train and evaluate in one go.",
    discussion: """
      Everything goes to one folder: the dataset too, unless the configuration names a path for it. \
      A dataset that is there already is used if it is the one this configuration would collect, and \
      the same command goes on with its own interrupted run.
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
    let path = try experiment.prepareDatasetPath(in: folder)
    var fields: Document.Fields = ["schema_version": 1, "run": .string(folder.path)]
    if DatasetReader.isPresent(at: path) { try context.files.admit(path) }
    if let found = try experiment.collectedDataset(at: path) {
      fields["dataset"] = [
        "path": .string(found.path), "episodes": .integer(found.episodeCount),
        "steps": .integer(found.stepCount),
      ]
      if !display.quiet {
        context.remark("using the dataset \(TerminalText.sanitised(found.path))")
      }
    } else {
      let report = try collect(
        experiment, to: path, context, threads: threading.count, display)
      fields["dataset"] = report.document
      if !display.json { try context.say(report.text) }
    }
    let isUnfinished = experiment.isUnfinished(in: folder)
    let training = try train(context, threads: threading.count, display, experiment, folder) {
      let data = try experiment.readDataset(at: path)
      return isUnfinished ? try $0.resume(on: data, from: path) : try $0.run(on: data, from: path)
    }
    fields["training"] = training.document
    if !display.json { try context.say(training.text(of: folder)) }
    let evaluation = try Evaluation(of: folder, registry: context.registry)
    let reports = try evaluate(evaluation, context, threads: threading.count, display)
    let saved = try evaluation.save(reports, as: nil)
    if display.json {
      if case .object(let more) = evaluation.document(reports, savedAs: saved) {
        for (key, value) in more where fields[key] == nil { fields[key] = value }
      }
      try context.say(Document.object(fields).jsonText(pretty: true))
    } else {
      try context.say(reports.table(context.terminal))
      try context.say(TerminalText.sanitised(saved))
    }
  }
}
