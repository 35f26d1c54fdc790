#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// How much each episode, up to each time, counts for a policy that did not record it.
///
///     w[i, t] = min(limit, Π_{t' ≤ t} π(a_t' | h_t') / μ(a_t' | h_t'))
///
/// Axes: `E` episodes, `H` steps of the longest. An episode that has ended keeps its last weight, as
/// if it stood still without rewards (Thomas, 2015, section 2.1). Products are kept as logarithms.
struct ImportanceWeights: Sendable {
  let episodeCount: Int
  /// H
  let horizon: Int
  /// `[H, E]`
  private let logarithms: [Double]

  /// - Parameter limit: the largest weight; infinite for none.
  init(of episodes: [WeighedEpisode], limit: Double) {
    precondition(limit > 0, "weights up to \(limit)")
    let count = episodes.count
    let horizon = episodes.map(\.rewards.count).max() ?? 0
    var logarithms = [Double](repeating: 0, count: horizon * count)
    let highest = log(limit)
    for (index, episode) in episodes.enumerated() {
      var sum = 0.0
      for time in 0..<horizon {
        if time < episode.logRatios.count { sum += episode.logRatios[time] }
        logarithms[time * count + index] = min(sum, highest)
      }
    }
    self.logarithms = logarithms
    self.horizon = horizon
    episodeCount = count
  }

  /// The largest exponent of a weight; one of a longer product counts as this, which no sum of
  /// fewer than 10⁴⁰ episodes makes infinite.
  private static let largestExponent = 600.0

  /// The weight itself.
  func weight(_ episode: Int, at time: Int) -> Double {
    exp(min(logarithms[time * episodeCount + episode], Self.largestExponent))
  }

  /// `[H, E]` Weights divided by the largest of their time, for estimates in which only their shares
  /// matter; all zero for a time that no episode can have reached.
  func shares() -> [Double] {
    var result = logarithms
    for time in 0..<horizon {
      let range = (time * episodeCount)..<((time + 1) * episodeCount)
      let largest = logarithms[range].max() ?? 0
      for index in range {
        result[index] = largest == -.infinity ? 0 : exp(logarithms[index] - largest)
      }
    }
    return result
  }

  var effectiveSampleSize: Double {
    guard horizon > 0 else { return 0 }
    let last = shares().suffix(episodeCount)
    let sum = last.reduce(0, +)
    return sum > 0 ? sum * sum / last.reduce(0) { $0 + $1 * $1 } : 0
  }

  var meanWeight: Double {
    guard horizon > 0 else { return 0 }
    return (0..<episodeCount).reduce(0) { $0 + weight($1, at: horizon - 1) } / Double(episodeCount)
  }
}

/// How much recorded episodes tell of a policy that did not record them, by the weights `w` of whole
/// episodes.
public struct Overlap: Sendable, Equatable {
  /// Of how many episodes of the policy's own the recorded ones are worth, by the spread of the
  /// weights (Kish, 1965): `(Σ_i w_i)² / Σ_i w_i²`. 0 where none could have come from the policy.
  public var effectiveSampleSize: Double
  /// `Σ_i w_i / E`, which is 1 in expectation. One well below is of a policy that does things which
  /// the recorded episodes do not show, and whose worth no weighing can know.
  public var meanWeight: Double

  /// - Parameter weightLimit: the largest weight; infinite for none.
  public init(of episodes: [WeighedEpisode], weightLimit: Double = .infinity) {
    let weights = ImportanceWeights(of: episodes, limit: weightLimit)
    (effectiveSampleSize, meanWeight) = (weights.effectiveSampleSize, weights.meanWeight)
  }
}
