import Documents
import Foundation
import Randomness
import Reports
import Testing

/// Numbers that rliable, SciPy and NumPy gave; `Fixtures/make_rliable.py` wrote them.
@Suite("The statistics of rliable and SciPy")
struct StatisticsReferenceTests {
  struct Reference: Decodable {
    struct Matrices: Decodable {
      var x: [[Double]]
      var y: [[Double]]
      var thresholds: [Double]
      var improvement: Double
      var profile: [Double]
      var profileMeans: [Double]
      var mean: Double
      var median: Double
      var iqm: Double
      var optimalityGap: Double
      /// Lowest and highest value for either end of each interval.
      var intervals: [String: [[Double]]]?
    }
    struct Pair: Decodable {
      var x: [Double]
      var y: [Double]
      var pearson: Double
      var spearman: Double
      var pValue: Double
      var meanAbsoluteError: Double
    }
    struct Case: Decodable {
      var probabilities: [Double]
      var outcomes: [Bool]
      var brier: Double
      var calibrationError: Double
      var roc: Double
    }
    struct Power: Decodable {
      var effect: Double
      var power: Double
      var seeds: Int
    }
    var matrices: [Matrices]
    var pairs: [Pair]
    var forecasts: [Case]
    var powers: [Power]
  }

  /// The committed file, or the one that `HINDSIGHT_RLIABLE` names.
  static let reference: Reference = {
    let committed = Bundle.module.resourcePath.map { "\($0)/Fixtures/rliable.json" } ?? ""
    let path = ProcessInfo.processInfo.environment["HINDSIGHT_RLIABLE"] ?? committed
    let data = try! Data(contentsOf: URL(fileURLWithPath: path))
    return try! JSONDecoder().decode(Reference.self, from: data)
  }()

  /// Means and counts have the same bits; the interquartile mean adds the same numbers in another
  /// order than SciPy's partition leaves them in.
  @Test("of a score matrix are the same")
  func matrices() {
    var largest = 0.0
    for (index, known) in Self.reference.matrices.enumerated() {
      let x = ScoreMatrix(known.x)
      let y = ScoreMatrix(known.y)
      #expect(x.mean == known.mean, "matrix \(index)")
      #expect(x.median == known.median, "matrix \(index)")
      #expect(x.optimalityGap() == known.optimalityGap, "matrix \(index)")
      #expect(Improvement.probability(of: x, over: y) == known.improvement, "matrix \(index)")
      #expect(
        PerformanceProfile.shares(of: x, at: known.thresholds) == known.profile, "matrix \(index)")
      #expect(
        PerformanceProfile.shares(of: x, at: known.thresholds, .taskMeans) == known.profileMeans,
        "matrix \(index)")
      let scale = x.values.reduce(0) { max($0, $1.magnitude) }
      let difference = (x.interquartileMean - known.iqm).magnitude / max(scale, 1e-300)
      #expect(difference < 1e-15, "matrix \(index): \(x.interquartileMean), not \(known.iqm)")
      largest = max(largest, difference)
    }
    print(
      "Statistics: \(Self.reference.matrices.count) matrices equal, interquartile means to "
        + "\(largest) of the largest score")
  }

  @Test("have intervals between the quantiles that resampling errors allow")
  func intervals() throws {
    var compared = 0
    for (index, known) in Self.reference.matrices.enumerated() {
      guard let bounds = known.intervals else { continue }
      let x = ScoreMatrix(known.x)
      let bootstrap = StratifiedBootstrap(resamples: 4_000)
      var random = RandomStream(seed: 1, "reference", UInt64(index))
      func check(_ name: String, _ interval: Interval) throws {
        let bounds = try #require(bounds[name])
        // Equal sums of other orders differ by rounding.
        let slack = 1e-12 * x.values.reduce(1) { max($0, $1.magnitude) }
        for (end, bound) in zip([interval.lower, interval.upper], bounds) {
          #expect(
            bound[0] - slack <= end && end <= bound[1] + slack,
            "matrix \(index), \(name): \(end), not in \(bound)")
        }
        compared += 1
      }
      for (aggregate, interval) in bootstrap.aggregates(of: x, using: &random) {
        try check(aggregate.rawValue, interval)
      }
      try check(
        "improvement",
        Improvement(
          of: x, over: ScoreMatrix(known.y), bootstrap: StratifiedBootstrap(resamples: 1_000),
          using: &random
        ).interval)
      try check(
        "profile",
        PerformanceProfile(of: x, at: [0.5], bootstrap: bootstrap, using: &random).intervals[0])
    }
    #expect(compared >= 48)
    print("Statistics: \(compared) intervals within resampling error")
  }

  @Test("of paired numbers are the same")
  func pairs() {
    for (index, known) in Self.reference.pairs.enumerated() {
      var random = RandomStream(seed: 1, "pairs")
      #expect(
        Correlation.pearson(known.x, known.y).isClose(to: known.pearson, relative: 1e-13)
          || (known.pearson.magnitude < 1e-15), "pair \(index)")
      #expect(
        (Correlation.spearman(known.x, known.y) - known.spearman).magnitude < 1e-14, "pair \(index)"
      )
      let comparison = PairedComparison(known.x, known.y, resamples: 10, using: &random)
      #expect(comparison.pValue.isClose(to: known.pValue), "pair \(index)")
      #expect(
        Forecast.meanAbsoluteError(known.x, known.y).isClose(to: known.meanAbsoluteError),
        "pair \(index)")
    }
  }

  @Test("of forecasts are the same")
  func forecasts() {
    for (index, known) in Self.reference.forecasts.enumerated() {
      let (p, y) = (known.probabilities, known.outcomes)
      #expect(Forecast.brierScore(p, y).isClose(to: known.brier), "forecast \(index)")
      #expect(
        Forecast.calibrationError(p, y).isClose(to: known.calibrationError, relative: 1e-12),
        "forecast \(index)")
      #expect(Forecast.areaUnderROC(p, y) == known.roc, "forecast \(index)")
    }
  }

  @Test("of how many seeds are needed are the noncentral t distribution's, give or take one")
  func powers() throws {
    for known in Self.reference.powers {
      let seeds = try #require(
        PairedComparison.seedsNeeded(
          meanDifference: -known.effect, standardDeviation: 1, power: known.power))
      #expect(
        abs(seeds - known.seeds) <= 1, "effect \(known.effect), power \(known.power): \(seeds)")
    }
  }
}
