/// Doubly robust estimates: a model of values, corrected where recorded rewards contradict it.
///
///     ordinary   mean_i (V[i, 0] + Σ_t discountᵗ w[i, t] δ[i, t])
///     weighted   mean_i  V[i, 0] + Σ_t discountᵗ Σ_i w[i, t] δ[i, t] / Σ_i w[i, t]
///     δ[i, t]  = r[i, t] + discount · V[i, t + 1] − Q[i, t],   V = 0 after an episode's end
///
/// with weights as in ``ImportanceSampling``. The first is Jiang and Li's (2016, arXiv 1511.03722,
/// equation 10), written without the recursion; it has no bias whatever the model, as long as the
/// model was not fitted to these very episodes: ``FittedQ`` fits one to each half for the other. The second is Thomas and Brunskill's (2016, arXiv
/// 1604.00923): theirs divides the weight of `V[i, t]` by the sum of the time before, which is the
/// same sum over t in another order.
///
/// Where no recorded episode could have come from the policy nothing corrects the model, and its own
/// estimate, the mean of `V[i, 0]`, is left; the effective sample size says so by being 0.
public struct DoublyRobust: OffPolicyEstimator {
  private let terms: StepwiseTerms

  /// - Parameters:
  ///   - episodes: with values of actions and states.
  ///   - isWeighted: whether weights are shared out among the episodes of each time.
  ///   - weightLimit: no weight counts for more; infinite for no limit.
  public init(
    of episodes: [WeighedEpisode], discount: Double, isWeighted: Bool = false,
    weightLimit: Double = .infinity
  ) {
    precondition(
      episodes.allSatisfy { $0.actionValues.count == $0.rewards.count },
      "doubly robust estimates need values of all steps")
    terms = StepwiseTerms(
      ImportanceWeights(of: episodes, limit: weightLimit),
      bases: episodes.map { $0.stateValues[0] },
      terms: episodes.map { episode in
        var factor = 1.0
        return episode.rewards.indices.map { time in
          defer { factor *= discount }
          let next =
            time + 1 < episode.stateValues.count ? discount * episode.stateValues[time + 1] : 0
          return factor * (episode.rewards[time] + next - episode.actionValues[time])
        }
      }, sharesWeights: isWeighted, isBased: true)
  }

  public var episodeCount: Int { terms.episodeCount }

  public func value(counting counts: [Int]) -> Double? { terms.value(counting: counts) }
}
