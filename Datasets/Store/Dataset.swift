internal import Environments

/// Recorded episodes as flat columns, in memory.
///
/// Axes: `E` = ``episodeCount`` episodes, `N` = ``stepCount`` steps of all of them. Episode `i` owns
/// the steps `episodeOffsets[i] ..< episodeOffsets[i + 1]`. Observations and actions have a column
/// per leaf of their space, in the leaf's own type. Returns are undiscounted sums in reward units;
/// times are steps.
public struct Dataset: Sendable, Equatable {
  public var header: DatasetHeader
  /// Per leaf `[N, width]`: what was seen before each action.
  public internal(set) var observations: [Column]
  /// Per leaf `[N, width]`; an element of a discrete space as it is, from the space's start.
  public internal(set) var actions: [Column]
  /// `[N]`
  public internal(set) var rewards: [Double]
  /// `[N]` Set on the last step of an episode that ended by the rules of its world.
  public internal(set) var isTerminated: [Bool]
  /// `[N]` Set on the last step of an episode that its horizon cut off; both flags may be set.
  public internal(set) var isTruncated: [Bool]
  /// `[N]` Natural logarithms of the behaviour policy's probabilities; empty where unknown.
  public internal(set) var behaviourLogProbabilities: [Float]
  /// `[E + 1]` Where each episode begins; the last entry is `N`.
  public internal(set) var episodeOffsets: [Int]
  /// Per leaf `[E, width]`: what was seen after each episode's last action.
  public internal(set) var finalObservations: [Column]
  /// `[E]`
  public internal(set) var episodeSeeds: [UInt64]
  /// In ascending order of their names.
  public internal(set) var infos: [Info]

  /// A dataset without episodes.
  public init(_ header: DatasetHeader) {
    self.header = header
    observations = header.observationSpace.leaves.map { Column($0.element) }
    actions = header.actionSpace.leaves.map { Column($0.element) }
    finalObservations = observations
    rewards = []
    isTerminated = []
    isTruncated = []
    behaviourLogProbabilities = []
    episodeOffsets = [0]
    episodeSeeds = []
    infos = []
  }

  public var episodeCount: Int { episodeOffsets.count - 1 }
  public var stepCount: Int { episodeOffsets[episodeOffsets.count - 1] }

  /// The steps of an episode.
  public func steps(ofEpisode episode: Int) -> Range<Int> {
    episodeOffsets[episode]..<episodeOffsets[episode + 1]
  }

  /// Whether an episode has ended: its last step has one of the two flags. Only the last episode of
  /// a file may be without.
  public func isFinished(episode: Int) -> Bool {
    guard let last = steps(ofEpisode: episode).last else { return false }
    return isTerminated[last] || isTruncated[last]
  }

  /// `[E]` Steps per episode.
  public var episodeLengths: [Int] {
    (0..<episodeCount).map { episodeOffsets[$0 + 1] - episodeOffsets[$0] }
  }

  /// `[E]` The sum of each episode's rewards.
  public var episodeReturns: [Double] {
    (0..<episodeCount).map { rewards[steps(ofEpisode: $0)].reduce(0, +) }
  }

  /// `[E]` Whether each episode's task was accomplished; `nil` where nobody wrote it down.
  public var isSolved: [Bool]? {
    guard let info = infos.first(where: { $0.name == Info.solved }) else { return nil }
    return (0..<info.column.count).map { info.column.integer(at: $0) != 0 }
  }

  /// `[N]` The sum of rewards from each step to its episode's end, added up from the end.
  public var returnsToGo: [Double] {
    var result = rewards
    for episode in 0..<episodeCount {
      var sum = 0.0
      for step in steps(ofEpisode: episode).reversed() {
        sum += rewards[step]
        result[step] = sum
      }
    }
    return result
  }

  /// Makes room for so many steps and episodes in all.
  mutating func reserveCapacity(steps: Int, episodes: Int) {
    for (index, leaf) in header.observationSpace.leaves.enumerated() {
      if observations[index].count > 0 { observations[index].reserveCapacity(steps * leaf.width) }
      if finalObservations[index].count > 0 {
        finalObservations[index].reserveCapacity(episodes * leaf.width)
      }
    }
    for (index, leaf) in header.actionSpace.leaves.enumerated() where actions[index].count > 0 {
      actions[index].reserveCapacity(steps * leaf.width)
    }
    if !rewards.isEmpty { rewards.reserveCapacity(steps) }
    if !isTerminated.isEmpty { isTerminated.reserveCapacity(steps) }
    if !isTruncated.isEmpty { isTruncated.reserveCapacity(steps) }
    if !behaviourLogProbabilities.isEmpty { behaviourLogProbabilities.reserveCapacity(steps) }
    for index in infos.indices {
      infos[index].column.reserveCapacity(
        (infos[index].axis == .step ? steps : episodes) * infos[index].width)
    }
    episodeOffsets.reserveCapacity(episodes + 1)
    if !episodeSeeds.isEmpty { episodeSeeds.reserveCapacity(episodes) }
  }

  /// Forgets all episodes but not the infos, and keeps the room they took.
  mutating func removeAllSteps() {
    for index in observations.indices {
      observations[index].removeAll()
      finalObservations[index].removeAll()
    }
    for index in actions.indices { actions[index].removeAll() }
    rewards.removeAll(keepingCapacity: true)
    isTerminated.removeAll(keepingCapacity: true)
    isTruncated.removeAll(keepingCapacity: true)
    behaviourLogProbabilities.removeAll(keepingCapacity: true)
    episodeSeeds.removeAll(keepingCapacity: true)
    episodeOffsets.removeAll(keepingCapacity: true)
    episodeOffsets.append(0)
  }

  /// A copy of one episode.
  public subscript(episode episode: Int) -> Episode {
    let steps = steps(ofEpisode: episode)
    let leaves = header.observationSpace.leaves
    var seen: [Column] = []
    for (index, leaf) in leaves.enumerated() {
      let width = leaf.width
      var column = observations[index][steps.lowerBound * width..<steps.upperBound * width]
      column.append(episode * width..<(episode + 1) * width, of: finalObservations[index])
      seen.append(column)
    }
    let acted = header.actionSpace.leaves.enumerated().map { index, leaf in
      actions[index][steps.lowerBound * leaf.width..<steps.upperBound * leaf.width]
    }
    return Episode(
      observations: seen, actions: acted, rewards: Array(rewards[steps]),
      isTerminated: steps.last.map { isTerminated[$0] } ?? false,
      isTruncated: steps.last.map { isTruncated[$0] } ?? false, seed: episodeSeeds[episode],
      behaviourLogProbabilities: behaviourLogProbabilities.isEmpty
        ? [] : Array(behaviourLogProbabilities[steps]),
      isSolved: isSolved?[episode] ?? false)
  }
}
