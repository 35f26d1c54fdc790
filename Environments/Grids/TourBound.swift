/// What a tour through coins takes at least: Held and Karp's bound, as ``CoinTour`` says.
struct TourBound {
  /// The coins' cells, in the order of their bits.
  private let coins: [Int]
  private let bits: [UInt64]
  /// `[cell of a coin or key]` The place of its row, else -1.
  private let rows: [Int]
  /// `[row, coin]` Steps to each coin with every door open; the starts are the last row.
  private let ways: [Double]
  /// `[coin, coin]` Steps between two coins in the direction that takes fewer.
  private let gaps: [Double]
  private let startPlace: Int
  private let allCoins: UInt64
  /// Longer than any way.
  private static let never = 1e7
  private static let rounds = 40

  init(_ layout: GridWorld.Layout, palette: KeyPalette, moves: [Int]) {
    let coins = layout.onceCells.filter { layout.kinds[$0] == .coin }
    let sources = layout.onceCells.filter { layout.kinds[$0] != .door }
    var walk = Walk(cellCount: layout.kinds.count)
    func steps(from sources: [Int]) -> [Double] {
      var found = [Double](repeating: Self.never, count: layout.kinds.count)
      for cell in sources { found[cell] = 0 }
      let all = (1 << palette.count) - 1
      walk.search(layout, palette, moves, from: sources, held: all) { cell, steps in
        found[cell] = Double(steps)
        return false
      }
      return coins.map { found[$0] }
    }
    var rows = [Int](repeating: -1, count: layout.kinds.count)
    for (row, cell) in sources.enumerated() { rows[cell] = row }
    let ways = (sources.map { [$0] } + [layout.starts]).map { steps(from: $0) }
    self.ways = ways.flatMap(\.self)
    self.rows = rows
    self.coins = coins
    bits = coins.map { layout.bits[$0] }
    allCoins = layout.coins
    startPlace = sources.count
    gaps = coins.indices.flatMap { a in
      coins.indices.map { b in min(ways[rows[coins[a]]][b], ways[rows[coins[b]]][a]) }
    }
  }

  /// Prices to begin with.
  var noPrices: [Double] { [Double](repeating: 0, count: coins.count + 1) }

  var leastFromStart: Int {
    var prices = noPrices
    return least(row: startPlace, through: allCoins, prices: &prices, enough: .max)
  }

  /// Steps that a way from a coin or key through all of `remaining` takes at least.
  ///
  /// - Parameters:
  ///   - prices: `[coins + 1]` to begin with, and those that were found best; the last is the cell's.
  ///   - enough: the search for a better bound ends at this one.
  func least(
    from cell: Int, through remaining: UInt64, prices: inout [Double], enough: Int
  ) -> Int {
    least(row: rows[cell], through: remaining, prices: &prices, enough: enough)
  }

  private func least(
    row: Int, through remaining: UInt64, prices: inout [Double], enough: Int
  ) -> Int {
    let nodes = coins.indices.filter { bits[$0] & remaining != 0 }
    var tree = Tree(count: nodes.count + 1)
    var best = 0.0
    var current = prices
    var stride = 1.0
    for _ in 0..<Self.rounds {
      let value = tree.grow(nodes, row: row * coins.count, self, current)
      if value > best {
        (best, prices) = (value, current)
        if Self.whole(best) >= enough { break }
      } else {
        stride *= 0.7
      }
      guard tree.raise(&current, nodes, by: stride) else { break }
    }
    return Self.whole(best)
  }

  private static func whole(_ bound: Double) -> Int { Int((bound - 1e-6).rounded(.up)) }

  /// A minimal spanning tree over a cell and coins, by Prim's algorithm.
  private struct Tree {
    private var costs: [Double]
    private var parents: [Int]
    private var degrees: [Int]
    /// The coin with the lowest price, where a way may end.
    private var end = 0

    init(count: Int) {
      costs = Array(repeating: 0, count: count)
      parents = costs.map { _ in 0 }
      degrees = parents
    }

    /// - Returns: the bound that these prices give.
    mutating func grow(
      _ nodes: [Int], row: Int, _ bound: TourBound, _ prices: [Double]
    ) -> Double {
      let (count, coinCount) = (nodes.count, bound.coins.count)
      let own = prices[coinCount]
      for place in 0..<count {
        costs[place] = bound.ways[row + nodes[place]] + own + prices[nodes[place]]
        parents[place] = count
        degrees[place] = 0
      }
      degrees[count] = 0
      var sum = -own
      end = 0
      for place in 0..<count {
        sum -= 2 * prices[nodes[place]]
        if prices[nodes[place]] < prices[nodes[end]] { end = place }
      }
      sum += prices[nodes[end]]
      for _ in 0..<count {
        var nearest = -1
        for place in 0..<count where parents[place] >= 0 {
          if nearest < 0 || costs[place] < costs[nearest] { nearest = place }
        }
        sum += costs[nearest]
        degrees[nearest] += 1
        degrees[parents[nearest]] += 1
        parents[nearest] = -1
        let (gaps, price) = (nodes[nearest] * coinCount, prices[nodes[nearest]])
        for place in 0..<count where parents[place] >= 0 {
          let cost = bound.gaps[gaps + nodes[place]] + price + prices[nodes[place]]
          if cost < costs[place] { (costs[place], parents[place]) = (cost, nearest) }
        }
      }
      return sum
    }

    /// Raises the prices of coins with too many branches and lowers those with too few.
    ///
    /// - Returns: whether any was changed; if not, the tree is a way itself.
    func raise(_ prices: inout [Double], _ nodes: [Int], by stride: Double) -> Bool {
      var isChanged = false
      for place in nodes.indices {
        let excess = degrees[place] - (place == end ? 1 : 2)
        if excess != 0 {
          prices[nodes[place]] += stride * Double(excess)
          isChanged = true
        }
      }
      let excess = degrees[nodes.count] - 1
      if excess != 0 {
        prices[prices.count - 1] += stride * Double(excess)
        isChanged = true
      }
      return isChanged
    }
  }
}
