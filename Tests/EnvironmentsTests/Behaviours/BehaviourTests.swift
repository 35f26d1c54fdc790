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
        policy.begin(world)
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
}
