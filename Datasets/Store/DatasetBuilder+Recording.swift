public import Environments

extension DatasetBuilder {
  /// Adds an episode that a world has played.
  public mutating func append(_ recording: EpisodeRecording) {
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
