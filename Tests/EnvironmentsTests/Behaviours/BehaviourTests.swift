import Documents
import Environments
import Foundation
import Randomness
import Testing

/// A world with continuous actions, to be random in.
struct Basin: Environment {
  struct Configuration: Settings {
    var high: Float = 3
    init() {}
  }
  let actionSpace: Space
  let observationSpace = Space.box(shape: [1], low: 0, high: 1)
  let horizon = 1
  let isSolved = false

  init(_ configuration: Configuration) throws(ConfigurationError) {
    actionSpace = .box(
      .init(shape: [3], low: [-1, 0, 2], high: [1, configuration.high, 2]))
  }
  mutating func reset(seed: UInt64) {}
  mutating func step(_ action: Action) -> Outcome {
    Outcome(reward: 0, isTerminated: false, isTruncated: true)
  }
  func observe(into row: inout MutableSpan<Float>) { row[0] = 0 }
}

@Suite("Behaviour policies")
struct BehaviourTests {
  @Test("random actions of a box are inside it, with the log of the uniform density")
  func box() throws {
    let world = try Basin(.init())
    var policy = try RandomBehaviour(for: world)
    var random = RandomStream(seed: 0, "test")
    var sums = [0.0, 0, 0]
    for _ in 0..<10_000 {
      let (action, logProbability) = policy.choose(in: world, using: &random)
      guard case .continuous(let x) = action else { continue }
      #expect((-1...1).contains(x[0]) && (0...3).contains(x[1]) && x[2] == 2)
      #expect(abs(logProbability - log(1 / 6)) < 1e-12)
      for index in 0..<3 { sums[index] += Double(x[index]) / 10_000 }
    }
    // Standard errors: 0.006 for the first element, 0.009 for the second.
    #expect(abs(sums[0]) < 0.024 && abs(sums[1] - 1.5) < 0.036)
  }

  @Test("random actions need bounds")
  func unbounded() throws {
    var settings = Basin.Configuration()
    settings.high = .infinity
    let world = try Basin(settings)
    #expect(throws: ConfigurationError.self) { try RandomBehaviour(for: world) }
  }

  @Test(
    "an ε-greedy policy's log-probabilities sum to one, and are how often it acts",
    arguments: [0.0, 0.2, 1.0])
  func epsilon(epsilon: Double) throws {
    var world = try KeyToDoor(.decisionTransformer)
    var settings = EpsilonGreedySettings()
    settings.epsilon = epsilon
    let fresh = try EpsilonGreedy(KeyToDoorExpert(for: world), for: world, settings: settings)
    var sizes: Set<Int> = []
    for seed in 0..<8 as Range<UInt64> {
      world.reset(seed: seed)
      var counts = [0.0, 0, 0, 0]
      var probabilities = [0.0, 0, 0, 0]
      for draw in 0..<2000 as Range<UInt64> {
        var policy = fresh
        var random = RandomStream(seed: draw, "test")
        try policy.begin(world)
        let choice = policy.choose(in: world, using: &random)
        guard case .discrete(let action) = choice.action else { continue }
        counts[action] += 1
        probabilities[action] = exp(choice.logProbability)
      }
      #expect(abs(probabilities.sum - 1) < 1e-12, "\(probabilities)")
      for action in 0..<4 {
        #expect(agrees(counts[action] / 2000, with: probabilities[action], count: 2000))
      }
      sizes.insert(Set(probabilities).count)
    }
    #expect(epsilon == 1 ? sizes == [1] : sizes.contains(2))
  }

