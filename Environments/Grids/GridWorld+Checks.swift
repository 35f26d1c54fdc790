import Documents

extension GridWorld.Configuration {
  /// Checks everything but the map.
  func check() throws(ConfigurationError) {
    try require(1...1_000_000 ~= horizon, "horizon", horizon, "1 to 1000000 steps")
    try require(!moves.isEmpty, "moves", "none", "one move or more")
    for (index, move) in moves.enumerated() {
      try require(
        moves.firstIndex(of: move) == index, "moves[\(index)]", "\(move.rawValue) again",
        "each move at most once")
    }
    try require(rewards.step.isFinite, "rewards.step", rewards.step, "a finite number")
    try require(rewards.bump.isFinite, "rewards.bump", rewards.bump, "a finite number")
    try require(
      0...1 ~= slip.probability, "slip.probability", slip.probability, "a probability, 0 to 1")
    try require(
      1...100 ~= observation.radius, "observation.radius", observation.radius, "1 to 100 cells")
    for (key, tile) in legend.sorted(by: { $0.key < $1.key }) {
      let shown = Document.string(key).jsonText()
      let path = key.allSatisfy { $0.isLetter || $0.isNumber } ? key : shown
      try require(key.count == 1, "legend.\(path)", shown, "a single character")
      try require(
        tile.reward.isFinite, "legend.\(path).reward", tile.reward, "a finite number")
    }
  }

  /// The map's cells, row by row. A character that is wrong has the path of its row and its place in
  /// it: `map[2][5]`.
  func readMap() throws(ConfigurationError) -> [GridWorld.Tile] {
    let columns = map.first?.count ?? 0
    try require(!map.isEmpty, "map", "no rows", "one row or more")
    try require(columns > 0, "map[0]", "an empty row", "one cell or more")
    try require(
      map.count <= 4096 && columns <= 4096 && map.count * columns <= 65_536, "map",
      "\(map.count) rows of \(columns) cells", "at most 65536 cells, and 4096 in a row or column")
    var tiles: [GridWorld.Tile] = []
    for (row, text) in map.enumerated() {
      for (column, character) in text.enumerated() {
        guard let tile = legend[String(character)] else {
          let known = legend.keys.sorted().map { $0 == " " ? "space" : $0 }
          throw ConfigurationError(
            key: "map[\(row)][\(column)]", found: Document.string(String(character)).jsonText(),
            expected: "a character of the legend: \(known.joined(separator: " "))")
        }
        tiles.append(tile)
      }
      try require(
        text.count == columns, "map[\(row)][\(min(text.count, columns))]",
        "a row of \(text.count) cells", "\(columns), as in the first row")
    }
    try require(
      tiles.contains { $0.kind.isStart }, "map", "no start",
      "one or more cells where an episode begins\(hint(.start))")
    try require(
      tiles.contains { $0.kind.isGoal || $0.kind == .coin }, "map", "neither goal nor coin",
      "something to reach or to take\(hint(.goal))")
    let once = tiles.count { $0.kind.isOnce }
    try require(once <= 64, "map", "\(once) coins, keys and doors", "at most 64 in all")
    if goals.perEpisode == .one {
      try require(
        tiles.contains { $0.kind.isGoal }, "goals.perEpisode", "one, and a map without goals",
        "all, or a map with goals")
    }
    return tiles
  }

  /// A character that stands for `kind`, as part of a message.
  private func hint(_ kind: GridWorld.Kind) -> String {
    legend.filter { $0.value.kind == kind }.keys.min().map { " (\($0))" } ?? ""
  }
}

extension GridWorld.Layout {
  /// Refuses maps on which something cannot be reached, which is hardly ever meant.
  func checkReachability() throws(ConfigurationError) {
    var seen = [Bool](repeating: false, count: kinds.count)
    for start in starts {
      let reached = reachable(from: start)
      let isWorthwhile = reached.contains { goals.isEmpty ? kinds[$0] == .coin : kinds[$0].isGoal }
      guard isWorthwhile else {
        throw error(
          at: start,
          found: "a start from which no \(goals.isEmpty ? "coin" : "goal") can be reached",
          expected: "a way")
      }
      for cell in reached { seen[cell] = true }
    }
    for cell in kinds.indices where !seen[cell] {
      switch kinds[cell] {
      case .goal, .startGoal, .coin, .key:
        let name = kinds[cell].isGoal ? "goal" : kinds[cell].rawValue
        throw error(
          at: cell, found: "a \(name) that cannot be reached", expected: "a way from a start")
      case .door where keys[cell] == 0:
        throw error(
          at: cell, found: "a \(colours[cell].rawValue) door without a key of that colour",
          expected: "a key for every door")
      default: break
      }
    }
  }

  private func error(at cell: Int, found: String, expected: String) -> ConfigurationError {
    ConfigurationError(
      key: "map[\(cell / columns)][\(cell % columns)]", found: found, expected: expected)
  }

  /// The cells in which a move can end, the start included. Of two keys of one colour the second
  /// opens nothing new, so only sets of colours are told apart.
  private func reachable(from start: Int) -> [Int] {
    struct Place: Hashable {
      var cell: Int
      var held: UInt64
    }
    let moves = Set(outcomes.flatMap { $0.filter { $0.probability > 0 }.map(\.move) }).sorted()
    let keyCells = onceCells.filter { kinds[$0] == .key }
    var reached = [Bool](repeating: false, count: kinds.count)
    reached[start] = true
    var seen: Set = [Place(cell: start, held: 0)]
    var waiting = Array(seen)
    while let place = waiting.popLast() {
      for move in moves {
        let cell = target(of: place.cell, move: move, collected: place.held)
        reached[cell] = true
        let isOver =
          kinds[cell] == .pit
          || (kinds[cell].isGoal && configuration.goals.end && !drawsGoal)
        if isOver || kinds[cell] == .cliff { continue }
        var next = Place(cell: cell, held: place.held)
        if kinds[cell] == .key, let first = keyCells.first(where: { colours[$0] == colours[cell] })
        {
          next.held |= bits[first]
        }
        if seen.insert(next).inserted { waiting.append(next) }
      }
    }
    return reached.indices.filter { reached[$0] }
  }
}
