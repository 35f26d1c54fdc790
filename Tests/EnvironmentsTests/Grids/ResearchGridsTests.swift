import Documents
import Environments
import Foundation
import Randomness
import Testing

@Suite("The research grids")
struct ResearchGridsTests {
  private func grid(_ id: String) throws -> GridWorld {
    let settings = try EnvironmentRegistry.builtIn.entry(id).defaultConfiguration
    return try GridWorld(#require(settings as? GridWorld.Configuration))
  }

  // MARK: Counting states

  @Test("are counted without a list of their states, with as near a solution as with one")
  func surveys() throws {
    var doors = GridWorld.Configuration()
    doors.map = ["Sk.D.o", "..x...", ".o..kG"]
    doors.horizon = 40
    var chosen = doors
    chosen.map = ["S.G.", "o..G"]
    chosen.goals.perEpisode = .one
    var slippery = doors
    slippery.slip.probability = 0.3
    var staying = doors
    staying.goals.end = false
    let worlds = try [doors, chosen, slippery, staying].map { try GridWorld($0) }
    for world in try worlds + [grid("apples"), grid("dark-room"), grid("cliff")] {
      let numbering = try #require(world.makeNumbering())
      let survey = try world.survey(numbering, memoryLimit: 1 << 30, upTo: .max)
      let solver = try Solver(world)
      #expect(survey.isComplete && survey.stateCount <= numbering.capacity)
      #expect(survey.stateCount == solver.stateCount)
      #expect(survey.shortestSolution == solver.solutionLengths().nearest)
    }
    chosen.delayedReward = true
    #expect(try GridWorld(chosen).makeNumbering() == nil)
  }

  @Test("have data whose returns a solver works out")
  func solvedBehaviours() throws {
    func expect<World: Solvable>(
      _ world: World, _ policy: some BehaviourPolicy<World>, _ known: Double
    ) throws {
      var policy = policy
      try policy.begin(world)
      let exact = try #require(ExactBehaviour(policy), "\(World.self)")
      let returns = try Solver(world).returnDistribution(under: exact)
      let mean = returns.reduce(0) { $0 + $1.value * $1.probability }
      #expect(abs(mean - known) < 1e-9)
      // And what is played comes near it.
      #expect(abs(play(world, policy, episodes: 4000).meanReturn - mean) < 0.15)
    }
    let maze = try MemoryTMaze(.init())
    try expect(maze, EpsilonGreedy(MemorylessPlanner(), for: maze, settings: .init()), 0.5)
    var dark = try DarkKeyToDoor(.init())
    dark.reset(seed: 3)
    var planner = DarkKeyToDoorPlanner()
    planner.begin(dark)
    #expect(
      ExactBehaviour(try EpsilonGreedy(planner, for: dark, settings: .init())) != nil)
    var small = GraphWalk.Configuration()
    (small.nodes, small.horizon) = (6, 5)
    let graph = try GraphWalk(small)
    // By hand: mean returns of walks that follow an edge each time.
    var worth = [[Double]](repeating: Array(repeating: 0, count: 6), count: 6)
    for left in 1...5 {
      for node in 1..<6 {
        let edges = graph.edges[node].actions
        worth[left][node] = edges.reduce(0) { sum, next in
          let rest = next == 0 ? 0 : left == 1 ? -1 : worth[left - 1][next]
          return sum + (-1 + rest) / Double(edges.count)
        }
      }
    }
    let starts = graph.startStates()
    let mean = starts.reduce(0) { $0 + $1.probability * worth[5][$1.state.node] }
    try expect(graph, EpsilonGreedy(GraphWalkPlanner(), for: graph, settings: .init()), mean)
  }

  // MARK: Stitching

