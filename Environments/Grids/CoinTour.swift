/// The fewest steps, with luck, in which all coins of a map can be taken, where sets of coins are too
/// many to tell states apart by them.
///
/// Branch and bound, depth first: from one coin or key to the next that can be reached without
/// taking another. A branch is left where what it takes at least is no less than the best found:
/// Held and Karp's bound (1970) on ways from a cell through all remaining coins, with every door
/// open. It is the largest minimal spanning tree over prices `π` of the coins,
///
///     max over π of  tree(d(a, b) + π(a) + π(b)) − 2 Σ π + min π − π(cell),
///
/// sums and minimum over the coins, found by subgradient steps. Finding such tours is NP-hard, so the
/// search ends after so many branches.
struct CoinTour {
  /// What was found.
  struct Result {
    /// `nil` where there is no way within the horizon.
    var steps: Int?
    /// Steps that every way takes.
    var bound: Int
    /// Whether `steps` is the fewest; else it is what was found so far.
    var isComplete: Bool
  }

  /// Seconds to minutes, as branches of many coins take longer.
  static let usualBranches = 300_000

  private typealias Place = KeyPalette.Place
  private struct Node: Hashable {
    var place: Place
    var remaining: UInt64
  }

  private let layout: GridWorld.Layout
  private let palette: KeyPalette
  private let moves: [Int]
  private let bound: TourBound
  private let mostBranches: Int
  private let isStopped: () -> Bool
  private let mostKnown: Int
  /// The fewest steps with which a node was looked at.
  private var known: [Node: Int32] = [:]
  private var best: Int
  private var branches = 0
  private var walk: Walk

  /// - Parameter memoryLimit: bytes that what is remembered may take.
  init(
    _ layout: GridWorld.Layout, memoryLimit: Int, mostBranches: Int,
    unless isStopped: @escaping () -> Bool
  ) {
    self.layout = layout
    self.isStopped = isStopped
    self.mostBranches = mostBranches
    // A dictionary keeps a quarter of its places free, and both sizes while it grows.
    mostKnown = memoryLimit / (4 * MemoryLayout<(Node, Int32)>.stride)
    palette = KeyPalette(layout)
    moves = layout.possibleMoves
    walk = Walk(cellCount: layout.kinds.count)
    best = layout.horizon + 1
    bound = TourBound(layout, palette: palette, moves: moves)
  }

  mutating func search() -> Result {
    let least = bound.leastFromStart
    let isComplete =
      least > layout.horizon
      || follow(
        walk.events(layout, palette, moves, from: layout.starts, held: 0, remaining: layout.coins),
        held: 0, remaining: layout.coins, steps: 0, prices: bound.noPrices)
    return Result(
      steps: best <= layout.horizon ? best : nil, bound: least,
      isComplete: isComplete || best <= least)
  }

  /// Tries all ways on, the most promising first.
  ///
  /// - Returns: whether all were tried that might be better.
  private mutating func follow(
    _ events: [Walk.Event], held: Int, remaining: UInt64, steps: Int, prices: [Double]
  ) -> Bool {
    var ways: [(least: Int, steps: Int, node: Node, prices: [Double])] = []
    for event in events {
      let place = Place(cell: event.cell, held: palette.holding(event.cell, held))
      let node = Node(place: place, remaining: remaining & ~layout.bits[event.cell])
      let taken = steps + event.steps
      if node.remaining == 0 {
        best = min(best, taken)
        continue
      }
      var paid = prices
      let rest = bound.least(
        from: place.cell, through: node.remaining, prices: &paid, enough: best - taken)
      if taken + rest < best { ways.append((taken + rest, taken, node, paid)) }
    }
    ways.sort {
      ($0.least, $0.steps, $0.node.place.cell) < ($1.least, $1.steps, $1.node.place.cell)
    }
    for way in ways where way.least < best {
      if let before = known[way.node], before <= way.steps { continue }
      guard branches < mostBranches, !isStopped() else { return false }
      branches += 1
      if known.count < mostKnown || known[way.node] != nil { known[way.node] = Int32(way.steps) }
      let place = way.node.place
      let next = walk.events(
        layout, palette, moves, from: [place.cell], held: place.held,
        remaining: way.node.remaining)
      guard
        follow(
          next, held: place.held, remaining: way.node.remaining, steps: way.steps,
          prices: way.prices)
      else { return false }
    }
    return true
  }
}

/// Breadth-first search from cell to cell, in memory that is used again.
struct Walk {
  /// A cell where something is taken, and how many steps away it is.
  struct Event {
    var cell: Int
    var steps: Int
  }

  /// `[cell]` Steps, where `round` is the current one.
  private var steps: [Int32]
  private var rounds: [Int32]
  private var round: Int32 = 0
  private var queue: [Int] = []

  init(cellCount: Int) {
    steps = Array(repeating: 0, count: cellCount)
    rounds = Array(repeating: 0, count: cellCount)
  }

  /// The nearest coins of `remaining` and keys of new colours: those that can be reached without
  /// taking another.
  mutating func events(
    _ layout: GridWorld.Layout, _ palette: KeyPalette, _ moves: [Int], from sources: [Int],
    held: Int, remaining: UInt64
  ) -> [Event] {
    var events: [Event] = []
    search(layout, palette, moves, from: sources, held: held) { cell, steps in
      let isEvent =
        layout.bits[cell] & remaining != 0 || palette.holding(cell, held) != held
      if isEvent { events.append(Event(cell: cell, steps: steps)) }
      return isEvent
    }
    return events
  }

  /// - Parameter stops: asked of every cell that is reached, the sources left out; whether nobody
  ///   goes on from there.
  mutating func search(
    _ layout: GridWorld.Layout, _ palette: KeyPalette, _ moves: [Int], from sources: [Int],
    held: Int, stops: (_ cell: Int, _ steps: Int) -> Bool
  ) {
    round += 1
    queue.removeAll(keepingCapacity: true)
    let keys = palette.keys(held)
    func reach(_ cell: Int, _ count: Int32) -> Bool {
      if rounds[cell] == round { return false }
      rounds[cell] = round
      steps[cell] = count
      return true
    }
    for cell in sources where reach(cell, 0) { queue.append(cell) }
    var head = 0
    while head < queue.count {
      let from = queue[head]
      head += 1
      let count = steps[from] + 1
      for move in moves {
        let cell = layout.target(of: from, move: move, collected: keys)
        switch layout.kinds[cell] {
        case .pit: continue
        case .cliff: for start in layout.starts where reach(start, count) { queue.append(start) }
        default: if reach(cell, count), !stops(cell, Int(count)) { queue.append(cell) }
        }
      }
    }
  }
}
