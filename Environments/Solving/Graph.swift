/// Where the actions of numbered states lead: a state table without the states.
///
/// A state takes six bytes per action; probabilities are kept only where an action has several
/// consequences, and equal ones are kept once. What is stored comes in pages, so a growing graph is
/// never copied. Nothing here depends on the type of the world, so that sweeps run at full speed
/// wherever they are called from.
struct Graph: Sendable {
  /// States in a page.
  static let pageSize = 1 << 16
  /// Bytes that an action of a state takes.
  static let bytesPerAction = 6

  struct Page: Sendable {
    /// `[states, actions]` A state's number, or ``ended``, or a branch (``branch(_:)``).
    var next: [Int32] = []
    /// `[states, actions]` What the action brings (``Graph/results``); for a branch, nothing.
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
  static let ended: Int32 = -1

  let actionCount: Int
  /// Steps until an episode is cut.
  let horizon: Int
  /// States.
  var count = 0
  private(set) var pages: [Page] = []
  private(set) var results: [Result] = []
  private(set) var depthEnds: [Int] = []
  /// `[horizon + 1]` What may be reached in exactly so many steps without the episode ending.
  private(set) var ranges: [Range<Int>] = []
  /// Branch `b` has the edges `edges[branchStarts[b] ..< branchStarts[b + 1]]`.
  private var branchStarts = [0]
  private(set) var edges: [Edge] = []
  private var codes: [Result: UInt16] = [:]
  /// Branches by the hash of their edges, so that equal ones are kept once; empty when all is built.
  private var known: [Int: [Int32]] = [:]
  /// By depth, the lowest successor of the states first reached there.
  private var lowestNext: [Int] = []

  init(actionCount: Int, horizon: Int) {
    self.actionCount = actionCount
    self.horizon = horizon
  }

  // MARK: Looking up

  var branchCount: Int { branchStarts.count - 1 }
  var isDeterministic: Bool { branchCount == 0 }

  /// The branch that an entry of ``Page/next`` below ``ended`` stands for.
  @inline(__always)
  static func branch(_ next: Int) -> Int { -2 - next }

  func edges(ofBranch branch: Int) -> Range<Int> {
    branchStarts[branch]..<branchStarts[branch + 1]
  }

  /// Where action `action` of a state leads, and its code.
  @inline(__always)
  func transition(_ index: Int, _ action: Int) -> (next: Int, code: Int) {
    let page = index >> 16
    let place = (index & (Self.pageSize - 1)) * actionCount + action
    return (Int(pages[page].next[place]), Int(pages[page].codes[place]))
  }

  /// Calls `body` with every consequence of an action.
  @inline(__always)
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
    count * actionCount * Self.bytesPerAction + edges.count * MemoryLayout<Edge>.stride
      + branchCount * (known.isEmpty ? 8 : 72) + ranges.count * MemoryLayout<Range<Int>>.stride
  }

  /// 1 for each result that ends an episode solved, at the last step or before.
  func solvedPay(at time: Int) -> [Double] {
    results.map { ($0.isTerminated || time == horizon - 1) && $0.isSolved ? 1 : 0 }
  }

  // MARK: Building

  /// Begins with the states first reached in one step more; all found so far are known by number.
  mutating func beginDepth() {
    depthEnds.append(count)
    lowestNext.append(.max)
  }

  /// Adds what one action of the next state leads to.
  mutating func append(_ consequences: [Edge]) {
    var place = consequences[0]
    if consequences.count > 1 {
      place = Edge(probability: 1, next: Int32(-2 - intern(consequences)), code: 0)
    }
    for edge in consequences where edge.next >= 0 { noteNext(edge.next) }
    add(place)
  }

  /// Adds the only consequence of an action of the next state.
  mutating func append(_ consequence: Edge) {
    if consequence.next >= 0 { noteNext(consequence.next) }
    add(consequence)
  }

  private mutating func noteNext(_ next: Int32) {
    lowestNext[lowestNext.count - 1] = min(lowestNext[lowestNext.count - 1], Int(next))
  }

  private mutating func add(_ place: Edge) {
    if pages.isEmpty || pages[pages.count - 1].next.count == Self.pageSize * actionCount {
      pages.append(Page())
    }
    pages[pages.count - 1].next.append(place.next)
    pages[pages.count - 1].codes.append(place.code)
  }

  /// The code of a result, which is new or not.
  mutating func code(of result: Result) throws(SolverError) -> UInt16 {
    // Most worlds have a handful.
    for code in results.indices.prefix(4) where results[code] == result { return UInt16(code) }
    if let known = codes[result] { return known }
    guard results.count <= Int(UInt16.max) else { throw .tooManyRewards(limit: results.count) }
    let code = UInt16(results.count)
    codes[result] = code
    results.append(result)
    return code
  }

  /// Ends with all states found and followed.
  mutating func finish() {
    known = [:]
    findRanges()
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

  /// The lowest state of each time follows from the lowest successors of each depth:
  ///
  ///     low[t + 1] = min over d in depth(low[t]) ... t of lowestNext[d]
  private mutating func findRanges() {
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
