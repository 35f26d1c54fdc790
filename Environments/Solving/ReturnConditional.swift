/// What a return-conditioned model of a behaviour policy's data is meant to learn, exactly: how
/// probable each action is, given state, time and the return that is still to come.
///
///     P(a | s, t, g) = π(a | s, t) · P(G = g | s, t, a) / P(G = g | s, t)
///
///     P(G = g | s, t, a) = Σ P(s', r | s, a) · P(G = g − r | s', t + 1)
///
/// by dynamic programming over the distribution of the return-to-go in every state and time, from
/// the last time to the first. In a deterministic world, acting by it at a return that can be had
/// achieves that return in every episode. Returns-to-go are undiscounted sums in reward units; two
/// count as one when they differ by less than 10⁻⁹ of their size (or of 1).
public struct ReturnConditional<World: Solvable>: Sendable {
  public typealias State = World.State
  /// The probabilities `[actions]` with which the behaviour policy acts in a state at a time.
  public typealias Behaviour = @Sendable (State, _ time: Int) -> [Double]
  /// The probabilities `[actions]` with which a model acts in a state at a time, asked for a
  /// return-to-go.
  public typealias Model = (State, _ time: Int, _ returnToGo: Double) -> [Double]

  public let solver: Solver<World>
  let behaviour: Behaviour
  private let reach: Reach
  private var levels = ReturnLevels()
  /// `[horizon]` The distributions of the returns-to-go at each time.
  private var layers: [Layer] = []

  /// The distributions of one time's states, end to end.
  private struct Layer: Sendable {
    var range: Range<Int>
    /// State `i` of the range has the entries `offsets[i] ..< offsets[i + 1]`.
    var offsets = [0]
    var levels: [Int32] = []
    var probabilities: [Double] = []

    func entries(of index: Int) -> Range<Int> {
      offsets[index - range.lowerBound]..<offsets[index - range.lowerBound + 1]
    }

    func probability(of level: Int, in index: Int) -> Double {
      for entry in entries(of: index) where Int(levels[entry]) == level {
        return probabilities[entry]
      }
      return 0
    }

    var bytes: Int { offsets.count * 8 + levels.count * 12 }
  }

  /// Works the distributions out.
  ///
  /// - Throws: where they do not fit the solver's memory limit.
  public init(
    _ solver: Solver<World>, under behaviour: @escaping Behaviour
  ) throws(SolverError) {
    try self.init(solver, under: behaviour, besides: 0)
  }

  /// - Parameter taken: bytes of the memory limit that something else takes.
  init(
    _ solver: Solver<World>, under behaviour: @escaping Behaviour, besides taken: Int
  ) throws(SolverError) {
    self.solver = solver
    self.behaviour = behaviour
    reach = try Reach(solver.table)
    let table = solver.table
    var bytes = 0
    var scratch = Scratch()
    var layers: [Layer] = []  // in reverse
    for time in (0..<table.horizon).reversed() {
      let after = layers.last
      let rewards = table.rewards(of: solver.world, at: time)
      var layer = Layer(range: table.graph.ranges[time])
      layer.offsets.reserveCapacity(layer.range.count + 1)
      for index in layer.range {
        if reach.contains(index, at: time) {
          let probabilities = solver.probabilities(behaviour, table.state(index), time)
          for action in 0..<table.actionCount where probabilities[action] > 0 {
            table.graph.forEachConsequence(index, action) { chance, next, code in
              let share = probabilities[action] * chance
              guard next >= 0, let after else {
                scratch.add(share, to: levels.level(of: rewards[code]))
                return
              }
              for entry in after.entries(of: next) {
                scratch.add(
                  share * after.probabilities[entry],
                  to: levels.adding(rewards[code], to: Int(after.levels[entry])))
              }
            }
          }
          scratch.take(into: &layer.levels, &layer.probabilities)
        }
        layer.offsets.append(layer.levels.count)
      }
      bytes += layer.bytes
      try solver.requireMemory(taken + bytes, for: "the exact conditional on the return-to-go")
      layers.append(layer)
    }
    self.layers = layers.reversed()
  }

  /// Probabilities being summed by level.
  private struct Scratch {
    private var sums: [Double] = []
    private var touched: [Int32] = []

    mutating func add(_ probability: Double, to level: Int) {
      while sums.count <= level { sums.append(0) }
      if sums[level] == 0 { touched.append(Int32(level)) }
      sums[level] += probability
    }

    mutating func take(into levels: inout [Int32], _ probabilities: inout [Double]) {
      for level in touched where sums[Int(level)] > 0 {
        levels.append(level)
        probabilities.append(sums[Int(level)])
        sums[Int(level)] = 0
      }
      touched.removeAll(keepingCapacity: true)
    }
  }

  /// The number of a state, or `nil` where it cannot be reached in `time` steps.
  func place(of state: State, at time: Int) -> Int? { solver.place(of: state, at: time, reach) }

