internal import Documents
internal import Files

/// The folder `.<name>.partial` in which a dataset comes into being part by part, locked against a
/// second writer.
///
/// At the end one part becomes `<name>.hdf5`, several become the folder `<name>` with an index
/// written last; either appears whole.
struct PartFolder: ~Copyable {
  let place: DatasetPath
  /// The parts that are durable.
  private(set) var parts: [PartIndex.Part] = []
  /// Bytes of those parts.
  private(set) var bytes = 0
  private let isDerived: Bool
  private let lock: FileLock

  /// Names beside the parts: what people may read, what says that the parts are derived from other
  /// data, and what did not fill a part yet.
  static let progressName = "progress.json"
  private static let derivedName = "DERIVED"
  /// What a process that was killed at the very end may leave in the finished folder.
  static let remains = [progressName, derivedName, FileLock.fileName]
  private static let restPrefix = "rest-"

  /// Makes the folder this process's own.
  ///
  /// - Parameter replacingDerived: whether what a killed process left of a dataset that is derived
  ///   from others is thrown away, for it can be derived again.
  init(_ path: String, replacingDerived: Bool = false) throws(DatasetError) {
    let place = DatasetPath(path)
    let lock = try Self.claim(place)
    if replacingDerived {
      try Self.beginDerived(in: place.partial)
    } else {
      try Self.endDerived(in: place.partial)
    }
    isDerived = replacingDerived
    self.place = place
    self.lock = lock
  }

  /// Throws away what is left of derived data, without a look into it, and says that what comes is
  /// derived.
  private static func beginDerived(in folder: Folder) throws(DatasetError) {
    let left = try dataFiles(in: folder)
    let marker = folder.path(of: derivedName)
    guard left.isEmpty || FileStatus.exists(marker) else {
      throw .unusable(
        file: folder.path,
        reason: "it holds an unfinished collection; finish that one, or remove the folder")
    }
    do {
      for name in left { try folder.removeFile(name) }
      try DurableFile.write("", to: marker, replacing: true, isDurable: false)
    } catch {
      throw .file(error)
    }
  }

  /// Takes the folder over for a collection, whose parts nobody may throw away.
  private static func endDerived(in folder: Folder) throws(DatasetError) {
    guard FileStatus.exists(folder.path(of: derivedName)) else { return }
    guard try dataFiles(in: folder).isEmpty else {
      throw .unusable(
        file: folder.path,
        reason: "it holds what is left of derived data; remove the folder")
    }
    do throws(FileError) {
      try folder.removeFile(derivedName)
      try folder.synchronize()
    } catch {
      throw .file(error)
    }
  }

  /// Gives up a folder in which nothing is that anybody would miss, after a failure.
  consuming func abandonDerived() { Self.removeDerived(place.partial) }

  private static func removeDerived(_ folder: Folder) {
    for name in (try? dataFiles(in: folder)) ?? [] { try? folder.removeFile(name) }
    removeEmpty(folder)
  }

  /// Removes the folder with its marks, if no data are in it.
  private static func removeEmpty(_ folder: Folder) {
    for name in remains { try? folder.removeFile(name) }
    try? folder.remove(isDurable: false)
  }

  /// Makes the folder of the collection this process's own.
  private static func claim(_ place: DatasetPath) throws(DatasetError) -> FileLock {
    do throws(FileError) {
      try checkTarget(place)
      let lock = try FileLock.claim(place.partial)
      // Whoever held the lock until now may have finished; then the folder is a new one.
      do throws(FileError) {
        try checkTarget(place)
      } catch {
        if try place.partial.names() == [FileLock.fileName] { removeEmpty(place.partial) }
        throw error
      }
      try place.partial.sweepTemporaries()
      return lock
    } catch {
      throw .file(error)
    }
  }

  private static func checkTarget(_ place: DatasetPath) throws(FileError) {
    try place.given.checkAsPath(operation: "create")
    for path in [place.file, place.parts.path] where FileStatus.exists(path) {
      if path == place.parts.path { removeRemains(of: place.parts) }
      throw FileError(
        .exists, operation: "create", path: path,
        reason: "it exists already; choose another path, or remove it")
    }
  }

  /// Ends what was killed between giving a dataset its name and removing the marks of its making.
  private static func removeRemains(of parts: Folder) {
    let status = try? FileStatus(of: parts.path, followingLinks: false)
    guard status?.kind == .folder, FileStatus.exists(parts.path(of: FileLock.fileName)),
      FileStatus.exists(parts.path(of: PartIndex.fileName)),
      let lock = try? FileLock(folder: parts.path)
    else { return }
    for name in remains { try? parts.removeFile(name) }
    _ = consume lock
  }

  /// The names of HDF5 files in the folder.
  static func dataFiles(in folder: Folder) throws(DatasetError) -> [String] {
    do {
      return try folder.names().filter {
        $0.hasSuffix(DatasetPath.fileExtension) && !$0.hasPrefix(DurableFile.temporaryPrefix)
      }
    } catch {
      throw .file(error)
    }
  }

