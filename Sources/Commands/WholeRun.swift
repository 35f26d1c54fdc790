internal import Datasets
internal import Documents
internal import Experiments
internal import Files
internal import Reports

/// Takes an experiment in a run folder from wherever it stands to its evaluation: collects the data if
/// they are missing, trains or goes on training, evaluates.
struct WholeRun {
  let experiment: Experiment
  let folder: RunFolder
  /// Where the data are or will be.
  let dataset: String
  /// Whether whatever is at that place will do; if not, it must be what the experiment would collect.
  var takesAnyDataset = false
  /// Whether to wait while another process collects the data.
  var waitsForDataset = false
  /// The name that the evaluation gets.
  let evaluation: String
  let threads: Int
  let display: OutputOptions

  /// What the stages have come to, for `--json`; the same is said in words on standard output
  /// otherwise.
  func run(in context: Context) throws -> Document.Fields {
    var fields: Document.Fields = ["schema_version": 1, "run": .string(folder.path)]
    let stage = experiment.stage(in: folder, evaluation: evaluation)
    if stage != .trained {
      fields["dataset"] = try provideDataset(context)
      let training = try train(context, threads: threads, display, experiment, folder) {
        let data = try experiment.readDataset(at: dataset)
        if takesAnyDataset, let remark = experiment.remark(on: data) {
          context.remark("Note: \(remark)")
        }
        return stage == .begun
          ? try $0.resume(on: data, from: dataset) : try $0.run(on: data, from: dataset)
      }
      fields["training"] = training.document
      if !display.json { try context.say(training.text(of: folder)) }
    }
    if stage == .trained { try folder.settle(beforeEvaluation: evaluation) }
    let evaluation = try Evaluation(of: folder, registry: context.registry)
    if stage == .trained {
      let training = try folder.trainingReport(of: evaluation.trained)
      fields["training"] = training.document
      if !display.json { try context.say(training.text(of: folder)) }
    }
    let reports = try evaluate(evaluation, context, threads: threads, display)
    let saved = try evaluation.save(reports, as: self.evaluation)
    if display.json {
      if case .object(let more) = evaluation.document(reports, savedAs: saved) {
        for (key, value) in more where fields[key] == nil { fields[key] = value }
      }
    } else {
      try context.say(reports.table(context.terminal))
      try context.say(TerminalText.sanitised(saved))
    }
    return fields
  }

  /// Uses the data that are there, or collects them.
  private func provideDataset(_ context: Context) throws -> Document {
    if let found = try presentDataset(context) { return found }
    do {
      let report = try collect(experiment, to: dataset, context, threads: threads, display)
      if !display.json { try context.say(report.text) }
      return report.document
    } catch  where waitsForDataset && Self.isInOtherHands(error) {
      return try waitForDataset(context)
    }
  }

  private func presentDataset(_ context: Context) throws -> Document? {
    guard DatasetReader.isPresent(at: dataset) else { return nil }
    try context.files.admit(dataset)
    guard
      let found =
        takesAnyDataset
        ? try DatasetReader(dataset) : try experiment.collectedDataset(at: dataset)
    else { return nil }
    if !display.quiet {
      context.remark("using the dataset \(TerminalText.sanitised(found.path))")
    }
    return [
      "path": .string(found.path), "episodes": .integer(found.episodeCount),
      "steps": .integer(found.stepCount),
    ]
  }

  /// Another process collects the data: they will be there, or it dies and they are collected here.
  private func waitForDataset(_ context: Context) throws -> Document {
    while true {
      context.stop.sleep(seconds: 0.2)
      if let signal = context.stop.signal {
        throw Interruption(
          signal: signal, message: "another process is collecting \(dataset); nothing was begun")
      }
      if let found = try presentDataset(context) { return found }
      do {
        return try collect(experiment, to: dataset, context, threads: threads, display).document
      } catch  where Self.isInOtherHands(error) {}
    }
  }

  /// Whether another process holds the place, or has finished it just now.
  private static func isInOtherHands(_ error: any Error) -> Bool {
    let category: FileError.Category? =
      switch error {
      case let error as FileError: error.category
      case DatasetError.file(let error): error.category
      default: nil
      }
    return category == .locked || category == .exists
  }
}
