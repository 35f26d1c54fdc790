public import Environments

/// A dataset in the making: episodes are appended step by step from flat rows.
///
///     builder.beginEpisode(seed: seed)
///     builder.append(observation: row.span, action: action, outcome: outcome,
///                    behaviourLogProbability: logProbability)
///     builder.endEpisode(finalObservation: row.span, isSolved: world.isSolved)
public struct DatasetBuilder: Sendable {
  private var data: Dataset
  private let observationWidths: [Int]
  /// Bytes of each leaf where it has its own type.
  private let observationBytes: [Int]
  private let actionWidth: Int
  private var solved: [UInt8] = []
  private var components: [Int64] = []
  private var isRecording = false

  /// - Parameter header: its spaces say how rows are taken apart; the action space is discrete or a
  ///   box.
  public init(_ header: DatasetHeader) {
    precondition(
      header.actionSpace.leaves.count == 1, "the action space is neither discrete nor a box")
    data = Dataset(header)
    observationWidths = header.observationSpace.leaves.map(\.width)
    observationBytes = header.observationSpace.leaves.map { $0.width * $0.element.bytes }
    actionWidth = header.actionSpace.width
  }

  /// Makes room for so many steps and episodes.
  public mutating func reserveCapacity(steps: Int, episodes: Int) {
    for (leaf, width) in observationWidths.enumerated() {
      data.observations[leaf].reserveCapacity(steps * width)
      data.finalObservations[leaf].reserveCapacity(episodes * width)
    }
    data.actions[0].reserveCapacity(steps * actionWidth)
    data.rewards.reserveCapacity(steps)
    data.isTerminated.reserveCapacity(steps)
    data.isTruncated.reserveCapacity(steps)
    data.behaviourLogProbabilities.reserveCapacity(steps)
    data.episodeOffsets.reserveCapacity(episodes + 1)
    data.episodeSeeds.reserveCapacity(episodes)
    solved.reserveCapacity(episodes)
  }

  /// Episodes begun so far.
  public var episodeCount: Int { data.episodeSeeds.count }
  public var stepCount: Int { data.rewards.count }

  public mutating func beginEpisode(seed: UInt64) {
    precondition(!isRecording, "the last episode has not been ended")
    isRecording = true
    data.episodeSeeds.append(seed)
  }

  /// Adds steps of a recording to an episode that has been begun.
  mutating func append(steps range: Range<Int>, of recording: EpisodeRecording) {
    precondition(isRecording, "no episode has been begun")
    precondition(
      recording.byteCount == observationBytes.reduce(0, +)
        && recording.width == observationWidths.reduce(0, +), "it is another world's")
    let steps = recording.steps[range]
    if recording.isBytes {
      let rows = recording.bytes.span.bytes
      var start = 0
      for (leaf, length) in observationBytes.enumerated() {
        data.observations[leaf].append(
          rows, stride: recording.byteCount, at: start, bytes: length, of: steps)
        start += length
      }
    } else {
      let (rows, width) = (recording.numbers.span, recording.width)
      for step in steps {
        let start = Int(step.row) * width
        Self.append(
          rows.extracting(start..<start + width), widths: observationWidths, to: &data.observations)
      }
    }
    if case .discrete = data.header.actionSpace {
      data.actions[0].append(actionsOf: steps)
    } else {
      precondition(
        recording.points.count == recording.steps.count * actionWidth,
        "\(recording.steps.count) actions have \(recording.points.count) numbers, not "
          + "\(actionWidth) each")
      data.actions[0].append(
        recording.points.span.extracting(
          range.lowerBound * actionWidth..<range.upperBound * actionWidth))
    }
    data.rewards.append(ofEach: steps) { $0.reward }
    data.isTerminated.append(ofEach: steps) { $0.isTerminated }
    data.isTruncated.append(ofEach: steps) { $0.isTruncated }
    data.behaviourLogProbabilities.append(ofEach: steps) { Float($0.logProbability) }
  }

  /// Adds a step to the episode.
  ///
  /// - Parameters:
  ///   - observation: `[observation width]` What was seen before the action, all leaves end to end.
  ///   - behaviourLogProbability: `nil` where nobody knows it, and then for all steps of the dataset.
  public mutating func append(
    observation: Span<Float>, action: Action, outcome: Outcome, behaviourLogProbability: Double?
  ) {
    Self.append(observation, widths: observationWidths, to: &data.observations)
    append(action, outcome, behaviourLogProbability)
  }

  private mutating func append(
    _ action: Action, _ outcome: Outcome, _ behaviourLogProbability: Double?
  ) {
    precondition(isRecording, "no episode has been begun")
    switch action {
    case .discrete(let value): data.actions[0].append(value)
    case .continuous(let values):
      precondition(
        values.count == actionWidth, "the action has \(values.count) numbers, not \(actionWidth)")
      data.actions[0].append(values.span)
    }
    data.rewards.append(outcome.reward)
    data.isTerminated.append(outcome.isTerminated)
    data.isTruncated.append(outcome.isTruncated)
    if let behaviourLogProbability {
      data.behaviourLogProbabilities.append(Float(behaviourLogProbability))
    }
  }

