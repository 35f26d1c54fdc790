import Documents
import Environments
import Randomness
import Testing

@Suite("The solver on grids")
struct GridWorldSolvingTests {
  /// What can be on the maps of a family, and its settings.
  enum Family: String, CaseIterable {
    case maze, coins, doors, ice, oneWay, hazards, drawnGoal, delayed

    var characters: String {
      switch self {
      case .maze: "...##"
      case .coins: "...#oo"
      case .doors: "....#kDKd"
      case .ice: "..~~~#o"
      case .oneWay: "...^>v<"
      case .hazards: "....xCo"
      case .drawnGoal: "...#GG"
      case .delayed: "...#om"
      }
    }

    func change(_ settings: inout GridWorld.Configuration, using random: inout RandomStream) {
      settings.horizon = 6 + random.integer(below: 5)
      settings.rewards.step = [0, -0.125][random.integer(below: 2)]
      settings.rewards.bump = [0, -0.25][random.integer(below: 2)]
      if random.integer(below: 3) == 0 { settings.moves = [.down, .upRight, .left, .right, .stay] }
      settings.legend["K"] = .init(.key, reward: 0.5, colour: .blue)
      settings.legend["d"] = .init(.door, reward: 0.25, colour: .blue)
      settings.legend["m"] = .init(.floor, reward: -0.5)
      settings.legend["x"] = .init(.pit, reward: 0.75)
      settings.legend["C"] = .init(.cliff, reward: -0.5)
      settings.goals.end = random.integer(below: 2) == 0
      settings.goals.perEpisode = self == .drawnGoal ? .one : .all
      settings.delayedReward = self == .delayed
      settings.endsWhenCollected = self == .coins && random.integer(below: 2) == 0
    }
  }

  /// A map of the family that the engine accepts.
  private func draw(_ family: Family, using random: inout RandomStream) throws -> GridWorld {
    let characters = Array(family.characters)
    for _ in 0..<10_000 {
      let (rows, columns) = (2 + random.integer(below: 3), 2 + random.integer(below: 4))
      var cells = (0..<(rows * columns)).map { _ in
        characters[random.integer(below: characters.count)]
      }
      cells[random.integer(below: cells.count)] = "G"
      cells[random.integer(below: cells.count)] = "S"
      var settings = GridWorld.Configuration()
      settings.map = (0..<rows).map { String(cells[($0 * columns)..<(($0 + 1) * columns)]) }
      family.change(&settings, using: &random)
      if let grid = try? GridWorld(settings) { return grid }
    }
    throw CancellationError()
  }

  /// The best return from here on, by trying everything with copies of the world.
  private func search(
    _ world: GridWorld, _ known: inout [GridWorld.State: [Int: Double]]
  ) -> Double {
    if let value = known[world.state]?[world.time] { return value }
    guard case .discrete(let count, _) = world.actionSpace else { return .nan }
    var best = -Double.infinity
    for action in 0..<count {
      var copy = world
      let outcome = copy.step(.discrete(action))
      best = max(best, outcome.reward + (outcome.isDone ? 0 : search(copy, &known)))
    }
    known[world.state, default: [:]][world.time] = best
    return best
  }

  @Test("finds the return that trying everything finds, on 50 maps", arguments: Family.allCases)
  func searches(family: Family) throws {
    var random = RandomStream(seed: 11, "layouts/\(family.rawValue)")
    var positive = 0
    for _ in 0..<50 {
      var grid = try draw(family, using: &random)
      let solver = try Solver(grid)
      let plan = try solver.plan().evaluation()
      let starts = Set(grid.startStates().map(\.state))
      var sum = 0.0
      var seed: UInt64 = 0
      var found: Set<GridWorld.State> = []
      while found.count < starts.count && seed < 10_000 {
        grid.reset(seed: seed)
        seed += 1
        guard found.insert(grid.state).inserted else { continue }
        var known: [GridWorld.State: [Int: Double]] = [:]
        let best = search(grid, &known)
        sum += best / Double(starts.count)
        #expect(
          plan.expectedReturn(from: grid.state, at: 0).map { abs($0 - best) < 1e-9 } == true,
          "\(grid.configuration.map)")
      }
      #expect(found == starts)
      #expect(abs(plan.expectedReturn - sum) < 1e-9, "\(grid.configuration.map)")
      if sum > 0 { positive += 1 }
    }
    #expect(positive > 10, "hardly any map has something to win")
  }

  @Test("tells of chances what play shows, slips and falls included")
  func plays() throws {
    let grid = try makeGrid("SC.o\n.~.C\nSx.G") {
      $0.slip.probability = 0.4
      $0.rewards.step = -0.125
      $0.horizon = 12
    }
    let solver = try Solver(grid)
    let random = try RandomBehaviour(for: grid)
    let exact = try solver.evaluate(solver.uniformly)
    let played = play(grid, random, episodes: 20_000)
    #expect(agrees(played.solved, with: exact.solvedProbability, count: 20_000))
    #expect(exact.solvedProbability > 0.02)
    let distribution = try solver.returnDistribution(under: solver.uniformly)
    let square = distribution.reduce(0) { $0 + $1.probability * $1.value * $1.value }
    let deviation = (square - exact.expectedReturn * exact.expectedReturn).squareRoot()
    #expect(abs(played.meanReturn - exact.expectedReturn) < 4 * deviation / 20_000.squareRoot())
  }

  @Test("earns delayed what it earns at once")
  func delays() throws {
    func best(_ id: String) throws -> (Double, [Double]) {
      let settings = try EnvironmentRegistry.builtIn.entry(id).defaultConfiguration
      let grid = try GridWorld(#require(settings as? GridWorld.Configuration))
      let solver = try Solver(grid)
      return (
        try solver.plan().evaluation().expectedReturn,
        try solver.returnDistribution(under: solver.uniformly).map(\.value)
      )
    }
    let (dense, delayed) = (try best("apples"), try best("apples/delayed"))
    #expect(abs(dense.0 - delayed.0) < 1e-9)
    #expect(dense.0 > 8)
    #expect(dense.1 == (0...10).map(Double.init), "eleven return levels")
    #expect(delayed.1 == dense.1)
  }
}
