/// Every hidden state that an episode can be in before it acts, and where its actions lead.
///
/// States are numbered breadth first over all actions, each once, whatever the time: those first
/// reached in `d` steps are `depthEnds[d - 1] ..< depthEnds[d]`. So the states that can act at time
/// `t` are among ``ranges``[t]: a world whose state holds the time is a chain of short ranges, any
/// other a range that grows until nothing new is found.
///
/// A state takes six bytes per action, beside itself and its place in the index; probabilities are
/// kept only where an action has several consequences, and equal ones are kept once. What is stored
/// comes in pages, so a growing table is never copied.
struct StateTable<World: Solvable>: Sendable {
  typealias State = World.State

  /// States in a page.
  static var pageSize: Int { 1 << 16 }

  struct Page: Sendable {
    var states: [State] = []
    /// `[states, actions]` A state's number, or ``ended``, or a branch (``branch(_:)``).
    var next: [Int32] = []
    /// `[states, actions]` What the action brings (``StateTable/results``); for a branch, nothing.
    var codes: [UInt16] = []
  }

  /// What a transition brings beside its next state.
  struct Result: Hashable, Sendable {
    /// Before ``Solvable/reward(_:at:)``.
    var reward: Double
    var isTerminated: Bool
    /// Whether the task is accomplished after it.
    var isSolved: Bool
  }

  /// One of several consequences of an action.
  struct Edge: Hashable, Sendable {
    var probability: Double
    var next: Int32
    var code: UInt16
  }

  /// Stands for "the episode is over", or for a state so late that it never acts.
  static var ended: Int32 { -1 }

  let actionCount: Int
  /// Steps until an episode is cut.
  let horizon: Int
  /// Bytes that this table, and whatever is computed from it, may take.
  let memoryLimit: Int
  private(set) var count = 0
  private(set) var pages: [Page] = []
  private(set) var results: [Result] = []
  private(set) var start: [(index: Int, probability: Double)] = []
  private(set) var depthEnds: [Int] = []
  /// `[horizon + 1]` What may be reached in exactly so many steps without the episode ending.
  private(set) var ranges: [Range<Int>] = []
  /// Branch `b` has the edges `edges[branchStarts[b] ..< branchStarts[b + 1]]`.
  private(set) var branchStarts = [0]
  private(set) var edges: [Edge] = []

  private let stateBytes: Int
  /// Open addressing: a state's number plus one, or 0 for a free slot.
  private var slots = [Int32](repeating: 0, count: 64)
  private var codes: [Result: UInt16] = [:]
  /// Branches by the hash of their edges, so that equal ones are kept once; empty when all is built.
  private var known: [Int: [Int32]] = [:]

  /// Enumerates what can be reached.
  init(_ world: World, memoryLimit: Int) throws(SolverError) {
    guard case .discrete(let actionCount, 0) = world.actionSpace,
      actionCount <= ActionSet.capacity
    else { throw .actionsNotDiscrete }
    try world.checkSolvable()
    self.actionCount = actionCount
    self.memoryLimit = memoryLimit
    horizon = world.horizon
    stateBytes = world.stateBytes
    for (state, probability) in world.startStates() {
      start.append((Int(add(state)), probability))
    }
    try expand(world)
    known = [:]
    try checkMemory(depth: depthEnds.count - 1)
  }

  // MARK: Looking up

  var branchCount: Int { branchStarts.count - 1 }
  var isDeterministic: Bool { branchCount == 0 }

  /// The branch that an entry of ``Page/next`` below ``ended`` stands for.
  static func branch(_ next: Int) -> Int { -2 - next }

  func edges(ofBranch branch: Int) -> Range<Int> {
    branchStarts[branch]..<branchStarts[branch + 1]
  }

  func state(_ index: Int) -> State {
    pages[index / Self.pageSize].states[index % Self.pageSize]
  }

  /// The number of `state`, or `nil` where it can never be reached.
  func index(of state: State) -> Int? {
    let found = slots[slot(of: state)]
    return found > 0 ? Int(found) - 1 : nil
  }

  /// Where action `action` of a state leads, and its code.
  func transition(_ index: Int, _ action: Int) -> (next: Int, code: Int) {
    let page = index / Self.pageSize
    let place = index % Self.pageSize * actionCount + action
    return (Int(pages[page].next[place]), Int(pages[page].codes[place]))
  }

  /// Calls `body` with every consequence of an action.
  func forEachConsequence(
    _ index: Int, _ action: Int, _ body: (_ probability: Double, _ next: Int, _ code: Int) -> Void
  ) {
    let (next, code) = transition(index, action)
    guard next < Int(Self.ended) else { return body(1, next, code) }
    for place in edges(ofBranch: Self.branch(next)) {
      body(edges[place].probability, Int(edges[place].next), Int(edges[place].code))
    }
  }

  /// Bytes taken by all of it.
  var bytes: Int {
    count * (stateBytes + actionCount * 6) + slots.count * 4
      + edges.count * MemoryLayout<Edge>.stride + branchCount * (known.isEmpty ? 8 : 72)
      + ranges.count * MemoryLayout<Range<Int>>.stride
  }

