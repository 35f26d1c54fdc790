/// What a search breadth first finds out without keeping the states: how many there are, and how
/// near a solution is.
///
/// Memory is one bit for each number, and the states of two depths.
public struct StateSurvey: Sendable, Equatable {
  /// Different states found in which an episode can be while it lasts.
  public private(set) var stateCount = 0
  /// Whether these are all.
  public private(set) var isComplete = false
  /// Fewest steps to accomplish the task, with luck, or `nil` where that is impossible within the
  /// horizon.
  public private(set) var shortestSolution: Int?

  /// Searches until everything is found, or a solution is and more than `states` states are.
  init<World: NumberedStates>(
    of world: World, _ numbering: StateNumbering<World.State>, memoryLimit: Int, upTo states: Int
  ) throws(SolverError) {
    guard case .discrete(let actionCount, 0) = world.actionSpace else { throw .actionsNotDiscrete }
    try world.checkSolvable()
    let setBytes = (numbering.capacity + 63) / 64 * 8
    let stride = MemoryLayout<World.State>.stride
    guard setBytes <= memoryLimit else {
      throw .tooLarge(states: numbering.capacity, steps: world.horizon, limit: memoryLimit)
    }
    var seen = [UInt64](repeating: 0, count: setBytes / 8)
    var frontier: [World.State] = []
    var next: [World.State] = []

    func visit(_ state: World.State) {
      let number = numbering.number(state)
      let bit: UInt64 = 1 << UInt64(number & 63)
      if seen[number >> 6] & bit != 0 { return }
      seen[number >> 6] |= bit
      next.append(state)
    }

    for (state, _) in world.startStates() {
      if world.isSolved(state) { shortestSolution = 0 }
      visit(state)
    }
    for depth in 0..<world.horizon where !next.isEmpty {
      swap(&frontier, &next)
      next.removeAll(keepingCapacity: true)
      stateCount += frontier.count
      for state in frontier {
        for action in 0..<actionCount {
          if let only = world.certainTransition(from: state, action: action) {
            if only.next == state && !only.isTerminated { continue }
            if shortestSolution == nil, world.isSolved(only.next) { shortestSolution = depth + 1 }
            if !only.isTerminated { visit(only.next) }
            continue
          }
          for one in world.transitions(from: state, action: action) where one.probability > 0 {
            if shortestSolution == nil, world.isSolved(one.next) { shortestSolution = depth + 1 }
            if !one.isTerminated { visit(one.next) }
          }
        }
      }
      if shortestSolution != nil, stateCount + next.count > states {
        stateCount += next.count
        return
      }
      guard setBytes + (frontier.capacity + next.capacity) * stride <= memoryLimit else {
        throw .tooLarge(states: stateCount, steps: depth + 1, limit: memoryLimit)
      }
    }
    isComplete = true
  }
}
