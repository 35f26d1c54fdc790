import Agents
import Environments
import Foundation
import Randomness

/// A solvable world in which one policy acts and another is estimated, both known exactly.
struct RecordedWorld<World: Solvable>: Sendable {
  typealias Policy = @Sendable (World.State, _ time: Int) -> [Double]

  let world: World
  let behaviour: Policy
  let target: Policy
  let solver: Solver<World>
  let evaluation: Solver<World>.Evaluation

  init(_ world: World, behaviour: @escaping Policy, target: @escaping Policy) throws {
    self.world = world
    self.behaviour = behaviour
    self.target = target
    solver = try Solver(world)
    evaluation = try solver.evaluate(target)
  }

  /// The target's expected return.
  var exact: Double { evaluation.expectedReturn }

  /// V of the target, 0 where the episode has ended.
  private func value(_ state: World.State, _ time: Int) -> Double {
    time >= world.horizon ? 0 : evaluation.expectedReturn(from: state, at: time) ?? 0
  }

  /// Episodes of the behaviour policy, with the target's exact values plus `error`.
  func record(_ count: Int, seed: UInt64, error: Double = 0) -> [WeighedEpisode] {
    var world = world
    return (0..<count).map { index in
      var random = RandomStream(seed: seed, "recorded", UInt64(index))
      world.reset(seed: random.next())
      var episode = (rewards: [Double](), ratios: [Double](), q: [Double](), v: [Double]())
      var isDone = false
      while !isDone {
        let (state, time) = (world.state, episode.rewards.count)
        let acting = behaviour(state, time)
        let action = random.index(weightedBy: acting)
        episode.ratios.append(log(target(state, time)[action] / acting[action]))
        episode.v.append(value(state, time) + error)
        episode.q.append(
          error
            + world.transitions(from: state, action: action).reduce(0) {
              $0 + $1.probability
                * (world.reward($1.reward, at: time)
                  + ($1.isTerminated ? 0 : value($1.next, time + 1)))
            })
        let outcome = world.step(.discrete(action))
        episode.rewards.append(outcome.reward)
        isDone = outcome.isDone
      }
      return WeighedEpisode(
        rewards: episode.rewards, logRatios: episode.ratios, actionValues: episode.q,
        stateValues: episode.v)
    }
  }
}

/// The worlds that estimators are tried in.
enum EstimatedWorld: String, CaseIterable, Sendable {
  case corridor, apples, cliff

  /// What estimators say of many recordings of the world: `[recording][estimator]`.
  func run<Result: Sendable>(_ body: (any Recordings) throws -> Result) throws -> Result {
    switch self {
    case .corridor:
      return try body(
        RecordedWorld(
          Corridor(Corridor.Configuration()), behaviour: { _, _ in [0.5, 0.5] },
          target: { state, _ in state.hasKey ? [0.4, 0.6] : [0.6, 0.4] }))
    case .apples, .cliff:
      var configuration = GridWorld.Configuration(builtIn: rawValue)
      configuration.horizon = 15
      return try body(
        RecordedWorld(
          GridWorld(configuration), behaviour: { _, _ in [0.25, 0.25, 0.25, 0.25] },
          target: { _, time in time % 2 == 0 ? [0.4, 0.2, 0.2, 0.2] : [0.2, 0.35, 0.2, 0.25] }))
    }
  }
}

/// A ``RecordedWorld`` of whatever type.
protocol Recordings: Sendable {
  var exact: Double { get }
  func record(_ count: Int, seed: UInt64, error: Double) -> [WeighedEpisode]
}

extension RecordedWorld: Recordings {}
