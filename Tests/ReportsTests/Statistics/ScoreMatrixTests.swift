import Randomness
import Reports
import Testing

@Suite("Scores of runs on tasks")
struct ScoreMatrixTests {
  private let scores = ScoreMatrix([[1, 0.2], [0.5, 0.4], [0, 0.9]])

  @Test("are aggregated by hand-made numbers")
  func aggregates() {
    #expect(scores.taskMeans == [0.5, 0.5])
    #expect(scores.mean == 0.5)
    #expect(scores.median == 0.5)
    // 0 0.2 0.4 0.5 0.9 1, one dropped at either end
    #expect(scores.interquartileMean.isClose(to: 0.5))
    #expect(scores.optimalityGap().isClose(to: 0.5))
    #expect(scores.optimalityGap(threshold: 0.5).isClose(to: 0.5 - 2.1 / 6))
    #expect(ScoreMatrix([[1, 5, 9, 2]]).median == 3.5)
  }

  @Test("of one run have intervals of no width")
  func oneRun() {
    var random = RandomStream(seed: 1, "test")
    let one = ScoreMatrix([[0.25, 0.75]])
    for (aggregate, interval) in StratifiedBootstrap(resamples: 50).aggregates(
      of: one, using: &random)
    {
      #expect(interval == Interval(lower: aggregate(one), upper: aggregate(one)))
    }
  }

  @Test("are resampled within their task and never across")
  func strata() {
    let apart = ScoreMatrix([[0, 100], [1, 101], [2, 102]])
    var random = RandomStream(seed: 1, "test")
    _ = StratifiedBootstrap(resamples: 200).interval(of: apart, using: &random) { sample in
      #expect(sample.scores(onTask: 0).allSatisfy { (0...2).contains($0) })
      #expect(sample.scores(onTask: 1).allSatisfy { (100...102).contains($0) })
      return 0
    }
    // Tasks are drawn independently: the same runs for both would give equal deviations.
    var differs = false
    _ = StratifiedBootstrap(resamples: 50).interval(of: apart, using: &random) { sample in
      if sample.taskMeans[0] != sample.taskMeans[1] - 100 { differs = true }
      return 0
    }
    #expect(differs)
  }

  @Test("have the same intervals from the same stream, and others from another")
  func reproducible() {
    var numbers = RandomStream(seed: 9, "numbers")
    let scores = ScoreMatrix((0..<9).map { _ in [numbers.normal(), numbers.normal()] })
    func interval(seed: UInt64) -> Interval {
      var random = RandomStream(seed: seed, "test")
      return StratifiedBootstrap(resamples: 400).interval(of: scores, using: &random) { $0.mean }
    }
    #expect(interval(seed: 1) == interval(seed: 1))
    #expect(interval(seed: 1) != interval(seed: 2))
  }

  @Test("compare as how often one is better", arguments: [(1.0, 1.0), (0.5, 0.5), (0, 0)])
  func improvement(shift: Double, expected: Double) {
    let base = ScoreMatrix(runs: [0, 0.1, 0.2])
    let other = ScoreMatrix(runs: [0, 0.1, 0.2].map { $0 + (shift - 0.5) * 2 })
    #expect(Improvement.probability(of: other, over: base) == expected)
  }

  @Test("count as above a threshold only if they are above it")
  func profile() {
    #expect(PerformanceProfile.shares(of: scores, at: [0, 0.5, 1]) == [5.0 / 6, 2.0 / 6, 0])
    #expect(PerformanceProfile.shares(of: scores, at: [0.4, 0.5], .taskMeans) == [1, 0])
  }
}