  // MARK: Parts

  /// Writes the next part.
  mutating func write(_ part: inout PartPacker) throws(DatasetError) {
    let name = DatasetPath.part(parts.count)
    let (episodes, steps) = (part.episodeCount, part.stepCount)
    let bytes = try part.image()
    do {
      try DurableFile.write(bytes, to: place.partial.path(of: name), replacing: false)
      try add(name, episodes: episodes, steps: steps)
      // A rest that this part holds now.
      try place.partial.removeFile(Self.restName(before: parts.count))
    } catch {
      throw .file(error)
    }
  }

  private mutating func add(_ name: String, episodes: Int, steps: Int) throws(FileError) {
    parts.append(PartIndex.Part(file: name, episodes: episodes, steps: steps))
    bytes += try FileStatus(of: place.partial.path(of: name)).size
  }

  /// Takes up the parts that an earlier writer left; each must have this header.
  mutating func findParts(_ header: DatasetHeader) throws(DatasetError) {
    while FileStatus.exists(place.partial.path(of: DatasetPath.part(parts.count))) {
      let name = DatasetPath.part(parts.count)
      let part = try PartFile(place.partial.path(of: name))
      try requireSame(header, part.header)
      do {
        try add(name, episodes: part.episodeCount, steps: part.stepCount)
      } catch {
        throw .file(error)
      }
    }
  }

  private func requireSame(
    _ header: DatasetHeader, _ found: DatasetHeader
  ) throws(DatasetError) {
    guard let field = found.firstDifference(from: header) else { return }
    throw .unusable(
      file: place.partial.path,
      reason: "it holds an unfinished collection with another \(field); "
        + "finish that one, or remove the folder")
  }

  // MARK: What does not fill a part

  private static func restName(before parts: Int) -> String {
    restPrefix + DatasetPath.part(parts - 1)
  }

  /// Makes durable what follows the last part and does not fill another.
  func keep(_ rest: inout PartPacker) throws(DatasetError) {
    let bytes = try rest.image()
    do {
      try DurableFile.write(
        bytes, to: place.partial.path(of: Self.restName(before: parts.count + 1)), replacing: true)
    } catch {
      throw .file(error)
    }
  }

  /// A part in the making.
  func makePacker(_ header: DatasetHeader) -> PartPacker {
    PartPacker(header, path: place.partial.path(of: DatasetPath.part(parts.count)))
  }

  /// What an earlier writer kept behind the last part, or `nil`; older rests are removed.
  func takeRest(_ header: DatasetHeader) throws(DatasetError) -> Dataset? {
    let current = Self.restName(before: parts.count + 1)
    var rest: Dataset?
    for name in try Self.dataFiles(in: place.partial) where name.hasPrefix(Self.restPrefix) {
      guard name == current else {
        do { try place.partial.removeFile(name) } catch { throw .file(error) }
        continue
      }
      let file = try PartFile(place.partial.path(of: name))
      try requireSame(header, file.header)
      rest = try file.read(episodes: 0..<file.episodeCount)
    }
    return rest
  }

  // MARK: Ending

  /// Gives a dataset that is one part its name.
  ///
  /// - Returns: the file.
  consuming func finish(with part: inout PartPacker) throws(DatasetError) -> String {
    let bytes = try part.image()
    let name = DatasetPath.part(0)
    do {
      // Nobody takes up a finished collection, so only its last name has to be durable.
      try DurableFile.write(
        bytes, to: place.partial.path(of: name), replacing: false, syncsFolder: false)
      try add(name, episodes: part.episodeCount, steps: part.stepCount)
    } catch {
      throw .file(error)
    }
    return try finish()
  }

  /// Gives the dataset its name.
  ///
  /// - Returns: the file or folder.
  consuming func finish() throws(DatasetError) -> String {
    let partial = place.partial
    do {
      if parts.count == 1 {
        let part = partial.path(of: DatasetPath.part(0))
        try Folder.move(part, to: place.file, replacing: false, syncsSource: false)
        // The dataset is there; what is left of the collection is of no use and does no harm.
        try? partial.removeFile(Self.restName(before: 1))
        Self.removeEmpty(partial)
        return place.file
      }
      try DurableFile.write(
        PartIndex(parts).document.jsonText(pretty: true) + "\n",
        to: partial.path(of: PartIndex.fileName), replacing: true)
      // The lock moves with the folder, so nobody can slip in between.
      try Folder.move(partial.path, to: place.parts.path, replacing: false)
      for name in Self.remains { try? place.parts.removeFile(name) }
      return place.parts.path
    } catch {
      // Where the folder has its final name, another may have begun one of the old name.
      if isDerived, !FileStatus.exists(place.parts.path) { Self.removeDerived(partial) }
      throw .file(error)
    }
  }
}
