/// The most apples that can be eaten in the time left, when none comes back.
///
/// Held and Karp's dynamic programme over sets of apples, once per episode:
///
///     tour[S, a] = steps to eat all of S starting on a ∈ S = min over b ∈ S∖a of
///                  distance(a, b) + tour[S∖a, b],      tour[{a}, a] = 0
///
/// From a cell `p` with apples `R` left and `t` steps to go, the most that can be had is the largest
/// `S ⊆ R` with `min over a ∈ S of distance(p, a) + tour[S, a] ≤ t`. Apples are all worth the same,
/// so their number is all that counts.
struct AppleTour: Sendable {
  /// Apples for which the programme is affordable: 2¹² sets.
  static let limit = 12

  private let distances: [UInt16]
  private let cellCount: Int
  /// Cells of the apples present when the tour was planned.
  private var cells: [Int] = []
  /// `[set, apple]`
  private var tour: [UInt16] = []
  private static let never = UInt16.max / 4

  /// - Parameter neighbours: `[cells, 4]`, where each action leads.
  init(cellCount: Int, neighbour: (_ cell: Int, _ action: Int) -> Int) {
    self.cellCount = cellCount
    var distances = [UInt16](repeating: Self.never, count: cellCount * cellCount)
    for source in 0..<cellCount {
      var queue = [source]
      var head = 0
      distances[source * cellCount + source] = 0
      while head < queue.count {
        let cell = queue[head]
        head += 1
        for action in 0..<4 {
          let next = neighbour(cell, action)
          if distances[source * cellCount + next] == Self.never {
            distances[source * cellCount + next] = distances[source * cellCount + cell] + 1
            queue.append(next)
          }
        }
      }
    }
    self.distances = distances
  }

  /// Steps from one cell to another; very many where there is no way.
  func distance(_ a: Int, _ b: Int) -> Int { Int(distances[a * cellCount + b]) }

  /// Plans for apples on `cells`.
  mutating func plan(for cells: [Int]) {
    precondition(cells.count <= Self.limit, "\(cells.count) apples are too many to plan exactly")
    self.cells = cells
    let count = cells.count
    tour = Array(repeating: Self.never, count: (1 << count) * count)
    for set in 1..<max(1 << count, 1) {
      for a in 0..<count where set >> a & 1 == 1 {
        let rest = set & ~(1 << a)
        var best = rest == 0 ? 0 : Self.never
        for b in 0..<count where rest >> b & 1 == 1 {
          best = min(
            best, distances[cells[a] * cellCount + cells[b]] + tour[rest * count + b])
        }
        tour[set * count + a] = min(best, Self.never)
      }
    }
  }

  /// The most apples of the set `left` (bit `i`: the apple on cell `i` of the plan) that can be eaten
  /// within `steps` from `cell`, and the steps the shortest such tour takes.
  func most(of left: Int, from cell: Int, within steps: Int) -> (count: Int, steps: Int) {
    if let all = length(of: left, from: cell), all <= steps { return (left.nonzeroBitCount, all) }
    var best = (count: 0, steps: 0)
    var set = left
    while set != 0 {
      let count = set.nonzeroBitCount
      if count >= best.count, let length = length(of: set, from: cell), length <= steps,
        count > best.count || length < best.steps
      {
        best = (count, length)
      }
      set = (set - 1) & left
    }
    return best
  }

  /// Steps to eat all of `set` from `cell`, or `nil` where that is impossible.
  private func length(of set: Int, from cell: Int) -> Int? {
    if set == 0 { return 0 }
    let count = cells.count
    var best = Int(Self.never)
    for a in 0..<count where set >> a & 1 == 1 {
      best = min(best, distance(cell, cells[a]) + Int(tour[set * count + a]))
    }
    return best < Int(Self.never) ? best : nil
  }

  /// Where the apple of each bit lies.
  var appleCells: [Int] { cells }
}
