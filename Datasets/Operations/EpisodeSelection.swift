public import Documents
internal import Files

/// A dataset that stays in its files while some of its episodes become another one, however many
/// they are.
public struct EpisodeSelection: Sendable {
  /// The file or folder of the dataset.
  public let name: String
  public let episodes: EpisodeTable
  private let reader: DatasetReader
  private let policies: [Document]
  private let lineage: Document

  public init(_ path: String) throws(DatasetError) {
    reader = try DatasetReader(path)
    name = reader.path
    episodes = try EpisodeTable(of: reader)
    policies = try reader.read(episodes: 0..<0).behaviourPolicies
    lineage = try Lineage.input(of: reader)
  }

  /// The episodes that a filter lets pass, in ascending order.
  public func passing(_ filter: EpisodeFilter) throws(DatasetError) -> [Int] {
    try filter.episodes(of: episodes, policies: policies, named: name)
  }

  /// Episodes drawn without replacement, in ascending order, and all the others.
  public func drawing(_ count: Int, seed: UInt64) -> (drawn: [Int], others: [Int]) {
    Dataset.drawEpisodes(count, of: episodes.count, seed: seed)
  }

  /// What was written: the file or folder, and how much is in it.
  public struct Written: Sendable, Equatable {
    public var path: String
    public var episodes: Int
    public var steps: Int
  }

  /// Some episodes that become a dataset.
  public struct Portion: Sendable {
    /// Numbers of episodes, in ascending order.
    public var episodes: [Int]
    /// What the header says of how they were chosen.
    public var settings: Document
    public var path: String

    public init(_ episodes: [Int], settings: Document, to path: String) {
      (self.episodes, self.settings, self.path) = (episodes, settings, path)
    }
  }

  /// Writes episodes as datasets whose headers say where they came from: all of them or none, unless
  /// the device fails while they are given their names.
  ///
  /// - Parameter stepsPerPart: with more steps a dataset is a folder of parts.
  public func write(
    _ portions: [Portion], operation: String, creator: String, stepsPerPart: Int = 1_000_000
  ) throws(DatasetError) -> [Written] {
    guard let portion = portions.first else { return [] }
    let (chosen, path) = (portion.episodes, portion.path)
    do {
      try DatasetOutput.requireNew(path)
      try Folder(DatasetPath(path).file.parentFolder).make()
      let share = Double(chosen.count) / Double(max(episodes.count, 1))
      var bytes = 0
      for file in reader.files { bytes += try FileStatus(of: file).size }
      // Twice what the bytes read suggest, for what is chosen may pack less well.
      try Folder(DatasetPath(path).file.parentFolder).requireFreeBytes(
        Int(2 * share * Double(bytes)), for: "write")
    } catch {
      throw .file(error)
    }
    var header = reader.header
    header.creator = creator
    header.lineage = Lineage.document(
      operation: operation, settings: portion.settings, inputs: [lineage])
    var folder = try PartFolder(path, replacingDerived: true)
    var others: [Written] = []
    do {
      try fill(&folder, with: chosen, header, stepsPerPart: stepsPerPart)
      others = try write(
        Array(portions.dropFirst()), operation: operation, creator: creator,
        stepsPerPart: stepsPerPart)
    } catch {
      folder.abandonDerived()
      throw error
    }
    let steps = folder.parts.reduce(0) { $0 + $1.steps }
    do {
      let place = try folder.finish()
      return [Written(path: place, episodes: chosen.count, steps: steps)] + others
    } catch {
      // Where this one has its name, all are there.
      if !DatasetReader.isPresent(at: path) || error.isAboutPresence {
        for other in others { DatasetOutput.remove(other.path) }
      }
      throw error
    }
  }

  private func fill(
    _ folder: inout PartFolder, with chosen: [Int], _ header: DatasetHeader, stepsPerPart: Int
  ) throws(DatasetError) {
    var empty = try reader.read(episodes: 0..<0)
    empty.header = header
    var part = folder.makePacker(header)
    try part.append(empty)
    var next = 0
    try reader.forEachBlock { (block, first) throws(DatasetError) in
      var portion = empty
      while next < chosen.count, chosen[next] < first + block.episodeCount {
        portion.append(chosen[next] - first, of: block)
        next += 1
        guard part.stepCount + portion.stepCount >= stepsPerPart else { continue }
        try part.append(portion)
        try folder.write(&part)
        part = folder.makePacker(header)
        portion = empty
      }
      if portion.episodeCount > 0 { try part.append(portion) }
    }
    if part.episodeCount > 0 || folder.parts.isEmpty { try folder.write(&part) }
  }
}
