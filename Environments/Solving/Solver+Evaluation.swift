extension Solver {
  /// What a policy earns, from the start and from every state on the way.
  public struct Evaluation: Sendable {
    /// Expected return of an episode.
    public let expectedReturn: Double
    /// Probability that an episode ends solved.
    public let solvedProbability: Double
    let solver: Solver
    let reach: Reach
    /// Expected return from here on.
    let returns: TimeRows
    /// Probability that the episode ends solved.
    let solved: TimeRows

    init(_ solver: Solver, _ reach: Reach, returns: TimeRows, solved: TimeRows) {
      (self.solver, self.reach) = (solver, reach)
      (self.returns, self.solved) = (returns, solved)
      expectedReturn = solver.atStart(returns[0])
      solvedProbability = solver.atStart(solved[0])
    }

    /// Expected return from `state` on, or `nil` where it cannot be reached in `time` steps.
    public func expectedReturn(from state: State, at time: Int) -> Double? {
      solver.place(of: state, at: time, reach).map { returns[time][$0] }
    }

    /// Probability of ending solved from `state`, or `nil` where it cannot be reached in `time`
    /// steps.
    public func solvedProbability(from state: State, at time: Int) -> Double? {
      solver.place(of: state, at: time, reach).map { solved[time][$0] }
    }
  }

  /// Evaluates a policy that may look at the hidden state.
  public func evaluate(_ policy: Policy) throws(SolverError) -> Evaluation {
    try requireMemory(2 * numbersPerTime, for: "the value of a policy in every state and time")
    let reach = try Reach(table)
    var returns = TimeRows(horizon: horizon)
    var solved = returns
    var earning = Backup(table.graph)
    var solving = Backup(table.graph)
    for time in (0..<horizon).reversed() {
      earning.set(pay: table.rewards(of: world, at: time))
      solving.set(pay: table.graph.solvedPay(at: time))
      var expected = Row(zerosFor: table.graph.ranges[time])
      var ending = expected
      for state in reach.states(at: time) {
        let probabilities = probabilities(policy, table.state(state), time)
        for action in 0..<actionCount where probabilities[action] > 0 {
          expected[state] += probabilities[action] * earning.value(state, action)
          ending[state] += probabilities[action] * solving.value(state, action)
        }
      }
      returns.prepend(expected)
      solved.prepend(ending)
      earning.step(back: expected)
      solving.step(back: ending)
    }
    return Evaluation(self, reach, returns: returns, solved: solved)
  }

  /// The policy that behaves as `policy` does in those of its episodes that end solved.
  ///
  ///     P(a | s, t, solved) ∝ π(a | s, t) · P(solved | s, a, t)
  ///
  /// This is Doob's h-transform. With deterministic rules it solves every episode that still can be
  /// solved; it is what a return-conditioned model of `policy`'s data should learn. Where nothing
  /// can be solved any more it is `policy` itself.
  public func conditionedOnSolving(_ policy: @escaping Policy) throws(SolverError) -> Policy {
    let evaluation = try evaluate(policy)
    return { state, time in
      let probabilities = probabilities(policy, state, time)
      guard let index = place(of: state, at: time, evaluation.reach) else { return probabilities }
      let pay = table.graph.solvedPay(at: time)
      let isLast = time + 1 == horizon
      let weights = (0..<actionCount).map { action in
        var chance = 0.0
        table.graph.forEachConsequence(index, action) { probability, next, code in
          let after = next >= 0 && !isLast ? evaluation.solved[time + 1][next] : 0
          chance += probability * (pay[code] + after)
        }
        return chance * probabilities[action]
      }
      let total = weights.reduce(0, +)
      return total > 0 ? weights.map { $0 / total } : probabilities
    }
  }
}
