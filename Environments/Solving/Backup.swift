/// One number for each state of a range.
struct Row: Sendable {
  var range: Range<Int>
  var values: [Double]

  init(zerosFor range: Range<Int>) {
    self.range = range
    values = Array(repeating: 0, count: range.count)
  }

  subscript(index: Int) -> Double {
    get { values[index - range.lowerBound] }
    set { values[index - range.lowerBound] = newValue }
  }
}

/// What actions are worth at one time, given what states are worth at the next:
///
///     q(s, a) = Σ p(s' | s, a) · (pay[code] + discount · next[s']),   next = 0 after the end
///
/// `pay` is the reward for expected returns, and 1 for ending solved for probabilities of that.
struct Backup: Sendable {
  private let graph: Graph
  private let discount: Double
  private var pay: [Double] = []
  /// What the states of the next time are worth.
  private(set) var next: Row
  /// What each branch is worth, where `stamps` has the present `stamp`.
  private var branches: [Double]
  private var stamps: [Int32]
  private var stamp: Int32 = 0

  /// Begins after the last step, where nothing is worth anything.
  init(_ graph: Graph, discount: Double = 1) {
    self.graph = graph
    self.discount = discount
    next = Row(zerosFor: graph.ranges[graph.horizon])
    branches = Array(repeating: 0, count: graph.branchCount)
    stamps = Array(repeating: 0, count: graph.branchCount)
  }

  /// Sets what the results of this step bring, by their code.
  mutating func set(pay: [Double]) {
    self.pay = pay
    stamp += 1
  }

  /// Goes one step back: what was found for this time is the next time's from now on.
  mutating func step(back row: consuming Row) { next = row }

  /// What one action of a state is worth.
  mutating func value(_ index: Int, _ action: Int) -> Double {
    let (next, code) = graph.transition(index, action)
    return worth(next, code)
  }

  @inline(__always)
  private mutating func worth(_ place: Int, _ code: Int) -> Double {
    if place >= 0 { return pay[code] + discount * next[place] }
    if place == Int(Graph.ended) { return pay[code] }
    return value(ofBranch: Graph.branch(place))
  }

  private mutating func value(ofBranch branch: Int) -> Double {
    if stamps[branch] == stamp { return branches[branch] }
    var sum = 0.0
    for place in graph.edges(ofBranch: branch) {
      let edge = graph.edges[place]
      let after = edge.next >= 0 ? discount * next[Int(edge.next)] : 0
      sum += edge.probability * (pay[Int(edge.code)] + after)
    }
    branches[branch] = sum
    stamps[branch] = stamp
    return sum
  }

  /// Calls `body` with every state of `range`, in order, and what its actions are worth.
  @inline(__always)
  mutating func sweep(_ range: Range<Int>, _ body: (_ state: Int, _ values: [Double]) -> Void) {
    let size = Graph.pageSize
    let actionCount = graph.actionCount
    var values = [Double](repeating: 0, count: actionCount)
    var state = range.lowerBound
    while state < range.upperBound {
      let page = graph.pages[state / size]
      let end = min(range.upperBound, (state / size + 1) * size)
      var place = state % size * actionCount
      while state < end {
        for action in 0..<actionCount {
          values[action] = worth(Int(page.next[place]), Int(page.codes[place]))
          place += 1
        }
        body(state, values)
        state += 1
      }
    }
  }
}

extension StateTable {
  /// What each result pays at `time`.
  func rewards(of world: World, at time: Int) -> [Double] {
    graph.results.map { world.reward($0.reward, at: time) }
  }

  /// Whether rewards are worth the same at all times.
  func hasConstantRewards(_ world: World) -> Bool {
    let rewards = Set(graph.results.map(\.reward))
    return rewards.allSatisfy { reward in
      let first = world.reward(reward, at: 0)
      return (1..<max(horizon, 1)).allSatisfy { world.reward(reward, at: $0) == first }
    }
  }
}
