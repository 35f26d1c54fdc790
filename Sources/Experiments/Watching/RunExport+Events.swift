internal import Agents
internal import Documents
internal import Files
internal import FoundationEssentials
internal import Reports

/// A run as TensorBoard's event files: one for the training, and one for each evaluation in a folder
/// of its own.
extension RunExport {
  func eventFiles() throws -> [File] {
    let start = (try? Date(record.started, strategy: .iso8601))?.timeIntervalSince1970 ?? 0
    let steps = max(record.step, metrics.steps.last ?? 0, 1)
    // Nobody wrote down when each step was taken; they are spread over the time of all sessions.
    func time(_ step: Int) -> Double { start + record.seconds * Double(step) / Double(steps) }

    var events = [SummaryEvent(time: start, step: 0, .start)]
    func add(_ values: [SummaryValue], _ step: Int) {
      guard !values.isEmpty else { return }
      events.append(SummaryEvent(time: time(step), step: step, .values(values)))
    }
    add(RunEvents.beginning(experiment.loaded, run: run.path.fileName, time: start), 0)
    for (step, row) in zip(metrics.steps, metrics.rows) {
      add(RunEvents.metrics(metrics.columns, row), step)
    }
    for (step, rows) in validationRows() { add(RunEvents.validation(rows), step) }
    if let trained = try trained() {
      add(RunEvents.weights(trained.method) + (try rollout(of: trained)), trained.step)
    }
    if record.isFinished {
      add(RunEvents.end(isSuccess: true, time: time(record.step)), record.step)
    }
    events.sort { $0.step < $1.step }
    var files = [File(name: Self.fileName(start), bytes: events.flatMap(\.record))]
    for name in run.evaluationNames {
      let path = run.reportPath(name)
      let report = try Document(json: FileContents.bytes(of: path, atMost: 1 << 30))
      let time = try FileStatus(of: path).modificationTime
      let step = Int(report["step"]?.decimal ?? 0)
      let events = [
        SummaryEvent(time: time, step: 0, .start),
        SummaryEvent(time: time, step: step, .values(RunEvents.evaluation(report))),
      ]
      files.append(
        File(
          name: "evaluations/\(name)/\(Self.fileName(time))", bytes: events.flatMap(\.record)))
    }
    return files
  }

  private static func fileName(_ time: Double) -> String {
    SummaryEvent.fileName(
      seconds: Int(time), host: Host.name, process: Int(ProcessInfo.processInfo.processIdentifier),
      number: 0)
  }

  /// The rows of each validation.
  func validationRows() -> [(step: Int, rows: [[Double?]])] {
    guard validation.columns == ["target_return", "mean_return", "success_rate", "score"] else {
      return []
    }
    var found: [(step: Int, rows: [[Double?]])] = []
    for (step, row) in zip(validation.steps, validation.rows) {
      if found.last?.step == step {
        found[found.count - 1].rows.append(row)
      } else {
        found.append((step, [row]))
      }
    }
    return found
  }

  /// The last checkpoint's agent, if there is a checkpoint.
  private func trained() throws -> TrainedAgent? {
    guard FileStatus.exists(run.checkpointPath(.last)) else { return nil }
    return try TrainedAgent(
      Checkpoint(contentsOf: run.checkpointPath(.last)), registry: registry)
  }

  private func rollout(of trained: TrainedAgent) throws -> [SummaryValue] {
    let targets = try ResolvedTarget.all(
      trained.settings.training.validation.targetReturns, data: trained.data,
      for: trained.policies, key: "training.validation.targetReturns")
    return RunEvents.rollout(
      trained.settings.environment, trained.policies, agent: trained.settings.agent.id,
      target: targets[targets.count - 1], registry: registry)
  }
}
