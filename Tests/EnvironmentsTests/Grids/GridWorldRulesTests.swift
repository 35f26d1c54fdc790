import Documents
import Environments
import Testing

/// A grid from its map, with changes to the settings.
func makeGrid(
  _ map: String, _ changes: (inout GridWorld.Configuration) -> Void = { _ in }
) throws(ConfigurationError) -> GridWorld {
  var settings = GridWorld.Configuration()
  settings.map = map.split(separator: "\n").map(String.init)
  changes(&settings)
  return try GridWorld(settings)
}

/// What a walk is paid, the cells it passes and how it ended.
func walk(_ world: GridWorld, _ moves: [Int]) -> (rewards: [Double], cells: [Int], last: Outcome?) {
  var world = world
  world.reset(seed: 0)
  var (rewards, cells) = ([Double](), [Int]())
  var last: Outcome?
  for move in moves {
    let outcome = world.step(.discrete(move))
    rewards.append(outcome.reward)
    cells.append(Int(world.state.cell))
    last = outcome
  }
  return (rewards, cells, last)
}

@Suite("The rules of a grid")
struct GridWorldRulesTests {
  private let up = 0
  private let right = 1
  private let down = 2
  private let left = 3

  @Test("lead to the four neighbours, stop at walls and the edge, and pay step and bump")
  func moves() throws {
    let grid = try makeGrid("S.#\n..G") {
      $0.rewards.step = -1
      $0.rewards.bump = -5
    }
    let path = walk(grid, [up, right, right, down, left, right, right])
    #expect(path.cells == [0, 1, 1, 4, 3, 4, 5])
    #expect(path.rewards == [-6, -1, -6, -1, -1, -1, 0])
    #expect(path.last == Outcome(reward: 0, isTerminated: true, isTruncated: false))
  }

  @Test("take the actions from the settings: diagonals, staying, any order")
  func actions() throws {
    let grid = try makeGrid("S..\n...\n..G") {
      $0.moves = [.stay, .downRight, .upLeft, .upRight, .downLeft, .down]
      $0.rewards.bump = -1
    }
    #expect(grid.actionSpace == .discrete(count: 6))
    let path = walk(grid, [0, 1, 2, 5, 3, 4, 2, 1, 1])
    #expect(path.cells == [0, 4, 0, 3, 1, 3, 3, 7, 7])
    #expect(path.rewards == [0, 0, 0, 0, 0, 0, -1, 0, -1])
  }

  @Test("pay a cell for every action that ends there, and what is taken once")
  func rewards() throws {
    let grid = try makeGrid("So.mG") {
      $0.legend["m"] = .init(.floor, reward: -2)
      $0.rewards.step = -0.5
    }
    let path = walk(grid, [right, right, left, right, right, up, right])
    #expect(path.rewards == [0.5, -0.5, -0.5, -0.5, -2.5, -2.5, 0.5])
    var all = try makeGrid("oSo") { $0.endsWhenCollected = true }
    all.reset(seed: 0)
    #expect(all.step(.discrete(left)) == .init(reward: 1, isTerminated: false, isTruncated: false))
    #expect(!all.isSolved)
    #expect(all.step(.discrete(right)).reward == 0)
    #expect(all.step(.discrete(right)) == .init(reward: 1, isTerminated: true, isTruncated: false))
    #expect(all.isSolved)
  }

  @Test("open a door to who has a key of its colour, and pay it once")
  func doors() throws {
    let grid = try makeGrid("KSd.k\n#D#.G") {
      $0.legend["K"] = .init(.key, reward: 1, colour: .blue)
      $0.legend["d"] = .init(.door, reward: 3, colour: .blue)
      $0.rewards.bump = -1
    }
    let path = walk(grid, [right, left, right, right, left, down, right])
    #expect(path.cells == [1, 0, 1, 2, 1, 1, 2], "the yellow door stays shut")
    #expect(path.rewards == [-1, 1, 0, 3, 0, -1, 0])
  }

