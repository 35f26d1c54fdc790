internal import Files

/// Reads a dataset from a file, or from a folder of parts, whole or a few episodes at a time.
///
///     let reader = try DatasetReader("datasets/corridor.hdf5")
///     let first = try reader.read(episodes: 0..<100)
///
/// Where nothing has the given name, the file of that name with `.hdf5` is meant, or the folder
/// without.
/// Nothing stays open between calls.
public struct DatasetReader: Sendable {
  /// The file or folder that was found.
  public let path: String
  public let header: DatasetHeader
  public let episodeCount: Int
  public let stepCount: Int
  let parts: [PartFile]
  /// `[parts + 1]` The number of each part's first episode.
  let firstEpisodes: [Int]

  /// Finds the dataset and looks it over; the columns are read later.
  public init(_ path: String) throws(DatasetError) {
    let place = DatasetPath(path)
    let paths: [String]
    var index: PartIndex?
    switch try Self.find(place) {
    case .file(let file):
      self.path = file
      paths = [file]
    case .folder(let folder):
      self.path = folder.path
      let found = try PartIndex(of: folder)
      paths = found.parts.map { folder.path(of: $0.file) }
      index = found
    }
    var parts: [PartFile] = []
    for path in paths { parts.append(try PartFile(path)) }
    for (number, part) in parts.enumerated() {
      try Self.check(part, against: parts[0], entry: index?.parts[number])
    }
    self.parts = parts
    header = parts[0].header
    firstEpisodes = parts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.episodeCount) }
    episodeCount = firstEpisodes[parts.count]
    stepCount = parts.reduce(0) { $0 + $1.stepCount }
  }

  /// Whether a dataset, or something else that is in its place, stands under `path`; one that is
  /// still being collected does not.
  public static func isPresent(at path: String) -> Bool {
    let place = DatasetPath(path)
    return [path, place.file, place.parts.path].contains { FileStatus.exists($0) }
  }

  /// The HDF5 files of the dataset under `path`, none of which is opened.
  public static func files(at path: String) throws(DatasetError) -> [String] {
    switch try find(DatasetPath(path)) {
    case .file(let file): return [file]
    case .folder(let folder):
      return try PartIndex(of: folder).parts.map { folder.path(of: $0.file) }
    }
  }

  /// `[E]` Steps of each episode, without reading any column.
  public var episodeLengths: [Int] {
    parts.flatMap { part in zip(part.episodeOffsets.dropFirst(), part.episodeOffsets).map(-) }
  }

  /// The HDF5 files that hold the data.
  public var files: [String] { parts.map(\.path) }

  /// Reads everything.
  public func read() throws(DatasetError) -> Dataset {
    try read(episodes: 0..<episodeCount)
  }

  /// Reads some episodes; other parts of the files are not unpacked.
  public func read(
    episodes: Range<Int>, columns: DatasetColumns = .all
  ) throws(DatasetError) -> Dataset {
    precondition(
      episodes.lowerBound >= 0 && episodes.upperBound <= episodeCount,
      "episodes \(episodes) of \(episodeCount)")
    var result: Dataset?
    for (number, part) in parts.enumerated() {
      let wanted = localEpisodes(episodes, ofPart: number)
      guard !wanted.isEmpty else { continue }
      var more = try part.read(
        episodes: wanted, columns: columns, mayEndOpen: number == parts.count - 1)
      if var whole = result {
        result = nil
        try whole.append(contentsOf: more)
        result = whole
      } else {
        // Arrays that grow by doubling would take up to three times the room.
        if wanted.count < episodes.count {
          more.reserveCapacity(steps: steps(of: episodes), episodes: episodes.count)
        }
        result = more
      }
    }
    if let result { return result }
    return try parts[0].read(episodes: 0..<0, columns: columns)
  }

  /// Reads everything a block of whole episodes at a time, each file opened once: what a dataset
  /// larger than memory allows.
  ///
  /// - Parameters:
  ///   - steps: of a block, about.
  ///   - body: gets a block and the number of its first episode.
  public func forEachBlock(
    of columns: DatasetColumns = .all, steps: Int = 1 << 16,
    _ body: (_ block: Dataset, _ firstEpisode: Int) throws(DatasetError) -> Void
  ) throws(DatasetError) {
    for (number, part) in parts.enumerated() where part.episodeCount > 0 {
      let file = try part.open()
      var next = 0
      while next < part.episodeCount {
        let first = next
        let end = part.episodeOffsets[first] + max(steps, 1)
        repeat { next += 1 } while next < part.episodeCount && part.episodeOffsets[next + 1] <= end
        let block = try part.read(
          episodes: first..<next, columns: columns, mayEndOpen: number == parts.count - 1,
          from: file)
        try body(block, firstEpisodes[number] + first)
      }
    }
  }

  /// The part of a range of episodes that lies in a file, counted from its first.
  private func localEpisodes(_ episodes: Range<Int>, ofPart number: Int) -> Range<Int> {
    let first = firstEpisodes[number]
    let wanted = episodes.clamped(to: first..<firstEpisodes[number + 1])
    return wanted.lowerBound - first..<wanted.upperBound - first
  }

  private func steps(of episodes: Range<Int>) -> Int {
    parts.indices.reduce(0) { sum, number in
      let wanted = localEpisodes(episodes, ofPart: number)
      let offsets = parts[number].episodeOffsets
      return sum + offsets[wanted.upperBound] - offsets[wanted.lowerBound]
    }
  }

  // MARK: Finding

  private enum Place {
    case file(String)
    case folder(Folder)
  }

  private static func find(_ place: DatasetPath) throws(DatasetError) -> Place {
    do { try place.given.checkAsPath(operation: "read") } catch { throw .file(error) }
    switch FileStatus.kind(of: place.given) {
    case .folder: return .folder(Folder(place.given))
    case .some: return .file(place.given)
    case nil: break
    }
    if FileStatus.kind(of: place.file) == .file { return .file(place.file) }
    if FileStatus.kind(of: place.parts.path) == .folder { return .folder(place.parts) }
    if FileStatus.kind(of: place.partial.path) == .folder {
      throw .unusable(
        file: place.given,
        reason: "the collection is unfinished, so far it is in \(place.partial.path); "
          + "the same hindsight collect goes on with it")
    }
    throw .file(
      FileError(.missing, operation: "read", path: place.given, reason: "no such file or folder"))
  }

  /// Parts belong together: one header, and what the index says of each.
  private static func check(
    _ part: PartFile, against first: PartFile, entry: PartIndex.Part?
  ) throws(DatasetError) {
    if let field = part.header.firstDifference(from: first.header) {
      throw .mismatch(
        file: part.path, field: field, found: "another value than in \(first.path.fileName)",
        expected: "the same in all parts")
    }
    guard let entry else { return }
    guard part.episodeCount == entry.episodes, part.stepCount == entry.steps else {
      throw .mismatch(
        file: part.path, field: Layout.timesteps,
        found: "\(part.episodeCount) episodes of \(part.stepCount) steps",
        expected: "\(entry.episodes) of \(entry.steps), as \(PartIndex.fileName) says")
    }
  }
}

extension DatasetHeader {
  /// The attribute in which two headers differ, or `nil`.
  func firstDifference(from other: DatasetHeader) -> String? {
    typealias Name = Layout.Attribute
    if environment != other.environment { return Name.environment }
    if environmentConfiguration != other.environmentConfiguration {
      return Name.environmentConfiguration
    }
    if observationSpace != other.observationSpace { return Name.observationSpace }
    if actionSpace != other.actionSpace { return Name.actionSpace }
    if behaviourPolicy != other.behaviourPolicy { return Name.behaviourPolicy }
    if seed != other.seed { return Name.seed }
    if creator != other.creator { return Name.creator }
    if configuration != other.configuration { return Name.configuration }
    if lineage != other.lineage { return Name.lineage }
    return nil
  }
}