  /// Ends the episode. It counts as finished if its last step said so.
  ///
  /// - Parameters:
  ///   - finalObservation: `[observation width]` What was seen after the last action.
  ///   - component: which policy of a mixture acted; to be given for all episodes or for none.
  public mutating func endEpisode(
    finalObservation: Span<Float>, isSolved: Bool, component: Int? = nil
  ) {
    Self.append(finalObservation, widths: observationWidths, to: &data.finalObservations)
    endEpisode(isSolved: isSolved, component: component)
  }

  /// Ends the episode, of which the last observation is given as bytes.
  mutating func endEpisode(
    finalObservationBytes: RawSpan, isSolved: Bool, component: Int? = nil
  ) {
    Self.append(finalObservationBytes, lengths: observationBytes, to: &data.finalObservations)
    endEpisode(isSolved: isSolved, component: component)
  }

  private mutating func endEpisode(isSolved: Bool, component: Int?) {
    precondition(isRecording, "no episode has been begun")
    precondition(
      stepCount > data.episodeOffsets[data.episodeOffsets.count - 1],
      "an episode has at least one step")
    isRecording = false
    data.episodeOffsets.append(stepCount)
    solved.append(isSolved ? 1 : 0)
    if let component { components.append(Int64(component)) }
  }

  /// Adds a whole episode with the columns of our spaces.
  public mutating func append(_ episode: Episode) {
    let steps = episode.length
    precondition(steps > 0, "an episode has at least one step")
    beginEpisode(seed: episode.seed)
    for (leaf, width) in observationWidths.enumerated() {
      data.observations[leaf].append(0..<steps * width, of: episode.observations[leaf])
      data.finalObservations[leaf].append(
        steps * width..<(steps + 1) * width, of: episode.observations[leaf])
    }
    data.actions[0].append(episode.actions[0])
    data.rewards += episode.rewards
    data.isTerminated += [Bool](repeating: false, count: steps - 1) + [episode.isTerminated]
    data.isTruncated += [Bool](repeating: false, count: steps - 1) + [episode.isTruncated]
    data.behaviourLogProbabilities += episode.behaviourLogProbabilities
    data.episodeOffsets.append(stepCount)
    solved.append(episode.isSolved ? 1 : 0)
    isRecording = false
  }

  /// Forgets the steps of an episode that has been begun and not ended.
  public mutating func forgetEpisode() {
    guard isRecording else { return }
    isRecording = false
    let steps = data.stepCount
    for (leaf, width) in observationWidths.enumerated() {
      data.observations[leaf] = data.observations[leaf][0..<steps * width]
    }
    data.actions[0] = data.actions[0][0..<steps * actionWidth]
    data.rewards.removeSubrange(steps...)
    data.isTerminated.removeSubrange(steps...)
    data.isTruncated.removeSubrange(steps...)
    data.behaviourLogProbabilities.removeSubrange(
      min(steps, data.behaviourLogProbabilities.count)...)
    data.episodeSeeds.removeLast()
  }

  /// Everything recorded so far, and starts anew.
  public mutating func takeDataset() -> Dataset {
    precondition(!isRecording, "the last episode has not been ended")
    precondition(
      data.behaviourLogProbabilities.isEmpty
        || data.behaviourLogProbabilities.count == stepCount,
      "some steps have a probability and some have none")
    let next = Dataset(data.header)
    var result = data
    data = next
    result.infos = [Info(name: Info.solved, column: .uint8(solved))]
    precondition(
      components.isEmpty || components.count == solved.count,
      "some episodes say which policy acted and some do not")
    if !components.isEmpty {
      result.infos.append(Info(name: Info.behaviour, column: .int64(components)))
    }
    solved = []
    components = []
    return result
  }

  /// Hands everything recorded so far on, and starts anew in the same memory.
  mutating func drain(_ body: (Dataset) throws(DatasetError) -> Void) throws(DatasetError) {
    var recorded = takeDataset()
    try body(recorded)
    recorded.infos = []
    recorded.removeAllSteps()
    data = recorded
  }

  private static func append(_ row: Span<Float>, widths: [Int], to columns: inout [Column]) {
    var start = 0
    for (leaf, width) in widths.enumerated() {
      columns[leaf].append(row.extracting(start..<start + width))
      start += width
    }
    precondition(start == row.count, "the row has \(row.count) numbers, not \(start)")
  }

  private static func append(
    _ row: borrowing RawSpan, lengths: [Int], to columns: inout [Column]
  ) {
    var start = 0
    for (leaf, length) in lengths.enumerated() {
      columns[leaf].append(bytes: row.extracting(start..<start + length))
      start += length
    }
    precondition(start == row.byteCount, "the row has \(row.byteCount) bytes, not \(start)")
  }
}