  @Test("refuse a key behind its own door")
  func lockedIn() {
    let error = #expect(throws: ConfigurationError.self) { try makeGrid("GSDk") }
    #expect(
      error?.description
        == "map[0][3]: found a key that cannot be reached, expected a way from a start")
  }

  @Test("end the episode in a pit, and send back from a cliff")
  func hazards() throws {
    let pit = try makeGrid("Sx\n.G") { $0.legend["x"] = .init(.pit, reward: -3) }
    #expect(walk(pit, [right]).last == .init(reward: -3, isTerminated: true, isTruncated: false))
    let cliff = try makeGrid("S.C\n..G") {
      $0.legend["C"] = .init(.cliff, reward: -9)
      $0.rewards.step = -1
    }
    let path = walk(cliff, [right, right, down])
    #expect(path.cells == [1, 0, 3])
    #expect(path.rewards == [-1, -10, -1])
  }

  @Test("slide over ice until it ends or something is in the way")
  func ice() throws {
    let grid = try makeGrid("S~~~.\n#~##G\n#.###")
    #expect(walk(grid, [right]).cells == [4])
    #expect(walk(grid, [right, left, right, down]).cells == [4, 0, 4, 9])
    let wall = try makeGrid("S~~#\n#~.G\n#.##") { $0.rewards.bump = -1 }
    let path = walk(wall, [right, left, right, down])
    #expect(path.cells == [2, 0, 2, 6], "stops before the wall")
    #expect(path.rewards == [0, 0, 0, 0])
    let door = try makeGrid("kS~DG") { $0.rewards.bump = -1 }
    #expect(walk(door, [right, right, left, left, right, right]).cells == [2, 2, 1, 0, 1, 3])
  }

  @Test("let one-way cells be entered and left in their direction alone")
  func oneWay() throws {
    let grid = try makeGrid("S>.\n.v.\n...\n..G") { $0.rewards.bump = -1 }
    let path = walk(grid, [right, down, left, right, left, down, left, right])
    #expect(path.cells == [1, 1, 1, 2, 2, 5, 5, 5])
    #expect(path.rewards == [0, -1, -1, 0, -1, 0, -1, -1])
    #expect(walk(grid, [down, right, down, right, up]).cells == [3, 3, 6, 7, 7])
  }

  @Test("pay everything at the end where rewards are delayed, also at the horizon")
  func delayed() throws {
    func make(_ horizon: Int) throws -> GridWorld {
      try makeGrid("SooG") {
        $0.delayedReward = true
        $0.rewards.step = -0.25
        $0.horizon = horizon
      }
    }
    #expect(walk(try make(10), [right, right, right]).rewards == [0, 0, 2.25])
    let cut = walk(try make(2), [right, right])
    #expect(cut.rewards == [0, 1.5])
    #expect(cut.last == .init(reward: 1.5, isTerminated: false, isTruncated: true))
  }

  @Test("count one goal per episode, as often as any other, and pay while on it")
  func drawnGoals() throws {
    var grid = try makeGrid("GSG") {
      $0.goals.perEpisode = .one
      $0.goals.end = false
      $0.horizon = 3
    }
    var goals: [Int32: Int] = [:]
    for seed in 0..<400 as Range<UInt64> {
      grid.reset(seed: seed)
      goals[grid.state.goal, default: 0] += 1
      let towards = grid.state.goal == 0 ? left : right
      let rewards = [towards == left ? right : left, towards, towards].map {
        grid.step(.discrete($0)).reward
      }
      #expect(rewards == [0, 0, 1])
      #expect(grid.isSolved)
    }
    #expect(goals.keys.sorted() == [0, 2])
    #expect(agrees(Double(goals[0] ?? 0) / 400, with: 0.5, count: 400))
  }

  @Test("draw the start and the slips as the settings say")
  func chances() throws {
    var grid = try makeGrid(".....\nS.S.S\n..G..") {
      $0.slip.probability = 0.3
      $0.horizon = 10
    }
    var (starts, ends) = ([Int32: Int](), [Int32: Int]())
    for seed in 0..<6000 as Range<UInt64> {
      grid.reset(seed: seed)
      starts[grid.state.cell, default: 0] += 1
      guard grid.state.cell == 7 else { continue }
      _ = grid.step(.discrete(up))
      ends[grid.state.cell, default: 0] += 1
    }
    #expect(starts.keys.sorted() == [5, 7, 9])
    for count in starts.values { #expect(agrees(Double(count) / 6000, with: 1 / 3, count: 6000)) }
    let count = starts[7] ?? 0
    for (cell, probability) in [(2, 0.7), (6, 0.15), (8, 0.15)] as [(Int32, Double)] {
      let share = Double(ends[cell] ?? 0) / Double(count)
      #expect(agrees(share, with: probability, count: count))
    }
    let any = try makeGrid("...\n.S.\n..G") {
      $0.slip = .init()
      $0.slip.probability = 0.4
      $0.slip.direction = .any
    }
    let chances = any.transitions(from: any.state, action: up).map {
      ($0.next.cell, $0.probability)
    }
    #expect(chances.map(\.0) == [1, 5, 7, 3])
    #expect(zip(chances.map(\.1), [0.7, 0.1, 0.1, 0.1]).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  @Test("are pictured as they stand")
  func picture() throws {
    var grid = try makeGrid("S.ko\nxC~#\n>.DG")
    _ = grid.step(.discrete(right))
    _ = grid.step(.discrete(right))
    let picture = grid.picture
    #expect((picture.columns, picture.rows) == (4, 3))
    #expect(
      picture.cells.map(\.ground) == [
        .floor, .floor, .floor, .floor, .lava, .cliff, .ice, .wall, .patch(.grey), .floor, .floor,
        .goal(.green),
      ])
    #expect(picture[2, 0].thing == nil)
    #expect(picture[3, 0].thing == .init(.apple, .red))
    #expect(picture[2, 2].thing == .init(.lockedDoor, .yellow))
    #expect(picture.agent == .init(column: 2, row: 0, carrying: .init(.key, .yellow)))
  }
}
