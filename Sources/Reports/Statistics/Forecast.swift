/// Predictions beside what came true. All arrays have one element per prediction; of no predictions
/// the answers are NaN.
public enum Forecast {
  /// The mean absolute error, `Σ |prediction − truth| / n`.
  public static func meanAbsoluteError(_ predictions: [Double], _ truths: [Double]) -> Double {
    precondition(
      predictions.count == truths.count, "\(predictions.count) and \(truths.count) values")
    return Statistics.pairwiseMean(zip(predictions, truths).map { ($0 - $1).magnitude })
  }

  /// The Brier score, `Σ (probability − [it came true])² / n` (Brier, 1950): 0 is best, 0.25 is what
  /// one gets by always saying ½.
  public static func brierScore(_ probabilities: [Double], _ outcomes: [Bool]) -> Double {
    precondition(
      probabilities.count == outcomes.count, "\(probabilities.count) and \(outcomes.count) values")
    return Statistics.pairwiseMean(
      zip(probabilities, outcomes).map { probability, isTrue in
        let error = probability - (isTrue ? 1 : 0)
        return error * error
      })
  }

  /// The expected calibration error (Naeini et al., 2015): in bins of equal width, how far the mean
  /// probability is from the share that came true, weighted by how many are in the bin.
  ///
  ///     Σ over bins of count / n · |share that came true − mean probability|
  ///
  /// - Parameter probabilities: in 0 … 1; 1 falls into the last bin.
  public static func calibrationError(
    _ probabilities: [Double], _ outcomes: [Bool], bins: Int = 10
  ) -> Double {
    precondition(
      probabilities.count == outcomes.count, "\(probabilities.count) and \(outcomes.count) values")
    precondition(bins > 0, "bins is \(bins), must be positive")
    guard !probabilities.isEmpty else { return .nan }
    var gaps = [Double](repeating: 0, count: bins)
    for (probability, isTrue) in zip(probabilities, outcomes) {
      precondition((0...1).contains(probability), "a probability of \(probability)")
      let bin = min(Int(probability * Double(bins)), bins - 1)
      gaps[bin] += (isTrue ? 1 : 0) - probability
    }
    return gaps.reduce(0) { $0 + $1.magnitude } / Double(probabilities.count)
  }

  /// The area under the receiver operating characteristic: how likely a case that came true was
  /// scored higher than one that did not, ties counted ½. NaN where all or none came true.
  public static func areaUnderROC(_ scores: [Double], _ outcomes: [Bool]) -> Double {
    precondition(scores.count == outcomes.count, "\(scores.count) and \(outcomes.count) values")
    let positives = zip(scores, outcomes).filter(\.1).map(\.0)
    let negatives = zip(scores, outcomes).filter { !$0.1 }.map(\.0)
    guard !positives.isEmpty, !negatives.isEmpty else { return .nan }
    return Ranks.mannWhitneyU(positives, negatives) / Double(positives.count * negatives.count)
  }
}
