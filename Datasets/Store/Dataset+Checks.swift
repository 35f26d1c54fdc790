internal import Environments

// What must hold of numbers that were read, before anyone computes with them.
extension Dataset {
  /// Checks every column.
  ///
  /// - Parameters:
  ///   - file: what errors call the file.
  ///   - firstStep: the number in the file of this dataset's first step.
  ///   - firstEpisode: the number in the file of its first episode.
  ///   - mayEndOpen: whether the last episode may be without an end.
  func check(
    file: String, firstStep: Int, firstEpisode: Int, mayEndOpen: Bool = true
  ) throws(DatasetError) {
    if let step = rewards.firstIndex(where: { !$0.isFinite }) {
      throw .mismatch(
        file: file, field: Layout.rewards, found: "\(rewards[step]) at step \(firstStep + step)",
        expected: "finite numbers")
    }
    for (index, leaf) in header.observationSpace.leaves.enumerated() {
      for (name, column, row, first) in [
        (Layout.observations, observations[index], "step", firstStep),
        (Layout.finalObservations, finalObservations[index], "episode", firstEpisode),
      ] {
        guard let position = column.firstNonFinite else { continue }
        throw .mismatch(
          file: file, field: Layout.path(of: leaf, in: name),
          found: "\(column.double(at: position)) at \(row) \(first + position / leaf.width)",
          expected: "finite numbers")
      }
    }
    if let step = behaviourLogProbabilities.firstIndex(where: { !$0.isFinite }) {
      throw .mismatch(
        file: file, field: Layout.behaviourLogProbabilities,
        found: "\(behaviourLogProbabilities[step]) at step \(firstStep + step)",
        expected: "finite numbers")
    }
    try checkActions(file: file, firstStep: firstStep)
    try checkEnds(file: file, firstStep: firstStep, mayEndOpen: mayEndOpen)
  }

  private func checkActions(file: String, firstStep: Int) throws(DatasetError) {
    func refuse(_ column: Column, _ position: Int, width: Int, _ range: String) -> DatasetError {
      let value =
        column.element.isWhole
        ? "\(column.integer(at: position))" : "\(column.double(at: position))"
      return .mismatch(
        file: file, field: Layout.actions,
        found: "\(value) at step \(firstStep + position / width)", expected: range)
    }
    switch header.actionSpace {
    case .discrete(let count, let start):
      guard case .int64(let values) = actions[0] else { return }
      let range = Int64(start)..<Int64(start + count)
      if let position = values.firstIndex(where: { !range.contains($0) }) {
        throw refuse(actions[0], position, width: 1, "\(start)...\(start + count - 1)")
      }
    case .box(let box):
      let width = box.low.count
      guard width > 0 else { return }
      for position in 0..<actions[0].count {
        let value = actions[0].float(at: position)
        let (low, high) = (box.low[position % width], box.high[position % width])
        guard actions[0].double(at: position).isFinite, low <= value, value <= high else {
          throw refuse(actions[0], position, width: width, "\(low)...\(high)")
        }
      }
    case .multiDiscrete(let counts):
      for position in 0..<actions[0].count {
        let count = counts[position % counts.count]
        guard (0..<count).contains(actions[0].integer(at: position)) else {
          throw refuse(actions[0], position, width: counts.count, "0...\(count - 1)")
        }
      }
    case .dictionary, .tuple: break
    }
  }

  /// Flags stand on last steps only, and on all of them but perhaps the very last.
  private func checkEnds(
    file: String, firstStep: Int, mayEndOpen: Bool
  ) throws(DatasetError) {
    for episode in 0..<episodeCount {
      let steps = steps(ofEpisode: episode)
      for step in steps.dropLast() where isTerminated[step] || isTruncated[step] {
        throw .mismatch(
          file: file, field: isTerminated[step] ? Layout.terminals : Layout.timeouts,
          found: "an end at step \(firstStep + step), inside an episode",
          expected: "ends on last steps only")
      }
      let isOpenEnd = mayEndOpen && episode == episodeCount - 1
      guard isFinished(episode: episode) || isOpenEnd else {
        throw .mismatch(
          file: file, field: Layout.terminals,
          found: "no end, nor a timeout, at step \(firstStep + steps.upperBound - 1)",
          expected: "one on each episode's last step")
      }
    }
  }
}