  @Test("make data in which the way to the middle and the way on are never in one episode")
  func stitches() throws {
    let (maze, data) = (try grid("stitch-maze"), try grid("stitch-maze/data"))
    #expect(maze.observationSpace == data.observationSpace)
    #expect(maze.configuration.map == data.configuration.map)
    let (start, other, middle) = (10, 46, 31)
    #expect(maze.startStates().map { Int($0.state.cell) } == [start])
    #expect(data.startStates().map { Int($0.state.cell) } == [start, other])
    for epsilon in [0, 0.3] {
      var settings = EpsilonGreedySettings()
      settings.epsilon = epsilon
      let policy = try SegmentsBehaviour(for: data, settings: settings)
      var counts = (first: 0, crossed: 0, solved: 0)
      for seed in 0..<400 as Range<UInt64> {
        let episode = record(data, policy, seed: seed)
        var world = data
        world.reset(seed: seed)
        let isFromStart = Int(world.state.cell) == start
        var cells: Set<Int> = []
        for action in episode.actions {
          _ = world.step(action)
          cells.insert(Int(world.state.cell))
        }
        counts.first += isFromStart ? 1 : 0
        counts.crossed += isFromStart && cells.contains(middle) ? 1 : 0
        counts.solved += episode.isSolved ? 1 : 0
        #expect(!(isFromStart && episode.isSolved), "a whole way from start to goal")
        if epsilon == 0 {
          #expect(episode.actions.count == 10)
          #expect(episode.totalReward == (isFromStart ? 0.8 : 1))
          #expect(episode.isSolved != isFromStart)
          #expect(episode.logProbabilities.allSatisfy { $0 == 0 })
        }
      }
      #expect(counts.first > 150 && counts.first < 250)
      #expect(counts.crossed > 140 && counts.solved > 140)
    }
    #expect(try Solver(maze).plan().evaluation().expectedReturn == 1)
  }

  /// What was recorded is followed by dynamic programming over observations alone.
  @Test("make data whose transitions, put together, lead from the start to the goal every time")
  func stitched() throws {
    let (maze, data) = (try grid("stitch-maze"), try grid("stitch-maze/data"))
    var settings = EpsilonGreedySettings()
    settings.epsilon = 0.2
    let policy = try SegmentsBehaviour(for: data, settings: settings)
    struct Edge {
      var reward: Double
      var next: [Float]?
    }
    var edges: [[Float]: [Int: Edge]] = [:]
    var bestFromStart = 0.0
    for seed in 0..<300 as Range<UInt64> {
      let episode = record(data, policy, seed: seed)
      if episode.observations[0] == maze.observation() {
        bestFromStart = max(bestFromStart, episode.totalReward)
      }
      for (time, action) in episode.actions.enumerated() {
        guard case .discrete(let index) = action else { continue }
        let outcome = episode.outcomes[time]
        edges[episode.observations[time], default: [:]][index] = Edge(
          reward: outcome.reward, next: outcome.isTerminated ? nil : episode.observations[time + 1])
      }
    }
    #expect(abs(bestFromStart - 0.8) < 1e-12)
    var values: [[Float]: Double] = [:]
    func worth(_ edge: Edge) -> Double {
      edge.reward + (edge.next.map { 0.99 * values[$0, default: 0] } ?? 0)
    }
    for _ in 0..<maze.horizon {
      values = edges.mapValues { actions in actions.values.map(worth).max() ?? 0 }
    }
    for seed in 0..<20 as Range<UInt64> {
      var world = maze
      world.reset(seed: seed)
      var earned = 0.0
      while true {
        let actions = try #require(edges[world.observation()])
        let best = try #require(actions.max { worth($0.value) < worth($1.value) })
        let outcome = world.step(.discrete(best.key))
        earned += outcome.reward
        if outcome.isDone { break }
      }
      #expect(earned == 1 && world.isSolved)
    }
  }

