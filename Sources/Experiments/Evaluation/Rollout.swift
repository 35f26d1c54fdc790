internal import Agents
internal import Environments
internal import Parallel
internal import Randomness
internal import Synchronization
internal import TensorCore

/// One episode to play: which seed, and what to ask for.
struct RolloutTask: Sendable {
  var prompt: Prompt
  var environmentSeed: UInt64
  var policySeed: UInt64

  init(prompt: Prompt, environmentSeed: UInt64, policySeed: UInt64) {
    (self.prompt, self.environmentSeed) = (prompt, environmentSeed)
    self.policySeed = policySeed
  }

  /// Episode `episode` under a seed: the same for every target, selection and agent.
  ///
  /// - Parameter purpose: names the random streams.
  init(target: ResolvedTarget, episode: Int, seed: UInt64, purpose: String) {
    var environment = RandomStream(seed: seed, "\(purpose)/environment", UInt64(episode))
    var policy = RandomStream(seed: seed, "\(purpose)/policy", UInt64(episode))
    self.init(
      prompt: target.prompt, environmentSeed: environment.next(), policySeed: policy.next())
  }
}

/// What an episode came to.
public struct RolloutResult: Sendable, Equatable {
  /// Undiscounted sum of rewards.
  public var achievedReturn: Double
  /// Steps.
  public var length: Int
  public var isSolved: Bool
}

/// Plays episodes in lanes: all running episodes take their step together, and a lane whose episode
/// ends takes the next one from the queue.
///
/// The queue is cut into chunks that depend on nothing but its length, and each chunk is played by
/// a policy of its own, so results are the same for any number of threads.
struct Rollout {
  let policies: PolicySource
  let environment: any Environment
  let lanes: Int
  let threads: Int

  /// Episodes per chunk and lane.
  static let episodesPerLane = 4

  /// Plays every task; results come in the order of the tasks. A request to stop leaves some out.
  ///
  /// - Parameter onFinish: called from any thread with the number of episodes finished so far.
  func play(
    _ tasks: [RolloutTask], selection: Selection, stop: StopRequest?,
    onFinish: @escaping @Sendable (Int) -> Void = { _ in }
  ) -> [RolloutResult] {
    BLAS.useOneThreadPerCall()
    // Few episodes are spread over more and smaller chunks, so that threads share them.
    let lanes = max(1, min(lanes, (tasks.count + 7) / 8))
    let chunk = lanes * Self.episodesPerLane
    let chunks = stride(from: 0, to: tasks.count, by: chunk).map {
      $0..<min($0 + chunk, tasks.count)
    }
    let results = Mutex([[RolloutResult]](repeating: [], count: chunks.count))
    let finished = Atomic(0)
    let pool = WorkerPool(threads: max(1, min(threads, chunks.count)))
    let threadsPerPolicy = max(1, threads / pool.threadCount)
    func open<World: Environment>(_ world: World) {
      pool.run(chunks.count) { [policies] index, _ in
        guard stop?.signal == nil else { return }
        let policy = policies.makePolicy(
          lanes: lanes, selection: selection, threads: threadsPerPolicy)
        let played = Self.play(tasks[chunks[index]], in: world, policy, lanes: lanes, stop: stop) {
          onFinish(finished.wrappingAdd(1, ordering: .relaxed).newValue)
        }
        results.withLock { $0[index] = played }
      }
    }
    open(environment)
    return results.withLock { Array($0.joined()) }
  }

  /// The loop that every agent is evaluated by.
  private static func play<World: Environment>(
    _ tasks: ArraySlice<RolloutTask>, in world: World, _ policy: any Policy, lanes: Int,
    stop: StopRequest?, onFinish: () -> Void
  ) -> [RolloutResult] {
    var results = tasks.map { _ in RolloutResult(achievedReturn: 0, length: 0, isSolved: false) }
    var worlds = Array(repeating: world, count: lanes)
    var episodes = Array(repeating: -1, count: lanes)
    var rewards = Array(repeating: 0.0, count: lanes)
    var next = 0
    func refill(_ lane: Int) {
      episodes[lane] = next < tasks.count ? next : -1
      guard next < tasks.count else { return }
      let task = tasks[tasks.startIndex + next]
      worlds[lane].reset(seed: task.environmentSeed)
      policy.begin(lane: lane, prompt: task.prompt, seed: task.policySeed)
      rewards[lane] = 0
      next += 1
    }
    for lane in 0..<lanes { refill(lane) }
    var row = Array(repeating: Float(0), count: world.observationSpace.width)
    var actions: [Action] = []
    var observations: [Float] = []
    while stop?.signal == nil {
      let running = (0..<lanes).filter { episodes[$0] >= 0 }
      if running.isEmpty { break }
      observations.removeAll(keepingCapacity: true)
      for lane in running {
        var span = row.mutableSpan
        worlds[lane].observe(into: &span)
        observations += row
      }
      policy.actions(
        lanes: running, observations: observations, rewards: running.map { rewards[$0] },
        into: &actions)
      for (index, lane) in running.enumerated() {
        let outcome = worlds[lane].step(actions[index])
        rewards[lane] = outcome.reward
        results[episodes[lane]].achievedReturn += outcome.reward
        results[episodes[lane]].length += 1
        if outcome.isDone {
          results[episodes[lane]].isSolved = worlds[lane].isSolved
          onFinish()
          refill(lane)
        }
      }
    }
    return results
  }
}
