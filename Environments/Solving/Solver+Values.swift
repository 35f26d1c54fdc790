extension Solver {
  /// The highest expected return of an episode.
  ///
  /// - Parameter discount: what a reward loses per step of waiting, in `0...1`; 1 for none.
  public func optimalReturn(discount: Double = 1) -> Double {
    if let goal {
      let steps = stepsFromStarts()
      return zip(table.start, steps).reduce(0) {
        $0 + $1.0.probability * goal.value(steps: $1.1, at: 0, in: world, discount: discount)
      }
    }
    return atStart(lastRow(discount: discount) { $0.max() ?? 0 })
  }

  /// The expected return of uniformly random actions.
  public func randomReturn(discount: Double = 1) -> Double {
    if let times = randomSolvingTimes() {
      return times.reduce(0) { $0 + $1.probability * $1.reward * discount.power($1.time) }
    }
    let share = 1 / Double(actionCount)
    return atStart(lastRow(discount: discount) { $0.reduce(0, +) * share })
  }

  /// The row of time 0, with two rows in memory.
  private func lastRow(discount: Double, _ value: ([Double]) -> Double) -> Row {
    checkDiscount(discount)
    var backup = Backup(table.graph, discount: discount)
    let isConstant = table.hasConstantRewards(world)
    for time in (0..<horizon).reversed() {
      backup.set(pay: table.rewards(of: world, at: time))
      var row = Row(zerosFor: table.graph.ranges[time])
      backup.sweep(row.range) { row[$0] = value($1) }
      let isSettled = isConstant && row.settles(backup.next)
      backup.step(back: row)
      if isSettled { break }
    }
    return backup.next
  }

  /// What every action is worth, everywhere and at every time, if all later ones are best.
  public struct Values: Sendable {
    let solver: Solver
    private let discount: Double
    private let rows: TimeRows
    /// In place of rows, where the world is one of reaching a goal.
    private let distances: GoalDistances?
    /// Which states can be reached when, or `nil` where nobody asks about others.
    private let reach: Reach?

    init(_ solver: Solver, discount: Double, rows: TimeRows, reach: Reach?) {
      (self.solver, self.discount, self.rows, self.reach) = (solver, discount, rows, reach)
      distances = solver.goal.map { GoalDistances($0, in: solver.table.graph) }
    }

    /// The best expected return from `state` on, or `nil` where it cannot be reached in `time`
    /// steps.
    public func value(of state: State, at time: Int) -> Double? {
      actionValues(in: state, at: time)?.max()
    }

    /// `[actions]` The expected return of each action and the best ones after it, or `nil` where
    /// `state` cannot be reached in `time` steps.
    ///
    ///     Q[t](s, a) = Σ P(s' | s, a) · (r(t) + discount · max_b Q[t + 1](s', b))
    public func actionValues(in state: State, at time: Int) -> [Double]? {
      solver.place(of: state, at: time, reach).map { actionValues(ofState: $0, at: time) }
    }

    func actionValues(ofState index: Int, at time: Int) -> [Double] {
      let table = solver.table
      let rewards = table.rewards(of: solver.world, at: time)
      return (0..<table.actionCount).map { action in
        var sum = 0.0
        table.graph.forEachConsequence(index, action) { probability, next, code in
          sum += probability * (rewards[code] + (next >= 0 ? discount * after(next, time) : 0))
        }
        return sum
      }
    }

    private func after(_ next: Int, _ time: Int) -> Double {
      guard time + 1 < solver.horizon else { return 0 }
      if let distances {
        return distances.goal.value(
          steps: distances.steps[next], at: time + 1, in: solver.world, discount: discount)
      }
      return rows[time + 1][next]
    }
  }

  /// Works out ``Values``.
  public func values(discount: Double = 1) throws(SolverError) -> Values {
    try values(discount: discount, knowingPlaces: true)
  }

  /// - Parameter isExact: whether the answers about states that cannot be reached at a time are `nil`;
  ///   it takes a sweep forwards.
  func values(discount: Double, knowingPlaces isExact: Bool) throws(SolverError) -> Values {
    checkDiscount(discount)
    let reach = isExact ? try Reach(table) : nil
    var rows = TimeRows(horizon: horizon)
    guard goal == nil else { return Values(self, discount: discount, rows: rows, reach: reach) }
    var backup = Backup(table.graph, discount: discount)
    let isConstant = table.hasConstantRewards(world)
    for time in (0..<horizon).reversed() {
      try requireMemory(
        rows.bytes + table.graph.ranges[time].count * 8,
        for: "values of every action at every time",
        all: numbersPerTime)
      backup.set(pay: table.rewards(of: world, at: time))
      var row = Row(zerosFor: table.graph.ranges[time])
      backup.sweep(row.range) { row[$0] = $1.max() ?? 0 }
      rows.prepend(row)
      if isConstant && rows.isSettled { break }
      backup.step(back: row)
    }
    return Values(self, discount: discount, rows: rows, reach: reach)
  }

  private func checkDiscount(_ discount: Double) {
    precondition((0...1).contains(discount), "the discount is \(discount), must be in 0...1")
  }

  /// The number of `state` if it can be reached in exactly `time` steps, or, without `reach`, about
  /// as many.
  func place(of state: State, at time: Int, _ reach: Reach?) -> Int? {
    guard let index = table.index(of: state, world), (0..<horizon).contains(time),
      reach.map({ $0.contains(index, at: time) }) ?? table.graph.ranges[time].contains(index)
    else { return nil }
    return index
  }
}

extension Solver {
  /// Where an expected return stands between the random policy's, 0, and the best, 1; `nil` where
  /// these are equal.
  public func normalisedScore(of expectedReturn: Double) -> Double? {
    let (low, high) = (randomReturn(), optimalReturn())
    return high > low ? (expectedReturn - low) / (high - low) : nil
  }

  /// What a policy earns less than the best one, in expectation.
  public func regret(of policy: Policy) throws(SolverError) -> Double {
    try optimalReturn() - evaluate(policy).expectedReturn
  }
}
