#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The standard normal distribution.
enum NormalDistribution {
  /// Φ(z), the probability of less than `z`.
  static func probability(below z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }

  /// The z with Φ(z) = `probability`, by bisection on Φ to the last bit that matters.
  ///
  /// - Parameter probability: above 0 and below 1.
  static func quantile(_ probability: Double) -> Double {
    precondition(
      probability > 0 && probability < 1, "probability is \(probability), must be in 0 … 1")
    // Φ(±40) is 0 and 1 in double precision.
    var (lower, upper) = (-40.0, 40.0)
    while true {
      let middle = (lower + upper) / 2
      guard lower < middle, middle < upper else { return middle }
      if Self.probability(below: middle) < probability { lower = middle } else { upper = middle }
    }
  }
}
