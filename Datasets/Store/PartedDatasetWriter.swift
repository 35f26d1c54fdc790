internal import Documents
public import Environments
internal import Files

/// Collects episodes into a dataset in parts, each of which is durable as soon as it is full.
///
/// The parts lie in `.<name>.partial` beside the target, locked against a second collector. A
/// collection that was interrupted goes on where its last durable part ended: whoever makes the
/// episodes starts with number ``nextEpisode``. At the end one part becomes `<name>.hdf5`, several
/// become the folder `<name>` with an index written last; either appears whole.
///
/// Where parts end depends on the episodes and `stepsPerPart` alone: a resumed collection has the
/// same bytes as one that was never interrupted.
public struct PartedDatasetWriter: ~Copyable {
  /// Steps that were durable when the writer was made or became so since.
  public private(set) var durableSteps: Int
  private var durableEpisodes: Int
  private let place: DatasetPath
  private let stepsPerPart: Int
  private var parts: [PartIndex.Part]
  private var builder: DatasetBuilder
  private let lock: FileLock

  private static let progressName = "progress.json"

  /// Begins a collection, or goes on with the one of the same header that was interrupted.
  ///
  /// - Parameters:
  ///   - path: `<folder>/<name>.hdf5`.
  ///   - stepsPerPart: a part is full when it has as many steps; episodes are never cut.
  /// - Throws: where the target exists, another process is collecting into it, or the interrupted
  ///   collection was a different one.
  public init(
    path: String, header: DatasetHeader, stepsPerPart: Int = 100_000
  ) throws(DatasetError) {
    precondition(stepsPerPart > 0, "stepsPerPart is \(stepsPerPart), must be positive")
    let place = DatasetPath(path)
    let lock = try Self.claim(place)
    let parts = try Self.findParts(place, header: header, stepsPerPart: stepsPerPart)
    try Self.writeProgress(parts, stepsPerPart: stepsPerPart, in: place.partial)
    self.place = place
    self.stepsPerPart = stepsPerPart
    self.parts = parts
    durableEpisodes = parts.reduce(0) { $0 + $1.episodes }
    durableSteps = parts.reduce(0) { $0 + $1.steps }
    builder = DatasetBuilder(header)
    self.lock = lock
  }

  /// Makes the folder of the collection this process's own.
  private static func claim(_ place: DatasetPath) throws(DatasetError) -> FileLock {
    do {
      try checkTarget(place)
      try place.partial.make()
      let lock = try FileLock(folder: place.partial.path)
      // Whoever held the lock until now may have finished.
      try checkTarget(place)
      try place.partial.sweepTemporaries()
      return lock
    } catch {
      throw .file(error)
    }
  }

  /// The number of the episode to be appended next, from 0.
  public var nextEpisode: Int { durableEpisodes + builder.episodeCount }
  /// Steps so far, durable or not.
  public var stepCount: Int { durableSteps + builder.stepCount }

  // MARK: Appending

  /// Starts an episode; see ``DatasetBuilder``.
  public mutating func beginEpisode(seed: UInt64) { builder.beginEpisode(seed: seed) }

  /// Adds a step; see ``DatasetBuilder``.
  public mutating func append(
    observation: Span<Float>, action: Action, outcome: Outcome, behaviourLogProbability: Double
  ) {
    builder.append(
      observation: observation, action: action, outcome: outcome,
      behaviourLogProbability: behaviourLogProbability)
  }

  /// Ends the episode, and makes the part durable if it is full.
  public mutating func endEpisode(
    finalObservation: Span<Float>, isSolved: Bool, component: Int? = nil
  ) throws(DatasetError) {
    builder.endEpisode(
      finalObservation: finalObservation, isSolved: isSolved, component: component)
    if builder.stepCount >= stepsPerPart { try flush() }
  }

  /// Adds a whole episode, and makes the part durable if it is full.
  public mutating func append(_ episode: Episode) throws(DatasetError) {
    builder.append(episode)
    if builder.stepCount >= stepsPerPart { try flush() }
  }

  /// Adds an episode that a builder with the same header recorded, and makes the part durable if it
  /// is full.
  public mutating func append(_ episode: Int, of recorded: Dataset) throws(DatasetError) {
    builder.append(episode, of: recorded)
    if builder.stepCount >= stepsPerPart { try flush() }
  }

  // MARK: Ending

