public import Environments

extension DatasetBuilder {
  /// Adds an episode that a world with this header's spaces has played to its end.
  public mutating func append(_ recording: EpisodeRecording) {
    precondition(recording.isWhole, "the episode was not played to its end")
    beginEpisode(seed: recording.seed)
    append(steps: recording)
    let row = Int(recording.finalRow)
    if recording.isBytes {
      let start = row * recording.byteCount
      endEpisode(
        finalObservationBytes: recording.bytes.span.bytes.extracting(
          start..<start + recording.byteCount), isSolved: recording.isSolved,
        component: recording.component)
    } else {
      let start = row * recording.width
      endEpisode(
        finalObservation: recording.numbers.span.extracting(start..<start + recording.width),
        isSolved: recording.isSolved, component: recording.component)
    }
  }
}
