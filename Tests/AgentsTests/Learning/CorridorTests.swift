import Agents
import Datasets
import Documents
import Environments
import TensorCore
import Testing

/// A discrete agent and what it takes to learn a corridor in a second.
struct CorridorCase: Sendable, CustomStringConvertible {
  let id: String
  var settings: Document.Fields = [:]
  var steps = 600
  /// A policy that imitates everything cannot beat what it imitates; it must come close.
  var imitatesAll = false

  var description: String { id }

  private static let small: Document = ["hidden": [64, 64]]
  private static let quick: Document = ["every": 1, "rate": 0.02]

  static let discrete =
    [
      CorridorCase(id: "behaviour-cloning", settings: ["network": small], imitatesAll: true),
      CorridorCase(id: "rvs", settings: ["network": small]),
      CorridorCase(id: "discrete-iql", settings: ["network": small, "target": quick]),
    ]
    + ["dqn", "double-dqn", "discrete-cql", "discrete-bcq"].map {
      CorridorCase(id: $0, settings: ["network": small, "target": quick], steps: 3000)
    }

  static let continuous = [
    CorridorCase(id: "behaviour-cloning", settings: ["network": small], imitatesAll: true),
    CorridorCase(
      id: "iql",
      settings: [
        "network": small, "target": quick, "expectile": 0.9, "inverseTemperature": 30,
      ], steps: 3000),
    CorridorCase(
      id: "td3-bc", settings: ["network": small, "targetRate": 0.02, "strength": 20], steps: 3000),
  ]
}

@Suite("Every agent that learns from single steps", .tags(.learning))
struct CorridorTests {
  @Test(
    "beats the random policy whose episodes of a corridor it learned from",
    arguments: CorridorCase.discrete)
  func discrete(_ test: CorridorCase) throws {
    let playground = Playground(try Corridor(Corridor.Configuration()), episodes: 300)
    var sampling = SamplingSettings()
    if test.id == "rvs" { sampling.episodes = .balancedByReturn }
    let trained = try playground.train(
      test.id, test.settings, steps: test.steps, sampling: sampling)
    let behaviour = playground.data.meanReturn
    if test.imitatesAll {
      let achieved = playground.play(trained, episodes: 400, selection: Selection(.sampled))
      #expect(abs(achieved - behaviour) < 0.1, "achieved \(achieved), behaviour \(behaviour)")
    } else {
      let achieved = playground.play(trained)
      #expect(achieved > 0.95, "achieved \(achieved), behaviour \(behaviour)")
    }
  }

  @Test("does so with continuous actions", arguments: CorridorCase.continuous)
  func continuous(_ test: CorridorCase) throws {
    let playground = Playground(
      try ContinuousCorridor(ContinuousCorridor.Configuration()), episodes: 300,
      normalisingObservations: true)
    let trained = try playground.train(test.id, test.settings, steps: test.steps)
    let achieved = playground.play(trained)
    // The mean of uniform actions is no action: such a policy stays about where it is.
    if test.imitatesAll {
      let steps = playground.scores(trained, for: [[0.3, 0], [0.7, 1]])
      #expect(steps.allSatisfy { abs($0[0]) < 0.3 }, "\(steps)")
    } else {
      #expect(
        achieved > 0.95, "achieved \(achieved), behaviour \(playground.data.meanReturn)")
    }
  }
}
