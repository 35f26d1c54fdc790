extension Solver {
  /// The best policy: which actions it takes where, and what it earns.
  public struct Plan: Sendable {
    /// What the plan earns when it is followed without fault.
    public let evaluation: Evaluation
    /// `[time][state]`
    private let chosen: [[ActionSet]]

    init(_ evaluation: Evaluation, chosen: [[ActionSet]]) {
      self.evaluation = evaluation
      self.chosen = chosen
    }

    /// The actions of the plan, or `nil` where `state` cannot be reached in `time` steps.
    public func actions(in state: State, at time: Int) -> ActionSet? {
      evaluation.solver.place(of: state, at: time).map { chosen[time][$0] }
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
  /// - Parameter tremble: in `0...1`; 0 keeps every optimal action.
  public func plan(tremble: Double = 0.1) -> Plan {
    precondition(tremble >= 0 && tremble <= 1, "tremble is \(tremble), must be in 0...1")
    let all = ActionSet(all: actionCount)
    var chosen = layers.map { [ActionSet](repeating: [], count: $0.states.count) }
    var returns: [[Double]] = Array(repeating: [], count: layers.count + 1)
    var solved = returns
    var shaken: [Double] = []  // expected returns under trembling, of the next layer
    for time in layers.indices.reversed() {
      let layer = layers[time]
      var shakenHere: [Double] = []
      for index in layer.states.indices {
        let outcomes = (0..<actionCount).map {
          outcome(of: $0, in: index, of: layer, returns[time + 1], solved[time + 1])
        }
        let trembling = (0..<actionCount).map {
          outcome(of: $0, in: index, of: layer, shaken, solved[time + 1]).expected
        }
        let best = Self.largest(outcomes.map(\.expected), among: all)
        let steady = tremble > 0 ? Self.largest(trembling, among: best) : best
        chosen[time][index] = steady
        returns[time].append(Self.mean(outcomes.map(\.expected), over: steady))
        solved[time].append(Self.mean(outcomes.map(\.solved), over: steady))
        shakenHere.append(
          (1 - tremble) * Self.mean(trembling, over: steady)
            + tremble * Self.mean(trembling, over: all))
      }
      shaken = shakenHere
    }
    return Plan(Evaluation(self, returns: returns, solved: solved), chosen: chosen)
  }

  private static func mean(_ values: [Double], over actions: ActionSet) -> Double {
    actions.actions.reduce(0) { $0 + values[$1] } / Double(actions.count)
  }

  /// The members whose value equals the largest, up to rounding.
  private static func largest(_ values: [Double], among members: ActionSet) -> ActionSet {
    let peak = members.actions.reduce(-Double.infinity) { max($0, values[$1]) }
    let slack = 1e-9 * max(1, abs(peak))
    var result = ActionSet()
    for action in members.actions where values[action] >= peak - slack { result.insert(action) }
    return result
  }
}
