extension GridWorld: Solvable {
  public struct State: Hashable, Sendable {
    /// The agent's cell, row by row.
    public var cell: Int32
    /// The goal that was drawn for the episode, or -1 where all count.
    public var goal: Int32
    /// Bit `i`: the `i`-th coin, key or door of the map, in reading order, was taken or entered.
    public var collected: UInt64 = 0
    /// Whether a goal has been reached or, on a map without goals, every coin taken.
    public var isSolved = false
    /// Steps taken, where rewards are delayed; else 0, as nothing depends on it.
    public var time: Int32 = 0
    /// Reward units that the last action will pay, where rewards are delayed.
    public var owed = 0.0

    public init(cell: Int, goal: Int) {
      (self.cell, self.goal) = (Int32(cell), Int32(goal))
    }
  }

  public func startStates() -> [(state: State, probability: Double)] {
    let goals = layout.drawsGoal ? layout.goals : [-1]
    let count = layout.starts.count * goals.count
    return layout.starts.flatMap { start in
      goals.map { (State(cell: start, goal: $0), 1 / Double(count)) }
    }
  }

  public func transitions(from state: State, action: Int) -> [Transition<State>] {
    layout.outcomes[action].flatMap { move, probability in
      let next = layout.follow(state, move: move)
      let places = next.ending == .fall ? layout.starts : [Int(next.state.cell)]
      return places.map { place in
        var settled = next
        settled.state.cell = Int32(place)
        layout.settle(&settled)
        return Transition(
          probability: probability / Double(places.count), next: settled.state,
          reward: settled.reward, isTerminated: settled.ending == .over)
      }
    }
  }

  public func isSolved(_ state: State) -> Bool { state.isSolved }
}
