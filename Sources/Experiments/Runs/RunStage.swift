internal import Agents
internal import Documents
internal import Files

/// How far a run folder has come with an experiment.
public enum RunStage: Sendable, Equatable {
  /// Nothing of a run is there.
  case new
  /// It was begun and is not trained to the end.
  case begun
  /// It is trained, and lacks the evaluation.
  case trained
  case evaluated
  /// A run of other settings is there.
  case foreign
}

extension Experiment {
  /// How far the run in a folder has come with this very experiment.
  ///
  /// - Parameter evaluation: the name of the evaluation that makes a run whole.
  public func stage(in folder: RunFolder, evaluation: String) -> RunStage {
    guard FileStatus.exists(folder.configurationPath) else { return .new }
    guard let other = try? Experiment(of: folder, registry: registry),
      other.loaded.document == loaded.document
    else { return .foreign }
    if FileStatus.exists(folder.reportPath(evaluation)) { return .evaluated }
    let isFitted = registry.agents[settings.agent.id]?.isFitter == true
    return folder.isTrained(steps: isFitted ? 0 : settings.training.steps) ? .trained : .begun
  }

  /// The first setting in which the run in a folder differs, in words, or `nil`.
  public func difference(from folder: RunFolder) -> String? {
    guard let other = try? Experiment(of: folder, registry: registry) else {
      return "its config.yaml cannot be read"
    }
    let theirs = other.loaded.entries
    let found = Dictionary(theirs.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    for entry in loaded.entries where found[entry.key] != entry.value {
      let there = found[entry.key].map { $0.jsonText() } ?? "missing"
      return "\(entry.key) is \(there) there and \(entry.value.jsonText()) here"
    }
    let ours = Set(loaded.entries.map(\.key))
    return theirs.first { !ours.contains($0.key) }.map { "\($0.key) is set there and unknown here" }
  }
}

extension RunFolder {
  /// Whether all steps are done. The checkpoint is asked where `run.json`, which is written after it,
  /// knows nothing of that yet: the process may have died between the two.
  ///
  /// - Parameter steps: 0 where any checkpoint is the last.
  func isTrained(steps: Int) -> Bool {
    guard let bytes = try? FileContents.bytes(of: recordPath, atMost: 1 << 20),
      let record = try? Document(json: bytes)
    else { return false }
    if record["is_finished"] == .bool(true) { return true }
    guard let last = try? Checkpoint(contentsOf: checkpointPath(.last)) else { return false }
    return last.step >= steps && !last.progress.owesValidation
  }

  /// Takes up a trained run whose process died before it was evaluated: removes what that left half
  /// written, and says in `run.json` that the run is finished if that is not there.
  ///
  /// - Parameter evaluation: the name of the evaluation to come.
  public func settle(beforeEvaluation evaluation: String) throws {
    let lock = try claimAgain()
    defer { withExtendedLifetime(lock) {} }
    let reports = Folder(evaluationPath(evaluation))
    if FileStatus.exists(reports.path) { try reports.sweepTemporaries() }
    let bytes = try FileContents.bytes(of: recordPath, atMost: 1 << 20)
    guard case .object(var fields) = try Document(json: bytes),
      fields["is_finished"] != .bool(true)
    else { return }
    let last = try Checkpoint(contentsOf: checkpointPath(.last))
    fields["is_finished"] = .bool(true)
    fields["finished"] = .string(Clock.now())
    fields["step"] = .integer(last.step)
    fields["best_step"] = .integer(last.progress.bestStep)
    try DurableFile.write(
      Document.object(fields).jsonText(pretty: true) + "\n", to: recordPath, replacing: true)
  }

  /// What training came to, of a run that was trained by another process.
  public func trainingReport(of trained: TrainedAgent) throws -> TrainingReport {
    let last = try Checkpoint(contentsOf: checkpointPath(.last))
    let record = RunRecord(
      try Document(json: FileContents.bytes(of: recordPath, atMost: 1 << 20)))
    let score = last.progress.bestScore
    return TrainingReport(
      steps: last.step, finalLoss: .nan, bestScore: score.isFinite ? score : nil,
      bestStep: last.progress.bestStep, weights: trained.weightCount,
      seconds: record.seconds)
  }
}
