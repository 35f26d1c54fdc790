import Agents
import Foundation
import Randomness
import Testing

@Suite("Estimates from many recordings of a world")
struct UnbiasednessTests {
  private struct Moments {
    var values: [Double] = []
    var mean: Double { values.reduce(0, +) / Double(values.count) }
    var deviation: Double {
      (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
    }
    /// How many standard errors the mean is from `exact`; with exact values, rules and one start
    /// there is no error but rounding.
    func distance(from exact: Double) -> Double {
      abs(mean - exact) / (deviation / Double(values.count).squareRoot() + 1e-9 * abs(exact))
    }
  }

  /// With 300 recordings a mean is more than 4.5 standard errors off once in 150,000 times.
  @Test(
    "are right on average, and doubly robust ones vary less", arguments: EstimatedWorld.allCases)
  func unbiased(world: EstimatedWorld) throws {
    try world.run { recordings in
      var (ordinary, perDecision, robust, misled) = (Moments(), Moments(), Moments(), Moments())
      var weightedRobust = Moments()
      for seed in 0..<300 {
        let episodes = recordings.record(60, seed: UInt64(seed), error: 0)
        func sample(_ rule: ImportanceSampling.Rule) -> Double {
          ImportanceSampling(rule, of: episodes, discount: 1).value ?? .nan
        }
        ordinary.values.append(sample(.ordinary))
        perDecision.values.append(sample(.perDecision))
        robust.values.append(DoublyRobust(of: episodes, discount: 1).value ?? .nan)
        weightedRobust.values.append(
          DoublyRobust(of: episodes, discount: 1, isWeighted: true).value ?? .nan)
        let wrong = recordings.record(60, seed: UInt64(seed), error: 0.2)
        misled.values.append(DoublyRobust(of: wrong, discount: 1).value ?? .nan)
      }
      let exact = recordings.exact
      for (name, moments) in [
        ("is", ordinary), ("pdis", perDecision), ("dr", robust), ("dr with wrong values", misled),
      ] {
        #expect(moments.distance(from: exact) < 4.5, "\(name): \(moments.mean), exact \(exact)")
      }
      #expect(robust.deviation < 0.8 * ordinary.deviation)
      #expect(robust.deviation < perDecision.deviation)
      #expect(weightedRobust.deviation < ordinary.deviation)
      // The policy that acted earns something else: an estimate that ignores weights is far off.
      let unweighted = Moments(
        values: (0..<300).map { seed in
          let episodes = recordings.record(60, seed: UInt64(seed), error: 0)
          return episodes.reduce(0) { $0 + $1.discountedReturn(1) } / 60
        })
      #expect(unweighted.distance(from: exact) > 8)
    }
  }

  @Test("approach the exact value with more episodes", arguments: EstimatedWorld.allCases)
  func consistent(world: EstimatedWorld) throws {
    try world.run { recordings in
      let episodes = recordings.record(30_000, seed: 7, error: 0)
      let spread = Moments(values: episodes.map { $0.discountedReturn(1) }).deviation
      for rule in ImportanceSampling.Rule.allCases {
        let value = ImportanceSampling(rule, of: episodes, discount: 1).value ?? .nan
        #expect(abs(value - recordings.exact) < 0.1 * spread, "\(rule)")
      }
      let robust = DoublyRobust(of: episodes, discount: 1, isWeighted: true).value ?? .nan
      #expect(abs(robust - recordings.exact) < 0.05 * spread)
    }
  }
}
