/// Uniformly random actions among numbered states, packed for sweeps: a state's successors that are
/// not itself, and how many of its actions leave it where it is.
///
/// For worlds of reaching a goal, where rules are deterministic and all that counts is when.
struct UniformWalk: Sendable {
  /// The successors of all states end to end, one for each action that leads on.
  private var next: [Int32] = []
  /// `[states]` How many of them each state has.
  private var degree: [UInt8] = []
  /// `[states]` Actions that change nothing.
  private var idle: [UInt8] = []
  /// `[states]` Actions that accomplish the task.
  private var arriving: [UInt8] = []
  private let share: Double
  private let horizon: Int

  init(_ graph: Graph) {
    precondition(graph.isDeterministic, "random actions among chances are not packed")
    share = 1 / Double(graph.actionCount)
    horizon = graph.horizon
    degree.reserveCapacity(graph.count)
    idle.reserveCapacity(graph.count)
    arriving.reserveCapacity(graph.count)
    let isSolved = graph.results.map(\.isSolved)
    for state in 0..<graph.count {
      var (still, solving, leading) = (UInt8(0), UInt8(0), UInt8(0))
      for action in 0..<graph.actionCount {
        let (successor, code) = graph.transition(state, action)
        if isSolved[code] { solving += 1 }
        if successor == state {
          still += 1
        } else if successor >= 0 {
          next.append(Int32(successor))
          leading += 1
        }
      }
      degree.append(leading)
      idle.append(still)
      arriving.append(solving)
    }
  }

  /// Bytes that it and its sweeps take at most.
  static func bytes(_ graph: Graph) -> Int { graph.count * (3 + 4 * graph.actionCount + 2 * 8) }

  /// `[horizon]` The probability that an episode from the start is solved by its step `k` (from 0):
  ///
  ///     h[0](s) = (actions that accomplish the task) / (actions),    h[k + 1](s) = Σ_a h[k](s · a) / (actions)
  func solvingChances(from start: [(index: Int, probability: Double)]) -> [Double] {
    var chances = arriving.map { Double($0) * share }
    var earlier = chances
    return (0..<horizon).map { step in
      if step > 0 {
        swap(&chances, &earlier)
        advance(from: earlier, to: &chances)
      }
      return start.reduce(0) { $0 + $1.probability * chances[$1.index] }
    }
  }

  private func advance(from earlier: [Double], to later: inout [Double]) {
    let (earlier, degree, next, idle) = (earlier.span, degree.span, next.span, idle.span)
    var later = later.mutableSpan
    var place = 0
    for state in later.indices {
      var sum = Double(idle[state]) * earlier[state]
      let end = place + Int(degree[state])
      while place < end {
        sum += earlier[Int(next[place])]
        place += 1
      }
      later[state] = sum * share
    }
  }
}
