extension Solver {
  /// What a policy earns, from the start and from every state on the way.
  public struct Evaluation: Sendable {
    /// Expected return of an episode.
    public let expectedReturn: Double
    /// Probability that an episode ends solved.
    public let solvedProbability: Double
    let solver: Solver
    /// `[time][state]` Expected return from here on.
    let returns: [[Double]]
    /// `[time][state]` Probability that the episode ends solved.
    let solved: [[Double]]

    init(_ solver: Solver, returns: [[Double]], solved: [[Double]]) {
      self.solver = solver
      self.returns = returns
      self.solved = solved
      expectedReturn = solver.start.reduce(0) { $0 + $1.probability * returns[0][$1.index] }
      solvedProbability = solver.start.reduce(0) { $0 + $1.probability * solved[0][$1.index] }
    }

    /// Expected return from `state` on, or `nil` where it cannot be reached in `time` steps.
    public func expectedReturn(from state: State, at time: Int) -> Double? {
      solver.place(of: state, at: time).map { returns[time][$0] }
    }

    /// Probability of ending solved from `state`, or `nil` where it cannot be reached in `time`
    /// steps.
    public func solvedProbability(from state: State, at time: Int) -> Double? {
      solver.place(of: state, at: time).map { solved[time][$0] }
    }
  }

  /// Evaluates a policy that may look at the hidden state.
  ///
  /// - Parameter policy: the probabilities `[actions]` in a state at a time.
  public func evaluate(_ policy: (State, _ time: Int) -> [Double]) -> Evaluation {
    var returns: [[Double]] = Array(repeating: [], count: layers.count + 1)
    var solved = returns
    for (time, layer) in layers.enumerated().reversed() {
      for index in layer.states.indices {
        let probabilities = probabilities(policy, layer.states[index], time)
        var value = (expected: 0.0, solved: 0.0)
        for action in 0..<actionCount where probabilities[action] > 0 {
          let outcome = outcome(
            of: action, in: index, of: layer, returns[time + 1], solved[time + 1])
          value.expected += probabilities[action] * outcome.expected
          value.solved += probabilities[action] * outcome.solved
        }
        returns[time].append(value.expected)
        solved[time].append(value.solved)
      }
    }
    return Evaluation(self, returns: returns, solved: solved)
  }

  /// The policy that behaves as `policy` does in those of its episodes that end solved.
  ///
  ///     P(a | s, t, solved) ∝ π(a | s, t) · P(solved | s, a, t)
  ///
  /// This is Doob's h-transform. With deterministic rules it solves every episode that still can be
  /// solved; it is what a return-conditioned model of `policy`'s data should learn. Where nothing
  /// can be solved any more it is `policy` itself.
  public func conditionedOnSolving(
    _ policy: @escaping (State, _ time: Int) -> [Double]
  ) -> (State, _ time: Int) -> [Double] {
    let evaluation = evaluate(policy)
    return { state, time in
      let probabilities = probabilities(policy, state, time)
      guard let index = place(of: state, at: time) else { return probabilities }
      let solved = time + 1 < layers.count ? evaluation.solved[time + 1] : []
      let weights = (0..<actionCount).map { action in
        edges(of: action, in: index, of: layers[time]).reduce(0.0) { sum, place in
          let edge = layers[time].edges[place]
          return sum + edge.probability
            * (edge.next < 0 ? (edge.isSolved ? 1 : 0) : solved[edge.next])
        } * probabilities[action]
      }
      let total = weights.reduce(0, +)
      return total > 0 ? weights.map { $0 / total } : probabilities
    }
  }

  /// The exact distribution of the return under a policy, in ascending order of return.
  ///
  /// Returns are told apart by their exact floating-point value.
  public func returnDistribution(
    under policy: (State, _ time: Int) -> [Double]
  ) -> [(value: Double, probability: Double)] {
    var ended: [Double: Double] = [:]
    var reached: [[Double: Double]] = layers.first.map { $0.states.map { _ in [:] } } ?? []
    for (index, probability) in start { reached[index][0, default: 0] += probability }
    for (time, layer) in layers.enumerated() {
      let nextCount = time + 1 < layers.count ? layers[time + 1].states.count : 0
      var next: [[Double: Double]] = Array(repeating: [:], count: nextCount)
      for index in layer.states.indices {
        let probabilities = probabilities(policy, layer.states[index], time)
        for action in 0..<actionCount where probabilities[action] > 0 {
          for place in edges(of: action, in: index, of: layer) {
            let edge = layer.edges[place]
            let share = probabilities[action] * edge.probability
            for (value, probability) in reached[index] {
              if edge.next < 0 {
                ended[value + edge.reward, default: 0] += probability * share
              } else {
                next[edge.next][value + edge.reward, default: 0] += probability * share
              }
            }
          }
        }
      }
      reached = next
    }
    return ended.map { (value: $0.key, probability: $0.value) }.sorted { $0.value < $1.value }
  }

  /// Where `state` stands in the layer of `time`.
  func place(of state: State, at time: Int) -> Int? {
    layers.indices.contains(time) ? layers[time].index[state] : nil
  }

  /// What action `action` earns, given what the next layer is worth.
  func outcome(
    of action: Int, in index: Int, of layer: Layer, _ returns: [Double], _ solved: [Double]
  ) -> (expected: Double, solved: Double) {
    var sum = (expected: 0.0, solved: 0.0)
    for place in edges(of: action, in: index, of: layer) {
      let edge = layer.edges[place]
      let ends = edge.next < 0
      sum.expected += edge.probability * (edge.reward + (ends ? 0 : returns[edge.next]))
      sum.solved += edge.probability * (ends ? (edge.isSolved ? 1 : 0) : solved[edge.next])
    }
    return sum
  }
}
