// A batch cut into runs of whole windows, which are computed on their own and added up in order.
extension SequenceBatch {
  /// Cuts the batch into `count` runs of windows with about the same number of steps.
  ///
  /// The cut depends on ``offsets`` and `count` alone. Some shards may be empty. Totals stay those
  /// of the whole batch.
  public func shards(_ count: Int) -> [SequenceBatch] {
    (0..<count).map { index in
      var shard = SequenceBatch()
      copyShard(index, of: count, into: &shard)
      return shard
    }
  }

  /// Copies one of `count` shards into `shard`, whose memory is used again.
  public func copyShard(_ index: Int, of count: Int, into shard: inout SequenceBatch) {
    let windows = windows(ofShard: index, of: count)
    let start = Int(offsets[windows.lowerBound])
    let steps = start..<Int(offsets[windows.upperBound])
    shard.offsets.removeAll(keepingCapacity: true)
    for window in windows.lowerBound...windows.upperBound {
      shard.offsets.append(offsets[window] - Int32(start))
    }
    let width = windowCount == 0 ? 0 : successors.count / windowCount
    let actionWidth = stepCount == 0 ? 0 : continuousActions.count / stepCount
    shard.observations.replace(with: observations, steps, width: width)
    shard.successors.replace(with: successors, windows, width: width)
    shard.discreteActions.replace(with: discreteActions, steps, width: 1)
    shard.continuousActions.replace(with: continuousActions, steps, width: actionWidth)
    shard.rewards.replace(with: rewards, steps, width: 1)
    shard.returnsToGo.replace(with: returnsToGo, steps, width: 1)
    shard.timesteps.replace(with: timesteps, steps, width: 1)
    shard.isTerminated.replace(with: isTerminated, steps, width: 1)
    shard.isTruncated.replace(with: isTruncated, steps, width: 1)
    shard.behaviourLogProbabilities.replace(with: behaviourLogProbabilities, steps, width: 1)
    shard.episodes.replace(with: episodes, windows, width: 1)
    shard.totalWindows = totalWindows
    shard.totalSteps = totalSteps
  }

  /// The windows of a shard: those whose middle step falls into its share of the steps.
  public func windows(ofShard index: Int, of count: Int) -> Range<Int> {
    precondition(index >= 0 && index < count, "shard \(index) of \(count)")
    /// The first window whose middle is at or beyond `share / count` of the steps.
    func boundary(_ share: Int) -> Int {
      var (low, high) = (0, windowCount)
      while low < high {
        let middle = (low + high) / 2
        let twiceTheMiddle = Int(offsets[middle]) + Int(offsets[middle + 1])
        if twiceTheMiddle * count >= 2 * share * stepCount {
          high = middle
        } else {
          low = middle + 1
        }
      }
      return low
    }
    return boundary(index)..<(index == count - 1 ? windowCount : boundary(index + 1))
  }
}

extension Array {
  /// Becomes a copy of some rows of another array; empty if that is.
  fileprivate mutating func replace(with other: [Element], _ rows: Range<Int>, width: Int) {
    removeAll(keepingCapacity: true)
    guard !other.isEmpty else { return }
    append(contentsOf: other[rows.lowerBound * width..<rows.upperBound * width])
  }
}
