/// Every hidden state that an episode can be in before it acts, and where its actions lead.
///
/// States are numbered breadth first over all actions, each once, whatever the time: those first
/// reached in `d` steps are `depthEnds[d - 1] ..< depthEnds[d]`. So the states that can act at time
/// `t` are among `Graph.ranges[t]`: a world whose state holds the time is a chain of short ranges,
/// any other a range that grows until nothing new is found.
///
/// It is public because ``Solvable`` names it; what it says comes through ``Solver``.
public struct StateTable<World: Solvable>: Sendable {
  typealias State = World.State

  /// Bytes that this table, and whatever is computed from it, may take.
  let memoryLimit: Int
  private(set) var graph: Graph
  /// Fewest steps from the nearest start until the task is accomplished, with luck, or ``Graph/never``.
  private(set) var firstSolution = Graph.never
  private(set) var start: [(index: Int, probability: Double)] = []
  private let stateBytes: Int
  /// In pages of ``Graph/pageSize``.
  private var states: [[State]] = []
  /// Open addressing: a state's number plus one, or 0 for a free slot.
  private var slots: [Int32]
  /// Bit `i`: the task is accomplished in state `i`.
  private var solved: [UInt64] = []

  /// Bytes that each state takes or more, with the rows that are computed from it.
  static func bytesPerState(of world: World) -> Int {
    let actionCount = if case .discrete(let count, _) = world.actionSpace { count } else { 0 }
    return world.stateBytes + Graph.bytesPerAction * actionCount + 6 + 16
  }

  /// Enumerates what can be reached.
  ///
  /// - Parameter expected: about how many states there are, so that the index need not grow.
  init(_ world: World, memoryLimit: Int, expecting expected: Int) throws(SolverError) {
    guard case .discrete(let actionCount, 0) = world.actionSpace,
      actionCount <= ActionSet.capacity
    else { throw .actionsNotDiscrete }
    try world.checkSolvable()
    self.memoryLimit = memoryLimit
    graph = Graph(actionCount: actionCount, horizon: world.horizon)
    stateBytes = world.stateBytes
    var slotCount = 64
    while slotCount * 3 < expected * 4 { slotCount *= 2 }
    slots = [Int32](repeating: 0, count: slotCount)
    for (state, probability) in world.startStates() {
      let isSolved = world.isSolved(state)
      if isSolved { firstSolution = 0 }
      start.append((Int(add(state, isSolved: isSolved, world)), probability))
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
  func index(of state: State, _ world: World) -> Int? {
    let found = slots[slot(of: state, world)]
    return found > 0 ? Int(found) - 1 : nil
  }

  /// Whether the task is accomplished in state `index`.
  func isSolved(_ index: Int) -> Bool { solved[index >> 6] >> UInt64(index & 63) & 1 == 1 }

  /// Bytes taken by all of it.
  var bytes: Int { graph.bytes + count * stateBytes + slots.count * 4 + solved.count * 8 }

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
          if let only = world.certainTransition(from: state, action: action) {
            // Most actions that change nothing are known without a look.
            let isIdle = only.next == state && !only.isTerminated
            graph.append(
              try edge(for: only, in: world, depth: depth, known: isIdle ? Int32(index) : nil))
            continue
          }
          consequences.removeAll(keepingCapacity: true)
          for transition in world.transitions(from: state, action: action)
          where transition.probability > 0 {
            consequences.append(try edge(for: transition, in: world, depth: depth))
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

  /// - Parameter known: the number of the next state, where it is known.
  private mutating func edge(
    for transition: Transition<State>, in world: World, depth: Int, known: Int32? = nil
  ) throws(SolverError) -> Graph.Edge {
    let isSolved = world.isSolved(transition.next)
    if isSolved && firstSolution == Graph.never { firstSolution = Int32(depth + 1) }
    let code = try graph.code(
      of: Graph.Result(
        reward: transition.reward, isTerminated: transition.isTerminated, isSolved: isSolved))
    var next = Graph.ended
    if let known {
      next = known
    } else if !transition.isTerminated {
      next =
        depth == horizon - 1
        ? index(of: transition.next, world).map { Int32($0) } ?? Graph.ended
        : add(transition.next, isSolved: isSolved, world)
    }
    return Graph.Edge(probability: transition.probability, next: next, code: code)
  }

  /// The number of `state`, which is new or not.
  private mutating func add(_ state: State, isSolved: Bool, _ world: World) -> Int32 {
    var slot = slot(of: state, world)
    if slots[slot] > 0 { return slots[slot] - 1 }
    if (count + 1) * 4 > slots.count * 3 {
      growSlots(world)
      slot = self.slot(of: state, world)
    }
    if count % Graph.pageSize == 0 { states.append([]) }
    states[states.count - 1].append(state)
    if count & 63 == 0 { solved.append(0) }
    if isSolved { solved[count >> 6] |= 1 << UInt64(count & 63) }
    graph.count += 1
    slots[slot] = Int32(count)
    return Int32(count - 1)
  }

  /// The slot that holds `state`, or the free one where it belongs.
  private func slot(of state: State, _ world: World) -> Int {
    let mask = slots.count - 1
    var slot = world.mixed(state) & mask
    while slots[slot] > 0, self.state(Int(slots[slot]) - 1) != state { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func growSlots(_ world: World) {
    slots = [Int32](repeating: 0, count: slots.count * 2)
    let mask = slots.count - 1
    for index in 0..<count {
      var slot = world.mixed(state(index)) & mask
      while slots[slot] > 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(index + 1)
    }
  }
}
