internal import Documents

extension GridWorld: ObservableState {
  public struct State: Hashable, Sendable {
    /// The agent's cell, row by row.
    public var cell: Int32
    /// The goal that was drawn for the episode, or -1 where all count.
    public var goal: Int32
    /// Bit `i`: the `i`-th coin, key or door of the map, in reading order, was taken or entered.
    public var collected: UInt64 = 0
    /// Whether a goal has been reached or, on a map without goals, every coin taken.
    public var isSolved = false
    /// Steps taken, where rewards are delayed; else 0, as nothing depends on it.
    public var time: Int32 = 0
    /// Reward units that the last action will pay, where rewards are delayed.
    public var owed = 0.0

    public init(cell: Int, goal: Int) {
      (self.cell, self.goal) = (Int32(cell), Int32(goal))
    }
  }

  public func startStates() -> [(state: State, probability: Double)] {
    let goals = layout.drawsGoal ? layout.goals : [-1]
    let count = layout.starts.count * goals.count
    return layout.starts.flatMap { start in
      goals.map { (State(cell: start, goal: $0), 1 / Double(count)) }
    }
  }

  public func transitions(from state: State, action: Int) -> [Transition<State>] {
    layout.outcomes[action].flatMap { move, probability in
      let next = layout.follow(state, move: move)
      let places = next.ending == .fall ? layout.starts : [Int(next.state.cell)]
      return places.map { place in
        var settled = next
        settled.state.cell = Int32(place)
        layout.settle(&settled)
        return Transition(
          probability: probability / Double(places.count), next: settled.state,
          reward: settled.reward, isTerminated: settled.ending == .over)
      }
    }
  }

  public func isSolved(_ state: State) -> Bool { state.isSolved }

  public var rewardedAtOnce: GridWorld? {
    guard layout.isDelayed else { return nil }
    var settings = configuration
    settings.delayedReward = false
    do throws(ConfigurationError) {
      return try GridWorld(settings)
    } catch { preconditionFailure("a grid's settings were refused with rewards at once: \(error)") }
  }
}

/// A map's states are its cells, times the goals that may have been drawn, times all sets of what can
/// be taken.
extension GridWorld: NumberedStates {
  /// Bits of the numbers that are given out: a bit for each number is memory.
  private static var mostBits: Int { 48 }

  /// `nil` where rewards are delayed, as states then hold what is owed, and where a map has too many
  /// coins, keys and doors.
  public func makeNumbering() -> StateNumbering<State>? {
    let cells = layout.kinds.count
    let goals = layout.drawsGoal ? layout.goals : [-1]
    let base = 2 * cells * goals.count
    let taken = layout.onceCells.count
    let bits = Int.bitWidth - base.leadingZeroBitCount + taken
    guard !layout.isDelayed, bits <= Self.mostBits else { return nil }
    var places = [Int](repeating: 0, count: cells)
    for (index, goal) in goals.enumerated() where goal >= 0 { places[goal] = index }
    return StateNumbering(capacity: base << taken) { [places] state in
      let goal = state.goal >= 0 ? places[Int(state.goal)] : 0
      let map = (Int(state.collected) * goals.count + goal) * cells + Int(state.cell)
      return 2 * map + (state.isSolved ? 1 : 0)
    }
  }

  public func findSolution(
    memoryLimit: Int, unless isStopped: @escaping () -> Bool
  ) throws(SolverError) -> ShortestSolution? {
    try findSolution(
      memoryLimit: memoryLimit, branches: CoinTour.usualBranches, unless: isStopped)
  }

  /// The same, where the search for a way through all coins may look at more or fewer branches.
  ///
  /// - Throws: `SolverError.tourTooLong` where these are not enough.
  public func findSolution(
    memoryLimit: Int, branches: Int, unless isStopped: @escaping () -> Bool = { false }
  ) throws(SolverError) -> ShortestSolution {
    guard layout.goals.isEmpty else {
      return ShortestSolution(steps: try layout.shortestWayToGoal(memoryLimit: memoryLimit))
    }
    var tour = CoinTour(
      layout, memoryLimit: memoryLimit, mostBranches: branches, unless: isStopped)
    let result = tour.search()
    guard result.isComplete else {
      throw .tourTooLong(
        coins: layout.coins.nonzeroBitCount, atLeast: result.bound, found: result.steps)
    }
    return ShortestSolution(steps: result.steps)
  }
}
