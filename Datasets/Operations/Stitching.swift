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
  public static let stepLimit = 50_000_000

  /// - Returns: `nil` where there are no episodes, or too many steps.
  public init?(of dataset: Dataset) {
    guard dataset.episodeCount > 0, dataset.stepCount <= Self.stepLimit else { return nil }
    var graph = ObservationGraph(header: dataset.header, steps: dataset.stepCount)
    graph.append(dataset)
    self.init(graph, EpisodeTable(of: dataset))
  }

  /// The same of a dataset that stays in its files.
  ///
  /// - Parameter table: of all its episodes.
  /// - Returns: `nil` where there are no episodes, or too many steps.
  public init?(of reader: DatasetReader, _ table: EpisodeTable) throws(DatasetError) {
    guard reader.episodeCount > 0, reader.stepCount <= Self.stepLimit else { return nil }
    var graph = ObservationGraph(header: reader.header, steps: reader.stepCount)
    try reader.forEachBlock(of: [.observations, .rewards]) { block, _ in graph.append(block) }
    self.init(graph, table)
  }

  private init(_ graph: ObservationGraph, _ table: EpisodeTable) {
    observations = graph.episodesThatSaw.count
    sharedObservations = graph.episodesThatSaw.count { $0 > 1 }
    sharedSteps = graph.from.count { graph.episodesThatSaw[Int($0)] > 1 }
    let returns = table.returns
    let offsets = table.offsets
    bestReturn = returns.max() ?? 0
    var bestFrom: [Int: Double] = [:]
    for episode in 0..<table.count {
      let start = Int(graph.from[offsets[episode]])
      bestFrom[start] = max(bestFrom[start] ?? -.infinity, returns[episode])
    }
    starts = bestFrom.count
    let longest = table.lengths.max() ?? 0
    guard graph.from.count.multipliedReportingOverflow(by: longest).partialValue <= Self.workLimit
    else { return }
    let values = graph.values(rounds: longest)
    bestStitchedReturn = bestFrom.keys.reduce(-Double.infinity) { max($0, values[$1]) }
    improvedStarts = bestFrom.count { start, best in
      values[start] > best + 1e-9 * max(1, abs(best))
    }
  }
}

/// The steps of a dataset between observations that are numbered by their content.
private struct ObservationGraph {
  /// `[N]`
  private(set) var from: [Int32] = []
  /// `[N]` The observation after each step, or -1 where the world had ended.
  private(set) var to: [Int32] = []
  /// `[N]`
  private var rewards: [Double] = []
  /// `[observations]`
  private(set) var episodesThatSaw: [Int] = []
  /// `[observations]`
  private var lastEpisode: [Int] = []
  private var numbers: [ContentHash: Int] = [:]
  private let widths: [Int]
  private var episodes = 0

  /// - Parameter steps: that will be appended.
  init(header: DatasetHeader, steps: Int) {
    widths = header.observationSpace.leaves.map(\.width)
    from.reserveCapacity(steps)
    to.reserveCapacity(steps)
    rewards.reserveCapacity(steps)
  }

  mutating func append(_ dataset: Dataset) {
    rewards += dataset.rewards
    for episode in 0..<dataset.episodeCount {
      let steps = dataset.steps(ofEpisode: episode)
      for step in steps {
        let place = Int32(number(dataset.observations, step))
        if step > steps.lowerBound { to.append(place) }
        from.append(place)
      }
      let final = Int32(number(dataset.finalObservations, episode))
      to.append(dataset.isTerminated[steps.upperBound - 1] ? -1 : final)
      episodes += 1
    }
  }

  private mutating func number(_ columns: [Column], _ row: Int) -> Int {
    let hash = Dataset.hash(columns, row: row, widths: widths)
    let place = numbers[hash] ?? episodesThatSaw.count
    if place == episodesThatSaw.count {
      numbers[hash] = place
      episodesThatSaw.append(0)
      lastEpisode.append(-1)
    }
    if lastEpisode[place] != episodes {
      lastEpisode[place] = episodes
      episodesThatSaw[place] += 1
    }
    return place
  }

  /// `[observations]` The best sum of rewards over at most `rounds` steps.
  func values(rounds: Int) -> [Double] {
    var values = [Double](repeating: 0, count: episodesThatSaw.count)
    let none = -Double.infinity
    for _ in 0..<rounds {
      var next = [Double](repeating: none, count: values.count)
      for step in from.indices {
        let value = rewards[step] + (to[step] < 0 ? 0 : values[Int(to[step])])
        let place = Int(from[step])
        if value > next[place] { next[place] = value }
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
  public var duplicates: (episodes: Int, groups: Int) { episodeHashes.duplicates }
}

extension DatasetReader {
  /// The same of a dataset that stays in its files.
  public func duplicates() throws(DatasetError) -> (episodes: Int, groups: Int) {
    var hashes: [ContentHash] = []
    hashes.reserveCapacity(episodeCount)
    try forEachBlock(of: [.observations, .actions, .rewards]) { block, _ in
      hashes += block.episodeHashes
    }
    return hashes.duplicates
  }
}

extension [ContentHash] {
  fileprivate var duplicates: (episodes: Int, groups: Int) {
    var counts: [ContentHash: Int] = [:]
    for hash in self { counts[hash, default: 0] += 1 }
    let groups = counts.values.filter { $0 > 1 }
    return (groups.reduce(0) { $0 + $1 - 1 }, groups.count)
  }
}
