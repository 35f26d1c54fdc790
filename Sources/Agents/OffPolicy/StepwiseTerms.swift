/// What weighted sums over steps are made of, for importance sampling and for doubly robust
/// estimates alike.
///
///     own weights      value = mean_i (b_i + Σ_t w[i, t] · y[i, t])
///     shared weights   value = mean_i b_i + Σ_t (Σ_i w[i, t] · y[i, t]) / Σ_i w[i, t]
///
/// A time that no episode could have reached adds nothing to the second.
struct StepwiseTerms: Sendable {
  /// `[E]`, b
  private let bases: [Double]
  /// `[H, E]` w · y where weights are shared, with w as in ``shares``.
  private let products: [Double]
  /// `[E]` What each episode adds with its own weights; `nil` where weights are shared.
  private let contributions: MeanEstimator?
  /// `[H, E]` Where weights are shared.
  private let shares: [Double]
  /// Whether there is an estimate at all.
  private let hasEstimate: Bool

  /// - Parameter isBased: whether `bases` are an estimate by themselves; else there is none where no
  ///   whole episode has a weight.
  init(
    _ weights: ImportanceWeights, bases: [Double], terms: [[Double]], sharesWeights: Bool,
    isBased: Bool
  ) {
    self.bases = bases
    hasEstimate = isBased || weights.effectiveSampleSize > 0
    shares = sharesWeights ? weights.shares() : []
    let count = terms.count
    products = shares.enumerated().map { place, share in
      let term = terms[place % count]
      return place / count < term.count ? share * term[place / count] : 0
    }
    contributions =
      sharesWeights
      ? nil
      : MeanEstimator(
        of: terms.indices.map { index in
          var sum = bases[index]
          for (time, term) in terms[index].enumerated() where term != 0 {
            sum += weights.weight(index, at: time) * term
          }
          return sum
        })
  }

  var episodeCount: Int { bases.count }

  func value(counting counts: [Int]) -> Double? {
    guard hasEstimate else { return nil }
    if let contributions { return contributions.value(counting: counts) }
    guard let base = MeanEstimator(of: bases).value(counting: counts) else { return nil }
    let factors = counts.map { Double($0) }
    var value = base
    for start in stride(from: 0, to: shares.count, by: episodeCount) {
      var (sum, total) = (0.0, 0.0)
      for (index, factor) in factors.enumerated() {
        total += factor * shares[start + index]
        sum += factor * products[start + index]
      }
      if total > 0 { value += sum / total }
    }
    return value
  }
}
