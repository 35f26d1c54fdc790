/// What is known of every episode of a dataset without its steps: all that choosing and counting
/// episodes takes.
///
/// Axis: `E` = ``count`` episodes. Returns are undiscounted sums in reward units; lengths are steps.
public struct EpisodeTable: Sendable, Equatable {
  /// `[E]`
  public private(set) var lengths: [Int] = []
  /// `[E]`
  public private(set) var returns: [Double] = []
  /// `[E]` Largest absolute return-to-go at any step.
  public private(set) var largestReturnsToGo: [Double] = []
  /// `[E]` The last step has an end by the rules of the world.
  public private(set) var isTerminated: [Bool] = []
  /// `[E]` The last step was cut off by the horizon.
  public private(set) var isTruncated: [Bool] = []
  /// `[E]` Empty where nobody wrote it down.
  public private(set) var solved: [Bool] = []
  /// `[E]` The position, among the behaviour policies, of the one that acted.
  public private(set) var behaviourNumbers: [Int32] = []
  /// `[E]`
  public private(set) var seeds: [UInt64] = []

  /// The columns that a table is made of.
  static let columns: DatasetColumns = [.rewards, .episodeSeeds, .episodeInfos]

  init() {}

  public init(of dataset: Dataset) { append(dataset) }

  /// Reads a dataset's files from end to end, a block at a time.
  public init(of reader: DatasetReader) throws(DatasetError) {
    var table = Self()
    table.reserveCapacity(reader.episodeCount)
    try reader.forEachBlock(of: Self.columns) { block, _ in table.append(block) }
    self = table
  }

  public var count: Int { lengths.count }

  /// Whether an episode has ended.
  public func isFinished(_ episode: Int) -> Bool { isTerminated[episode] || isTruncated[episode] }

  /// `[E]` Whether each episode's task was accomplished; `nil` where nobody wrote it down.
  public var isSolved: [Bool]? { solved.count == count ? solved : nil }

  public var stepCount: Int { lengths.reduce(0, +) }

  /// `[E + 1]` Where each episode begins; the last entry is the number of steps.
  var offsets: [Int] { lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) } }

  /// Adds the episodes of a dataset.
  mutating func append(_ dataset: Dataset) {
    let known = dataset.isSolved
    let numbers = dataset.behaviourNumbers
    for episode in 0..<dataset.episodeCount {
      let steps = dataset.steps(ofEpisode: episode)
      var sum = 0.0
      var largest = 0.0
      for step in steps.reversed() {
        sum += dataset.rewards[step]
        largest = max(largest, abs(sum))
      }
      lengths.append(steps.count)
      // From the first step on, as `Dataset.episodeReturns` adds: the order decides the last bits.
      returns.append(dataset.rewards[steps].reduce(0, +))
      largestReturnsToGo.append(largest)
      isTerminated.append(steps.last.map { dataset.isTerminated[$0] } ?? false)
      isTruncated.append(steps.last.map { dataset.isTruncated[$0] } ?? false)
      if let known { solved.append(known[episode]) }
      behaviourNumbers.append(Int32(clamping: numbers[episode]))
      seeds.append(dataset.episodeSeeds[episode])
    }
  }

  /// The given episodes in the given order.
  func keeping(_ episodes: [Int]) -> EpisodeTable {
    var result = EpisodeTable()
    result.lengths = episodes.map { lengths[$0] }
    result.returns = episodes.map { returns[$0] }
    result.largestReturnsToGo = episodes.map { largestReturnsToGo[$0] }
    result.isTerminated = episodes.map { isTerminated[$0] }
    result.isTruncated = episodes.map { isTruncated[$0] }
    result.solved = solved.count == count ? episodes.map { solved[$0] } : []
    result.behaviourNumbers = episodes.map { behaviourNumbers[$0] }
    result.seeds = episodes.map { seeds[$0] }
    return result
  }

  /// The numbers of the episodes with the highest returns, in ascending order.
  ///
  /// - Parameter fraction: in `0 ... 1`; the number of episodes is rounded, and at least one stays.
  ///   Of episodes with the same return the earlier ones stay.
  static func top(fraction: Double, of returns: [Double]) -> [Int] {
    precondition((0...1).contains(fraction), "fraction is \(fraction), must be in 0...1")
    guard !returns.isEmpty else { return [] }
    let count = max(1, Int((fraction * Double(returns.count)).rounded()))
    let best = returns.indices.sorted { (returns[$1], $0) < (returns[$0], $1) }
    return best.prefix(count).sorted()
  }

  private mutating func reserveCapacity(_ count: Int) {
    lengths.reserveCapacity(count)
    returns.reserveCapacity(count)
    largestReturnsToGo.reserveCapacity(count)
    isTerminated.reserveCapacity(count)
    isTruncated.reserveCapacity(count)
    behaviourNumbers.reserveCapacity(count)
    seeds.reserveCapacity(count)
  }
}
