extension Solver {
  /// The fewest steps in which something can be reached, from every state.
  ///
  /// Where actions have several consequences, these are the steps it takes with luck.
  public struct ShortestPaths: Sendable {
    private let solver: Solver
    /// `[states]`
    private let steps: [Int32]
    private let target: State?

    init(_ solver: Solver, steps: [Int32], target: State?) {
      (self.solver, self.steps, self.target) = (solver, steps, target)
    }

    /// Steps from `state`, or `nil` where there is no way or no such state.
    public func steps(from state: State) -> Int? {
      if state == target { return 0 }
      return solver.table.index(of: state, solver.world).flatMap { reached(steps[$0]) }
    }

    /// Steps from the start state that is nearest.
    public var shortest: Int? {
      solver.table.start.compactMap { reached(steps[$0.index]) }.min()
    }

    /// Steps from the start state that is farthest; `nil` where some have no way.
    public var longest: Int? {
      let all = solver.table.start.map { reached(steps[$0.index]) }
      return all.contains(nil) ? nil : all.compactMap(\.self).max()
    }

    /// The expected steps over the start, or `nil` where some states have no way.
    public var mean: Double? {
      longest == nil
        ? nil
        : solver.table.start.reduce(0) { $0 + $1.probability * Double(steps[$1.index]) }
    }

    private func reached(_ steps: Int32) -> Int? { steps < Graph.never ? Int(steps) : nil }
  }

  /// The fewest steps to accomplish the task, from every state; from a state in which it is
  /// accomplished, none.
  public func stepsToSolve() -> ShortestPaths {
    ShortestPaths(
      self,
      steps: table.graph.shortestSteps(from: table.isSolved) { $0.isSolved },
      target: nil)
  }

  /// The fewest steps to accomplish the task from the nearest and from the farthest start, or `nil`
  /// where there is no way.
  public func solutionLengths() -> (nearest: Int?, farthest: Int?) {
    let steps = stepsFromStarts()
    func reached(_ steps: Int32?) -> Int? { steps.flatMap { $0 < Graph.never ? Int($0) : nil } }
    return (reached(steps.min()), reached(steps.max()))
  }

  /// `[starts]` The fewest steps to accomplish the task, or ``Graph/never``. From a single start they
  /// were found when the states were listed.
  func stepsFromStarts() -> [Int32] {
    if table.start.count == 1 { return [table.firstSolution] }
    let steps = table.graph.shortestSteps(from: table.isSolved) { $0.isSolved }
    return table.start.map { steps[$0.index] }
  }

  /// The fewest steps to `target`, from every state in which an episode can be.
  public func steps(to target: State) -> ShortestPaths {
    let place = table.index(of: target, world)
    return ShortestPaths(
      self, steps: table.graph.shortestSteps(from: { $0 == place }) { _ in false }, target: target)
  }
}

extension Graph {
  /// More steps than any path has.
  static let never = Int32.max / 2

  /// The fewest steps from every state until a transition `arrives` or a state is `at` the target.
  ///
  /// Sweeps from the last state to the first and back until nothing changes. States are numbered
  /// breadth first, so few sweeps are needed: as many as a shortest path has turns from higher to
  /// lower numbers.
  func shortestSteps(
    from isAt: (Int) -> Bool = { _ in false }, whereResult arrives: (Result) -> Bool
  ) -> [Int32] {
    let arrivals = results.map(arrives)
    var steps = (0..<count).map { isAt($0) ? 0 : Self.never }
    /// Steps by way of one consequence, the step itself not counted.
    func rest(_ next: Int, _ code: Int) -> Int32 {
      arrivals[code] ? 0 : next >= 0 ? steps[next] : Self.never
    }
    func improve(_ index: Int) -> Bool {
      var best = steps[index]
      for action in 0..<actionCount {
        let (next, code) = transition(index, action)
        if next >= Int(Self.ended) {
          best = min(best, rest(next, code) + 1)
          continue
        }
        for place in edges(ofBranch: Self.branch(next)) {
          best = min(best, rest(Int(edges[place].next), Int(edges[place].code)) + 1)
        }
      }
      defer { steps[index] = best }
      return best < steps[index]
    }
    var isChanging = true
    var isDescending = true
    while isChanging {
      isChanging = false
      for place in 0..<count where improve(isDescending ? count - 1 - place : place) {
        isChanging = true
      }
      isDescending.toggle()
    }
    return steps
  }
}
