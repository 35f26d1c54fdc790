internal import Agents
internal import Datasets
public import Documents
internal import Environments
public import Files
internal import Reports

/// The evaluation of one of a run's checkpoints at several target returns.
public struct Evaluation {
  public let folder: RunFolder
  /// The settings it uses: the run's, changed by the caller.
  public let settings: EvaluationSettings
  /// What the policy is asked for.
  public let targets: [ResolvedTarget]
  /// Which checkpoint it took; the last where `best` was asked for and there is none.
  public let choice: CheckpointChoice
  public let trained: TrainedAgent
  private let environment: any Environment

  /// - Parameters:
  ///   - checkpoint: `nil` for the run's own choice.
  ///   - change: what the command line changes of the run's settings.
  public init(
    of folder: RunFolder, checkpoint: CheckpointChoice? = nil, registry: Registry,
    changing change: (inout EvaluationSettings) -> Void = { _ in }
  ) throws {
    self.folder = folder
    // Only a checkpoint knows the settings; the last is read to learn which one is wanted.
    let first = try folder.existingCheckpoint(checkpoint ?? .best)
    var state = try Checkpoint(contentsOf: folder.checkpointPath(first))
    var trained = try TrainedAgent(state, registry: registry)
    var choice = first
    if checkpoint == nil, trained.settings.evaluation.checkpoint == .last, first != .last {
      choice = try folder.existingCheckpoint(.last)
      state = try Checkpoint(contentsOf: folder.checkpointPath(choice))
      trained = try TrainedAgent(state, registry: registry)
    }
    self.choice = choice
    self.trained = trained
    var settings = trained.settings.evaluation
    change(&settings)
    do throws(ConfigurationError) {
      try settings.check()
    } catch { throw error.within("evaluation") }
    self.settings = settings
    targets = try ResolvedTarget.all(
      settings.targetReturns, data: trained.data, for: trained.policies,
      key: "evaluation.targetReturns")
    do throws(ConfigurationError) {
      environment = try registry.makeEnvironment(trained.settings.environment)
    } catch { throw error.within("environment") }
  }

  /// Plays all targets, for each selection in turn.
  ///
  /// - Throws: ``Interruption`` where a signal asked to stop; nothing is reported then.
  public func run(
    threads: Int, stop: StopRequest = StopRequest(),
    onProgress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> [TargetReport] {
    let evaluator = Evaluator(
      trained.policies, environment: environment, lanes: settings.lanes, threads: threads)
    let total = targets.count * settings.selections.count * settings.episodes
    var done = 0
    var reports: [TargetReport] = []
    for target in targets {
      for rule in settings.selections {
        let before = done
        guard
          let report = evaluator.report(
            target: target, selection: Selection(rule, temperature: settings.temperature),
            episodes: settings.episodes, seed: UInt64(settings.seed), checkpoint: choice,
            stop: stop, onFinish: { onProgress(before + $0, total) })
        else {
          throw Interruption(
            signal: stop.signal ?? 0, message: "the evaluation was stopped and nothing was written")
        }
        reports.append(report)
        done += settings.episodes
      }
    }
    return reports
  }

  /// Adds the report, every episode included, to the run folder.
  ///
  /// - Parameter name: `nil` for the next number.
  /// - Returns: the report's path.
  public func save(_ reports: [TargetReport], as name: String?) throws -> String {
    let report = document(reports, savedAs: nil, withEpisodes: true)
    let text = report.jsonText(pretty: true) + "\n"
    func save(as name: String) throws(FileError) -> String {
      let path = folder.reportPath(name)
      try Folder(folder.evaluationPath(name)).make()
      try DurableFile.write(text, to: path, replacing: false)
      if trained.settings.training.tensorboard {
        let log = try EventLog(in: folder.evaluationPath(name))
        try log.write(.values(RunEvents.evaluation(report)), step: trained.step)
        try log.sync()
      }
      return path
    }
    if let name {
      try folder.requireNewEvaluation(name)
      return try save(as: name)
    }
    while true {
      do {
        return try save(as: folder.nextEvaluationName())
      } catch {
        // Another evaluation of this run has taken the number meanwhile.
        guard error.category == .exists else { throw error }
      }
    }
  }

  /// The report as a document: `evaluation` holds an element per target and selection.
  public func document(
    _ reports: [TargetReport], savedAs path: String?, withEpisodes: Bool = false
  ) -> Document {
    var fields: Document.Fields = [
      "schema_version": 1, "hindsight_version": .string(Version.current),
      "run": .string(folder.path), "step": .integer(trained.step),
      "environment": .string(trained.settings.environment.id),
      "agent": .string(trained.settings.agent.id),
    ]
    if let path { fields["report"] = .string(path) }
    fields["evaluation"] = .array(reports.map { $0.document(withEpisodes: withEpisodes) })
    return .object(fields)
  }
}

extension RunFolder {
  /// Whether `name` can name an evaluation: a plain file name in ASCII.
  public static func isEvaluationName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 100 && name.first != "."
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
          UInt8(ascii: "."):
          true
        default: false
        }
      }
  }

  func reportPath(_ name: String) -> String {
    Folder(evaluationPath(name)).path(of: "report.json")
  }

  /// Refuses the name of an evaluation that is there already.
  public func requireNewEvaluation(_ name: String) throws(FileError) {
    guard FileStatus.exists(reportPath(name)) else { return }
    throw FileError(
      .exists, operation: "create", path: reportPath(name),
      reason: "the run has an evaluation \(name) already; choose another --name")
  }

  /// `1`, `2`, … : the first number that no evaluation has.
  func nextEvaluationName() -> String {
    var number = 1
    while FileStatus.exists(evaluationPath("\(number)")) { number += 1 }
    return "\(number)"
  }
}
