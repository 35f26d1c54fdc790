import Documents
import Randomness

extension KeyToDoor {
  /// A room's map, read and checked but not yet placed on the board.
  struct Plan {
    var rows: Int
    var columns: Int
    /// Row-major.
    var characters: [Character]
    let objects: Character

    /// - Parameters:
    ///   - objects: the character of this room's candidate object cells, beside `*`.
    ///   - isNeeded: whether at least one of them must be there.
    ///   - key: where the room stands in the settings.
    init(
      _ room: Room, objects: Character, isNeeded: Bool, key: String
    ) throws(ConfigurationError) {
      self.objects = objects
      let limit = 64
      if room.map.isEmpty {
        for (side, count) in [("rows", room.rows), ("columns", room.columns)]
        where count < 1 || count > limit {
          throw ConfigurationError(
            key: "\(key).\(side)", found: "\(count)", expected: "1 to \(limit) cells")
        }
        (rows, columns) = (room.rows, room.columns)
        characters = Array(repeating: "*", count: rows * columns)
        return
      }
      rows = room.map.count
      columns = room.map[0].count
      guard rows <= limit, columns >= 1, columns <= limit else {
        throw ConfigurationError(
          key: "\(key).map", found: "\(rows) rows of \(columns) characters",
          expected: "1 to \(limit) rows of 1 to \(limit) characters")
      }
      characters = []
      for (number, row) in room.map.enumerated() {
        guard row.count == columns else {
          throw ConfigurationError(
            key: "\(key).map", found: "\(row.count) characters in row \(number + 1)",
            expected: "\(columns), as in row 1")
        }
        for (column, character) in row.enumerated() {
          guard "# +*".contains(character) || character == objects else {
            throw ConfigurationError(
              key: "\(key).map",
              found: "\"\(character)\" in row \(number + 1), column \(column + 1)",
              expected: "one of \"#\", \" \", \"+\", \"*\" and \"\(objects)\"")
          }
          characters.append(character)
        }
      }
      guard !isNeeded || characters.contains(objects) || characters.contains("*") else {
        throw ConfigurationError(
          key: "\(key).map", found: "no candidate cell for the object of this room",
          expected: "at least one \"\(objects)\" or \"*\"")
      }
    }
  }

  /// A room on the board: which cells are what. Cells are numbered row by row, from 0.
  struct Ground: Sendable {
    /// `[rows · columns]`
    let walls: [Bool]
    /// Candidate cells of the key, the apples or the door, in ascending order.
    let objects: [Int]
    /// Candidate starts, in ascending order.
    let starts: [Int]

    /// Puts a room into the middle of the board.
    init(_ plan: Plan, rows: Int, columns: Int) {
      let top = (rows - plan.rows) / 2
      let left = (columns - plan.columns) / 2
      var walls = [Bool](repeating: true, count: rows * columns)
      var objects: [Int] = []
      var starts: [Int] = []
      for row in 0..<plan.rows {
        for column in 0..<plan.columns {
          let character = plan.characters[row * plan.columns + column]
          let cell = (top + row) * columns + left + column
          walls[cell] = character == "#"
          if character == plan.objects || character == "*" { objects.append(cell) }
          if character == "+" || character == "*" { starts.append(cell) }
        }
      }
      (self.walls, self.objects, self.starts) = (walls, objects, starts)
    }

    /// `[cell, action]` Where each action leads from each cell.
    func neighbours(rows: Int, columns: Int) -> [Int16] {
      walls.indices.flatMap { cell in
        Move.allCases.map { move in
          var (row, column) = (cell / columns, cell % columns)
          switch move {
          case .north: row -= 1
          case .south: row += 1
          case .west: column -= 1
          case .east: column += 1
          }
          let isInside = (0..<rows).contains(row) && (0..<columns).contains(column)
          let next = row * columns + column
          return Int16(isInside && !walls[next] ? next : cell)
        }
      }
    }

    /// Checks that a start is left wherever `count` objects are put.
    func checkStarts(objects count: Int, key: String) throws(ConfigurationError) {
      let shared = Set(starts).intersection(objects).count
      guard starts.count > min(count, shared) else {
        throw ConfigurationError(
          key: key,
          found: "\(starts.count) candidate starts, \(shared) of which an object may take",
          expected: "at least one \"+\", or more \"*\" than objects")
      }
    }

    func checkApples(count: Int) throws(ConfigurationError) {
      guard count == 0 || objects.count <= 64 else {
        throw ConfigurationError(
          key: "middle.map", found: "\(objects.count) candidate apple cells",
          expected: "64 at most")
      }
      guard count <= objects.count else {
        throw ConfigurationError(
          key: "apples.count", found: "\(count)",
          expected: "at most \(objects.count), the candidate cells in middle.map")
      }
      try checkStarts(objects: count, key: "middle.map")
    }

    /// Draws the cell of the object, then the start among the rest.
    func drawObjectAndStart(using random: inout RandomStream) -> (object: Int, start: Int) {
      let object = objects[random.integer(below: objects.count)]
      guard let taken = starts.firstIndex(of: object) else {
        return (object, starts[random.integer(below: starts.count)])
      }
      let index = random.integer(below: starts.count - 1)
      return (object, starts[index < taken ? index : index + 1])
    }

    /// Draws which `count` candidates hold an apple (Knuth's selection sampling: every choice is
    /// equally likely), then the start among the rest.
    func drawApplesAndStart(
      count: Int, using random: inout RandomStream
    ) -> (apples: UInt64, start: Int) {
      var apples: UInt64 = 0
      var left = count
      for index in objects.indices where left > 0 {
        if random.integer(below: objects.count - index) < left {
          apples |= 1 << UInt64(index)
          left -= 1
        }
      }
      while true {
        let start = starts[random.integer(below: starts.count)]
        let isTaken = objects.firstIndex(of: start).map { $0 < 64 && apples >> UInt64($0) & 1 == 1 }
        if isTaken != true { return (apples, start) }
      }
    }

    /// All outcomes of ``drawObjectAndStart(using:)``, with their probabilities.
    func objectsAndStarts() -> [(object: Int, start: Int, probability: Double)] {
      objects.flatMap { object in
        let free = starts.filter { $0 != object }
        return free.map { (object, $0, 1 / Double(objects.count) / Double(free.count)) }
      }
    }
  }
}
