internal import Datasets
internal import Environments

/// The actions of a dataset's episode, to be played again.
struct RecordedActions {
  let seed: UInt64
  private let path: String
  private let number: Int
  private let episode: Episode
  private let actionSpace: Space

  /// - Parameter number: the episode's in the whole dataset, for messages.
  init(_ episode: Episode, number: Int, of path: String, actionSpace: Space) {
    (self.episode, self.number, self.path) = (episode, number, path)
    self.actionSpace = actionSpace
    seed = episode.seed
  }

  /// Reads the episode with this number, from 0, which is to be played again in a world.
  init(_ path: String, episode number: Int, in world: some Environment) throws {
    let reader = try DatasetReader(path)
    try Self.requireSpaces(of: world, reader)
    guard 0..<reader.episodeCount ~= number else {
      throw DatasetError.unusable(
        file: reader.path,
        reason: "it has no episode \(number); its \(reader.episodeCount) episodes count from 0")
    }
    let data = try reader.read(episodes: number..<number + 1)
    self.init(
      data[episode: 0], number: number, of: reader.path, actionSpace: data.header.actionSpace)
  }

  /// Refuses a dataset whose episodes the world cannot have made.
  static func requireSpaces(of world: some Environment, _ reader: DatasetReader) throws {
    let header = reader.header
    guard !header.canBeReplayed(in: world) else { return }
    throw DatasetError.unusable(
      file: reader.path,
      reason: "its episodes cannot be played again in \(header.environment): it holds observations "
        + "of \(header.observationSpace.summary) and actions of \(header.actionSpace.summary), "
        + "where that has \(world.observationSpace.summary) and \(world.actionSpace.summary)")
  }

  var length: Int { episode.length }

  /// The action of a step, or `nil` after the last.
  func action(at step: Int) -> Action? {
    guard step < episode.length else { return nil }
    let column = episode.actions[0]
    if case .discrete = actionSpace { return .discrete(column.integer(at: step)) }
    let width = actionSpace.width
    return .continuous((0..<width).map { column.float(at: step * width + $0) })
  }

  /// Refuses to go on where the world shows something else than it did when it was recorded.
  func check(_ observation: [Float], at step: Int) throws {
    var start = 0
    for column in episode.observations {
      let width = column.count / (episode.length + 1)
      for index in 0..<width
      where column.float(at: step * width + index) != observation[start + index] {
        throw DatasetError.unusable(
          file: path,
          reason: "episode \(number) cannot be played again: at step \(step) the world shows "
            + "something else than was recorded; it may come from another program or version")
      }
      start += width
    }
  }
}