  @Test("log the probability of each action, noise included")
  func segmentProbabilities() throws {
    let data = try grid("stitch-maze/data")
    var settings = EpsilonGreedySettings()
    settings.epsilon = 0.4
    let policy = try SegmentsBehaviour(for: data, settings: settings)
    var (counts, logged) = ([Int](repeating: 0, count: 4), [Double](repeating: 0, count: 4))
    for seed in 0..<20_000 as Range<UInt64> {
      var (world, acting) = (data, policy)
      var random = RandomStream(seed: seed, "test")
      world.reset(seed: 0)
      acting.begin(world)
      let choice = acting.choose(in: world, using: &random)
      guard case .discrete(let action) = choice.action else { continue }
      counts[action] += 1
      logged[action] = exp(choice.logProbability)
    }
    #expect(abs(logged.reduce(0, +) - 1) < 1e-12)
    for (count, probability) in zip(counts, logged) {
      #expect(agrees(Double(count) / 20_000, with: probability, count: 20_000))
    }
    #expect(
      throws: ConfigurationError(
        key: "id", found: "segments in a grid without two starts, a pit and a goal",
        expected: "a policy for any grid", suggestion: "random")
    ) { try SegmentsBehaviour(for: grid("stitch-maze"), settings: settings) }
  }

  // MARK: Hidden goals

  /// From the middle, `d` steps away, the goal pays in the steps `d, …, 20`, and `d = 0` in all 20.
  @Test("pay in the dark room what the distances say, and show nothing of the goal")
  func darkRoom() throws {
    let room = try grid("dark-room")
    var expected = 0.0
    for row in -4...4 {
      for column in -4...4 {
        expected += Double(20 - max(abs(row) + abs(column), 1) + 1) / 81
      }
    }
    #expect(abs(try Solver(room).plan().evaluation().expectedReturn - expected) < 1e-9)
    #expect(room.startStates().count == 81)
    #expect(room.observation() == [0.5, 0.5])
    let hard = try grid("dark-room/hard")
    #expect(hard.startStates().count == 289)
    #expect(abs(try Solver(hard).plan().evaluation().solvedProbability - 1) < 1e-9)
    let pretrained = try grid("dark-room/dpt")
    #expect(pretrained.startStates().count == 100 && pretrained.horizon == 100)
    #expect(pretrained.observation() == [0, 0])
  }

  @Test("want the key before the door in Dark Key-to-Door")
  func darkKeyToDoor() throws {
    var world = try DarkKeyToDoor(.init())
    let solver = try EpsilonGreedy(DarkKeyToDoorPlanner(), for: world, settings: .init())
    for seed in 0..<200 as Range<UInt64> {
      world.reset(seed: seed)
      let state = world.state
      func distance(_ a: Int, _ b: Int) -> Int { abs(a / 9 - b / 9) + abs(a % 9 - b % 9) }
      let toKey = max(distance(40, state.key), 1)
      let between = distance(state.key, state.door)
      let episode = record(world, solver, seed: seed)
      #expect(episode.totalReward == 2 && episode.isSolved)
      #expect(episode.actions.count == toKey + between)
      if seed < 10 {
        #expect(try Solver(world).plan().evaluation().expectedReturn == 2)
      }
    }
    // A door without the key pays nothing; both in one cell pay together.
    world.reset(seed: 0)
    let state = DarkKeyToDoor.State(cell: 40, key: 0, door: 41)
    #expect(world.transitions(from: state, action: 1)[0].reward == 0)
    let both = world.transitions(from: DarkKeyToDoor.State(cell: 40, key: 41, door: 41), action: 1)
    #expect(both[0].reward == 2 && both[0].isTerminated)
  }

  // MARK: Memory

  @Test("show the cue in the first cell alone, and pay the turn that it says")
  func memoryTMaze() throws {
    var settings = MemoryTMaze.Configuration()
    (settings.length, settings.horizon) = (3, 10)
    settings.wrongReward = -1
    var maze = try MemoryTMaze(settings)
    var prizes: Set<Bool> = []
    for seed in 0..<20 as Range<UInt64> {
      maze.reset(seed: seed)
      let isUp = maze.state.isUp
      prizes.insert(isUp)
      #expect(maze.observation() == [isUp ? 1 : 0, isUp ? 0 : 1, 1, 0])
      #expect(maze.step(.discrete(0)).reward == 0 && maze.state.position == 0)
      _ = maze.step(.discrete(1))
      #expect(maze.observation() == [0, 0, 1, 0])
      for _ in 0..<3 { _ = maze.step(.discrete(1)) }
      #expect(maze.observation() == [0, 0, 0, 1])
      let isRight = seed % 2 == 0
      let outcome = maze.step(.discrete(isUp == isRight ? 0 : 2))
      #expect(outcome == .init(reward: isRight ? 1 : -1, isTerminated: true, isTruncated: false))
      #expect(maze.isSolved == isRight)
    }
    #expect(prizes.count == 2)
  }

  @Test("give half to who forgets and all to who remembers")
  func forgetting() throws {
    let maze = try MemoryTMaze(.init())
    let solver = try Solver(maze)
    #expect(try solver.plan().evaluation().expectedReturn == 1)
    let forgetful = try solver.evaluate { state, _ in
      state.position < 30 ? [0, 1, 0, 0] : [0.5, 0, 0.5, 0]
    }
    #expect(forgetful.expectedReturn == 0.5)
    let policy = try EpsilonGreedy(MemorylessPlanner(), for: maze, settings: .init())
    let played = play(maze, policy, episodes: 2000)
    #expect(agrees(played.solved, with: 0.5, count: 2000))
    #expect(record(maze, policy, seed: 1).actions.count == 31)
    var settings = MemoryTMaze.Configuration()
    settings.horizon = 30
    #expect(
      throws: ConfigurationError(
        key: "horizon", found: "30",
        expected: "31 to 1000000 steps, more than the corridor's length")
    ) { try MemoryTMaze(settings) }
  }

  // MARK: The graph

  @Test("cost a step per edge of the shortest path, found here by trying all walks")
  func graph() throws {
    let graph = try GraphWalk(.init())
    #expect(graph.actionSpace == .discrete(count: 20) && graph.horizon == 10)
    let solver = try Solver(graph)
    let plan = try solver.plan().evaluation()
    for node in 0..<20 {
      var (length, reached) = (0, Set([node]))
      while !reached.contains(0) && length <= 10 {
        length += 1
        reached = Set(reached.flatMap { graph.edges[$0].actions })
      }
      #expect(graph.distances[node] == (length > 10 ? -1 : length))
      if let value = plan.expectedReturn(from: .init(node: node, time: 0), at: 0), node != 0 {
        #expect(value == Double(-length))
      } else {
        #expect(length == 0 || length > 10)
      }
    }
    let starts = graph.startStates().map(\.state.node)
    #expect(starts == (0..<20).filter { graph.distances[$0] > 0 })
    #expect(starts.count >= 15, "a graph in which most nodes lead to the goal")
    let edges = graph.edges.reduce(0) { $0 + $1.count }
    #expect(edges >= 20 && edges <= 70)
  }

  @Test("stay where no edge leads, and pay -11 in all for a walk that goes astray")
  func strays() throws {
    var graph = try GraphWalk(.init())
    graph.reset(seed: 0)
    let node = graph.state.node
    let missing = (1..<20).first { !graph.edges[node].contains($0) && $0 != node } ?? 0
    var total = 0.0
    for time in 1...10 {
      let outcome = graph.step(.discrete(missing))
      total += outcome.reward
      #expect(outcome.isTruncated == (time == 10) && !outcome.isTerminated)
      #expect(graph.state.node == node)
    }
    #expect(total == -11)
    #expect(graph.observation() == (0..<20).map { $0 == node ? 1 : 0 })
  }

  @Test("walk at random along edges alone")
  func walks() throws {
    let graph = try GraphWalk(.init())
    let policy = try EpsilonGreedy(GraphWalkPlanner(), for: graph, settings: .init())
    var solved = 0
    for seed in 0..<300 as Range<UInt64> {
      let episode = record(graph, policy, seed: seed)
      for index in episode.actions.indices {
        let node = episode.observations[index].firstIndex(of: 1) ?? 0
        guard case .discrete(let next) = episode.actions[index] else { continue }
        #expect(graph.edges[node].contains(next))
        #expect(episode.observations[index + 1][next] == 1)
        #expect(
          abs(episode.logProbabilities[index] + log(Double(graph.edges[node].count))) < 1e-12)
      }
      solved += episode.isSolved ? 1 : 0
    }
    #expect(solved > 30 && solved < 270)
    var other = GraphWalk.Configuration()
    other.graphSeed = 1
    #expect(try GraphWalk(other).edges != graph.edges)
  }
}
