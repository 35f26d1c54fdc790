internal import Documents
public import Environments
internal import Files

/// Collects episodes into a dataset in parts, each of which is durable as soon as it is full.
///
/// The parts lie in `.<name>.partial` beside the target, locked against a second collector. A
/// collection that was interrupted goes on where its last durable part ended, or, where it was
/// stopped in order, after the last episode that ``suspend()`` kept: whoever makes the episodes
/// starts with number ``nextEpisode``. At the end one part becomes `<name>.hdf5`, several become the
/// folder `<name>` with an index written last; either appears whole.
///
/// Where parts end depends on the episodes and `stepsPerPart` alone: a resumed collection has the
/// same bytes as one that was never interrupted.
public struct PartedDatasetWriter: ~Copyable {
  /// Steps that were durable when the writer was made or became so since.
  public private(set) var durableSteps: Int
  private var episodesInParts: Int
  private var stepsInParts: Int
  private let stepsPerPart: Int
  private let expectedEpisodes: Int
  private let header: DatasetHeader
  /// The latest steps, not packed yet.
  private var builder: DatasetBuilder
  /// The part that is being filled.
  private var part: PartPacker
  private var folder: PartFolder
  /// Whether the folder and its note of progress survive the machine's power.
  private var isBegunDurably: Bool

  /// Steps that are packed in one go: few enough that a processor's cache holds them.
  private static let stepsPerPacking = 1024

  /// Begins a collection, or goes on with the one of the same header that was interrupted.
  ///
  /// - Parameters:
  ///   - path: `<folder>/<name>.hdf5`.
  ///   - stepsPerPart: a part is full when it has as many steps; episodes are never cut.
  ///   - expectedEpisodes: of the whole collection; 0 where that is not known. From the first part on
  ///     a disk that cannot hold all of them is an error.
  /// - Throws: where the target exists, another process is collecting into it, or the interrupted
  ///   collection was a different one.
  public init(
    path: String, header: DatasetHeader, stepsPerPart: Int = 100_000, expectedEpisodes: Int = 0
  ) throws(DatasetError) {
    precondition(stepsPerPart > 0, "stepsPerPart is \(stepsPerPart), must be positive")
    try StorageLibrary.require()
    var folder = try PartFolder(path)
    try folder.findParts(header)
    let rest = try folder.takeRest(header)
    if !folder.parts.isEmpty || rest != nil {
      try Self.checkProgress(of: folder.place.partial, stepsPerPart: stepsPerPart)
    }
    var part = folder.makePacker(header)
    if let rest { try part.append(rest) }
    // Until there is a part or a rest, nothing is lost with the machine's power.
    let goesOn = !folder.parts.isEmpty || part.stepCount > 0
    try Self.writeProgress(of: folder, part, stepsPerPart: stepsPerPart, isDurable: goesOn)
    try Self.requireRoom(in: folder, expectedEpisodes: expectedEpisodes)
    episodesInParts = folder.parts.reduce(0) { $0 + $1.episodes }
    stepsInParts = folder.parts.reduce(0) { $0 + $1.steps }
    durableSteps = stepsInParts + part.stepCount
    isBegunDurably = goesOn
    self.stepsPerPart = stepsPerPart
    self.expectedEpisodes = expectedEpisodes
    self.header = header
    builder = DatasetBuilder(header)
    self.part = part
    self.folder = folder
  }

