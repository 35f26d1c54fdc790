public import Environments

extension DatasetBuilder {
  /// Adds episodes that a world with this header's spaces has played to their ends.
  public mutating func append(_ recording: EpisodeRecording) {
    append(recording, episodes: recording.episodes.indices)
  }

  mutating func append(_ recording: EpisodeRecording, episodes: Range<Int>) {
    for episode in recording.episodes[episodes] {
      beginEpisode(seed: episode.seed)
      append(steps: episode.steps, of: recording)
      let row = Int(episode.finalRow)
      if recording.isBytes {
        let start = row * recording.byteCount
        endEpisode(
          finalObservationBytes: recording.bytes.span.bytes.extracting(
            start..<start + recording.byteCount), isSolved: episode.isSolved,
          component: episode.component)
      } else {
        let start = row * recording.width
        endEpisode(
          finalObservation: recording.numbers.span.extracting(start..<start + recording.width),
          isSolved: episode.isSolved, component: episode.component)
      }
    }
  }
}
