public import Datasets
internal import Environments
internal import Parallel
internal import Synchronization
internal import TensorCore

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// What a policy would do at every step of recorded episodes, given everything that it would have seen
/// by then.
///
/// Axes: `E` episodes, `N` steps of all of them; an episode of `T` steps has `T + 1` rows, the last of
/// which is for what was seen after its last action. Times are steps.
///
/// A policy that draws the return it asks for (``Prompt/sampledReturn``) draws here too, from streams
/// named by the episodes' numbers; given its draws the ratios are as they should be, and so are
/// weights on average.
public struct ActionProbabilities: Sendable, Equatable {
  /// Numbers in a row: actions to choose from, or numbers of a continuous action.
  public let columns: Int
  public let isDiscrete: Bool
  /// `[N + E, columns]` Probabilities of discrete actions, or the continuous action itself.
  public let rows: [Float]
  /// `[N]` Natural logarithms of the probabilities of the recorded actions; −∞ for one that is never
  /// taken. Empty for continuous actions.
  public let logProbabilities: [Double]
  /// `[E + 1]` Where each episode's steps begin.
  private let offsets: [Int]

  /// Episodes that one policy is led through at a time.
  private static let lanes = 64

  /// Leads the policy through all episodes. Which episodes share a policy does not depend on the
  /// number of threads, so neither does the result.
  ///
  /// - Parameters:
  ///   - prompt: what the policy is asked for at the start of every episode.
  ///   - isAskedAtEnds: whether it is asked what it would do after each episode's last step; else
  ///     those rows are zero.
  public init(
    of policies: PolicySource, on dataset: Dataset, prompt: Prompt, selection: Selection,
    isAskedAtEnds: Bool, threads: Int = 1
  ) throws(OffPolicyError) {
    BLAS.useOneThreadPerCall()
    let policy = policies.makePolicy(lanes: 1, selection: selection)
    guard policy is any ReplayablePolicy else {
      throw .notReplayable(policy: String(describing: type(of: policy)))
    }
    let space = dataset.header.actionSpace
    let (columns, isDiscrete) =
      if case .discrete(let count, _) = space { (count, true) } else { (space.width, false) }
    let chunks = stride(from: 0, to: dataset.episodeCount, by: Self.lanes).map {
      $0..<min($0 + Self.lanes, dataset.episodeCount)
    }
    let parts = Mutex([Part](repeating: Part(), count: chunks.count))
    WorkerPool(threads: max(1, min(threads, chunks.count))).run(chunks.count) { index, _ in
      let policy = policies.makePolicy(lanes: Self.lanes, selection: selection)
      guard let policy = policy as? any ReplayablePolicy else { return }
      let part = Self.replay(
        chunks[index], of: dataset, by: policy, prompt: prompt, columns: columns,
        isAskedAtEnds: isAskedAtEnds)
      parts.withLock { $0[index] = part }
    }
    let all = parts.withLock { $0 }
    self.columns = columns
    self.isDiscrete = isDiscrete
    rows = all.flatMap(\.rows)
    logProbabilities = all.flatMap(\.logProbabilities)
    offsets = dataset.episodeOffsets
  }

  /// The row of an episode at a time from 0 to its length.
  public func row(episode: Int, time: Int) -> ArraySlice<Float> {
    let row = offsets[episode] + episode + time
    return rows[(row * columns)..<((row + 1) * columns)]
  }

  /// `[N]` How much likelier each recorded action is under this policy than under the one that took
  /// it: `log π(a | history) − log μ(a | history)`, or −∞ where this policy never takes it.
  ///
  /// - Parameter dataset: the one whose episodes were followed.
  public func logRatios(on dataset: Dataset) throws(OffPolicyError) -> [Double] {
    guard isDiscrete else { throw .continuousActions }
    let behaviour = dataset.behaviourLogProbabilities
    guard behaviour.count == logProbabilities.count else { throw .noBehaviourProbabilities }
    if let step = behaviour.firstIndex(where: { !$0.isFinite }) {
      let episode = (offsets.firstIndex { $0 > step } ?? 1) - 1
      throw .impossibleAction(
        episode: episode, step: step - offsets[episode], logProbability: behaviour[step])
    }
    return zip(logProbabilities, behaviour).map { $0 - Double($1) }
  }

  /// What one policy said of the episodes that it was led through.
  private struct Part: Sendable {
    var rows: [Float] = []
    var logProbabilities: [Double] = []
  }

  private static func replay(
    _ episodes: Range<Int>, of dataset: Dataset, by policy: any ReplayablePolicy, prompt: Prompt,
    columns: Int, isAskedAtEnds: Bool
  ) -> Part {
    let steps = episodes.map { dataset.steps(ofEpisode: $0) }
    var rows = steps.map { [Float](repeating: 0, count: ($0.count + 1) * columns) }
    var logProbabilities = steps.map { [Double](repeating: 0, count: $0.count) }
    for (lane, episode) in episodes.enumerated() {
      policy.begin(lane: lane, prompt: prompt, seed: UInt64(episode))
    }
    var chosen: [Action] = []
    let longest = steps.map(\.count).max() ?? 0
    for time in 0..<(longest + (isAskedAtEnds ? 1 : 0)) {
      let running = steps.indices.filter { time < steps[$0].count + (isAskedAtEnds ? 1 : 0) }
      if running.isEmpty { break }
      policy.actions(
        lanes: running,
        observations: running.flatMap { lane in
          time < steps[lane].count
            ? dataset.observationRow(steps[lane].lowerBound + time)
            : dataset.finalObservationRow(episodes.lowerBound + lane)
        },
        rewards: running.map { time == 0 ? 0 : dataset.rewards[steps[$0].lowerBound + time - 1] },
        into: &chosen)
      for (index, lane) in running.enumerated() {
        let probabilities = policy.probabilities(lane: lane)
        for column in 0..<columns {
          rows[lane][time * columns + column] =
            if case .continuous(let numbers) = chosen[index] {
              numbers[column]
            } else { Float(probabilities[column]) }
        }
        guard time < steps[lane].count else { continue }
        let recorded = dataset.action(at: steps[lane].lowerBound + time)
        policy.replaceLastAction(of: lane, by: recorded.action)
        if let index = recorded.index {
          logProbabilities[lane][time] = log(probabilities[index])
        }
      }
    }
    guard case .discrete = dataset.header.actionSpace else {
      return Part(rows: Array(rows.joined()), logProbabilities: [])
    }
    return Part(
      rows: Array(rows.joined()), logProbabilities: Array(logProbabilities.joined()))
  }
}

extension Dataset {
  /// The action of a step, and its index from 0 where the space is discrete.
  func action(at step: Int) -> (action: Action, index: Int?) {
    if case .discrete(_, let start) = header.actionSpace {
      let element = actions[0].integer(at: step)
      return (.discrete(element), element - start)
    }
    let width = header.actionSpace.width
    return (.continuous((0..<width).map { actions[0].float(at: step * width + $0) }), nil)
  }
}
