internal import Documents
internal import Environments
internal import Files
internal import HDF5

/// Writing a dataset as one HDF5 file that D4RL's readers open as it is.
///
/// Equal datasets give equal bytes.
public enum DatasetFile {
  /// Writes the file durably.
  ///
  /// - Parameter replacing: whether a file of that name gives way.
  public static func write(
    _ dataset: Dataset, to path: String, replacing: Bool = false
  ) throws(DatasetError) {
    let bytes = try image(of: dataset, for: path)
    do {
      try DurableFile.write(bytes, to: path, replacing: replacing)
    } catch {
      throw .file(error)
    }
  }

  /// The file's bytes.
  ///
  /// - Parameter path: what errors call the file.
  static func image(of dataset: Dataset, for path: String) throws(DatasetError) -> [UInt8] {
    for episode in 0..<max(0, dataset.episodeCount - 1) {
      guard dataset.isFinished(episode: episode) else {
        throw .mismatch(
          file: path, field: "episode \(episode)", found: "an unfinished episode before others",
          expected: "only the last one to be unfinished")
      }
    }
    do {
      let file = try HDF5File()
      try write(dataset.header, to: file.root)
      try write(dataset, to: file.root)
      return try file.image()
    } catch {
      throw DatasetError(error, file: path)
    }
  }

  private static func write(
    _ header: DatasetHeader, to root: borrowing HDF5Group
  ) throws(HDF5Error) {
    typealias Name = Layout.Attribute
    try root.setAttribute(Name.schemaVersion, Int64(DatasetHeader.currentSchemaVersion))
    try root.setAttribute(Name.seed, header.seed)
    let texts = header.texts
    for (name, text) in texts { try root.setAttribute(name, text) }
    try root.setAttribute(Name.headerChecksum, DatasetHeader.checksum(of: texts))
  }

  private static func write(
    _ dataset: Dataset, to root: borrowing HDF5Group
  ) throws(HDF5Error) {
    let steps = dataset.stepCount
    let lengths = dataset.episodeLengths
    let lastSteps = dataset.episodeOffsets.dropFirst().map { $0 - 1 }
    let seen = dataset.header.observationSpace.leaves
    let acted = dataset.header.actionSpace.leaves
    try write(dataset.observations, seen, rows: steps, as: Layout.observations, in: root)
    try write(dataset.actions, acted, rows: steps, as: Layout.actions, in: root)
    let finals = zip(dataset.finalObservations, seen).map { column, leaf in
      column.scattered(to: lastSteps, rows: steps, width: leaf.width)
    }
    try write(finals, seen, rows: steps, as: Layout.finalObservations, in: root)

    let doubles = Layout.storage(bytesPerRow: 8)
    let floats = Layout.storage(bytesPerRow: 4)
    let flags = Layout.storage(bytesPerRow: 1)
    try root.write(dataset.rewards, shape: [steps], as: Layout.rewards, storage: doubles)
    try root.write(dataset.isTerminated, shape: [steps], as: Layout.terminals, storage: flags)
    try root.write(dataset.isTruncated, shape: [steps], as: Layout.timeouts, storage: flags)
    try root.write(
      lengths.flatMap { (0..<$0).map(Int32.init) }, shape: [steps], as: Layout.timesteps,
      storage: floats)
    try root.write(
      zip(dataset.episodeSeeds, lengths).flatMap { Array(repeating: $0, count: $1) },
      shape: [steps], as: Layout.episodeSeeds, storage: doubles)
    if !dataset.behaviourLogProbabilities.isEmpty {
      try root.write(
        dataset.behaviourLogProbabilities, shape: [steps], as: Layout.behaviourLogProbabilities,
        storage: floats)
    }
    let infos = try root.makeGroup(Layout.infos)
    for info in dataset.infos {
      let shape = info.width == 1 ? [steps] : [steps, info.width]
      let column =
        info.axis == .step ? info.column : info.column.repeated(lengths, width: info.width)
      try write(column, shape: shape, as: info.name, in: infos)
    }
  }

  /// Writes the columns of a space: one dataset, or a group with one for each leaf.
  private static func write(
    _ columns: [Column], _ leaves: [Space.Leaf], rows: Int, as name: String,
    in root: borrowing HDF5Group
  ) throws(HDF5Error) {
    for (column, leaf) in zip(columns, leaves) {
      let path = Layout.path(of: leaf, in: name).split(separator: "/").map(String.init)
      try write(column, shape: [rows] + leaf.shape, at: path[...], in: root)
    }
  }

  private static func write(
    _ column: Column, shape: [Int], at path: ArraySlice<String>, in group: borrowing HDF5Group
  ) throws(HDF5Error) {
    let name = path[path.startIndex]
    guard path.count > 1 else { return try write(column, shape: shape, as: name, in: group) }
    if try group.contains(name) {
      let below = try group.group(name)
      try write(column, shape: shape, at: path.dropFirst(), in: below)
    } else {
      let below = try group.makeGroup(name)
      try write(column, shape: shape, at: path.dropFirst(), in: below)
    }
  }

  private static func write(
    _ column: Column, shape: [Int], as name: String, in group: borrowing HDF5Group
  ) throws(HDF5Error) {
    let storage = Layout.storage(bytesPerRow: shape[1...].reduce(column.element.bytes, *))
    switch column {
    case .uint8(let values): try group.write(values, shape: shape, as: name, storage: storage)
    case .int32(let values): try group.write(values, shape: shape, as: name, storage: storage)
    case .int64(let values): try group.write(values, shape: shape, as: name, storage: storage)
    case .float32(let values): try group.write(values, shape: shape, as: name, storage: storage)
    case .float64(let values): try group.write(values, shape: shape, as: name, storage: storage)
    }
  }
}

extension DatasetError {
  /// What the library found, under the file's name.
  init(_ error: HDF5Error, file: String) {
    self = .defect(file: file, field: error.object, problem: error.problem)
  }
}
