import Documents
import Environments
import Randomness
import Testing

@Suite("The exact conditional on a history")
struct BeliefFilterTests {
  /// What was seen, done and earned.
  private struct History: Hashable {
    var observations: [[Float]]
    var actions: [Int] = []
    var rewards: [Double] = []
  }

  /// Every episode there is: P(history, next action, return), by walking through all of them.
  private struct Enumeration<World: ObservableState> {
    let world: World
    let behaviour: (World.State, Int) -> [Double]
    var joint: [History: [Double: [Double]]] = [:]

    mutating func walk(
      _ state: World.State, _ history: History, _ probability: Double, _ path: [(History, Int)],
      _ earned: Double
    ) {
      let time = history.actions.count
      let acting = behaviour(state, time)
      for action in acting.indices where acting[action] > 0 {
        for transition in world.transitions(from: state, action: action) {
          let share = probability * acting[action] * transition.probability
          let reward = world.reward(transition.reward, at: time)
          let path = path + [(history, action)]
          let sum = earned + reward
          guard !transition.isTerminated, time + 1 < world.horizon else {
            for (history, action) in path {
              let toGo = sum - history.rewards.reduce(0, +)
              joint[history, default: [:]][
                toGo, default: Array(repeating: 0, count: acting.count)][action] += share
            }
            continue
          }
          var next = history
          next.actions.append(action)
          next.rewards.append(reward)
          next.observations.append(observe(transition.next, time + 1))
          walk(transition.next, next, share, path, sum)
        }
      }
    }

    func observe(_ state: World.State, _ time: Int) -> [Float] {
      var row = [Float](repeating: .nan, count: world.observationSpace.width)
      var span = row.mutableSpan
      world.observe(state, at: time, into: &span)
      return row
    }
  }

  private func enumerate<World: ObservableState>(
    _ world: World, _ policies: [(weight: Double, policy: (World.State, Int) -> [Double])]
  ) -> Enumeration<World> {
    var joint: [History: [Double: [Double]]] = [:]
    for (weight, policy) in policies {
      var all = Enumeration(world: world, behaviour: policy)
      for (state, probability) in world.startStates() {
        all.walk(state, History(observations: [all.observe(state, 0)]), probability, [], 0)
      }
      for (history, byReturn) in all.joint {
        for (returnToGo, weights) in byReturn {
          let sums = joint[history]?[returnToGo] ?? weights.map { _ in 0 }
          joint[history, default: [:]][returnToGo] = zip(sums, weights).map { $0 + weight * $1 }
        }
      }
    }
    return Enumeration(world: world, behaviour: policies[0].policy, joint: joint)
  }

  private func check<World: ObservableState>(
    _ world: World, _ behaviour: @escaping @Sendable (World.State, Int) -> [Double]
  ) throws -> Int {
    try check(
      enumerate(world, [(1, behaviour)]),
      BeliefFilter(ReturnConditional(Solver(world), under: behaviour)))
  }

  /// - Returns: histories after which something is hidden.
  private func check<World: ObservableState>(
    _ all: Enumeration<World>, _ start: BeliefFilter<World>
  ) throws -> Int {
    var hidden = 0
    for (history, byReturn) in all.joint {
      var filter = start
      filter.begin(history.observations[0])
      for (time, action) in history.actions.enumerated() {
        filter.update(
          action: action, reward: history.rewards[time],
          observation: history.observations[time + 1])
      }
      hidden += filter.states.count > 1 ? 1 : 0
      #expect(abs(filter.policies.sum - 1) < 1e-9)
      for (returnToGo, weights) in byReturn where weights.sum > 0 {
        let exact = try #require(filter.probabilities(returnToGo: returnToGo))
        for action in weights.indices {
          #expect(abs(exact[action] - weights[action] / weights.sum) < 1e-9)
        }
      }
      #expect(filter.probabilities(returnToGo: 17) == nil)
    }
    return hidden
  }

