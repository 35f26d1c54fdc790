internal import Environments
internal import HDF5

/// A file of ours in the making: episodes are appended, and every block of every column is packed as
/// soon as it is full. However long the part, little more than its packed bytes is in memory.
///
/// Equal episodes give equal bytes, whatever portions they came in.
struct PartPacker: ~Copyable {
  private let header: DatasetHeader
  /// What errors call the file.
  private let path: String
  private var packer = BlockPacker()
  /// From the first episode on, which says what columns there are.
  private var columns: Columns?
  private(set) var episodeCount = 0
  private(set) var stepCount = 0
  private var isLastUnfinished = false

  init(_ header: DatasetHeader, path: String) {
    self.header = header
    self.path = path
  }

  /// Adds episodes of a dataset with the same columns as all others.
  mutating func append(_ episodes: Range<Int>, of dataset: Dataset) throws(DatasetError) {
    for episode in episodes {
      guard !isLastUnfinished else {
        throw .mismatch(
          file: path, field: "episode \(episodeCount + episode - episodes.lowerBound - 1)",
          found: "an unfinished episode before others",
          expected: "only the last one to be unfinished")
      }
      isLastUnfinished = !dataset.isFinished(episode: episode)
    }
    // Columns of a dataset without episodes may be fewer.
    if columns == nil || stepCount == 0 { columns = Columns(dataset) }
    columns?.append(episodes, of: dataset, &packer)
    episodeCount += episodes.count
    stepCount +=
      dataset.episodeOffsets[episodes.upperBound] - dataset.episodeOffsets[episodes.lowerBound]
  }

  /// Adds all episodes of a dataset.
  mutating func append(_ dataset: Dataset) throws(DatasetError) {
    try append(0..<dataset.episodeCount, of: dataset)
  }

  /// The file's bytes.
  mutating func image() throws(DatasetError) -> [UInt8] {
    let columns = columns ?? Columns(Dataset(header))
    do throws(HDF5Error) {
      let file = try HDF5File()
      try DatasetFile.write(header, to: file.root)
      try columns.write(to: file.root, &packer)
      return try file.image()
    } catch {
      throw DatasetError(error, file: path)
    }
  }
}

/// All columns of a file. Axis: `N` rows, one per step; what an episode has once is spread over its
/// steps, see ``Layout``.
private struct Columns {
  private var observations: [Named<PackedColumn>]
  private var actions: [Named<PackedColumn>]
  private var finalObservations: [Named<PackedRuns>]
  private var rewards = PackedColumn(Double.self)
  private var terminals = PackedColumn(truthValues: ())
  private var timeouts = PackedColumn(truthValues: ())
  private var timesteps = PackedColumn(Int32.self)
  private var episodeSeeds = PackedRuns(
    UInt64.storedType, blockRows: Layout.blockRows(bytesPerRow: MemoryLayout<UInt64>.stride))
  private var behaviourLogProbabilities: PackedColumn?
  private var stepInfos: [Named<PackedColumn>]
  private var episodeInfos: [Named<PackedRuns>]
  /// `0, 1, 2, …` as far as the longest episode so far.
  private var times: [Int32] = []

  /// - Parameter dataset: has the columns that there will be.
  init(_ dataset: Dataset) {
    func make<Packed>(_ space: Space, _ name: String) -> [Named<Packed>] {
      space.leaves.map { Named(Layout.path(of: $0, in: name), $0.element, shape: $0.shape) }
    }
    func make<Packed>(_ axis: Info.Axis) -> [Named<Packed>] {
      dataset.infos.filter { $0.axis == axis }.map {
        Named($0.name, $0.column.element, shape: $0.width == 1 ? [] : [$0.width])
      }
    }
    let header = dataset.header
    observations = make(header.observationSpace, Layout.observations)
    actions = make(header.actionSpace, Layout.actions)
    finalObservations = make(header.observationSpace, Layout.finalObservations)
    if !dataset.behaviourLogProbabilities.isEmpty {
      behaviourLogProbabilities = PackedColumn(Float.self)
    }
    stepInfos = make(.step)
    episodeInfos = make(.episode)
  }

