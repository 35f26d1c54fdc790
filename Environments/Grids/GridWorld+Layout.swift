import Documents

extension GridWorld {
  /// The map and rules of one configuration, checked and laid out for speed.
  ///
  /// A class so that a copy of the world copies one reference; nothing in it ever changes.
  final class Layout: Sendable {
    let configuration: Configuration
    let rows: Int
    let columns: Int
    let horizon: Int
    let moveCount: Int
    let kinds: [Kind]
    let colours: [Colour]
    /// `[cell]` What an action that ends here is paid.
    let rewards: [Double]
    /// `[cell]` The bit of a coin, key or door, else 0.
    let bits: [UInt64]
    /// `[cell]` For a door the bits of the keys that open it; 0 where no key is needed.
    let keys: [UInt64]
    /// `[cell, move]` The cell that a move leads to, doors open; the same cell where it bumps.
    private let neighbours: [Int32]
    /// `[cell, move]` Where a move ends, sliding included; empty where that depends on keys.
    private let targets: [Int32]
    /// Cells, in reading order.
    let starts: [Int]
    let goals: [Int]
    /// The cells with a bit, in the order of their bits.
    let onceCells: [Int]
    let coins: UInt64
    let drawsGoal: Bool
    private let goalsEnd: Bool
    private let endsWhenCollected: Bool
    private let stepReward: Double
    private let bumpReward: Double
    let isDelayed: Bool
    let slips: Bool
    private let stay = Move.stay.index
    /// `[action]` What can be carried out for an action, with probabilities that sum to one.
    let outcomes: [[(move: Int, probability: Double)]]
    /// `[action, chance]` The same for quick drawing: up to which draw, and which move.
    private let upTo: [Double]
    private let carriedOut: [Int]
    private let chances: Int
    /// `[cell, 2]` Column and row in `0...1`.
    let places: [Float]
    let view: View
    let observationSpace: Space

    init(_ configuration: Configuration) throws(ConfigurationError) {
      try configuration.check()
      let tiles = try configuration.readMap()
      self.configuration = configuration
      rows = configuration.map.count
      let columns = configuration.map[0].count
      self.columns = columns
      horizon = configuration.horizon
      moveCount = configuration.moves.count
      let kinds = tiles.map(\.kind)
      self.kinds = kinds
      colours = tiles.map(\.colour)
      rewards = tiles.map(\.reward)
      let onceCells = kinds.indices.filter { kinds[$0].isOnce }
      self.onceCells = onceCells
      var bits = [UInt64](repeating: 0, count: tiles.count)
      for (index, cell) in onceCells.enumerated() { bits[cell] = 1 << UInt64(index) }
      self.bits = bits
      keys = tiles.map { door in
        guard door.kind == .door else { return 0 }
        return onceCells.reduce(0) { mask, cell in
          let isKey = tiles[cell].kind == .key && tiles[cell].colour == door.colour
          return isKey ? mask | bits[cell] : mask
        }
      }
      let neighbours = Self.neighbours(of: kinds, rows: rows, columns: columns)
      self.neighbours = neighbours
      targets = kinds.contains(.door) ? [] : Self.targets(of: neighbours, kinds)
      starts = kinds.indices.filter { kinds[$0].isStart }
      goals = kinds.indices.filter { kinds[$0].isGoal }
      coins = onceCells.reduce(0) { kinds[$1] == .coin ? $0 | bits[$1] : $0 }
      drawsGoal = configuration.goals.perEpisode == .one
      goalsEnd = configuration.goals.end
      endsWhenCollected = configuration.endsWhenCollected
      stepReward = configuration.rewards.step
      bumpReward = configuration.rewards.bump
      isDelayed = configuration.delayedReward
      outcomes = configuration.moves.indices.map { configuration.outcomes(of: $0) }
      let chances = outcomes.reduce(1) { max($0, $1.count) }
      self.chances = chances
      carriedOut = outcomes.flatMap { outcomes in
        (0..<chances).map { outcomes[min($0, outcomes.count - 1)].move }
      }
      upTo = outcomes.flatMap { outcomes in
        var sum = 0.0
        return (0..<chances).map { (index: Int) -> Double in
          guard index < outcomes.count - 1 else { return Double.infinity }
          sum += outcomes[index].probability
          return sum
        }
      }
      let rows = self.rows
      places = kinds.indices.flatMap { cell in
        [
          Float(cell % columns) / Float(max(columns - 1, 1)),
          Float(cell / columns) / Float(max(rows - 1, 1)),
        ]
      }
      slips = outcomes.contains { $0.count > 1 || $0[0].probability < 1 }
      let view = View(
        configuration, kinds: kinds, colours: colours, onceCells: onceCells, columns: columns)
      self.view = view
      observationSpace = view.space
      try checkReachability()
    }

    private static func neighbours(of kinds: [Kind], rows: Int, columns: Int) -> [Int32] {
      kinds.indices.flatMap { cell in
        Move.allCases.map { move in
          let row = cell / columns + move.rows
          let column = cell % columns + move.columns
          guard row >= 0, row < rows, column >= 0, column < columns else { return Int32(cell) }
          let target = row * columns + column
          let isAgainst = [cell, target].contains { place in
            kinds[place].direction.map { $0 != move } ?? false
          }
          return Int32(kinds[target] == .wall || isAgainst ? cell : target)
        }
      }
    }

