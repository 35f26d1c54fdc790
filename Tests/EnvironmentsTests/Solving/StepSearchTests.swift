import Documents
import Environments
import Foundation
import Randomness
import Testing

/// Fifty layouts of a family with `HINDSIGHT_FULL_SEARCH=1`, else as many as take seconds. The
/// families of ``GridWorld`` are searched in `GridWorldSolvingTests`, on fifty maps each.
@Suite("The solver's optimum is the best return that trying actions finds")
struct StepSearchTests {
  private static let isFull = ProcessInfo.processInfo.environment["HINDSIGHT_FULL_SEARCH"] == "1"

  /// One id of each of MiniGrid's fifteen families, and how many layouts take seconds.
  static let miniGrid: [(id: String, layouts: UInt64)] = [
    ("Empty-8x8", 50), ("Empty-Random-6x6", 50), ("FourRooms", 50), ("SimpleCrossingS9N3", 50),
    ("LavaCrossingS9N2", 50), ("DistShift1", 50), ("LavaGapS6", 50), ("DoorKey-6x6", 50),
    ("MemoryS9", 50), ("MultiRoom-N2-S4", 50), ("Unlock", 50), ("UnlockPickup", 50),
    ("KeyCorridorS3R2", 50), ("BlockedUnlockPickup", 2), ("LockedRoom", 2),
  ]

  @Test("in MiniGrid's families, and the expert earns it", arguments: miniGrid)
  func families(id: String, layouts: UInt64) throws {
    struct Searches: Check {
      let layouts: UInt64

      func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws {
        let type = try #require(World.self as? any NumberedStates.Type)
        try open(type, entry)
      }

      func open<World: NumberedStates>(_ type: World.Type, _ any: any AnyEnvironmentEntry) throws {
        let entry = try #require(any as? EnvironmentEntry<World>)
        var world = try entry.makeWorld(entry.defaults)
        let isLarge = entry.id.contains("LockedRoom")
        var expert: (any BehaviourPolicy<World>)?
        for seed in 0..<layouts {
          world.reset(seed: seed)
          let numbering = try #require(world.makeNumbering())
          let survey = try world.survey(numbering, memoryLimit: 1 << 30, upTo: 0)
          // Trying everything takes minutes in the largest; who never drops anything and shuts no
          // door finds as good a way there, or the test fails.
          let search = StepSearch(world, stopsAtSuccess: true) { world, action in
            !isLarge || StepSearchTests.isFull || !StepSearchTests.undoes(world, action)
          }
          #expect(search.steps == survey.shortestSolution, "seed \(seed)")
          let best = try #require(world.bestReturn(ofShortestSolution: survey.shortestSolution))
          #expect(abs(best - search.best) < 1e-12, "seed \(seed)")
          if isLarge { continue }
          #expect(abs(try Solver(world).optimalReturn() - search.best) < 1e-12, "seed \(seed)")
          let policy =
            try expert ?? entry.makeBehaviour(.init("behaviour", id: "expert"), for: world)
          expert = policy
          let episode = record(world, policy, seed: seed)
          #expect(
            abs(episode.totalReward - search.best) < 1e-12
              && episode.outcomes.count == search.steps,
            "seed \(seed)")
        }
      }
    }
    try EnvironmentRegistry.builtIn.entry("MiniGrid-\(id)-v0").visit(
      Searches(layouts: Self.isFull ? 50 : layouts))
  }

  /// Whether an action drops something or shuts an open door.
  private static func undoes(_ world: some Solvable, _ action: Int) -> Bool {
    guard let game = (world as? any MiniGridFamily)?.game else { return false }
    if action == 4 { return true }
    let (x, y) = [(1, 0), (0, 1), (-1, 0), (0, -1)][game.heading]
    let front = game.board[game.position.x + x, game.position.y + y].encoding
    return action == 5 && front.object == 4 && front.state == 0
  }

  private func check<World: Solvable>(_ world: World, seeds: Range<UInt64>) throws {
    var world = world
    for seed in seeds {
      world.reset(seed: seed)
      let values = try Solver(world).values()
      let best = try #require(values.value(of: world.state, at: 0))
      #expect(abs(StepSearch(world, stopsAtSuccess: false).best - best) < 1e-9, "seed \(seed)")
    }
  }

  @Test("on fifty random graphs")
  func graphs() throws {
    var settings = GraphWalk.Configuration()
    var found = 0
    while found < 50 {
      // Some graphs have no path to the goal, and are refused.
      if let world = try? GraphWalk(settings) {
        try check(world, seeds: 0..<2)
        found += 1
      }
      settings.graphSeed += 1
    }
  }

  @Test("in fifty dark rooms with key and door")
  func darkKeyToDoor() throws {
    var settings = DarkKeyToDoor.Configuration()
    (settings.size, settings.horizon) = (6, 14)
    try check(DarkKeyToDoor(settings), seeds: 0..<50)
  }

  @Test("in T-mazes of fifty lengths", arguments: 1...50 as ClosedRange<Int>)
  func mazes(length: Int) throws {
    var settings = MemoryTMaze.Configuration()
    (settings.length, settings.horizon) = (length, length + 10)
    try check(MemoryTMaze(settings), seeds: 0..<3)
  }

  @Test(
    "in the registered grids without chance",
    arguments: ["apples", "stitch-maze", "stitch-maze/data", "cliff", "dark-room", "corridor"])
  func registered(id: String) throws {
    struct Searches: Check {
      let test: StepSearchTests
      func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws {
        let type = try #require(World.self as? any Solvable.Type)
        try test.open(type, entry)
      }
    }
    try EnvironmentRegistry.builtIn.entry(id).visit(Searches(test: self))
  }

  private func open<World: Solvable>(
    _ type: World.Type, _ any: any AnyEnvironmentEntry
  ) throws {
    let entry = try #require(any as? EnvironmentEntry<World>)
    try check(entry.makeWorld(entry.defaults), seeds: 0..<3)
  }
}
