extension Solver {
  /// With which probability uniformly random actions reach the goal at which time, and what that
  /// pays; `nil` in a world that is not one of reaching a goal, or where memory is short.
  func randomSolvingTimes() -> [(time: Int, reward: Double, probability: Double)]? {
    guard let goal, table.bytes + UniformWalk.bytes(table.graph) <= table.memoryLimit else {
      return nil
    }
    let chances = UniformWalk(table.graph).solvingChances(from: table.start)
    return chances.indices.map { ($0, world.reward(goal.reward, at: $0), chances[$0]) }
  }

  /// The exact distribution of the return under uniformly random actions, in ascending order.
  public func randomReturnDistribution() throws(SolverError)
    -> [(value: Double, probability: Double)]
  {
    guard let times = randomSolvingTimes() else { return try returnDistribution(under: uniformly) }
    var sum: [Double: Double] = [:]
    for time in times where time.probability > 0 {
      sum[time.reward, default: 0] += time.probability
    }
    // What is left fails, unless it is what rounding left.
    let failing = 1 - times.reduce(0) { $0 + $1.probability }
    if failing > 1e-14 { sum[0] = failing }
    return sum.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
  }

  /// The exact distribution of the return under a policy, in ascending order of return.
  ///
  /// Returns are told apart by their exact floating-point value. One sweep forwards, with the
  /// probability of every state and every sum of rewards so far:
  ///
  ///     m[t + 1](s', g + r) += m[t](s, g) · π(a | s, t) · P(s', r | s, a)
  public func returnDistribution(
    under policy: Policy
  ) throws(SolverError) -> [(value: Double, probability: Double)] {
    let graph = table.graph
    var sums = Sums()
    var mass = [Row(zerosFor: graph.ranges[0])]
    for (index, probability) in table.start { mass[0][index] += probability }
    var here: [Int] = []  // sums with which a state can be reached
    for time in 0..<horizon {
      let isLast = time == horizon - 1
      let rewards = table.rewards(of: world, at: time)
      var next: [Row] = []
      var branched: [Branched: Double] = [:]
      func arrive(_ place: Int, _ sum: Int, _ probability: Double) {
        while next.count <= sum { next.append(Row(zerosFor: graph.ranges[time + 1])) }
        next[sum][place] += probability
      }
      for state in graph.ranges[time] {
        here.removeAll(keepingCapacity: true)
        for sum in mass.indices where mass[sum][state] > 0 { here.append(sum) }
        if here.isEmpty { continue }
        let probabilities = probabilities(policy, table.state(state), time)
        for action in 0..<actionCount where probabilities[action] > 0 {
          let (place, code) = graph.transition(state, action)
          for sum in here {
            let share = mass[sum][state] * probabilities[action]
            if place < Int(Graph.ended) {
              let branch = Graph.branch(place)
              branched[Branched(branch: branch, sum: sum), default: 0] += share
            } else if place < 0 || isLast {
              sums.end(sums.adding(rewards[code], to: sum), share)
            } else {
              arrive(place, sums.adding(rewards[code], to: sum), share)
            }
          }
        }
      }
      for (from, share) in branched.sorted(by: { $0.key < $1.key }) {
        for place in graph.edges(ofBranch: from.branch) {
          let edge = graph.edges[place]
          let sum = sums.adding(rewards[Int(edge.code)], to: from.sum)
          if edge.next < 0 || isLast {
            sums.end(sum, share * edge.probability)
          } else {
            arrive(Int(edge.next), sum, share * edge.probability)
          }
        }
      }
      mass = next
      try requireMemory(
        2 * next.reduce(0) { $0 + $1.values.count * 8 }, for: "the distribution of returns")
      if mass.isEmpty { break }
    }
    return sums.ended
  }

  /// A branch that was taken with some sum of rewards.
  private struct Branched: Hashable, Comparable {
    var branch: Int
    var sum: Int

    static func < (one: Branched, other: Branched) -> Bool {
      (one.branch, one.sum) < (other.branch, other.sum)
    }
  }

  /// The different sums of rewards that were met, by number; the first is 0.
  private struct Sums {
    private var values = [0.0]
    private var numbers = [0.0: 0]
    private var probabilities = [0.0]
    private var isReached = [false]

    mutating func adding(_ reward: Double, to sum: Int) -> Int {
      if reward == 0 { return sum }
      let value = values[sum] + reward
      if let known = numbers[value] { return known }
      numbers[value] = values.count
      values.append(value)
      probabilities.append(0)
      isReached.append(false)
      return values.count - 1
    }

    mutating func end(_ sum: Int, _ probability: Double) {
      probabilities[sum] += probability
      isReached[sum] = true
    }

    var ended: [(value: Double, probability: Double)] {
      values.indices.filter { isReached[$0] }.map { (values[$0], probabilities[$0]) }
        .sorted { $0.value < $1.value }
    }
  }
}
