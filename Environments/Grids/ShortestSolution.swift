extension GridWorld.Layout {
  /// The moves that can be carried out at all, with luck.
  var possibleMoves: [Int] {
    Set(outcomes.flatMap { $0.filter { $0.probability > 0 }.map(\.move) }).sorted()
  }

  /// Fewest steps to a goal, with luck, or `nil` where there is no way within the horizon; for maps
  /// with goals.
  ///
  /// Of all that can be taken only colours of keys matter on the way, so that places are cells times
  /// sets of colours, however many coins there are. Where taking the last coin ends the episode, a
  /// way leaves one coin or more: the best one is the best over the coin that it leaves.
  func shortestWayToGoal(memoryLimit: Int) throws(SolverError) -> Int? {
    let places = kinds.count << KeyPalette(self).count
    // Seen or not, and a place in the list of this depth and in that of the next.
    guard places * (1 + 3 * MemoryLayout<KeyPalette.Place>.stride) <= memoryLimit else {
      throw .tooLarge(states: places, steps: horizon, limit: memoryLimit)
    }
    guard configuration.endsWhenCollected, coins != 0 else { return shortestWayToGoal(leaving: -1) }
    let ways = onceCells.filter { kinds[$0] == .coin }.map { shortestWayToGoal(leaving: $0) }
    return ways.compactMap(\.self).min()
  }

  /// - Parameter left: a cell not to be entered, or -1.
  private func shortestWayToGoal(leaving left: Int) -> Int? {
    let moves = possibleMoves
    let palette = KeyPalette(self)
    var seen = [Bool](repeating: false, count: kinds.count << palette.count)
    var next: [KeyPalette.Place] = []
    func visit(_ place: KeyPalette.Place) {
      let number = place.cell << palette.count | place.held
      if !seen[number] {
        seen[number] = true
        next.append(place)
      }
    }
    for cell in starts { visit(.init(cell: cell, held: 0)) }
    for depth in 0..<horizon where !next.isEmpty {
      let places = next
      next.removeAll(keepingCapacity: true)
      for place in places {
        for move in moves {
          let cell = target(of: place.cell, move: move, collected: palette.keys(place.held))
          if kinds[cell].isGoal { return depth + 1 }
          switch kinds[cell] {
          case .pit: continue
          case .cliff: for start in starts { visit(.init(cell: start, held: place.held)) }
          default:
            if cell != left { visit(.init(cell: cell, held: palette.holding(cell, place.held))) }
          }
        }
      }
    }
    return nil
  }
}

/// The colours of a map's keys: of two keys of one colour the second opens nothing new.
struct KeyPalette {
  /// A cell, and the colours of the keys that have been taken, a bit for each.
  struct Place: Hashable {
    var cell: Int
    var held: Int
  }

  /// How many colours keys have.
  let count: Int
  /// `[cell]` The bit of a key's colour, else 0.
  private let bits: [Int]
  /// `[set of colours]` Keys of those colours, as ``GridWorld/State/collected`` has them.
  private let sets: [UInt64]

  init(_ layout: GridWorld.Layout) {
    let keyCells = layout.onceCells.filter { layout.kinds[$0] == .key }
    let colours = GridWorld.Colour.allCases.filter { colour in
      keyCells.contains { layout.colours[$0] == colour }
    }
    var bits = [Int](repeating: 0, count: layout.kinds.count)
    var firsts = [UInt64](repeating: 0, count: colours.count)
    for cell in keyCells.reversed() {
      let place = colours.firstIndex(of: layout.colours[cell])!
      bits[cell] = 1 << place
      firsts[place] = layout.bits[cell]
    }
    (count, self.bits) = (colours.count, bits)
    sets = (0..<1 << colours.count).map { held in
      firsts.indices.reduce(0) { held >> $1 & 1 == 1 ? $0 | firsts[$1] : $0 }
    }
  }

  func keys(_ held: Int) -> UInt64 { sets[held] }
  func holding(_ cell: Int, _ held: Int) -> Int { held | bits[cell] }
}
