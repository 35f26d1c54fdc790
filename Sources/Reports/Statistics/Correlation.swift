/// How closely two quantities go together, from −1 to 1. NaN where one of them does not vary.
public enum Correlation {
  /// Pearson's r, of straight lines:
  ///
  ///     r = Σ (x − x̄)(y − ȳ) / √(Σ (x − x̄)² · Σ (y − ȳ)²)
  public static func pearson(_ x: [Double], _ y: [Double]) -> Double {
    precondition(x.count == y.count, "\(x.count) and \(y.count) values")
    // Constant values leave rounding errors behind the mean, which correlate with anything.
    guard let first = x.first, x.contains(where: { $0 != first }),
      let other = y.first, y.contains(where: { $0 != other })
    else { return .nan }
    let dx = deviations(x)
    let dy = deviations(y)
    let products = Statistics.pairwiseSum(zip(dx, dy).map { $0 * $1 })
    let norms =
      Statistics.pairwiseSum(dx.map { $0 * $0 }).squareRoot()
      * Statistics.pairwiseSum(dy.map { $0 * $0 }).squareRoot()
    return max(-1, min(1, products / norms))
  }

  /// Spearman's ρ, of any rising curve: Pearson's r of the ranks, ties sharing the mean of theirs.
  public static func spearman(_ x: [Double], _ y: [Double]) -> Double {
    pearson(Ranks.averaged(x), Ranks.averaged(y))
  }

  private static func deviations(_ values: [Double]) -> [Double] {
    let mean = Statistics.pairwiseMean(values)
    return values.map { $0 - mean }
  }
}