  @Test("ε must be a probability")
  func refuses() throws {
    let world = try Corridor(.init())
    var settings = EpsilonGreedySettings()
    settings.epsilon = -0.1
    #expect(
      throws: ConfigurationError(
        key: "epsilon", found: "-0.1", expected: "a probability, 0 to 1")
    ) { try EpsilonGreedy(ExactPlanner(for: world), for: world, settings: settings) }
  }

  @Test("an expert lifts the corridor's random success to certainty")
  func corridor() throws {
    let world = try Corridor(.init())
    let random = play(world, try RandomBehaviour(for: world), episodes: 1000)
    let expert = try EpsilonGreedy(ExactPlanner(for: world), for: world, settings: .init())
    #expect(random.solved < 0.5)
    #expect(play(world, expert, episodes: 1000).solved == 1)
  }

  @Test("a set of actions holds what was put in, and draws each as often as the others")
  func sets() {
    let set: ActionSet = [1, 4, 63]
    #expect(set.actions == [1, 4, 63] && set.count == 3 && !set.contains(0) && set.contains(63))
    #expect(ActionSet(all: 64).count == 64 && ActionSet(all: 3) == [0, 1, 2])
    var random = RandomStream(seed: 1, "test")
    var counts: [Int: Double] = [:]
    for _ in 0..<3000 { counts[set.draw(using: &random), default: 0] += 1 }
    #expect(Set(counts.keys) == [1, 4, 63])
    #expect(counts.values.allSatisfy { agrees($0 / 3000, with: 1 / 3, count: 3000) })
  }

  private func corridorEntry() -> EnvironmentEntry<Corridor> {
    EnvironmentEntry("corridor", "", Corridor.self)
  }

  private func component(_ id: String, _ settings: Document.Fields = [:]) -> Component {
    Component("behaviour", id: id, settings: settings)
  }

  @Test("the softmax of values prefers better actions by their worth, and acts as it says")
  func softmax() throws {
    var world = try Corridor(.init())
    let policy = try corridorEntry().makeBehaviour(
      component("softmax", ["temperature": 0.1, "discount": 1]), for: world)
    // At time 24, three cells from the door with the key, one step back is one too many.
    let markov = try #require(policy as? any MarkovBehaviour<Corridor>)
    let state = Corridor.State(position: 3, hasKey: true)
    let late = markov.probabilities(in: state, at: 26)
    #expect(abs(late[0] - 1 / (1 + exp(10))) < 1e-12 && abs(late.sum - 1) < 1e-12)
    #expect(markov.probabilities(in: state, at: 20) == [0.5, 0.5])
    for seed in 0..<20 as Range<UInt64> {
      let episode = record(world, policy, seed: seed)
      world.reset(seed: seed)
      for (time, action) in episode.actions.enumerated() {
        guard case .discrete(let index) = action else { continue }
        let expected = log(markov.probabilities(in: world.state, at: time)[index])
        #expect(abs(episode.logProbabilities[time] - expected) < 1e-12)
        _ = world.step(action)
      }
    }
  }

  @Test("an expert finds the way in each episode that has rules of its own")
  func perEpisode() throws {
    var settings = Corridor.Configuration()
    (settings.length, settings.horizon) = (6, 40)
    var world = try Fading(settings)
    let expert = try EpsilonGreedy(ExactPlanner(for: world), for: world, settings: .init())
    for seed in 0..<20 as Range<UInt64> {
      world.reset(seed: seed)
      let best = try Solver(world).optimalReturn()
      #expect(abs(record(world, expert, seed: seed).totalReward - best) < 1e-12)
    }
  }

  @Test("a mixture acts as one of its policies per episode, as often as its weights say")
  func mixture() throws {
    var world = try Corridor(.init())
    var policy = try corridorEntry().makeBehaviour(
      component(
        "mixture",
        ["behaviours": [["id": "expert"], ["id": "random"]], "weights": [1, 4]]), for: world)
    var acted = [0.0, 0]
    for seed in 0..<500 as Range<UInt64> {
      world.reset(seed: seed)
      try policy.begin(world)
      #expect(policy.component == nil)
      var random = RandomStream(seed: seed, "test")
      var isDone = false
      while !isDone {
        let choice = policy.choose(in: world, using: &random)
        if policy.component == 1 { #expect(choice.logProbability == -log(2)) }
        isDone = world.step(choice.action).isDone
      }
      acted[policy.component ?? 0] += 1
      if policy.component == 0 { #expect(world.isSolved) }
    }
    #expect(agrees(acted[0] / 500, with: 0.2, count: 500))
    let exact = try #require(ExactBehaviour(policy))
    #expect(exact.components.map(\.weight) == [0.2, 0.8])
    let solver = try Solver(world)
    let expected = 0.2 * solver.optimalReturn() + 0.8 * solver.randomReturn()
    #expect(abs(try solver.returnDistribution(under: exact)[1].probability - expected) < 1e-12)
  }

  @Test("phases change hands with the steps, or with the world's own phases")
  func phases() throws {
    let world = try Corridor(.init())
    let turns: Document = [["id": "random"], ["id": "expert"]]
    let policy = try corridorEntry().makeBehaviour(
      component("phases", ["behaviours": turns, "steps": [10]]), for: world)
    for seed in 0..<50 as Range<UInt64> {
      let episode = record(world, policy, seed: seed)
      #expect(episode.isSolved, "twenty steps are enough from anywhere")
      #expect(episode.logProbabilities.prefix(10).allSatisfy { $0 == -log(2) })
      #expect(episode.logProbabilities.dropFirst(18).allSatisfy { $0 == 0 })
    }
    let rooms = try KeyToDoor(.decisionTransformer)
    let entry = EnvironmentEntry<KeyToDoor>("rooms", "")
    let three: Document = [["id": "expert"], ["id": "random"], ["id": "expert"]]
    let expert = try entry.makeBehaviour(component("phases", ["behaviours": three]), for: rooms)
    for seed in 0..<50 as Range<UInt64> {
      let episode = record(rooms, expert, seed: seed)
      #expect(episode.isSolved)
      #expect(episode.logProbabilities[15..<30].allSatisfy { $0 == -log(4) })
    }
    let exact = try #require(ExactBehaviour(expert))
    let returns = try Solver(rooms).returnDistribution(under: exact)
    #expect(abs(returns[returns.count - 1].probability - 1) < 1e-9)
  }

  static let complaints: [(String, Document.Fields, String)] = [
    (
      "mixture", ["behaviours": [["id": "random"], ["id": "exprt"]]],
      "behaviours[1].id: found exprt, expected a policy that can act in this environment: random, "
        + "expert, softmax, q-learning, mixture, phases; did you mean expert?"
    ),
    (
      "mixture", ["behaviours": []],
      "behaviours: found none, expected one behaviour policy or more"
    ),
    (
      "mixture", ["weights": [1, 2]],
      "weights: found 2 numbers, expected one for each of the 1 behaviours, or none for equal ones"
    ),
    (
      "mixture", ["weights": [-1]],
      "weights: found [-1.0], expected numbers that are not negative and not all zero, "
        + "with a finite sum"
    ),
    (
      "phases", ["behaviours": [["id": "random"], ["id": "random"]]],
      "steps: found none, expected the 1 steps with which the next behaviour takes over: this "
        + "environment has no phases of its own"
    ),
    (
      "phases", ["behaviours": [["id": "random"], ["id": "random"]], "steps": [0]],
      "steps[0]: found 0, expected a step after 0"
    ),
    (
      "mixture", ["behaviours": [["id": "expert", "epsilon": 2]]],
      "behaviours[0].epsilon: found 2.0, expected a probability, 0 to 1"
    ),
    (
      "softmax", ["temperature": 0],
      "temperature: found 0.0, expected a number above 0, in reward units"
    ),
    (
      "q-learning", ["learningRate": 0],
      "learningRate: found 0.0, expected a number above 0, at most 1"
    ),
  ]

  @Test("made of others say what is wrong, and where", arguments: complaints)
  func complains(id: String, settings: Document.Fields, expected: String) throws {
    let world = try Corridor(.init())
    let error = #expect(throws: ConfigurationError.self) {
      _ = try corridorEntry().makeBehaviour(component(id, settings), for: world)
    }
    #expect(error?.description == expected)
  }

  @Test("Q-learning learns Key-to-Door's hidden state from nothing but its own episodes")
  func qLearning() throws {
    var settings = KeyToDoor.Configuration.decisionTransformer
    settings.explore = KeyToDoor.Room(map: ["+  k"], steps: 5)
    settings.middle = KeyToDoor.Room(map: ["+"], steps: 1)
    settings.reward = KeyToDoor.Room(map: ["+  d"], steps: 5)
    let world = try KeyToDoor(settings)
    var learning = QLearningSettings()
    learning.learningRate = 0.5
    learning.epsilonEpisodes = 1500
    var policy = try QLearning(for: world, settings: learning) { $0.state }
    #expect(policy.learns)
    var returns: [Double] = []
    var playing = world
    for seed in 0..<2000 as Range<UInt64> {
      playing.reset(seed: seed)
      policy.begin(playing)
      var random = RandomStream(seed: seed, "test")
      var earned = 0.0
      var isDone = false
      while !isDone {
        let outcome = playing.step(policy.choose(in: playing, using: &random).action)
        policy.observe(outcome, in: playing)
        earned += outcome.reward
        isDone = outcome.isDone
      }
      returns.append(earned)
    }
    #expect(returns[..<200].reduce(0, +) < 20 && returns[1800...].reduce(0, +) > 150)
  }
}
