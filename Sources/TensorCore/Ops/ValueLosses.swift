#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

// The losses of methods that learn values: all are sums over rows, to be divided by a count of the
// whole batch.
extension Tape {
  /// Sum over rows of the Huber loss of the chosen columns.
  ///
  ///     d = q[r, columns[r]] − targets[r]
  ///     h(d) = d²/2 for |d| ≤ threshold, else threshold · (|d| − threshold/2)
  ///
  /// An infinite threshold gives half the squared error (Huber, 1964; Mnih et al., 2015).
  ///
  /// - Parameters:
  ///   - q: `[rows, columns]`.
  ///   - columns: `[rows]`, each in `0 ..< columns`.
  ///   - targets: `[rows]`.
  public mutating func huber(
    _ q: Tensor, at columns: [Int32], targets: [Float], threshold: Float = 1
  ) -> LossSum {
    precondition(
      columns.count == q.rows && targets.count == q.rows,
      "\(columns.count) columns and \(targets.count) targets for \(q.rows) rows")
    return closedForm(q) { values, slopes in
      slopes.update(repeating: 0)
      var total = 0.0
      for (row, column) in columns.enumerated() {
        let index = row * q.columns + Int(column)
        let d = values[index] - targets[row]
        slopes[index] = max(-threshold, min(threshold, d))
        total += Double(
          abs(d) <= threshold ? d * d / 2 : threshold * (abs(d) - threshold / 2))
        if !d.isFinite { slopes[index] = d }  // the divergence guard must see it
      }
      return total
    }
  }

  /// Sum over rows of `log Σ_a exp q[r, a] − q[r, columns[r]]`: how far all actions together stand
  /// above the one in the data, CQL(H)'s penalty (Kumar et al., 2020, equation 4).
  ///
  /// - Parameters:
  ///   - q: `[rows, actions]`.
  ///   - columns: `[rows]`, each in `0 ..< actions`.
  public mutating func conservativeGap(_ q: Tensor, at columns: [Int32]) -> LossSum {
    crossEntropy(q, targets: columns)
  }

  /// Sum over rows of the expectile loss of a value against targets.
  ///
  ///     d = targets[r] − v[r]
  ///     |expectile − 1(d < 0)| · d²
  ///
  /// whose minimum is the given expectile of the targets; 0.5 gives half the squared error's place,
  /// the mean (Kostrikov et al., 2021, equation 5).
  ///
  /// - Parameters:
  ///   - v: `[rows, 1]`.
  ///   - targets: `[rows]`.
  ///   - expectile: τ, between 0 and 1.
  public mutating func expectile(_ v: Tensor, targets: [Float], expectile: Float) -> LossSum {
    precondition(
      v.columns == 1 && targets.count == v.rows,
      "\(targets.count) targets for [\(v.rows), \(v.columns)] values")
    return closedForm(v) { values, slopes in
      var total = 0.0
      for (row, target) in targets.enumerated() {
        let d = target - values[row]
        let weight = d < 0 ? 1 - expectile : expectile
        slopes[row] = -2 * weight * d
        total += Double(weight * d * d)
      }
      return total
    }
  }

  /// Sum over rows of `−weights[r] · log softmax(logits[r])[targets[r]]`: imitation of some actions
  /// more than of others.
  ///
  /// - Parameters:
  ///   - logits: `[rows, classes]`.
  ///   - targets: `[rows]`, each in `0 ..< classes`.
  ///   - weights: `[rows]`; they get no gradient.
  public mutating func crossEntropy(
    _ logits: Tensor, targets: [Int32], weights: [Float]
  ) -> LossSum {
    precondition(
      targets.count == logits.rows && weights.count == logits.rows,
      "\(targets.count) targets and \(weights.count) weights for \(logits.rows) rows")
    let classes = logits.columns
    return closedForm(logits) { values, slopes in
      var total = 0.0
      for (row, target) in targets.enumerated() {
        let start = row * classes
        var peak = -Float.infinity
        for column in 0..<classes { peak = max(peak, values[start + column]) }
        var sum: Float = 0
        for column in 0..<classes {
          slopes[start + column] = exp(values[start + column] - peak)
          sum += slopes[start + column]
        }
        let logarithm = values[start + Int(target)] - peak - log(sum)
        total -= Double(weights[row] * logarithm)
        for column in 0..<classes { slopes[start + column] *= weights[row] / sum }
        slopes[start + Int(target)] -= weights[row]
      }
      return total
    }
  }

  /// Sum over all elements of `weights · x`.
  ///
  /// - Parameters:
  ///   - x: `[rows, columns]`.
  ///   - weights: `[rows · columns]`; they get no gradient.
  public mutating func weightedSum(_ x: Tensor, weights: [Float]) -> LossSum {
    precondition(weights.count == x.count, "\(weights.count) weights for \(x.count) elements")
    return closedForm(x) { values, slopes in
      var total = 0.0
      for index in values.indices {
        slopes[index] = weights[index]
        total += Double(weights[index] * values[index])
      }
      return total
    }
  }

  /// Sum over rows of `weights[r] ·` minus the log-density of targets under a Gaussian with
  /// independent components.
  ///
  ///     −log N(y; μ, e^ℓ) = Σ_c (y_c − μ_c)² / (2 e^{2 ℓ_c}) + ℓ_c + log(2π)/2
  ///
  /// - Parameters:
  ///   - means: `[rows, columns]`, μ.
  ///   - logDeviations: `[rows, columns]`, ℓ; made of a learned row by
  ///     ``rows(of:at:)-(Parameter,_)``.
  ///   - targets: `[rows · columns]`, y.
  ///   - weights: `[rows]`; they get no gradient.
  public mutating func gaussianError(
    means: Tensor, logDeviations: Tensor, targets: [Float], weights: [Float]
  ) -> LossSum {
    precondition(
      means.rows == logDeviations.rows && means.columns == logDeviations.columns,
      "means are [\(means.rows), \(means.columns)], log-deviations "
        + "[\(logDeviations.rows), \(logDeviations.columns)]")
    precondition(
      targets.count == means.count && weights.count == means.rows,
      "\(targets.count) targets and \(weights.count) weights for \(means.rows) rows")
    let columns = means.columns
    let meanSlopes = makeTensor(rows: means.rows, columns: columns, needsGradient: false)
    let deviationSlopes = makeTensor(rows: means.rows, columns: columns, needsGradient: false)
    let sum = makeTensor(rows: 1, columns: 1)
    var total = 0.0
    for index in 0..<means.count {
      let weight = weights[index / columns]
      let logDeviation = value(logDeviations)[index]
      let precision = exp(-2 * logDeviation)
      let d = targets[index] - value(means)[index]
      total += Double(
        weight * (d * d * precision / 2 + logDeviation + Float(0.5 * log(2 * Double.pi))))
      value(meanSlopes)[index] = -weight * d * precision
      value(deviationSlopes)[index] = weight * (1 - d * d * precision)
    }
    value(sum)[0] = Float(total)
    onBackward(of: sum) { tape in
      let factor = tape.gradient(sum)[0]
      for (x, slopes) in [(means, meanSlopes), (logDeviations, deviationSlopes)]
      where tape.wantsGradient(x) {
        let accumulates = tape.claimGradient(x)
        let (from, to) = (tape.value(slopes), tape.gradient(x))
        for index in 0..<x.count {
          to[index] = factor * from[index] + (accumulates ? to[index] : 0)
        }
      }
    }
    return LossSum(value: total, tensor: sum)
  }
}
