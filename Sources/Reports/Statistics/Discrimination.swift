/// How well a score tells two kinds of cases apart.
public enum Discrimination {
  /// The area under the ROC curve: the probability that a positive case scores above a negative one,
  /// ties counting half.
  ///
  ///     AUROC = U / (positives · negatives)     (Mann and Whitney's U)
  ///
  /// - Returns: 0.5 for a score that says nothing; `nil` where one kind is missing.
  public static func auroc(_ scores: [Double], isPositive: [Bool]) -> Double? {
    let scored = Array(zip(scores, isPositive))
    let positives = scored.filter(\.1).map(\.0)
    let negatives = scored.filter { !$0.1 }.map(\.0)
    guard !positives.isEmpty, !negatives.isEmpty else { return nil }
    return Ranks.mannWhitneyU(positives, negatives)
      / (Double(positives.count) * Double(negatives.count))
  }
}