  // MARK: Building

  private mutating func expand(_ world: World) throws(SolverError) {
    var index = 0
    var lowestNext: [Int] = []  // by depth, of the states first reached there
    for depth in 0..<max(horizon, 1) where index < count {
      depthEnds.append(count)
      let isLast = depth == horizon - 1
      var lowest = Int.max
      while index < depthEnds[depth] {
        let state = state(index)
        for action in 0..<actionCount {
          let place = try addTransitions(
            world.transitions(from: state, action: action), of: world, isLast: isLast, &lowest)
          let page = index / Self.pageSize
          pages[page].next.append(place.next)
          pages[page].codes.append(place.code)
        }
        index += 1
        if index % 1024 == 0 || count > 1 << 20 { try checkMemory(depth: depth) }
      }
      try checkMemory(depth: depth)
      lowestNext.append(lowest)
    }
    findRanges(lowestNext)
  }

  /// Two rows of values have to fit beside the table.
  private func checkMemory(depth: Int) throws(SolverError) {
    let growth = ranges.isEmpty && slots.count < count * 2 ? slots.count * 8 : 0
    guard bytes + growth + count * 16 > memoryLimit || count >= Int(Int32.max) - 1 else { return }
    throw .tooLarge(states: count - 1, steps: depth + 1, limit: memoryLimit)
  }

  private mutating func addTransitions(
    _ transitions: [Transition<State>], of world: World, isLast: Bool, _ lowest: inout Int
  ) throws(SolverError) -> (next: Int32, code: UInt16) {
    if transitions.count == 1 {
      let edge = try addTransition(transitions[0], of: world, isLast: isLast, &lowest)
      return (edge.next, edge.code)
    }
    var new: [Edge] = []
    for transition in transitions where transition.probability > 0 {
      new.append(try addTransition(transition, of: world, isLast: isLast, &lowest))
    }
    return (Int32(-2 - intern(new)), 0)
  }

  private mutating func addTransition(
    _ transition: Transition<State>, of world: World, isLast: Bool, _ lowest: inout Int
  ) throws(SolverError) -> Edge {
    let result = Result(
      reward: transition.reward, isTerminated: transition.isTerminated,
      isSolved: world.isSolved(transition.next))
    let code: UInt16
    if let known = codes[result] {
      code = known
    } else {
      guard results.count <= Int(UInt16.max) else {
        throw .tooManyRewards(limit: results.count)
      }
      code = UInt16(results.count)
      codes[result] = code
      results.append(result)
    }
    var next = Self.ended
    if !transition.isTerminated {
      next =
        isLast ? index(of: transition.next).map { Int32($0) } ?? Self.ended : add(transition.next)
    }
    if next >= 0 { lowest = min(lowest, Int(next)) }
    return Edge(probability: transition.probability, next: next, code: code)
  }

  /// The branch with these edges.
  private mutating func intern(_ new: [Edge]) -> Int {
    let hash = new.hashValue
    for branch in known[hash] ?? [] where edges[edges(ofBranch: Int(branch))].elementsEqual(new) {
      return Int(branch)
    }
    let branch = branchCount
    known[hash, default: []].append(Int32(branch))
    edges += new
    branchStarts.append(edges.count)
    return branch
  }

  /// The number of `state`, which is new or not.
  private mutating func add(_ state: State) -> Int32 {
    var slot = slot(of: state)
    if slots[slot] > 0 { return slots[slot] - 1 }
    if (count + 1) * 4 > slots.count * 3 {
      growSlots()
      slot = self.slot(of: state)
    }
    if count % Self.pageSize == 0 { pages.append(Page()) }
    pages[pages.count - 1].states.append(state)
    count += 1
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

  /// The lowest state of each time follows from the lowest successors of each depth:
  ///
  ///     low[t + 1] = min over d in depth(low[t]) ... t of lowestNext[d]
  private mutating func findRanges(_ lowestNext: [Int]) {
    ranges = [0..<(depthEnds.first ?? 0)]
    for time in 0..<horizon {
      let (last, before) = (ranges[time], time > 0 ? ranges[time - 1].lowerBound : -1)
      let end = depthEnds[min(time + 1, depthEnds.count - 1)]
      guard !last.isEmpty else {
        ranges.append(end..<end)
        continue
      }
      var low = Int.max
      if last.lowerBound == before {
        low = min(before, time < lowestNext.count ? lowestNext[time] : .max)
      } else {
        let depth = depthEnds.partitioningIndex { $0 > last.lowerBound }
        for depth in depth..<min(time + 1, lowestNext.count) { low = min(low, lowestNext[depth]) }
      }
      ranges.append(min(low, end)..<end)
    }
  }
}

extension [Int] {
  /// The first place from which on `isLater` holds; the array is sorted by it.
  fileprivate func partitioningIndex(_ isLater: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isLater(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
