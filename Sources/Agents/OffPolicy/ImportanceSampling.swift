/// Importance sampling: recorded returns, weighted by how much likelier a policy would have made the
/// episode than the one that did.
///
///     w[i, t]    = Π_{t' ≤ t} π(a_t' | h_t') / μ(a_t' | h_t')      w_i = w[i, T_i − 1]
///     G_i        = Σ_t discountᵗ r[i, t]
///     ordinary                mean_i w_i G_i
///     per decision            mean_i Σ_t discountᵗ w[i, t] r[i, t]
///     weighted                Σ_i w_i G_i / Σ_i w_i
///     weighted per decision   Σ_t discountᵗ Σ_i w[i, t] r[i, t] / Σ_i w[i, t]
///
/// (Precup, Sutton and Singh, 2000; Thomas, 2015.) The first two have no bias, the third and fourth a
/// bias that fades with more episodes, and far less spread: they never leave the range of what was
/// recorded. An episode that has ended keeps its last weight in the sums of later times.
///
/// Where no whole episode could have come from the policy there is no estimate, not 0. A weight limit trades spread for bias (Ionides, 2008).
///
/// A policy must not have learned from the episodes that it is weighed on: it has learned to do what
/// succeeded there, so weights and rewards go together, and estimates are far too high.
public struct ImportanceSampling: OffPolicyEstimator {
  public enum Rule: Sendable, CaseIterable {
    case ordinary, perDecision, weighted, weightedPerDecision
  }

  private enum Form: Sendable {
    case stepwise(StepwiseTerms)
    /// `[E]` Shares of whole episodes, and their returns.
    case wholeEpisodes(isWeighted: Bool, weights: [Double], returns: [Double])
    /// No episode could have come from the policy.
    case none
  }

  private let form: Form
  public let episodeCount: Int

  /// - Parameter weightLimit: no weight counts for more; infinite for no limit.
  public init(
    _ rule: Rule, of episodes: [WeighedEpisode], discount: Double, weightLimit: Double = .infinity
  ) {
    episodeCount = episodes.count
    let weights = ImportanceWeights(of: episodes, limit: weightLimit)
    guard weights.effectiveSampleSize > 0 else {
      form = .none
      return
    }
    switch rule {
    case .ordinary, .weighted:
      let isWeighted = rule == .weighted
      form = .wholeEpisodes(
        isWeighted: isWeighted,
        weights: isWeighted
          ? Array(weights.shares().suffix(episodes.count))
          : episodes.indices.map { weights.weight($0, at: weights.horizon - 1) },
        returns: episodes.map { $0.discountedReturn(discount) })
    case .perDecision, .weightedPerDecision:
      form = .stepwise(
        StepwiseTerms(
          weights, bases: Array(repeating: 0, count: episodes.count),
          terms: episodes.map { episode in
            var factor = 1.0
            return episode.rewards.map { reward in
              defer { factor *= discount }
              return factor * reward
            }
          }, sharesWeights: rule == .weightedPerDecision, isBased: false))
    }
  }

  /// - Returns: `nil` where no episode at all could have come from the policy, and, of weighted rules,
  ///   where none that counts could.
  public func value(counting counts: [Int]) -> Double? {
    switch form {
    case .none: return nil
    case .stepwise(let terms): return terms.value(counting: counts)
    case .wholeEpisodes(let isWeighted, let weights, let returns):
      var (sum, total, episodes) = (0.0, 0.0, 0)
      for index in counts.indices where counts[index] > 0 {
        episodes += counts[index]
        guard weights[index] > 0 else { continue }
        let weight = Double(counts[index]) * weights[index]
        total += weight
        sum += weight * returns[index]
      }
      guard isWeighted ? total > 0 : episodes > 0 else { return nil }
      return isWeighted ? sum / total : sum / Double(episodes)
    }
  }
}
