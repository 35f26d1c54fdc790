public import Agents
public import Documents
public import Environments
internal import Randomness
public import Reports

/// Rolls a policy out at target returns and reports what it achieves.
///
/// Episode `i` under a seed starts from the same environment seed for every target, selection and
/// agent, so comparisons are paired.
public struct Evaluator {
  private let rollout: Rollout

  /// - Parameters:
  ///   - lanes: episodes played at once.
  ///   - threads: threads that share the episodes; they do not change the results.
  public init(
    _ policies: PolicySource, environment: any Environment, lanes: Int, threads: Int
  ) {
    rollout = Rollout(
      policies: policies, environment: environment, lanes: lanes, threads: threads)
  }

  /// Plays `episodes` episodes at one target.
  ///
  /// - Parameter purpose: names the random streams; "evaluation" for reported numbers.
  func play(
    target: ResolvedTarget, selection: Selection, episodes: Int, seed: UInt64,
    purpose: String = "evaluation", stop: StopRequest? = nil,
    onFinish: @escaping @Sendable (Int) -> Void = { _ in }
  ) -> [RolloutResult] {
    let tasks = (0..<episodes).map {
      RolloutTask(target: target, episode: $0, seed: seed, purpose: purpose)
    }
    return rollout.play(tasks, selection: selection, stop: stop, onFinish: onFinish)
  }

  /// Plays and sums up one target and selection.
  ///
  /// - Returns: `nil` where a request to stop cut it short: part of the episodes would be biased
  ///   towards short ones.
  public func report(
    target: ResolvedTarget, selection: Selection, episodes: Int, seed: UInt64,
    checkpoint: CheckpointChoice, stop: StopRequest? = nil,
    onFinish: @escaping @Sendable (Int) -> Void = { _ in }
  ) -> TargetReport? {
    let episodes = play(
      target: target, selection: selection, episodes: episodes, seed: seed, stop: stop,
      onFinish: onFinish)
    guard stop?.signal == nil else { return nil }
    return TargetReport(
      target: target, selection: selection, seed: seed, checkpoint: checkpoint, episodes: episodes)
  }
}

/// What a policy achieved at one target return.
public struct TargetReport: Sendable, Equatable {
  /// What was asked for.
  public var target: ResolvedTarget
  public var selection: Selection
  public var seed: UInt64
  public var checkpoint: CheckpointChoice
  public var episodes: [RolloutResult]
  /// 95 % bootstrap interval of the mean return.
  public var meanInterval: Interval
  /// 95 % Wilson interval of the success rate.
  public var successInterval: Interval

  init(
    target: ResolvedTarget, selection: Selection, seed: UInt64, checkpoint: CheckpointChoice,
    episodes: [RolloutResult]
  ) {
    self.target = target
    self.selection = selection
    self.seed = seed
    self.checkpoint = checkpoint
    self.episodes = episodes
    var random = RandomStream(seed: seed, "bootstrap")
    // Many episodes need fewer resamples: the work stays below 5 · 10⁷ draws.
    let resamples = max(500, min(10_000, 50_000_000 / max(episodes.count, 1)))
    meanInterval = Interval.bootstrapMean(
      of: episodes.map(\.achievedReturn), resamples: resamples, using: &random)
    successInterval = Interval.wilson(
      successes: episodes.count { $0.isSolved }, of: episodes.count)
  }

  public var meanReturn: Double {
    episodes.isEmpty
      ? 0 : episodes.reduce(0) { $0 + $1.achievedReturn } / Double(episodes.count)
  }

  public var successRate: Double {
    episodes.isEmpty ? 0 : Double(episodes.count { $0.isSolved }) / Double(episodes.count)
  }

  public var meanLength: Double {
    episodes.isEmpty ? 0 : Double(episodes.reduce(0) { $0 + $1.length }) / Double(episodes.count)
  }

  /// One element of the `evaluation` array.
  ///
  /// - Parameter withEpisodes: whether each episode's return, length and success are listed.
  public func document(withEpisodes: Bool) -> Document {
    var fields: Document.Fields = [
      "target_return": target.value.map { .number($0) } ?? .null,
      "target_asked": target.asked?.document ?? .null,
      "selection": .string(selection.rule.rawValue),
      "temperature": .number(selection.temperature), "episodes": .integer(episodes.count),
      "mean_return": .number(meanReturn), "ci_low": .number(meanInterval.lower),
      "ci_high": .number(meanInterval.upper), "success_rate": .number(successRate),
      "success_low": .number(successInterval.lower),
      "success_high": .number(successInterval.upper), "mean_length": .number(meanLength),
      "checkpoint": .string(checkpoint.rawValue), "seed": .integer(Int(clamping: seed)),
    ]
    if withEpisodes {
      fields["returns"] = .array(episodes.map { .number($0.achievedReturn) })
      fields["lengths"] = .array(episodes.map { .integer($0.length) })
      fields["solved"] = .array(episodes.map { .bool($0.isSolved) })
    }
    return .object(fields)
  }
}