    /// Where moves end on a map without doors.
    private static func targets(of neighbours: [Int32], _ kinds: [Kind]) -> [Int32] {
      let moves = Move.allCases.count
      return neighbours.indices.map { index in
        var place = Int(neighbours[index])
        while kinds[place] == .ice, place != index / moves {
          let further = Int(neighbours[place * moves + index % moves])
          if further == place { break }
          place = further
        }
        return Int32(place)
      }
    }

    // MARK: The rules

    /// What one move brings, before it is known where a fall leads.
    struct Consequence {
      enum Ending { case none, over, fall }
      var state: State
      var reward: Double
      var ending = Ending.none
    }

    /// The move that action `action` becomes where chance draws `draw`, in `0 ..< 1`.
    func move(of action: Int, draw: Double) -> Int {
      let first = action * chances
      // Counted without a branch: which it would be is chance, and a wrong guess costs more.
      var place = first
      for index in first..<first + chances - 1 { place += draw >= upTo[index] ? 1 : 0 }
      return carriedOut[place]
    }

    private static let moveKinds = Move.allCases.count

    /// Where a move from `cell` ends for who has taken `collected`, sliding included.
    func target(of cell: Int, move: Int, collected: UInt64) -> Int {
      if !targets.isEmpty { return Int(targets[cell * Self.moveKinds + move]) }
      var place = neighbour(of: cell, move, collected)
      guard place != cell else { return cell }
      while kinds[place] == .ice {
        let further = neighbour(of: place, move, collected)
        if further == place { break }
        place = further
      }
      return place
    }

    private func neighbour(of cell: Int, _ move: Int, _ collected: UInt64) -> Int {
      let target = Int(neighbours[cell * Self.moveKinds + move])
      return kinds[target] == .door && keys[target] & collected == 0 ? cell : target
    }

    /// Carries out a move.
    ///
    /// After a fall the caller puts the agent on a start; then ``settle(_:)`` makes the reward final.
    func follow(_ state: State, move: Int) -> Consequence {
      let from = Int(state.cell)
      let cell = target(of: from, move: move, collected: state.collected)
      var next = Consequence(state: state, reward: stepReward)
      next.state.cell = Int32(truncatingIfNeeded: cell)
      if cell == from && move != stay { next.reward += bumpReward }
      switch kinds[cell] {
      case .coin, .key, .door:
        if state.collected & bits[cell] == 0 {
          next.state.collected |= bits[cell]
          next.reward += rewards[cell]
          let hasAll = kinds[cell] == .coin && next.state.collected & coins == coins
          if hasAll && goals.isEmpty { next.state.isSolved = true }
          if hasAll && endsWhenCollected { next.ending = .over }
        }
      case .goal, .startGoal:
        if !drawsGoal || Int(state.goal) == cell {
          next.reward += rewards[cell]
          next.state.isSolved = true
          if goalsEnd { next.ending = .over }
        }
      case .pit:
        next.reward += rewards[cell]
        next.ending = .over
      case .cliff:
        next.reward += rewards[cell]
        next.ending = .fall
      default: next.reward += rewards[cell]
      }
      return next
    }

    /// Keeps the reward back until the episode's last action, where the settings say so.
    func settle(_ next: inout Consequence) {
      guard isDelayed else { return }
      next.state.time += 1
      next.state.owed += next.reward
      let isLast = next.ending == .over || Int(next.state.time) == horizon
      next.reward = isLast ? next.state.owed : 0
      if isLast { next.state.owed = 0 }
    }
  }
}

extension GridWorld.Move {
  /// The place in ``allCases``.
  var index: Int { Self.allCases.firstIndex(of: self)! }

  /// Rows towards the bottom.
  var rows: Int {
    switch self {
    case .up, .upLeft, .upRight: -1
    case .left, .right, .stay: 0
    case .down, .downLeft, .downRight: 1
    }
  }

  /// Columns towards the right.
  var columns: Int {
    switch self {
    case .left, .upLeft, .downLeft: -1
    case .up, .down, .stay: 0
    case .right, .upRight, .downRight: 1
    }
  }

  /// The moves a quarter turn away; none for who stays.
  var perpendicular: [Int] {
    self == .stay ? [] : [(index + 6) % 8, (index + 2) % 8]
  }
}

extension GridWorld.Configuration {
  /// What is carried out when action `action` is chosen.
  fileprivate func outcomes(of action: Int) -> [(move: Int, probability: Double)] {
    let chosen = moves[action].index
    let sidesteps =
      switch slip.direction {
      case .perpendicular: moves[action].perpendicular
      case .any: moves.map(\.index)
      }
    guard slip.probability > 0, !sidesteps.isEmpty else { return [(chosen, 1)] }
    var outcomes = [(move: chosen, probability: 1 - slip.probability)]
    for move in sidesteps {
      let share = slip.probability / Double(sidesteps.count)
      if move == chosen {
        outcomes[0].probability += share
      } else {
        outcomes.append((move, share))
      }
    }
    return outcomes
  }
}
