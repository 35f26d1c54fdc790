/// What there is to know about a world of reaching a goal, the sooner the better.
///
/// Where rules are deterministic, all that is ever paid is paid for the one kind of step that ends
/// the episode solved, and it is paid no better later, the best return from a state with `d` steps to
/// go is what that step pays when it is taken `d` steps from now, if there is still time. So one
/// search over the states replaces a sweep for every time.
struct Goal: Sendable {
  /// The reward of the step that reaches the goal, before ``Solvable/reward(_:at:)``.
  let reward: Double
  /// Whether every step of delay costs something, so that only shortest paths are best.
  let isUrgent: Bool

  init?<World: Solvable>(_ table: StateTable<World>, _ world: World) {
    let graph = table.graph
    let paying = graph.results.filter { $0.reward != 0 }
    guard graph.isDeterministic, table.firstSolution > 0, paying.count == 1, paying[0].isTerminated,
      paying[0].isSolved,
      graph.results.count(where: \.isSolved) == 1
    else { return nil }
    var last = Double.infinity
    var isUrgent = true
    for time in 0..<graph.horizon {
      let pay = world.reward(paying[0].reward, at: time)
      guard pay > 0, pay <= last, world.reward(0, at: time) == 0 else { return nil }
      isUrgent = isUrgent && pay < last
      last = pay
    }
    reward = paying[0].reward
    self.isUrgent = isUrgent
  }

  /// The best that can still be had at `time`, `steps` away from the goal.
  func value<World: Solvable>(
    steps: Int32, at time: Int, in world: World, discount: Double
  ) -> Double {
    let steps = Int(steps)
    guard time + steps <= world.horizon else { return 0 }
    return world.reward(reward, at: time + steps - 1) * discount.power(steps - 1)
  }
}

/// A goal, and how far every state is from it.
struct GoalDistances: Sendable {
  let goal: Goal
  /// `[states]` Fewest steps to the goal, or ``Graph/never``.
  let steps: [Int32]

  init(_ goal: Goal, in graph: Graph) {
    self.goal = goal
    steps = graph.shortestSteps { $0.isSolved }
  }
}

extension Double {
  /// `selfⁿ`, by squaring.
  func power(_ exponent: Int) -> Double {
    var (result, base, left) = (1.0, self, exponent)
    while left > 0 {
      if left & 1 == 1 { result *= base }
      base *= base
      left >>= 1
    }
    return result
  }
}
