internal import Environments

// Datasets made of other datasets: some of their episodes, or several of them together.
extension Dataset {
  /// The episodes with the highest returns, in their old order: %BC's data.
  ///
  /// - Parameter fraction: in `0 ... 1`; the number of episodes is rounded, and at least one stays.
  ///   Of episodes with the same return the earlier ones stay.
  public func keepingTop(fraction: Double) -> Dataset {
    keeping(episodes: EpisodeTable.top(fraction: fraction, of: episodeReturns))
  }

  /// The given episodes in the given order.
  public func keeping(episodes: some Collection<Int>) -> Dataset {
    var result = Dataset(header)
    result.infos = infos.map {
      Info(name: $0.name, width: $0.width, column: Column($0.column.element))
    }
    for episode in episodes { result.append(episode, of: self) }
    return result
  }

  /// This dataset's episodes followed by those of another; see ``append(contentsOf:)``.
  public func concatenated(with other: Dataset) throws(DatasetError) -> Dataset {
    var result = self
    try result.append(contentsOf: other)
    return result
  }

  /// Adds the episodes of another dataset. The header stays this one's.
  ///
  /// - Throws: where the spaces or the columns differ, or this one's last episode is unfinished.
  public mutating func append(contentsOf other: Dataset) throws(DatasetError) {
    try checkCompatibility(with: other)
    if episodeCount == 0 {
      infos = other.infos
    } else if other.episodeCount > 0 {
      for index in infos.indices { infos[index].column.append(other.infos[index].column) }
    }
    for index in observations.indices {
      observations[index].append(other.observations[index])
      finalObservations[index].append(other.finalObservations[index])
    }
    for index in actions.indices { actions[index].append(other.actions[index]) }
    let firstStep = stepCount
    episodeOffsets += other.episodeOffsets.dropFirst().map { $0 + firstStep }
    rewards += other.rewards
    isTerminated += other.isTerminated
    isTruncated += other.isTruncated
    behaviourLogProbabilities += other.behaviourLogProbabilities
    episodeSeeds += other.episodeSeeds
  }

  private func checkCompatibility(with other: Dataset) throws(DatasetError) {
    func check(_ field: String, _ isEqual: Bool, _ found: String) throws(DatasetError) {
      guard isEqual else {
        throw .mismatch(
          file: "the second dataset", field: field, found: found,
          expected: "the same as in the first")
      }
    }
    try check(
      "observation_space", other.header.observationSpace == header.observationSpace,
      "another space")
    try check("action_space", other.header.actionSpace == header.actionSpace, "another space")
    guard episodeCount > 0, other.episodeCount > 0 else { return }
    let names = other.infos.map { "\($0.name) of \($0.width) \($0.column.element)" }
    try check(
      "infos", names == infos.map { "\($0.name) of \($0.width) \($0.column.element)" },
      names.isEmpty ? "none" : names.joined(separator: ", "))
    try check(
      "behaviour_log_probabilities",
      other.behaviourLogProbabilities.isEmpty == behaviourLogProbabilities.isEmpty,
      other.behaviourLogProbabilities.isEmpty ? "none" : "some")
    guard isFinished(episode: episodeCount - 1) else {
      throw .mismatch(
        file: "the first dataset", field: "episode \(episodeCount - 1)",
        found: "an unfinished episode", expected: "one that ended, before others follow")
    }
  }

  /// Adds an episode of a dataset with the same columns; what was not read there stays empty here.
  mutating func append(_ episode: Int, of other: Dataset) {
    let steps = other.steps(ofEpisode: episode)
    for (index, leaf) in header.observationSpace.leaves.enumerated()
    where other.observations[index].count > 0 {
      observations[index].append(
        steps.lowerBound * leaf.width..<steps.upperBound * leaf.width,
        of: other.observations[index])
      finalObservations[index].append(
        episode * leaf.width..<(episode + 1) * leaf.width, of: other.finalObservations[index])
    }
    for (index, leaf) in header.actionSpace.leaves.enumerated()
    where other.actions[index].count > 0 {
      actions[index].append(
        steps.lowerBound * leaf.width..<steps.upperBound * leaf.width, of: other.actions[index])
    }
    if !other.rewards.isEmpty { rewards += other.rewards[steps] }
    isTerminated += other.isTerminated[steps]
    isTruncated += other.isTruncated[steps]
    if !other.behaviourLogProbabilities.isEmpty {
      behaviourLogProbabilities += other.behaviourLogProbabilities[steps]
    }
    episodeOffsets.append(stepCount + steps.count)
    episodeSeeds.append(other.episodeSeeds[episode])
    for index in infos.indices {
      let width = infos[index].width
      let rows = infos[index].axis == .step ? steps : episode..<episode + 1
      infos[index].column.append(
        rows.lowerBound * width..<rows.upperBound * width, of: other.infos[index].column)
    }
  }
}