  @Test("is what counting all episodes gives, where the key is out of sight")
  func keyToDoor() throws {
    var settings = KeyToDoor.Configuration.decisionTransformer
    settings.explore = KeyToDoor.Room(map: ["k+++k"], steps: 2)
    settings.middle = KeyToDoor.Room(map: ["+"], steps: 0)
    settings.reward = KeyToDoor.Room(map: ["d+ "], steps: 2)
    settings.view = .crop
    settings.slipProbability = 0.25
    let world = try KeyToDoor(settings)
    // It knows where the key is, so that its actions tell what is not seen.
    let hidden = try check(world) { state, _ in
      state.object > state.cell ? [0.1, 0.1, 0.2, 0.6] : [0.1, 0.1, 0.6, 0.2]
    }
    #expect(hidden > 0, "nothing is hidden here")
  }

  @Test("is what counting all episodes gives in a corridor")
  func corridor() throws {
    var settings = Corridor.Configuration()
    (settings.length, settings.horizon) = (4, 7)
    #expect(try check(Corridor(settings)) { _, time in time < 3 ? [0.7, 0.3] : [0.4, 0.6] } == 0)
  }

  @Test("is what counting all episodes gives, where the goal or the cue is out of sight")
  func grids() throws {
    var dark = GridWorld.Configuration()
    dark.map = ["G.G", ".S."]
    dark.goals.perEpisode = .one
    dark.goals.areShown = false
    dark.slip.probability = 0.25
    dark.horizon = 3
    let grid = try GridWorld(dark)
    // It knows which goal counts.
    let hidden = try check(grid) { state, _ in
      state.goal == 0 ? [0.4, 0.1, 0.1, 0.4] : [0.4, 0.4, 0.1, 0.1]
    }
    #expect(hidden > 0, "nothing is hidden here")
    dark.observation.mode = .window
    dark.observation.radius = 1
    #expect(try check(GridWorld(dark)) { _, _ in [0.25, 0.25, 0.25, 0.25] } > 0)

    var maze = MemoryTMaze.Configuration()
    (maze.length, maze.horizon) = (2, 4)
    // The cue is out of sight at once, and in the history all the time.
    let forgotten = try check(MemoryTMaze(maze)) { state, _ in
      state.isUp ? [0.3, 0.4, 0.1, 0.2] : [0.1, 0.4, 0.3, 0.2]
    }
    #expect(forgotten == 0)

    var graph = GraphWalk.Configuration()
    (graph.nodes, graph.edgeProbability, graph.horizon) = (4, 0.4, 3)
    #expect(try check(GraphWalk(graph)) { _, _ in [0.1, 0.2, 0.3, 0.4] } == 0)
  }

  // MARK: Mixtures

