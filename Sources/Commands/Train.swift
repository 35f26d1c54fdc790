internal import ArgumentParser
internal import Datasets
internal import Documents
internal import Experiments
internal import Files
internal import Reports

/// `hindsight train`: trains an agent on a dataset and writes a run folder.
struct Train: ContextualCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train an agent on a dataset.",
    discussion: """
      Reads the dataset of the configuration and writes a new run folder. SIGINT and SIGTERM save a \
      checkpoint and stop; `hindsight train --resume RUN` goes on, and ends with the same bits as a \
      run that was left alone.
      """)

  @Argument(help: "The experiment's YAML file.", completion: .file(extensions: ["yaml"]))
  var experiment: String?
  @Option(
    help: "The run folder to write; by default runs/<experiment>-<seed>.", completion: .directory)
  var output: String?
  @Option(help: "Go on with this unfinished run; it knows its settings.", completion: .directory)
  var resume: String?
  @Option(help: "The dataset; short for --set dataset.path=FILE.", completion: .file())
  var dataset: String?
  @OptionGroup var configuration: ConfigurationOptions
  @OptionGroup var threading: ThreadOptions
  @OptionGroup var display: OutputOptions

  func validate() throws {
    switch (experiment, resume) {
    case (nil, nil):
      throw ValidationError("Name an experiment's YAML file, or a run to --resume.")
    case (_?, _?): throw ValidationError("Give an experiment's YAML file or --resume, not both.")
    case (nil, _?):
      if output != nil || !configuration.all.isEmpty {
        throw ValidationError("A resumed run keeps its folder and settings.")
      }
    default: break
    }
  }

  func run(in context: Context) throws {
    let report: TrainingReport
    let folder: RunFolder
    if let resume {
      folder = RunFolder(resume)
      let experiment = try Experiment(of: folder, registry: context.registry)
      let path = try dataset ?? folder.recordedDatasetPath()
      report = try train(context, threads: threading.count, display, experiment, folder) {
        try context.files.admit(path)
        return try $0.resume(on: experiment.readDataset(at: path), from: path)
      }
    } else {
      let experiment = try Experiment(
        path: experiment ?? "", overrides: configuration.all, registry: context.registry)
      folder = RunFolder(output ?? experiment.defaultRunPath)
      try folder.requireNew()
      let path = dataset ?? experiment.datasetPath
      try requireDataset(at: path, of: experiment)
      report = try train(context, threads: threading.count, display, experiment, folder) {
        try context.files.admit(path)
        let data = try experiment.readDataset(at: path)
        if let remark = experiment.remark(on: data) { context.remark("Note: \(remark)") }
        return try $0.run(on: data, from: path)
      }
    }
    try context.say(
      display.json
        ? Document.object([
          "schema_version": 1, "run": .string(folder.path), "training": report.document,
        ]).jsonText(pretty: true)
        : report.text(of: folder))
  }

  /// Says where data come from, where those that the experiment itself names are missing.
  private func requireDataset(at path: String, of experiment: Experiment) throws(FileError) {
    guard dataset == nil, !path.isEmpty, !DatasetReader.isPresent(at: path) else { return }
    throw FileError(
      .missing, operation: "read", path: path,
      reason:
        "no such file or folder; `hindsight collect` makes it of the same file, and "
        + "--dataset names another")
  }
}

/// Trains with a progress line.
func train(
  _ context: Context, threads: Int, _ display: OutputOptions, _ experiment: Experiment,
  _ folder: RunFolder, _ start: (Trainer) throws -> TrainingReport
) throws -> TrainingReport {
  let progress = ProgressLine("training", context.terminal, isShown: !display.quiet)
  defer { progress.finish() }
  return try start(
    Trainer(
      experiment.loaded, registry: context.registry, folder: folder, threads: threads,
      stop: context.stop,
      onProgress: { state in
        var metrics = state.values
        if let score = state.validationScore { metrics.append(("validation", score)) }
        progress.show(state.step, of: state.steps, unit: "steps", metrics)
      }))
}

extension TrainingReport {
  var document: Document {
    [
      "steps": .integer(steps), "final_loss": .number(finalLoss),
      "best_score": bestScore.map { .number($0) } ?? .null, "best_step": .integer(bestStep),
      "weights": .integer(weights), "seconds": .number(seconds),
    ]
  }

  func text(of folder: RunFolder) -> String {
    var text = "\(TerminalText.sanitised(folder.path)): \(steps) steps, \(weights) weights"
    // Of steps that an earlier session took, the loss is not known.
    if !finalLoss.isNaN { text += ", loss \(rounded(finalLoss))" }
    if let bestScore { text += "; best at step \(bestStep) (validation \(rounded(bestScore)))" }
    return text
  }
}

/// Four significant digits.
func rounded(_ value: Double) -> String { Format.number(value) }
