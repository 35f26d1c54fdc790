extension SequenceBatch {
  /// The batch cut into `count` runs of whole windows, as even in steps as whole windows allow.
  ///
  /// The cut depends on ``offsets`` only: window `w`, whose middle step is `m`, goes to shard
  /// `m · count / S`. Some shards may be empty. Totals stay those of the whole batch.
  public func shards(_ count: Int) -> [SequenceBatch] {
    precondition(count > 0, "\(count) shards")
    var pieces: [SequenceBatch] = []
    var window = 0
    for shard in 0..<count {
      let first = window
      while window < windowCount {
        let middle = (Int(offsets[window]) + Int(offsets[window + 1])) / 2
        guard shard == count - 1 || middle * count < (shard + 1) * stepCount else { break }
        window += 1
      }
      pieces.append(windows(first..<window))
    }
    return pieces
  }

  /// Some windows of the batch; totals stay.
  private func windows(_ range: Range<Int>) -> SequenceBatch {
    let first = Int(offsets[range.lowerBound])
    let steps = first..<Int(offsets[range.upperBound])
    let width = stepCount == 0 ? 0 : observations.count / stepCount
    let actionWidth = stepCount == 0 ? 0 : continuousActions.count / stepCount
    func cut<Element>(_ column: [Element], width: Int = 1) -> [Element] {
      column.isEmpty ? [] : Array(column[(steps.lowerBound * width)..<(steps.upperBound * width)])
    }
    var piece = SequenceBatch()
    piece.offsets = offsets[range.lowerBound...range.upperBound].map { $0 - Int32(first) }
    piece.observations = cut(observations, width: width)
    piece.discreteActions = cut(discreteActions)
    piece.continuousActions = cut(continuousActions, width: actionWidth)
    piece.rewards = cut(rewards)
    piece.returnsToGo = cut(returnsToGo)
    piece.timesteps = cut(timesteps)
    piece.isTerminated = cut(isTerminated)
    piece.isTruncated = cut(isTruncated)
    if !successors.isEmpty {
      piece.successors = Array(
        successors[(range.lowerBound * width)..<(range.upperBound * width)])
    }
    piece.behaviourLogProbabilities = cut(behaviourLogProbabilities)
    piece.episodes = episodes.isEmpty ? [] : Array(episodes[range])
    piece.totalWindows = totalWindows
    piece.totalSteps = totalSteps
    return piece
  }
}