  /// Bytes of the distributions.
  var bytes: Int { layers.reduce(0) { $0 + $1.bytes } }

  // MARK: Answers

  /// The distribution of an episode's return, in ascending order of return.
  public var returns: [(value: Double, probability: Double)] {
    var sum: [Int32: Double] = [:]
    for (index, probability) in solver.table.start {
      for entry in layers[0].entries(of: index) {
        sum[layers[0].levels[entry], default: 0] += probability * layers[0].probabilities[entry]
      }
    }
    return sum.map { (levels.value(of: Int($0.key)), $0.value) }.sorted { $0.0 < $1.0 }
  }

  /// The distribution of the return-to-go, in ascending order, or `nil` where `state` cannot be
  /// reached in `time` steps.
  public func returnsToGo(
    from state: State, at time: Int
  ) -> [(value: Double, probability: Double)]? {
    place(of: state, at: time).map { index in
      layers[time].entries(of: index).map {
        (levels.value(of: Int(layers[time].levels[$0])), layers[time].probabilities[$0])
      }.sorted { $0.0 < $1.0 }
    }
  }

  /// `[actions]` The probability of each action, or `nil` where `state` cannot be reached in `time`
  /// steps or `returnToGo` cannot be had from there.
  public func probabilities(
    in state: State, at time: Int, returnToGo: Double
  ) -> [Double]? {
    guard let index = place(of: state, at: time) else { return nil }
    let weights = weights(ofState: index, at: time, returnToGo: returnToGo)
    let total = weights.reduce(0, +)
    return total > 0 ? weights.map { $0 / total } : nil
  }

  /// `[actions]` P(a, G = g | s, t): what the actions contribute to the probability of a return.
  func weights(ofState index: Int, at time: Int, returnToGo: Double) -> [Double] {
    let table = solver.table
    let rewards = table.rewards(of: solver.world, at: time)
    let probabilities = solver.probabilities(behaviour, table.state(index), time)
    return probabilities.indices.map { action in
      guard probabilities[action] > 0 else { return 0 }
      var chance = 0.0
      table.graph.forEachConsequence(index, action) { probability, next, code in
        if next < 0 || time + 1 == table.horizon {
          chance += ReturnLevels.areEqual(rewards[code], returnToGo) ? probability : 0
        } else if let level = levels.known(returnToGo - rewards[code]) {
          chance += probability * layers[time + 1].probability(of: level, in: next)
        }
      }
      return probabilities[action] * chance
    }
  }

  /// How far a model is from this conditional, in nats per step of the behaviour policy's episodes:
  ///
  ///     Σ P(s, t) Σ_g P(g | s, t) Σ_a P(a | s, t, g) · ln(P(a | s, t, g) / model(a | s, t, g))
  ///     ─────────────────────────────────────────────────────────────────────────────────────────
  ///                                      Σ P(s, t)
  ///
  /// Infinite where the model rules out what the behaviour policy does.
  public func divergence(to model: Model) -> Double {
    let table = solver.table
    var sum = (divergence: 0.0, steps: 0.0)
    forEachTime { time, visits in
      for index in visits.range where visits[index] > 0 {
        let state = table.state(index)
        sum.steps += visits[index]
        for entry in layers[time].entries(of: index) {
          let returnToGo = levels.value(of: Int(layers[time].levels[entry]))
          let share = visits[index] * layers[time].probabilities[entry]
          guard
            let exact = probabilities(in: state, at: time, returnToGo: returnToGo)
          else { continue }
          let guess = solver.probabilities({ model($0, $1, returnToGo) }, state, time)
          sum.divergence += share * Self.divergence(exact, guess)
        }
      }
    }
    return sum.steps > 0 ? sum.divergence / sum.steps : 0
  }

  /// `[horizon]` How probable every state is at every time.
  var visits: [Row] {
    var rows: [Row] = []
    forEachTime { rows.append($1) }
    return rows
  }

  /// Follows the behaviour policy through all times, with how probable every state is at each.
  private func forEachTime(_ body: (_ time: Int, _ visits: Row) -> Void) {
    let table = solver.table
    var visits = Row(zerosFor: table.graph.ranges[0])
    for (index, probability) in table.start { visits[index] += probability }
    for time in 0..<table.horizon {
      body(time, visits)
      guard time + 1 < table.horizon else { return }
      var next = Row(zerosFor: table.graph.ranges[time + 1])
      for index in visits.range where visits[index] > 0 {
        let acting = solver.probabilities(behaviour, table.state(index), time)
        for action in acting.indices where acting[action] > 0 {
          table.graph.forEachConsequence(index, action) { probability, place, _ in
            if place >= 0 { next[place] += visits[index] * acting[action] * probability }
          }
        }
      }
      visits = next
    }
  }

  private static func divergence(_ p: [Double], _ q: [Double]) -> Double {
    zip(p, q).reduce(0) { $0 + ($1.0 > 0 ? $1.0 * ($1.0 / $1.1).naturalLogarithm : 0) }
  }
}
