/// Every hidden state that an episode can be in before it acts, and where its actions lead.
///
/// States are numbered breadth first over all actions, each once, whatever the time: those first
/// reached in `d` steps are `depthEnds[d - 1] ..< depthEnds[d]`. So the states that can act at time
/// `t` are among ``Graph/ranges``[t]: a world whose state holds the time is a chain of short ranges,
/// any other a range that grows until nothing new is found.
struct StateTable<World: Solvable>: Sendable {
  typealias State = World.State

  /// Bytes that this table, and whatever is computed from it, may take.
  let memoryLimit: Int
  private(set) var graph: Graph
  private(set) var start: [(index: Int, probability: Double)] = []
  private let stateBytes: Int
  /// In pages of ``Graph/pageSize``.
  private var states: [[State]] = []
  /// Open addressing: a state's number plus one, or 0 for a free slot.
  private var slots = [Int32](repeating: 0, count: 64)

  /// Enumerates what can be reached.
  init(_ world: World, memoryLimit: Int) throws(SolverError) {
    guard case .discrete(let actionCount, 0) = world.actionSpace,
      actionCount <= ActionSet.capacity
    else { throw .actionsNotDiscrete }
    try world.checkSolvable()
    self.memoryLimit = memoryLimit
    graph = Graph(actionCount: actionCount, horizon: world.horizon)
    stateBytes = world.stateBytes
    for (state, probability) in world.startStates() {
      start.append((Int(add(state)), probability))
    }
    try expand(world)
  }

  // MARK: Looking up

  var count: Int { graph.count }
  var actionCount: Int { graph.actionCount }
  var horizon: Int { graph.horizon }

  func state(_ index: Int) -> State {
    states[index / Graph.pageSize][index % Graph.pageSize]
  }

  /// The number of `state`, or `nil` where it can never be reached.
  func index(of state: State) -> Int? {
    let found = slots[slot(of: state)]
    return found > 0 ? Int(found) - 1 : nil
  }

  /// Bytes taken by all of it.
  var bytes: Int { graph.bytes + count * stateBytes + slots.count * 4 }

  // MARK: Building

  private mutating func expand(_ world: World) throws(SolverError) {
    var index = 0
    var consequences: [Graph.Edge] = []
    for depth in 0..<max(horizon, 1) where index < count {
      graph.beginDepth()
      let end = count
      while index < end {
        let state = state(index)
        for action in 0..<actionCount {
          consequences.removeAll(keepingCapacity: true)
          for transition in world.transitions(from: state, action: action)
          where transition.probability > 0 {
            consequences.append(try edge(for: transition, in: world, isLast: depth == horizon - 1))
          }
          graph.append(consequences)
        }
        index += 1
        if index % 1024 == 0 || count > 1 << 20 { try checkMemory(depth: depth, isGrowing: true) }
      }
      try checkMemory(depth: depth, isGrowing: true)
    }
    graph.finish()
    try checkMemory(depth: graph.depthEnds.count - 1, isGrowing: false)
  }

  /// Two rows of values have to fit beside the table, and, while it grows, a larger index.
  private func checkMemory(depth: Int, isGrowing: Bool) throws(SolverError) {
    let growth = isGrowing && slots.count < count * 2 ? slots.count * 8 : 0
    guard bytes + growth + count * 16 > memoryLimit || count >= Int(Int32.max) - 1 else { return }
    throw .tooLarge(states: count - 1, steps: depth + 1, limit: memoryLimit)
  }

  private mutating func edge(
    for transition: Transition<State>, in world: World, isLast: Bool
  ) throws(SolverError) -> Graph.Edge {
    let code = try graph.code(
      of: Graph.Result(
        reward: transition.reward, isTerminated: transition.isTerminated,
        isSolved: world.isSolved(transition.next)))
    var next = Graph.ended
    if !transition.isTerminated {
      next =
        isLast ? index(of: transition.next).map { Int32($0) } ?? Graph.ended : add(transition.next)
    }
    return Graph.Edge(probability: transition.probability, next: next, code: code)
  }

  /// The number of `state`, which is new or not.
  private mutating func add(_ state: State) -> Int32 {
    var slot = slot(of: state)
    if slots[slot] > 0 { return slots[slot] - 1 }
    if (count + 1) * 4 > slots.count * 3 {
      growSlots()
      slot = self.slot(of: state)
    }
    if count % Graph.pageSize == 0 { states.append([]) }
    states[states.count - 1].append(state)
    graph.count += 1
    slots[slot] = Int32(count)
    return Int32(count - 1)
  }

  /// The slot that holds `state`, or the free one where it belongs.
  private func slot(of state: State) -> Int {
    let mask = slots.count - 1
    var slot = state.hashValue & mask
    while slots[slot] > 0, self.state(Int(slots[slot]) - 1) != state { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func growSlots() {
    slots = [Int32](repeating: 0, count: slots.count * 2)
    let mask = slots.count - 1
    for index in 0..<count {
      var slot = state(index).hashValue & mask
      while slots[slot] > 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(index + 1)
    }
  }
}
