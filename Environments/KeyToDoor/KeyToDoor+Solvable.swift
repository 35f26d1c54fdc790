/// Exact planning for worlds without apples.
///
/// The state leaves out what the future does not depend on: the key's cell once it is taken or the
/// first room is left, and everything about rooms not yet entered, which is drawn on entering them.
/// So a layout that only the episode's seed knows counts as chance, and the states stay few.
extension KeyToDoor: ObservableState, PhasedEnvironment {
  public struct State: Hashable, Sendable {
    /// Steps since the start of the episode.
    public var time: Int
    /// The agent's cell on the board, row by row.
    public var cell: Int
    /// The cell of the key that still lies in the first room or of the door in the third, else -1.
    public var object: Int
    public var hasKey: Bool
    public var isOpen: Bool
    /// Whether the key was taken in the last step; always false in a world whose observations do not
    /// tell, as nothing else depends on it.
    public var tookKeyJustNow: Bool

    public init(
      time: Int, cell: Int, object: Int, hasKey: Bool, isOpen: Bool, tookKeyJustNow: Bool = false
    ) {
      (self.time, self.cell, self.object) = (time, cell, object)
      (self.hasKey, self.isOpen, self.tookKeyJustNow) = (hasKey, isOpen, tookKeyJustNow)
    }
  }

  public var state: State {
    let object =
      switch phase {
      case .explore: keyCell
      case .middle: -1
      case .reward: doorCell
      }
    return State(
      time: time, cell: cell, object: object, hasKey: hasKey, isOpen: isOpen,
      tookKeyJustNow: tookKeyJustNow && layout.configuration.flashesKey)
  }

  public func observe(_ state: State, at time: Int, into row: inout MutableSpan<Float>) {
    imagining(state).observe(into: &row)
  }

  public var phaseStarts: [Int] { [0, layout.end(of: .explore), layout.end(of: .middle)] }

  public func checkSolvable() throws(SolverError) {
    guard layout.appleCount == 0 else {
      throw .notEnumerable(
        "key-to-door with apples has too many states to list; set apples.count to 0 (the "
          + "probability of opening the door is the same), or use the policies expert and planner")
    }
  }

  public func startStates() -> [(state: State, probability: Double)] {
    entrances(of: .explore).map { object, start, probability in
      (State(time: 0, cell: start, object: object, hasKey: false, isOpen: false), probability)
    }
  }

  public func transitions(from state: State, action: Int) -> [Transition<State>] {
    let slip = layout.slipProbability
    guard slip > 0 else { return consequences(of: action, in: state, probability: 1) }
    return (0..<4).flatMap { executed in
      let probability = slip / 4 + (executed == action ? 1 - slip : 0)
      return probability > 0
        ? consequences(of: executed, in: state, probability: probability) : []
    }
  }

  public func isSolved(_ state: State) -> Bool { state.isOpen }

  /// What the executed action leads to: one state, or one for each way to enter the next room.
  private func consequences(
    of action: Int, in state: State, probability: Double
  ) -> [Transition<State>] {
    let phase = layout.phase(at: state.time)
    var next = state
    next.time += 1
    next.tookKeyJustNow = false
    let target = layout.neighbour(of: state.cell, action, in: phase)
    let isBlocked =
      phase == .reward && target == state.object && !state.hasKey && !state.isOpen
    if !isBlocked { next.cell = target }
    var reward = 0.0
    if phase == .explore && next.cell == state.object {
      next.hasKey = true
      next.tookKeyJustNow = layout.configuration.flashesKey
      next.object = -1
    }
    if phase == .reward && next.cell == state.object && state.hasKey {
      next.isOpen = true
      next.hasKey = !layout.consumesKey
      reward = layout.doorReward
    }
    let isOver = next.time == layout.horizon || (next.isOpen && layout.endsAtDoor)
    guard !isOver, next.time == layout.end(of: phase) else {
      return [
        Transition(probability: probability, next: next, reward: reward, isTerminated: isOver)
      ]
    }
    return entrances(of: layout.phase(at: next.time)).map { object, start, chance in
      next.object = object
      next.cell = start
      return Transition(
        probability: probability * chance, next: next, reward: reward, isTerminated: false)
    }
  }

  /// The ways to enter a room: where its object is and where the agent starts.
  private func entrances(
    of phase: Phase
  ) -> [(object: Int, start: Int, probability: Double)] {
    if layout.configuration.placement == .fixed {
      var example = self
      example.reset(seed: 0)
      let object =
        switch phase {
        case .explore: example.keyCell
        case .middle: -1
        case .reward: example.doorCell
        }
      return [(object, example.starts[phase.rawValue], 1)]
    }
    let ground = layout.ground(of: phase)
    guard phase == .middle else { return ground.objectsAndStarts() }
    return ground.starts.map { (-1, $0, 1 / Double(ground.starts.count)) }
  }
}
