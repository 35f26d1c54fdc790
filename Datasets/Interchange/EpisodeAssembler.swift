internal import Documents
internal import Environments

/// Puts a dataset together from the episodes of another tool.
struct EpisodeAssembler {
  private var data: Dataset
  private var hasSeed: [Bool] = []
  private var withoutSteps: [Int] = []
  private var withoutEnd: [Int] = []
  private var episodes = 0
  private var infos: [String: Track] = [:]

  /// One information over the episodes so far.
  private struct Track {
    var width: Int
    var column: Column
    var episodes = 0
    var isTwisted = false
  }

  /// One information of one episode.
  struct Value {
    var name: String
    var width: Int
    var column: Column
  }

  init(observationSpace: Space, actionSpace: Space) {
    data = Dataset(
      DatasetHeader(
        environment: "unknown", environmentConfiguration: [:], observationSpace: observationSpace,
        actionSpace: actionSpace, behaviourPolicy: ["id": "unknown"], seed: 0, creator: "",
        configuration: [:]))
  }

  /// Adds an episode of `T` steps; one without steps holds nothing to learn from and is left out.
  ///
  /// - Parameters:
  ///   - observations: per leaf `[T + 1, width]`.
  ///   - infos: `[T, width]`, or one row where the name begins with `episode_`.
  mutating func append(
    observations: [Column], actions: [Column], rewards: [Double], isTerminated: Bool,
    isTruncated: Bool, seed: UInt64? = nil, logProbabilities: [Float] = [], infos: [Value] = []
  ) {
    defer { episodes += 1 }
    let steps = rewards.count
    guard steps > 0 else {
      withoutSteps.append(episodes)
      return
    }
    closeLastEpisode()
    for (index, leaf) in data.header.observationSpace.leaves.enumerated() {
      let width = leaf.width
      data.observations[index].append(0..<steps * width, of: observations[index])
      data.finalObservations[index].append(
        steps * width..<(steps + 1) * width, of: observations[index])
    }
    for index in actions.indices { data.actions[index].append(actions[index]) }
    data.rewards += rewards
    data.isTerminated += [Bool](repeating: false, count: steps - 1) + [isTerminated]
    data.isTruncated += [Bool](repeating: false, count: steps - 1) + [isTruncated]
    data.episodeOffsets.append(data.rewards.count)
    data.episodeSeeds.append(seed ?? 0)
    data.behaviourLogProbabilities += logProbabilities
    hasSeed.append(seed != nil)
    for info in infos { append(info) }
  }

  /// An episode that others follow has an end: being cut off, where nothing is said.
  private mutating func closeLastEpisode() {
    let last = data.episodeCount - 1
    guard last >= 0, !data.isFinished(episode: last) else { return }
    data.isTruncated[data.stepCount - 1] = true
    withoutEnd.append(last)
  }

  private mutating func append(_ info: Value) {
    var track =
      infos[info.name]
      ?? Track(
        width: info.width, column: Column(info.column.element),
        isTwisted: data.episodeCount > 1)
    if track.isTwisted || track.width != info.width || track.column.element != info.column.element
      || track.episodes != data.episodeCount - 1
    {
      track.isTwisted = true
    } else {
      track.column.append(info.column)
      track.episodes += 1
    }
    infos[info.name] = track
  }

  /// The dataset, with what the remarks then say of it.
  consuming func finish(_ remarks: inout Remarks) -> Dataset {
    if !withoutSteps.isEmpty {
      remarks.add("\(Self.list(withoutSteps)) without steps: left out")
    }
    if !withoutEnd.isEmpty {
      remarks.add("\(Self.list(withoutEnd)) neither terminated nor truncated: taken as truncated")
    }
    if hasSeed.contains(false) {
      if hasSeed.contains(true) {
        data.infos.append(
          Info(name: Info.seedKnown, column: .uint8(hasSeed.map { $0 ? 1 : 0 })))
      } else if data.episodeCount > 0 {
        data.infos.append(
          Info(name: Info.seedKnown, column: .uint8(hasSeed.map { _ in 0 })))
      }
      remarks.add("seeds are not known of \(hasSeed.count { !$0 }) episodes: stored as 0")
    }
    let wanted = data.episodeCount
    for (name, track) in infos.sorted(by: { $0.key < $1.key }) {
      if track.isTwisted || track.episodes != wanted {
        remarks.add("infos › \(name): is not there once, and alike, in all episodes; left out")
      } else if Info.meanings.contains(name), track.width != 1 || !track.column.element.isWhole {
        remarks.add("infos › \(name): is not one whole number per episode, left out")
      } else if Info.truths.contains(name), track.column.firstUntruth != nil {
        remarks.add("infos › \(name): is neither 0 nor 1 in some episodes, left out")
      } else if data.infos.contains(where: { $0.name == name }) {
        remarks.add("infos › \(name): says of seeds what this file does not hold, left out")
      } else {
        data.infos.append(Info(name: name, width: track.width, column: track.column))
      }
    }
    data.infos.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    if data.behaviourLogProbabilities.count != data.stepCount {
      data.behaviourLogProbabilities = []
    }
    return data
  }

  private static func list(_ numbers: [Int]) -> String {
    let shown = numbers.prefix(5).map(String.init).joined(separator: ", ")
    let more = numbers.count > 5 ? " and \(numbers.count - 5) more" : ""
    return numbers.count == 1 ? "episode \(shown)" : "episodes \(shown)\(more)"
  }
}