  private func mixture(_ world: GridWorld) throws -> ExactBehaviour<GridWorld> {
    let entry = try #require(
      EnvironmentRegistry.builtIn.entry("dark-room") as? EnvironmentEntry<GridWorld>)
    var policy = try entry.makeBehaviour(
      Component(
        "behaviour", id: "mixture",
        settings: [
          "behaviours": [["id": "random"], ["id": "expert", "epsilon": 0.3]],
          "weights": [0.7, 0.3],
        ]), for: world)
    try policy.begin(world)
    return try #require(ExactBehaviour(policy))
  }

  private func policies(
    of behaviour: ExactBehaviour<GridWorld>
  ) -> [(weight: Double, policy: (GridWorld.State, Int) -> [Double])] {
    behaviour.components.map { part in (part.weight, { part.policy($0, $1) }) }
  }

  private var dark: GridWorld.Configuration {
    var settings = GridWorld.Configuration()
    settings.map = ["G.G", ".S."]
    settings.goals.perEpisode = .one
    settings.goals.areShown = false
    settings.slip.probability = 0.25
    settings.horizon = 3
    return settings
  }

  @Test("is what counting all episodes gives, where it is hidden who of two policies acts")
  func mixtures() throws {
    let world = try GridWorld(dark)
    let behaviour = try mixture(world)
    #expect(behaviour.components.map(\.weight) == [0.7, 0.3])
    let conditional = try MixtureConditional(Solver(world), under: behaviour)
    let policies = policies(of: behaviour)
    let hidden = try check(enumerate(world, policies), BeliefFilter(conditional))
    #expect(hidden > 0, "nothing is hidden here")
    // Its returns are those of both, each as often as it acts.
    let returns = try Solver(world).returnDistribution(under: behaviour)
    #expect(returns.map(\.value) == conditional.returns.map(\.value))
    for (one, other) in zip(returns, conditional.returns) {
      #expect(abs(one.probability - other.probability) < 1e-12)
    }
  }

  /// P(state, next action, return-to-go) at a time, and who acts, by walking through all episodes.
  private func counted(
    _ world: GridWorld, _ policies: [(weight: Double, policy: (GridWorld.State, Int) -> [Double])],
    at end: Int
  ) -> [GridWorld.State: [Double: [Double]]] {
    var sums: [GridWorld.State: [Double: [Double]]] = [:]
    func walk(
      _ state: GridWorld.State, _ time: Int, _ probability: Double,
      _ policy: (GridWorld.State, Int) -> [Double], _ decision: (GridWorld.State, Int)?,
      _ earned: Double
    ) {
      for (action, chosen) in policy(state, time).enumerated() where chosen > 0 {
        for one in world.transitions(from: state, action: action) {
          let share = probability * chosen * one.probability
          let decision = time == end ? (state, action) : decision
          let earned = time >= end ? earned + one.reward : 0
          if one.isTerminated || time + 1 == world.horizon {
            guard let decision else { continue }
            sums[decision.0, default: [:]][earned, default: [0, 0, 0, 0]][decision.1] += share
          } else {
            walk(one.next, time + 1, share, policy, decision, earned)
          }
        }
      }
    }
    for (weight, policy) in policies {
      for (state, probability) in world.startStates() {
        walk(state, 0, weight * probability, policy, nil, 0)
      }
    }
    return sums
  }

  @Test("tells from state and time alone how likely each policy is to act")
  func mixturesByState() throws {
    let world = try GridWorld(dark)
    let behaviour = try mixture(world)
    let conditional = try MixtureConditional(Solver(world), under: behaviour)
    let policies = policies(of: behaviour)
    var differing = 0
    for time in 0..<3 {
      let all = counted(world, policies, at: time)
      for (state, byReturn) in all {
        for (returnToGo, weights) in byReturn {
          let exact = try #require(
            conditional.probabilities(in: state, at: time, returnToGo: returnToGo))
          for action in 0..<4 {
            #expect(abs(exact[action] - weights[action] / weights.sum) < 1e-9)
          }
        }
        let who = try #require(conditional.policies(in: state, at: time))
        #expect(abs(who.sum - 1) < 1e-12)
        differing += abs(who[0] - 0.7) > 0.01 ? 1 : 0
      }
    }
    #expect(differing > 0, "where one is tells nothing here")
    let start = world.startStates()[0].state
    #expect(conditional.probabilities(in: start, at: 0, returnToGo: 17) == nil)
    // What is done tells as much again: going the optimal way speaks for who knows it.
    var weights = conditional.priors
    let optimal = behaviour.components[1].policy(start, 0)
    let best = try #require(optimal.indices.max { optimal[$0] < optimal[$1] })
    conditional.update(&weights, with: best, in: start, at: 0)
    let (random, knowing) = (0.7 * 0.25, 0.3 * optimal[best])
    #expect(abs(weights[1] - knowing / (random + knowing)) < 1e-12)
  }

  @Test(
    "sees in every state what the research grids show in it",
    arguments: [
      "apples", "stitch-maze", "dark-room", "cliff", "slippery", "graph", "memory-t-maze",
      "dark-key-to-door",
    ])
  func observesGrids(id: String) throws {
    try EnvironmentRegistry.builtIn.entry(id).visit(Observes(test: self))
  }

  @Test("has nothing to say about a history that cannot be")
  func impossible() throws {
    let solver = try Solver(Corridor(.init()))
    var filter = BeliefFilter(try ReturnConditional(solver, under: { solver.uniformly($0, $1) }))
    filter.begin([0.3, 0.3])
    #expect(filter.states.isEmpty && filter.probabilities(returnToGo: 0) == nil)
  }

  static let views: [KeyToDoor.Configuration] = [
    KeyToDoor.Configuration.decisionTransformer, .decisionTransformerOpen,
    .decisionTransformerVisible, .tvt.with { $0.apples.count = 0 },
    .tvt.with {
      $0.apples.count = 0
      $0.encoding = .compact
      $0.showsPhase = true
    },
    .ccaLowVariance.with {
      $0.apples.count = 0
      $0.view = .full
      $0.consumesKey = false
    },
  ]

  @Test("sees in every state what the world shows in it", arguments: views)
  func observes(settings: KeyToDoor.Configuration) throws {
    var settings = settings
    settings.middle.steps = 3
    try checkObservations(KeyToDoor(settings))
    try checkObservations(Corridor(.init()))
  }

  @Test(
    "sees in every state what MiniGrid shows in it",
    arguments: ["DoorKey-6x6", "UnlockPickup", "KeyCorridorS3R1", "MemoryS7", "MultiRoom-N2-S4"])
  func observesMiniGrid(name: String) throws {
    try EnvironmentRegistry.builtIn.entry("MiniGrid-\(name)-v0").visit(Observes(test: self))
  }

  @Test("tells nothing apart that MiniGrid's view does not, and finds the agent again")
  func miniGrid() throws {
    var settings = MiniGrid.DoorKey.Configuration()
    (settings.size, settings.horizon) = (5, 20)
    var world = try MiniGrid.DoorKey(settings)
    world.reset(seed: 3)
    let solver = try Solver(world)
    var filter = BeliefFilter(
      try ReturnConditional(solver, under: { solver.uniformly($0, $1) }))
    filter.begin(world.observation())
    var random = RandomStream(seed: 0, "test")
    for _ in 0..<15 {
      let action = random.integer(below: 7)
      let outcome = world.step(.discrete(action))
      if outcome.isDone { break }
      filter.update(action: action, reward: outcome.reward, observation: world.observation())
      #expect(filter.states.contains { $0.state == world.state })
      #expect(abs(filter.states.map(\.probability).sum - 1) < 1e-12)
    }
    #expect(filter.time > 5)
    #expect(filter.probabilities(returnToGo: 0) != nil)
  }

  /// Looks at four episodes of a registered world.
  private struct Observes: Check {
    let test: BeliefFilterTests

    func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws {
      let type = try #require(World.self as? any ObservableState.Type)
      try open(type, entry)
    }

    private func open<World: ObservableState>(
      _ type: World.Type, _ any: any AnyEnvironmentEntry
    ) throws {
      let entry = try #require(any as? EnvironmentEntry<World>)
      for seed in 0..<4 as Range<UInt64> {
        var world = try entry.makeWorld(entry.defaults)
        world.reset(seed: seed)
        try test.checkObservations(world, seeds: seed..<seed + 1)
      }
    }
  }

  private func checkObservations<World: ObservableState>(
    _ world: World, seeds: Range<UInt64> = 0..<20
  ) throws {
    let solver = try Solver(world)
    let expert = try solver.plan()
    for seed in seeds {
      let other = world
      var world = world
      var random = RandomStream(seed: seed, "test")
      world.reset(seed: seed)
      var time = 0
      while true {
        var row = [Float](repeating: .nan, count: world.observationSpace.width)
        var span = row.mutableSpan
        // Another world of the same settings: only the state counts.
        other.observe(world.state, at: time, into: &span)
        #expect(row == world.observation())
        let best = expert.actions(in: world.state, at: time) ?? ActionSet(all: solver.actionCount)
        let action =
          random.uniform() < 0.2
          ? random.integer(below: solver.actionCount) : best.draw(using: &random)
        time += 1
        if world.step(.discrete(action)).isDone { break }
      }
    }
  }
}
