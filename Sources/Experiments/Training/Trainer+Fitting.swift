internal import Agents
internal import Datasets
internal import Documents
internal import Environments

/// Runs of agents that are fitted to all of the data at once: the same folder, one checkpoint.
extension Trainer {
  struct Fitting {
    let fitter: any Fitter
    let data: DataSummary
    let dataset: Dataset
    let fingerprint: String
  }

  /// What there is to fit, or `nil` where the agent is trained step by step.
  func makeFitting(_ whole: TrainingData, from path: String) throws -> Fitting? {
    guard registry.agents[settings.agent.id]?.isFitter == true else { return nil }
    do {
      try settings.check()
      let environment: any Environment
      do throws(ConfigurationError) {
        environment = try registry.makeEnvironment(settings.environment)
      } catch { throw error.within("environment") }
      try check(whole, from: path, against: environment)
      let kept = try keeping(whole, from: path)
      let data = try kept.summary(horizon: environment.horizon, normalisingObservations: false)
      guard let fitter = try registry.makeFitter(settings.agent, data: data) else { return nil }
      return Fitting(
        fitter: fitter, data: data, dataset: try kept.inMemory(),
        fingerprint: try whole.fingerprint())
    } catch let error as ConfigurationError {
      throw loaded.locate(error)
    }
  }

  /// Fits, and writes the metrics and the one checkpoint. A request to stop leaves neither: the fit
  /// is begun anew when the run is resumed.
  func fit(_ fitting: Fitting, _ startRecord: RunRecord) throws -> TrainingReport {
    var record = startRecord
    let clock = Stopwatch(alreadyElapsed: record.seconds)
    record.host = Host.description(threads: threads)
    try folder.write(record)
    let metrics = try MetricsLog(folder.metricsPath, columns: ["step", "change"], after: 0)
    let events = try TrainingEvents(self, after: 0)
    var failure: (any Error)?
    var change = Double.infinity
    let tables = fitting.fitter.fit(to: fitting.dataset) { progress in
      change = progress.change
      do {
        if progress.sweep % settings.training.logEvery == 0 {
          try metrics.write(step: progress.sweep, [progress.change])
          try events.write(
            RunEvents.metrics(["change"], [progress.change]), step: progress.sweep)
        }
      } catch {
        failure = error
      }
      return failure == nil && stop.signal == nil
    }
    if let failure { throw failure }
    guard let tables else {
      throw Interruption(
        signal: stop.signal ?? 0,
        message: "nothing was saved, a fit is all or nothing; begin anew with "
          + "`hindsight train --resume \(folder.path)`")
    }
    try metrics.sync()
    try Checkpoint(
      of: tables, configuration: loaded.document, data: fitting.data, dataset: fitting.fingerprint
    ).write(to: folder.checkpointPath(.last))
    try events.write(
      RunEvents.weights(.fitter(fitting.fitter, tables))
        + RunEvents.end(isSuccess: true, time: EventLog.now), step: tables.sweeps)
    try events.sync()
    record.step = tables.sweeps
    record.seconds = clock.seconds
    record.isFinished = true
    record.finished = Clock.now()
    try folder.write(record)
    return TrainingReport(
      steps: tables.sweeps, finalLoss: change, bestScore: nil, bestStep: 0, weights: tables.count,
      seconds: clock.seconds)
  }
}