  /// Makes the dataset of what was appended.
  ///
  /// - Returns: the file or folder.
  public consuming func finish() throws(DatasetError) -> String {
    if builder.episodeCount > 0 || parts.isEmpty { try flush() }
    let partial = place.partial
    do {
      if parts.count == 1 {
        let part = partial.path(of: DatasetPath.part(0))
        try Folder.move(part, to: place.file, replacing: false)
        // The dataset is there; what is left of the collection is of no use and does no harm.
        try? partial.removeFile(Self.progressName)
        try? partial.removeFile(FileLock.fileName)
        try? partial.remove()
        return place.file
      }
      try DurableFile.write(
        PartIndex(parts).document.jsonText(pretty: true) + "\n",
        to: partial.path(of: PartIndex.fileName), replacing: true)
      // The lock moves with the folder, so nobody can slip in between.
      try Folder.move(partial.path, to: place.parts.path, replacing: false)
      try? place.parts.removeFile(Self.progressName)
      try? place.parts.removeFile(FileLock.fileName)
      return place.parts.path
    } catch {
      throw .file(error)
    }
  }

  /// Writes the part that is being filled.
  private mutating func flush() throws(DatasetError) {
    let part = builder.takeDataset()
    let name = DatasetPath.part(parts.count)
    try DatasetFile.write(part, to: place.partial.path(of: name))
    parts.append(PartIndex.Part(file: name, episodes: part.episodeCount, steps: part.stepCount))
    durableEpisodes += part.episodeCount
    durableSteps += part.stepCount
    try Self.writeProgress(parts, stepsPerPart: stepsPerPart, in: place.partial)
  }

  /// Notes what is durable, for people; a resuming writer believes only the parts themselves, and
  /// the size of a part.
  private static func writeProgress(
    _ parts: [PartIndex.Part], stepsPerPart: Int, in partial: Folder
  ) throws(DatasetError) {
    let progress: Document = [
      "steps_per_part": .integer(stepsPerPart), "parts": .integer(parts.count),
      "episodes": .integer(parts.reduce(0) { $0 + $1.episodes }),
      "steps": .integer(parts.reduce(0) { $0 + $1.steps }),
    ]
    do {
      try DurableFile.write(
        progress.jsonText(pretty: true) + "\n", to: partial.path(of: progressName),
        replacing: true)
    } catch {
      throw .file(error)
    }
  }

  // MARK: Resuming

  private static func checkTarget(_ place: DatasetPath) throws(FileError) {
    guard !place.given.isEmpty else {
      throw FileError(.wrongKind, operation: "create", path: "\"\"", reason: "the path is empty")
    }
    for path in [place.file, place.parts.path] where FileStatus.exists(path) {
      throw FileError(
        .exists, operation: "create", path: path,
        reason: "it exists already; choose another path, or remove it")
    }
  }

  private static func findParts(
    _ place: DatasetPath, header: DatasetHeader, stepsPerPart: Int
  ) throws(DatasetError) -> [PartIndex.Part] {
    let partial = place.partial
    var parts: [PartIndex.Part] = []
    while FileStatus.exists(partial.path(of: DatasetPath.part(parts.count))) {
      let name = DatasetPath.part(parts.count)
      let part = try PartFile(partial.path(of: name))
      if let field = part.header.firstDifference(from: header) {
        throw .unusable(
          file: partial.path,
          reason: "it holds an unfinished collection with another \(field); "
            + "finish that one, or remove the folder")
      }
      parts.append(
        PartIndex.Part(file: name, episodes: part.episodeCount, steps: part.stepCount))
    }
    guard !parts.isEmpty else { return [] }
    let found = try progress(of: partial)
    guard found["steps_per_part"] == .integer(stepsPerPart) else {
      throw .unusable(
        file: partial.path,
        reason: "it holds an unfinished collection in parts of "
          + "\(found["steps_per_part"]?.jsonText() ?? "unknown") steps, not \(stepsPerPart); "
          + "finish that one, or remove the folder")
    }
    return parts
  }

  private static func progress(of partial: Folder) throws(DatasetError) -> Document {
    let path = partial.path(of: progressName)
    let text: String
    do {
      text = try FileContents.text(of: path, atMost: 1 << 20)
    } catch {
      throw .file(error)
    }
    do {
      return try Document(json: text)
    } catch {
      throw .defect(file: path, field: "", problem: "found text that is not JSON (\(error))")
    }
  }
}
