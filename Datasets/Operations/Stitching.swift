internal import Environments

/// How much the episodes of a dataset have to say to one another: a learner that stitches goes from
/// one to another where they saw the same.
///
/// Observations are the nodes of a graph and recorded steps its edges. Over at most `L` steps, `L`
/// being the longest episode,
///
///     V[0](o) = 0,   V[k](o) = max over steps from o to o' of  r + (terminated ? 0 : V[k - 1](o'))
///
/// and an observation from which nothing was recorded has 0. `V[L]` of an episode's first observation
/// is the best **stitched return** from there: at least the best recorded one where no reward is
/// negative, and reachable only in so far as equal observations are equal states and the world is
/// deterministic. It says what the data allow to hope for, not what a policy will get.
public struct Stitching: Sendable, Equatable {
  /// Different observations, final ones included.
  public var observations = 0
  /// Of those, the ones that at least two episodes saw.
  public var sharedObservations = 0
  /// Steps taken from an observation that another episode saw too.
  public var sharedSteps = 0
  /// Different first observations.
  public var starts = 0
  /// Of those, the ones from which the best stitched return is above every recorded one.
  public var improvedStarts = 0
  /// Largest return of an episode, in reward units.
  public var bestReturn = 0.0
  /// Largest stitched return; `nil` where longest episode times steps exceed ``workLimit``.
  public var bestStitchedReturn: Double?

  /// Most edges that are looked at, all rounds together.
  public static let workLimit = 2_000_000_000
  /// Most steps of a dataset that is looked at: every one of them is held in memory.
  public static let stepLimit = 10_000_000

  /// - Returns: `nil` where there are no episodes, or too many steps.
  public init?(of dataset: Dataset) {
    guard dataset.episodeCount > 0, dataset.stepCount <= Self.stepLimit else { return nil }
    let graph = ObservationGraph(dataset)
    observations = graph.episodesThatSaw.count
    sharedObservations = graph.episodesThatSaw.count { $0 > 1 }
    sharedSteps = graph.from.count { graph.episodesThatSaw[$0] > 1 }
    let returns = dataset.episodeReturns
    bestReturn = returns.max() ?? 0
    var bestFrom: [Int: Double] = [:]
    for episode in 0..<dataset.episodeCount {
      let start = graph.from[dataset.episodeOffsets[episode]]
      bestFrom[start] = max(bestFrom[start] ?? -.infinity, returns[episode])
    }
    starts = bestFrom.count
    let longest = dataset.episodeLengths.max() ?? 0
    guard dataset.stepCount.multipliedReportingOverflow(by: longest).partialValue <= Self.workLimit
    else { return }
    let values = graph.values(rewards: dataset.rewards, rounds: longest)
    bestStitchedReturn = bestFrom.keys.reduce(-Double.infinity) { max($0, values[$1]) }
    improvedStarts = bestFrom.count { start, best in
      values[start] > best + 1e-9 * max(1, abs(best))
    }
  }
}

/// The steps of a dataset between observations that are numbered by their content.
private struct ObservationGraph {
  /// `[N]`
  let from: [Int]
  /// `[N]` The observation after each step, or -1 where the world had ended.
  let to: [Int]
  /// `[observations]`
  let episodesThatSaw: [Int]

  init(_ dataset: Dataset) {
    let widths = dataset.header.observationSpace.leaves.map(\.width)
    var numbers: [ContentHash: Int] = [:]
    numbers.reserveCapacity(dataset.stepCount / 2)
    var counts: [Int] = []
    var lastEpisode: [Int] = []
    func number(_ columns: [Column], _ row: Int, _ episode: Int) -> Int {
      let hash = Dataset.hash(columns, row: row, widths: widths)
      let place = numbers[hash] ?? counts.count
      if place == counts.count {
        numbers[hash] = place
        counts.append(0)
        lastEpisode.append(-1)
      }
      if lastEpisode[place] != episode {
        lastEpisode[place] = episode
        counts[place] += 1
      }
      return place
    }
    var from: [Int] = []
    var to: [Int] = []
    from.reserveCapacity(dataset.stepCount)
    to.reserveCapacity(dataset.stepCount)
    for episode in 0..<dataset.episodeCount {
      let steps = dataset.steps(ofEpisode: episode)
      for step in steps {
        let place = number(dataset.observations, step, episode)
        if step > steps.lowerBound { to.append(place) }
        from.append(place)
      }
      let final = number(dataset.finalObservations, episode, episode)
      to.append(dataset.isTerminated[steps.upperBound - 1] ? -1 : final)
    }
    self.from = from
    self.to = to
    episodesThatSaw = counts
  }

  /// `[observations]` The best sum of rewards over at most `rounds` steps.
  func values(rewards: [Double], rounds: Int) -> [Double] {
    var values = [Double](repeating: 0, count: episodesThatSaw.count)
    let none = -Double.infinity
    for _ in 0..<rounds {
      var next = [Double](repeating: none, count: values.count)
      for step in from.indices {
        let value = rewards[step] + (to[step] < 0 ? 0 : values[to[step]])
        if value > next[from[step]] { next[from[step]] = value }
      }
      for place in next.indices where next[place] == none { next[place] = 0 }
      if next == values { break }
      values = next
    }
    return values
  }
}

extension Dataset {
  /// Episodes that equal an earlier one in everything but the seed, and in how many groups.
  public var duplicates: (episodes: Int, groups: Int) {
    var counts: [ContentHash: Int] = [:]
    for hash in episodeHashes { counts[hash, default: 0] += 1 }
    let groups = counts.values.filter { $0 > 1 }
    return (groups.reduce(0) { $0 + $1 - 1 }, groups.count)
  }
}
