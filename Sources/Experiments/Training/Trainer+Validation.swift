internal import Agents
internal import Datasets
internal import Environments

/// Rollouts during training, which choose the best checkpoint.
extension Trainer {
  /// Plays the validation episodes and returns the score: minus the mean distance between target
  /// and mean achieved return, or that return where no number is asked for. `nil` if it was cut short
  /// by a request to stop.
  func validate(
    _ session: Session, _ step: Int, _ log: borrowing MetricsLog,
    _ events: borrowing TrainingEvents
  ) throws -> Double? {
    let validation = settings.training.validation
    let evaluator = Evaluator(
      PolicySource(session.learner.agent, session.learner.actingParameters),
      environment: session.environment, lanes: settings.evaluation.lanes, threads: threads)
    var total = 0.0
    var rows: [[Double?]] = []
    for target in session.targets {
      let episodes = evaluator.play(
        target: target, selection: Selection(.greedy), episodes: validation.episodes,
        seed: UInt64(settings.seed), purpose: "validation", stop: stop)
      if stop.signal != nil { return nil }
      let mean = episodes.reduce(0) { $0 + $1.achievedReturn } / Double(episodes.count)
      let solved = episodes.count { $0.isSolved }
      total += target.value.map { -abs($0 - mean) } ?? mean
      rows.append([target.value, mean, Double(solved) / Double(episodes.count)])
    }
    let score = total / Double(session.targets.count)
    for row in rows { try log.write(step: step, row + [score]) }
    try events.write(RunEvents.validation(rows.map { $0 + [score] }), step: step)
    return score
  }
}
