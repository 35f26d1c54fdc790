import Agents
import Foundation
import Randomness
import Testing

/// Two episodes small enough for paper: ratios 2 and ½, then ½.
private let pair = [
  WeighedEpisode(
    rewards: [1, 2], logRatios: [log(2), log(0.5)], actionValues: [1, 1], stateValues: [2, 1]),
  WeighedEpisode(rewards: [3], logRatios: [log(0.5)], actionValues: [2], stateValues: [1]),
]

/// Episodes of random lengths and numbers.
private func randomEpisodes(_ count: Int, seed: UInt64 = 5) -> [WeighedEpisode] {
  var random = RandomStream(seed: seed, "episodes")
  return (0..<count).map { _ in
    let length = 1 + random.integer(below: 6)
    func numbers() -> [Double] { (0..<length).map { _ in random.normal() } }
    return WeighedEpisode(
      rewards: numbers(), logRatios: numbers(), actionValues: numbers(), stateValues: numbers())
  }
}

private func isNear(_ found: Double?, _ expected: Double, _ tolerance: Double = 1e-12) -> Bool {
  found.map { abs($0 - expected) <= tolerance * max(1, abs(expected)) } ?? false
}

@Suite("Importance sampling")
struct ImportanceSamplingTests {
  private func value(
    _ rule: ImportanceSampling.Rule, _ episodes: [WeighedEpisode] = pair, discount: Double = 0.5,
    limit: Double = .infinity
  ) -> Double? {
    ImportanceSampling(rule, of: episodes, discount: discount, weightLimit: limit).value
  }

  @Test("of two episodes is what paper says")
  func byHand() {
    // Discounted returns 2 and 3, weights 1 and ½; per decision the first is 2·1 + 1·½·2.
    // So (1 · 2 + ½ · 3) / 2, the same over 1 + ½, and (3 + ½ · 3) / 2.
    #expect(isNear(value(.ordinary), 1.75))
    #expect(isNear(value(.weighted), 3.5 / 1.5))
    #expect(isNear(value(.perDecision), 2.25))
    // (2 · 1 + ½ · 3) / 2½, and at time 1, where the second episode stands still with its weight ½,
    // (1 · 1) / 1½.
    #expect(isNear(value(.weightedPerDecision), 3.1 / 1.5))
    // (1 + ½)² / (1 + ¼).
    #expect(isNear(Overlap(of: pair).effectiveSampleSize, 1.8))
    #expect(isNear(Overlap(of: pair).meanWeight, 0.75))
    #expect(isNear(Overlap(of: pair, weightLimit: 0.5).meanWeight, 0.5))
    // No weight above 1: the first episode's are 1 and 1, so (1 + 1 + ½ · 3) / 2.
    #expect(isNear(value(.perDecision, limit: 1), 1.75))
  }

  @Test("of a policy's own episodes is their mean return", arguments: [1, 0.9])
  func ownEpisodes(discount: Double) {
    let own = randomEpisodes(50).map { episode in
      WeighedEpisode(rewards: episode.rewards, logRatios: episode.logRatios.map { _ in 0 })
    }
    let mean = own.reduce(0) { $0 + $1.discountedReturn(discount) } / 50
    for rule in ImportanceSampling.Rule.allCases {
      #expect(isNear(value(rule, own, discount: discount), mean), "\(rule)")
    }
    #expect(isNear(Overlap(of: own).effectiveSampleSize, 50))
    #expect(isNear(Overlap(of: own).meanWeight, 1))
  }

