internal import Agents
internal import Datasets
internal import Documents
internal import Files
internal import Reports

/// The event file of a training session, or nothing where `training.tensorboard` is off.
struct TrainingEvents: ~Copyable {
  private let log: EventLog?

  /// Begins a file in the run folder.
  ///
  /// - Parameter step: of the checkpoint that the session goes on from.
  init(_ trainer: Trainer, after step: Int) throws(FileError) {
    guard trainer.settings.training.tensorboard else {
      log = nil
      return
    }
    let log = try EventLog(in: trainer.folder.path)
    if step > 0 {
      // An earlier session may have come further than its last checkpoint.
      try log.write(.restart, step: step + 1)
    } else {
      try log.write(
        .values(
          RunEvents.beginning(
            trainer.loaded, run: trainer.folder.path.fileName, time: EventLog.now)), step: 0)
    }
    self.log = consume log
  }

  func write(_ values: @autoclosure () -> [SummaryValue], step: Int) throws(FileError) {
    guard log != nil else { return }
    let values = values()
    if !values.isEmpty { try log?.write(.values(values), step: step) }
  }

  func sync() throws(FileError) { try log?.sync() }
}

extension Trainer {
  /// What a checkpoint is shown with: its weights, and an episode that its policy plays.
  func checkpointEvents(_ session: Session) -> [SummaryValue] {
    RunEvents.weights(session.learner.actingParameters)
      + RunEvents.rollout(
        settings.environment, PolicySource(session.learner.agent, session.learner.actingParameters),
        agent: settings.agent.id, target: session.targets[session.targets.count - 1],
        registry: registry)
  }
}