  /// The number of the episode to be appended next, from 0.
  public var nextEpisode: Int { episodesInParts + part.episodeCount + builder.episodeCount }
  /// Steps so far, durable or not.
  public var stepCount: Int { stepsInParts + stepsInPart }
  private var stepsInPart: Int { part.stepCount + builder.stepCount }

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
    try packIfDue()
  }

  /// Adds a whole episode, and makes the part durable if it is full.
  public mutating func append(_ episode: Episode) throws(DatasetError) {
    builder.append(episode)
    try packIfDue()
  }

  /// Adds episodes that a builder with the same header recorded, and makes durable every part that
  /// they fill.
  public mutating func append(
    _ episodes: Range<Int>, of recorded: Dataset
  ) throws(DatasetError) {
    let lengths = episodes.map { recorded.steps(ofEpisode: $0).count }
    try append(episodes, lengths: lengths) { (part, some) throws(DatasetError) in
      try part.append(some, of: recorded)
    }
  }

  /// Adds episodes that were recorded in this header's world, and makes durable every part that they
  /// fill.
  public mutating func append(
    _ episodes: Range<Int>, of recording: EpisodeRecording
  ) throws(DatasetError) {
    guard !episodes.isEmpty else { return }
    guard recording.isPacked(in: header) else {
      var builder = DatasetBuilder(header)
      builder.append(recording, episodes: episodes)
      return try append(0..<episodes.count, of: builder.takeDataset())
    }
    let lengths = recording.episodes[episodes].map(\.steps.count)
    try append(episodes, lengths: lengths) { (part, some) throws(DatasetError) in
      try part.append(recording.episodes[some], of: recording)
    }
  }

  private mutating func append(
    _ episodes: Range<Int>, lengths: [Int],
    _ pack: (inout PartPacker, Range<Int>) throws(DatasetError) -> Void
  ) throws(DatasetError) {
    try self.pack()
    var next = episodes.lowerBound
    while next < episodes.upperBound {
      // The episode that fills a part belongs to it.
      var (end, steps) = (next, stepsInPart)
      while end < episodes.upperBound, steps < stepsPerPart {
        steps += lengths[end - episodes.lowerBound]
        end += 1
      }
      try pack(&part, next..<end)
      next = end
      try writePartIfFull()
    }
  }

  private mutating func packIfDue() throws(DatasetError) {
    if builder.stepCount >= Self.stepsPerPacking { try pack() }
    try writePartIfFull()
  }

  private mutating func writePartIfFull() throws(DatasetError) {
    guard stepsInPart >= stepsPerPart else { return }
    try writePart()
    try Self.requireRoom(in: folder, expectedEpisodes: expectedEpisodes)
  }

  private mutating func pack() throws(DatasetError) {
    guard builder.episodeCount > 0 || part.stepCount == 0 else { return }
    try builder.drain { (episodes) throws(DatasetError) in try part.append(episodes) }
  }

  // MARK: Ending

  /// Makes durable all whole episodes, also where they do not fill a part, for a later writer to go
  /// on with. An episode that was begun is forgotten.
  public mutating func suspend() throws(DatasetError) {
    builder.forgetEpisode()
    guard stepCount > durableSteps else { return }
    try pack()
    try beginDurably()
    try folder.keep(&part)
    durableSteps = stepsInParts + part.stepCount
    try Self.writeProgress(of: folder, part, stepsPerPart: stepsPerPart)
  }

  /// Makes the dataset of what was appended.
  ///
  /// - Returns: the file or folder.
  public consuming func finish() throws(DatasetError) -> String {
    guard !folder.parts.isEmpty else {
      try pack()
      return try folder.finish(with: &part)
    }
    if stepsInPart > 0 { try writePart() }
    return try folder.finish()
  }

  /// Before the first steps are durable: what a later writer asks for beside them.
  private mutating func beginDurably() throws(DatasetError) {
    guard !isBegunDurably else { return }
    do { try folder.place.partial.makeDurable() } catch { throw .file(error) }
    let none = folder.makePacker(header)
    try Self.writeProgress(of: folder, none, stepsPerPart: stepsPerPart)
    isBegunDurably = true
  }

  private mutating func writePart() throws(DatasetError) {
    try pack()
    try beginDurably()
    episodesInParts += part.episodeCount
    stepsInParts += part.stepCount
    try folder.write(&part)
    part = folder.makePacker(header)
    durableSteps = stepsInParts
    try Self.writeProgress(of: folder, part, stepsPerPart: stepsPerPart)
  }

  /// Fails while nothing is lost yet: where the disk has less room than the missing episodes will
  /// take if they are like those that are there.
  private static func requireRoom(
    in folder: borrowing PartFolder, expectedEpisodes: Int
  ) throws(DatasetError) {
    let episodes = folder.parts.reduce(0) { $0 + $1.episodes }
    guard episodes > 0, expectedEpisodes > episodes else { return }
    let perEpisode = Double(folder.bytes) / Double(episodes)
    do {
      try folder.place.partial.requireFreeBytes(
        Int(perEpisode * Double(expectedEpisodes - episodes)), for: "write")
    } catch {
      throw .file(error)
    }
  }

  // MARK: Progress

  /// Notes what is durable, for people; a resuming writer believes only the parts themselves, and
  /// the size of a part.
  private static func writeProgress(
    of folder: borrowing PartFolder, _ rest: borrowing PartPacker, stepsPerPart: Int,
    isDurable: Bool = true
  ) throws(DatasetError) {
    let progress: Document = [
      "steps_per_part": .integer(stepsPerPart), "parts": .integer(folder.parts.count),
      "episodes": .integer(folder.parts.reduce(0) { $0 + $1.episodes } + rest.episodeCount),
      "steps": .integer(folder.parts.reduce(0) { $0 + $1.steps } + rest.stepCount),
    ]
    do {
      try DurableFile.write(
        progress.jsonText(pretty: true) + "\n",
        to: folder.place.partial.path(of: PartFolder.progressName), replacing: true,
        isDurable: isDurable)
    } catch {
      throw .file(error)
    }
  }

  private static func checkProgress(
    of partial: Folder, stepsPerPart: Int
  ) throws(DatasetError) {
    let path = partial.path(of: PartFolder.progressName)
    let text: String
    do {
      text = try FileContents.text(of: path, atMost: 1 << 20)
    } catch {
      throw .file(error)
    }
    let found: Document
    do {
      found = try Document(json: text)
    } catch {
      throw .defect(file: path, field: "", problem: "found text that is not JSON (\(error))")
    }
    guard found["steps_per_part"] == .integer(stepsPerPart) else {
      throw .unusable(
        file: partial.path,
        reason: "it holds an unfinished collection in parts of "
          + "\(found["steps_per_part"]?.jsonText() ?? "unknown") steps, not \(stepsPerPart); "
          + "finish that one, or remove the folder")
    }
  }

  /// The HDF5 files of an unfinished collection into `path`; none where there is none.
  public static func unfinishedFiles(at path: String) -> [String] {
    let partial = DatasetPath(path).partial
    return ((try? PartFolder.dataFiles(in: partial)) ?? []).map { partial.path(of: $0) }
  }
}
