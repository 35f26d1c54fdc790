internal import Parallel
internal import Randomness

/// One world many times over: all lanes take a step together, shared out among threads.
///
/// Episodes are numbered. Of `L` lanes, lane `l` plays the episodes `l`, `l + L`, `l + 2L` … one after
/// another: when one ends, the next begins within the same step (Gymnasium's same-step autoreset).
/// An episode's seed follows from the vector's seed and its number, so under a policy that looks at
/// the observation, the time and the episode's number alone, episode `i` is the same for any number
/// of lanes and threads.
///
/// A class because its threads work on the lanes in place.
public final class VectorEnvironment<World: Environment> {
  public let laneCount: Int
  /// Numbers in an observation.
  public let width: Int
  private let pool: WorkerPool
  private let banks: [LaneBank<World>]

  /// Starts an episode in every lane.
  ///
  /// - Parameters:
  ///   - lanes: at least 1.
  ///   - threads: at least 1; more than lanes are of no use.
  public init(_ world: World, lanes: Int, threads: Int = 1, seed: UInt64) {
    precondition(lanes > 0 && threads > 0, "\(lanes) lanes on \(threads) threads")
    laneCount = lanes
    width = world.observationSpace.width
    let bankCount = min(threads, lanes)
    pool = WorkerPool(threads: bankCount)
    banks = (0..<bankCount).map { index in
      LaneBank(
        world, lanes: (index * lanes / bankCount)..<((index + 1) * lanes / bankCount),
        stride: lanes, seed: seed)
    }
  }

  /// Acts once in every lane.
  ///
  /// - Parameter actions: `[lanes]`
  public func step(_ actions: [Action]) {
    precondition(actions.count == laneCount, "\(actions.count) actions for \(laneCount) lanes")
    pool.run(banks.count) { [banks] index, _ in banks[index].step(actions) }
  }

  /// `[lanes, width]` What each lane sees now; after an episode's end, the next one's start.
  public var observations: [Float] { gather(\.observations) }
  /// `[lanes, width]` What each lane saw after its last action, an ended episode's end included.
  public var successors: [Float] { gather(\.successors) }
  /// `[lanes]` What the last step brought.
  public var outcomes: [Outcome] { gather(\.outcomes) }
  /// `[lanes]` The number of the episode that each lane is in now.
  public var episodes: [Int] { gather(\.episodes) }
  /// `[lanes]` Steps since that episode's start.
  public var timesteps: [Int] { gather(\.timesteps) }

  private func gather<Element>(_ field: (LaneBank<World>) -> [Element]) -> [Element] {
    banks.count == 1 ? field(banks[0]) : banks.flatMap(field)
  }
}

/// The lanes of one thread.
///
/// Unchecked: in a step each bank belongs to one task, and between steps to the vector's owner.
private final class LaneBank<World: Environment>: @unchecked Sendable {
  private let lanes: Range<Int>
  private let stride: Int
  private let seed: UInt64
  private let width: Int
  private var worlds: [World]
  var observations: [Float]
  var successors: [Float]
  var outcomes: [Outcome]
  var episodes: [Int]
  var timesteps: [Int]

  init(_ world: World, lanes: Range<Int>, stride: Int, seed: UInt64) {
    self.lanes = lanes
    self.stride = stride
    self.seed = seed
    width = world.observationSpace.width
    worlds = Array(repeating: world, count: lanes.count)
    observations = Array(repeating: 0, count: lanes.count * width)
    successors = observations
    outcomes = Array(
      repeating: Outcome(reward: 0, isTerminated: false, isTruncated: false), count: lanes.count)
    episodes = Array(lanes)
    timesteps = Array(repeating: 0, count: lanes.count)
    for lane in 0..<lanes.count {
      begin(lane)
      observe(lane, into: &observations)
    }
    successors = observations
  }

  func step(_ actions: [Action]) {
    for lane in 0..<lanes.count {
      let outcome = worlds[lane].step(actions[lanes.lowerBound + lane])
      outcomes[lane] = outcome
      timesteps[lane] += 1
      observe(lane, into: &successors)
      if outcome.isDone {
        episodes[lane] += stride
        begin(lane)
        observe(lane, into: &observations)
      } else {
        for column in (lane * width)..<((lane + 1) * width) {
          observations[column] = successors[column]
        }
      }
    }
  }

  private func begin(_ lane: Int) {
    var seeds = RandomStream(seed: seed, "vector/environment", UInt64(episodes[lane]))
    worlds[lane].reset(seed: seeds.next())
    timesteps[lane] = 0
  }

  private func observe(_ lane: Int, into rows: inout [Float]) {
    var all = rows.mutableSpan
    var row = all._mutatingExtracting((lane * width)..<((lane + 1) * width))
    worlds[lane].observe(into: &row)
  }
}
