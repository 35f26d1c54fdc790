import Agents
import Environments
import Experiments
import Foundation
import Randomness
import Reports
import Testing

@Suite("Intervals of estimates")
struct CoverageTests {
  /// Episodes of a corridor walked at random, weighed for a policy that prefers one way.
  private func record(_ count: Int, seed: UInt64, in corridor: Corridor) -> [WeighedEpisode] {
    var world = corridor
    return (0..<count).map { index in
      var random = RandomStream(seed: seed, "coverage", UInt64(index))
      world.reset(seed: random.next())
      var (rewards, ratios) = ([Double](), [Double]())
      var isDone = false
      while !isDone {
        let action = random.integer(below: 2)
        ratios.append(log(target(world.state)[action] / 0.5))
        let outcome = world.step(.discrete(action))
        rewards.append(outcome.reward)
        isDone = outcome.isDone
      }
      return WeighedEpisode(rewards: rewards, logRatios: ratios)
    }
  }

  private func target(_ state: Corridor.State) -> [Double] {
    state.hasKey ? [0.42, 0.58] : [0.58, 0.42]
  }

  /// Percentile intervals of skewed weights cover somewhat less than 95 %: of 200 recordings, fewer
  /// than 170 would be 85 %, more than 199 would be intervals that are too wide.
  @Test("hold the exact value about as often as they say", arguments: [false, true])
  func coverage(isWeighted: Bool) throws {
    let corridor = try Corridor(Corridor.Configuration())
    let exact = try Solver(corridor).evaluate { state, _ in target(state) }.expectedReturn
    var hits = 0
    for seed in 0..<200 {
      let episodes = record(150, seed: UInt64(seed), in: corridor)
      let estimate = Estimate(
        isWeighted ? .weighted : .perDecision,
        ImportanceSampling(isWeighted ? .weighted : .perDecision, of: episodes, discount: 1),
        overlap: nil, resamples: 300,
        random: RandomStream(seed: UInt64(seed), "draws"))
      let interval = try #require(estimate.interval)
      if interval.lower <= exact, exact <= interval.upper { hits += 1 }
    }
    #expect(170...199 ~= hits, "\(hits) of 200 hold \(exact)")
  }

  @Test("are missing where there is no estimate")
  func missing() {
    let never = [WeighedEpisode(rewards: [1], logRatios: [-.infinity])]
    let estimate = Estimate(
      .weighted, ImportanceSampling(.weighted, of: never, discount: 1),
      overlap: Overlap(of: never), resamples: 100,
      random: RandomStream(seed: 0, "draws"))
    #expect(estimate.value == nil && estimate.interval == nil)
    #expect(estimate.overlap?.effectiveSampleSize == 0)
  }
}