  @Test("has no estimate where no episode could have come from the policy, and says so")
  func noOverlap() {
    let never = [
      WeighedEpisode(rewards: [1, 1], logRatios: [-.infinity, 0]),
      WeighedEpisode(rewards: [1], logRatios: [-.infinity]),
    ]
    for rule in ImportanceSampling.Rule.allCases { #expect(value(rule, never) == nil, "\(rule)") }
    #expect(Overlap(of: never) == Overlap(of: []))
    #expect(Overlap(of: never).effectiveSampleSize == 0 && Overlap(of: never).meanWeight == 0)
    #expect(value(.ordinary, []) == nil)
    // Episodes that all leave the policy's ways, if late, say nothing of what comes then.
    let late = WeighedEpisode(rewards: [4, 1], logRatios: [log(0.5), -.infinity])
    for rule in ImportanceSampling.Rule.allCases { #expect(value(rule, [late]) == nil, "\(rule)") }
    // Beside one that does not, they count per decision for as long as they follow it.
    let own = WeighedEpisode(rewards: [2, 6], logRatios: [0, 0])
    #expect(isNear(value(.ordinary, [late, own]), 2.5))
    #expect(isNear(value(.weighted, [late, own]), 5))
    #expect(isNear(value(.perDecision, [late, own]), (0.5 * 4 + 2 + 3) / 2))
    #expect(isNear(value(.weightedPerDecision, [late, own]), (0.5 * 4 + 2) / 1.5 + 3))
    // A draw of the bootstrap without it earns nothing, and has no weighted mean.
    func draw(_ rule: ImportanceSampling.Rule) -> Double? {
      ImportanceSampling(rule, of: [late, own], discount: 0.5).value(counting: [2, 0])
    }
    #expect(draw(.ordinary) == 0 && draw(.weighted) == nil)
  }

  @Test("survives products beyond the range of numbers")
  func longEpisodes() {
    let steps = 2000
    func episode(_ ratio: Double, _ reward: Double) -> WeighedEpisode {
      WeighedEpisode(
        rewards: Array(repeating: reward, count: steps),
        logRatios: Array(repeating: log(ratio), count: steps))
    }
    for ratio in [0.4, 3] {
      let episodes = [episode(ratio, 1), episode(ratio, 2)]
      #expect(isNear(value(.weighted, episodes, discount: 1), 1.5 * Double(steps)))
      #expect(isNear(value(.weightedPerDecision, episodes, discount: 1), 1.5 * Double(steps)))
      #expect(isNear(Overlap(of: episodes).effectiveSampleSize, 2))
      #expect(value(.perDecision, episodes, discount: 1)?.isFinite == true)
    }
  }

  @Test("counts an episode as often as it is drawn")
  func counting() {
    let episodes = randomEpisodes(6)
    let counts = [0, 2, 1, 0, 3, 0]
    let repeated = zip(episodes, counts).flatMap { Array(repeating: $0, count: $1) }
    for rule in ImportanceSampling.Rule.allCases {
      let drawn = ImportanceSampling(rule, of: episodes, discount: 0.9).value(counting: counts)
      let expected = value(rule, repeated, discount: 0.9)
      #expect(isNear(drawn, expected ?? .nan, 1e-9), "\(rule)")
    }
    let counted = DoublyRobust(of: episodes, discount: 0.9, isWeighted: true)
      .value(counting: counts)
    let all = DoublyRobust(of: repeated, discount: 0.9, isWeighted: true).value
    #expect(isNear(counted, all ?? .nan, 1e-9))
  }
}

@Suite("Doubly robust estimates")
struct DoublyRobustTests {
  @Test("of two episodes are what paper says")
  func byHand() {
    // δ = 1 + ½ · 1 − 1 = ½, then 2 − 1 = 1; and 3 − 2 = 1. So 2 + 2 · ½ + ½ · 1 · 1 and 1 + ½ · 1.
    let plain = DoublyRobust(of: pair, discount: 0.5).value
    #expect(isNear(plain, 2.5))
    // 1½ + (2 · ½ + ½ · 1) / 2½ + ½ · (1 · 1) / 1½.
    let weighted = DoublyRobust(of: pair, discount: 0.5, isWeighted: true).value
    #expect(isNear(weighted, 2.1 + 0.5 / 1.5))
  }

  @Test("follow Jiang and Li's recursion")
  func recursion() {
    let episodes = randomEpisodes(40)
    let discount = 0.8
    let values = episodes.map { episode in
      episode.rewards.indices.reversed().reduce(0.0) { later, t in
        episode.stateValues[t] + exp(episode.logRatios[t])
          * (episode.rewards[t] + discount * later - episode.actionValues[t])
      }
    }
    #expect(
      isNear(
        DoublyRobust(of: episodes, discount: discount).value, values.reduce(0, +) / 40, 1e-9))
  }

  @Test("follow Thomas and Brunskill's weighted form")
  func weightedForm() {
    let episodes = randomEpisodes(30)
    let discount = 0.8
    let horizon = episodes.map(\.rewards.count).max() ?? 0
    /// w[i, t]; 1 before the first step, and the last one after the end.
    func weight(_ episode: WeighedEpisode, _ t: Int) -> Double {
      exp(episode.logRatios.prefix(t + 1).reduce(0, +))
    }
    var expected = 0.0
    for t in 0..<horizon {
      let now = episodes.reduce(0) { $0 + weight($1, t) }
      let before = episodes.reduce(0) { $0 + weight($1, t - 1) }
      for episode in episodes where t < episode.rewards.count {
        let share = weight(episode, t) / now
        expected +=
          pow(discount, Double(t))
          * (share * (episode.rewards[t] - episode.actionValues[t])
            + weight(episode, t - 1) / before * episode.stateValues[t])
      }
    }
    #expect(
      isNear(DoublyRobust(of: episodes, discount: discount, isWeighted: true).value, expected, 1e-9)
    )
  }

  @Test("without overlap are the model's")
  func noOverlap() {
    let never = [
      WeighedEpisode(
        rewards: [9], logRatios: [-.infinity], actionValues: [3], stateValues: [2]),
      WeighedEpisode(
        rewards: [9], logRatios: [-.infinity], actionValues: [3], stateValues: [4]),
    ]
    #expect(DoublyRobust(of: never, discount: 1).value == 3)
    #expect(DoublyRobust(of: never, discount: 1, isWeighted: true).value == 3)
  }
}
