extension Solver {
  /// The best policy: which actions it takes where.
  public struct Plan: Sendable {
    let solver: Solver
    /// Which states can be reached when, or `nil` where nobody asks about others.
    private let reach: Reach?
    /// Empty where the best actions are the shortest ways to a goal.
    private let chosen: TimeSets
    /// Set where they are.
    private let distances: GoalDistances?

    init(_ solver: Solver, _ reach: Reach?, chosen: TimeSets, distances: GoalDistances? = nil) {
      (self.solver, self.reach, self.chosen) = (solver, reach, chosen)
      self.distances = distances
    }

    /// The actions of the plan, or `nil` where `state` cannot be reached in `time` steps.
    public func actions(in state: State, at time: Int) -> ActionSet? {
      guard let index = solver.place(of: state, at: time, reach) else { return nil }
      guard let distances else { return chosen[time, index] }
      return solver.actions(along: distances.steps, index, time)
    }

    /// The plan as a policy: each of its actions with the same probability.
    public func probabilities(in state: State, at time: Int) -> [Double] {
      let set = actions(in: state, at: time) ?? ActionSet(all: solver.actionCount)
      return (0..<solver.actionCount).map { set.contains($0) ? 1 / Double(set.count) : 0 }
    }
  }

  /// The best actions of every state and time, found from the last time to the first.
  struct TimeSets: Sendable {
    fileprivate var rows: [(range: Range<Int>, sets: [ActionSet])] = []  // in reverse
    fileprivate let horizon: Int

    subscript(time: Int, index: Int) -> ActionSet {
      let row = rows[min(horizon - 1 - time, rows.count - 1)]
      return row.sets[index - row.range.lowerBound]
    }

    fileprivate var isSettled: Bool {
      guard rows.count >= 2 else { return false }
      let (early, late) = (rows[rows.count - 1], rows[rows.count - 2])
      return late.sets[..<early.sets.count].elementsEqual(early.sets)
    }
  }

  /// Finds the policy with the highest expected return.
  ///
  /// Many actions are often equally good: with time to spare, so is dawdling. Among equals the plan
  /// takes those that would earn most if each later action were replaced, with probability
  /// `tremble`, by a uniformly random one; so it fetches a key while it can, and stays good when it
  /// is mixed with noise. What is still equal stays in the set. Values are equal when they differ by
  /// less than 10⁻⁹ of their size (or of 1).
  ///
  /// In a deterministic world that pays for reaching a goal, and less the later, all actions on
  /// shortest ways are in the set, and `tremble` changes nothing.
  ///
  /// - Parameter tremble: in `0...1`; 0 keeps every optimal action.
  public func plan(tremble: Double = 0.1) throws(SolverError) -> Plan {
    try plan(tremble: tremble, knowingPlaces: true)
  }

  /// - Parameter isExact: whether the plan says of states that cannot be reached at a time that they
  ///   cannot; it takes a sweep forwards.
  func plan(tremble: Double, knowingPlaces isExact: Bool) throws(SolverError) -> Plan {
    precondition(tremble >= 0 && tremble <= 1, "tremble is \(tremble), must be in 0...1")
    var chosen = TimeSets(horizon: horizon)
    let reach = isExact ? try Reach(table) : nil
    if let goal, goal.isUrgent {
      return Plan(self, reach, chosen: chosen, distances: GoalDistances(goal, in: table.graph))
    }
    let all = ActionSet(all: actionCount)
    var earning = Backup(table.graph)
    var shaken = Backup(table.graph)  // expected returns under trembling
    let isConstant = table.hasConstantRewards(world)
    var bytes = 0
    for time in (0..<horizon).reversed() {
      let range = table.graph.ranges[time]
      bytes += range.count * 8
      try requireMemory(bytes, for: "a plan for every state and time", all: numbersPerTime)
      let rewards = table.rewards(of: world, at: time)
      earning.set(pay: rewards)
      shaken.set(pay: rewards)
      var value = Row(zerosFor: range)
      var shakenValue = value
      var sets: [ActionSet] = []
      sets.reserveCapacity(range.count)
      var trembling = [Double](repeating: 0, count: actionCount)
      earning.sweep(range) { state, outcomes in
        for action in 0..<actionCount { trembling[action] = shaken.value(state, action) }
        let best = Self.largest(outcomes, among: all)
        let steady = tremble > 0 ? Self.largest(trembling, among: best) : best
        sets.append(steady)
        value[state] = Self.mean(outcomes, over: steady)
        shakenValue[state] =
          (1 - tremble) * Self.mean(trembling, over: steady)
          + tremble * Self.mean(trembling, over: all)
      }
      chosen.rows.append((range, sets))
      let isSettled =
        isConstant && value.settles(earning.next) && shakenValue.settles(shaken.next)
        && chosen.isSettled
      if isSettled { break }
      earning.step(back: value)
      shaken.step(back: shakenValue)
    }
    return Plan(self, reach, chosen: chosen)
  }

  /// The actions on shortest ways to the goal; all where it is too late.
  private func actions(along distances: [Int32], _ index: Int, _ time: Int) -> ActionSet {
    let steps = distances[index]
    guard time + Int(steps) <= horizon else { return ActionSet(all: actionCount) }
    var set = ActionSet()
    for action in 0..<actionCount {
      let (next, code) = table.graph.transition(index, action)
      let rest = table.graph.results[code].isSolved ? 0 : next >= 0 ? distances[next] : .max
      if rest == steps - 1 { set.insert(action) }
    }
    return set
  }

  private static func mean(_ values: [Double], over actions: ActionSet) -> Double {
    var (sum, rest) = (0.0, actions.bits)
    while rest != 0 {
      sum += values[rest.trailingZeroBitCount]
      rest &= rest - 1
    }
    return sum / Double(actions.count)
  }

  /// The members whose value equals the largest, up to rounding.
  private static func largest(_ values: [Double], among members: ActionSet) -> ActionSet {
    var peak = -Double.infinity
    for action in values.indices where members.contains(action) { peak = max(peak, values[action]) }
    let slack = 1e-9 * max(1, abs(peak))
    var result = ActionSet()
    for action in values.indices where members.contains(action) && values[action] >= peak - slack {
      result.insert(action)
    }
    return result
  }
}

extension Solver.Plan {
  /// What the plan earns when it is followed without fault, from every state and time.
  public func evaluation() throws(SolverError) -> Solver.Evaluation {
    try solver.evaluate { probabilities(in: $0, at: $1) }
  }
}