  mutating func append(
    _ episodes: Range<Int>, of dataset: Dataset, _ packer: inout BlockPacker
  ) {
    let steps =
      dataset.episodeOffsets[episodes.lowerBound]..<dataset.episodeOffsets[episodes.upperBound]
    guard !steps.isEmpty else { return }
    for (index, column) in dataset.observations.enumerated() {
      observations[index].append(column, rows: steps, &packer)
    }
    for (index, column) in dataset.actions.enumerated() {
      actions[index].append(column, rows: steps, &packer)
    }
    rewards.append(dataset.rewards, steps, using: &packer)
    terminals.append(dataset.isTerminated, steps, using: &packer)
    timeouts.append(dataset.isTruncated, steps, using: &packer)
    behaviourLogProbabilities?.append(dataset.behaviourLogProbabilities, steps, using: &packer)
    for episode in episodes {
      let length = dataset.steps(ofEpisode: episode).count
      if length > times.count { times += Int32(times.count)..<Int32(length) }
      timesteps.append(times, 0..<length, using: &packer)
      episodeSeeds.append(
        dataset.episodeSeeds, episode..<episode + 1, count: length, using: &packer)
      for (index, column) in dataset.finalObservations.enumerated() {
        finalObservations[index].packed.appendZeros(rows: length - 1, using: &packer)
        finalObservations[index].append(column, row: episode, count: 1, &packer)
      }
    }
    let (ofSteps, ofEpisodes) = (
      dataset.infos.filter { $0.axis == .step }, dataset.infos.filter { $0.axis == .episode }
    )
    precondition(
      stepInfos.map(\.path) == ofSteps.map(\.name)
        && episodeInfos.map(\.path) == ofEpisodes.map(\.name), "a dataset has other infos")
    for (index, info) in ofSteps.enumerated() {
      stepInfos[index].append(info.column, rows: steps, &packer)
    }
    for (index, info) in ofEpisodes.enumerated() {
      for episode in episodes {
        let length = dataset.steps(ofEpisode: episode).count
        episodeInfos[index].append(info.column, row: episode, count: length, &packer)
      }
    }
  }

  func write(to root: borrowing HDF5Group, _ packer: inout BlockPacker) throws(HDF5Error) {
    for column in observations + actions {
      try root.write(column.packed, atPath: column.path, using: &packer)
    }
    for column in finalObservations {
      try root.write(column.packed, atPath: column.path, using: &packer)
    }
    try root.write(rewards, as: Layout.rewards, using: &packer)
    try root.write(terminals, as: Layout.terminals, using: &packer)
    try root.write(timeouts, as: Layout.timeouts, using: &packer)
    try root.write(timesteps, as: Layout.timesteps, using: &packer)
    try root.write(episodeSeeds, as: Layout.episodeSeeds, using: &packer)
    if let behaviourLogProbabilities {
      try root.write(
        behaviourLogProbabilities, as: Layout.behaviourLogProbabilities, using: &packer)
    }
    let group = try root.makeGroup(Layout.infos)
    for info in stepInfos { try group.write(info.packed, as: info.path, using: &packer) }
    for info in episodeInfos { try group.write(info.packed, as: info.path, using: &packer) }
  }
}

/// A column of a space's leaf or of an info, with where it goes.
private struct Named<Packed: PackedRows> {
  let path: String
  let width: Int
  var packed: Packed

  init(_ path: String, _ element: Space.Element, shape: [Int]) {
    self.path = path
    width = shape.reduce(1, *)
    packed = Packed(
      element.storedType, rowShape: shape,
      blockRows: Layout.blockRows(bytesPerRow: width * element.bytes))
  }
}

extension Named<PackedColumn> {
  mutating func append(_ column: Column, rows: Range<Int>, _ packer: inout BlockPacker) {
    let range = rows.lowerBound * width..<rows.upperBound * width
    guard width > 0 else { return packed.append(emptyRows: rows.count) }
    switch column {
    case .uint8(let values): packed.append(values, range, using: &packer)
    case .int32(let values): packed.append(values, range, using: &packer)
    case .int64(let values): packed.append(values, range, using: &packer)
    case .float32(let values): packed.append(values, range, using: &packer)
    case .float64(let values): packed.append(values, range, using: &packer)
    }
  }
}

extension Named<PackedRuns> {
  mutating func append(_ column: Column, row: Int, count: Int, _ packer: inout BlockPacker) {
    let range = row * width..<(row + 1) * width
    switch column {
    case .uint8(let values): packed.append(values, range, count: count, using: &packer)
    case .int32(let values): packed.append(values, range, count: count, using: &packer)
    case .int64(let values): packed.append(values, range, count: count, using: &packer)
    case .float32(let values): packed.append(values, range, count: count, using: &packer)
    case .float64(let values): packed.append(values, range, count: count, using: &packer)
    }
  }
}

extension PackedColumn {
  /// A column with one number of a type in each row.
  fileprivate init<Value: HDF5Value>(_ type: Value.Type) {
    self.init(
      Value.storedType, blockRows: Layout.blockRows(bytesPerRow: MemoryLayout<Value>.stride))
  }

  /// A column with one truth value in each row.
  fileprivate init(truthValues: Void) {
    self.init(.bool, blockRows: Layout.blockRows(bytesPerRow: 1))
  }
}

extension HDF5Group {
  /// Writes a column under a name, or in groups that are made where they are missing.
  fileprivate func write(
    _ column: some PackedRows, atPath path: String, using packer: inout BlockPacker
  ) throws(HDF5Error) {
    guard let slash = path.firstIndex(of: "/") else {
      return try write(column, as: path, using: &packer)
    }
    let name = String(path[..<slash])
    let rest = String(path[path.index(after: slash)...])
    if try contains(name) {
      let below = try group(name)
      try below.write(column, atPath: rest, using: &packer)
    } else {
      let below = try makeGroup(name)
      try below.write(column, atPath: rest, using: &packer)
    }
  }
}
