internal import Environments

extension DataSummary {
  /// Summarises a dataset.
  ///
  ///     scale = standard deviation + 1e-6, but 1 where an element never changes
  ///
  /// Mean and deviation (of the population) are taken over all steps, in `Double`; final
  /// observations do not count, as in the official Decision Transformer code.
  ///
  /// - Parameters:
  ///   - horizon: steps of the longest episode the environment can give.
  ///   - normalisingObservations: whether mean and scale are those of the data, or 0 and 1.
  public init(of dataset: Dataset, horizon: Int, normalisingObservations: Bool) {
    let returns = dataset.episodeReturns
    let width = dataset.header.observationSpace.width
    var mean = [Float](repeating: 0, count: width)
    var scale = [Float](repeating: 1, count: width)
    if normalisingObservations, dataset.stepCount > 0 {
      var start = 0
      for (column, leaf) in zip(dataset.observations, dataset.header.observationSpace.leaves) {
        for (index, moments) in column.moments(width: leaf.width).enumerated() {
          mean[start + index] = Float(moments.mean)
          scale[start + index] =
            moments.isConstant ? 1 : Float(moments.variance.squareRoot() + 1e-6)
        }
        start += leaf.width
      }
    }
    self.init(
      observationSpace: dataset.header.observationSpace, actionSpace: dataset.header.actionSpace,
      horizon: horizon, episodeCount: dataset.episodeCount, stepCount: dataset.stepCount,
      observationMean: mean, observationScale: scale, minimumReturn: returns.min() ?? 0,
      meanReturn: returns.isEmpty ? 0 : returns.reduce(0, +) / Double(returns.count),
      maximumReturn: returns.max() ?? 0,
      largestReturnToGo: dataset.returnsToGo.reduce(0) { max($0, abs($1)) })
  }
}

/// What is known of one element of all rows.
private struct Moments {
  var mean: Double
  var variance: Double
  var isConstant: Bool
}

extension Column {
  /// `[width]` Mean and variance of each element over the rows, in two passes.
  fileprivate func moments(width: Int) -> [Moments] {
    switch self {
    case .uint8(let values): Self.moments(values, width) { Double($0) }
    case .int32(let values): Self.moments(values, width) { Double($0) }
    case .int64(let values): Self.moments(values, width) { Double($0) }
    case .float32(let values): Self.moments(values, width) { Double($0) }
    case .float64(let values): Self.moments(values, width) { $0 }
    }
  }

  private static func moments<Number: Equatable>(
    _ values: [Number], _ width: Int, _ asDouble: (Number) -> Double
  ) -> [Moments] {
    guard width > 0 else { return [] }
    let rows = values.count / width
    var sums = [Double](repeating: 0, count: width)
    var squares = sums
    var isConstant = [Bool](repeating: true, count: width)
    for row in 0..<rows {
      for index in 0..<width { sums[index] += asDouble(values[row * width + index]) }
    }
    let means = sums.map { $0 / Double(rows) }
    for row in 0..<rows {
      for index in 0..<width {
        let value = values[row * width + index]
        let deviation = asDouble(value) - means[index]
        squares[index] += deviation * deviation
        if value != values[index] { isConstant[index] = false }
      }
    }
    return (0..<width).map {
      Moments(
        mean: means[$0], variance: squares[$0] / Double(rows), isConstant: isConstant[$0])
    }
  }
}
