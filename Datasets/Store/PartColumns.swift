internal import Environments
internal import HDF5

/// All columns of a file. Axis: `N` rows, one per step; what an episode has once is spread over its
/// steps, see ``Layout``.
struct PartColumns {
  var observations: [PackedLeaf<PackedColumn>]
  var actions: [PackedLeaf<PackedColumn>]
  var finalObservations: [PackedLeaf<PackedRuns>]
  var rewards = PackedColumn(Double.self)
  var terminals = PackedColumn(truthValues: ())
  var timeouts = PackedColumn(truthValues: ())
  private var timesteps = PackedColumn(Int32.self)
  var episodeSeeds = PackedRuns(
    UInt64.storedType, blockRows: Layout.blockRows(bytesPerRow: MemoryLayout<UInt64>.stride))
  var behaviourLogProbabilities: PackedColumn?
  private var stepInfos: [PackedLeaf<PackedColumn>]
  var episodeInfos: [PackedLeaf<PackedRuns>]
  /// `0, 1, 2, …` as far as the longest episode so far.
  private var times: [Int32] = []

  /// - Parameter dataset: has the columns that there will be.
  init(_ dataset: Dataset) {
    self.init(
      dataset.header, withLogProbabilities: !dataset.behaviourLogProbabilities.isEmpty,
      infos: dataset.infos)
  }

  /// - Parameter infos: of which names, types and widths are taken, in whatever order: in files they
  ///   come by name.
  init(_ header: DatasetHeader, withLogProbabilities: Bool, infos: [Info]) {
    func make<Packed>(_ space: Space, _ name: String) -> [PackedLeaf<Packed>] {
      space.leaves.map {
        PackedLeaf(Layout.path(of: $0, in: name), $0.element, shape: $0.shape)
      }
    }
    func make<Packed>(_ axis: Info.Axis) -> [PackedLeaf<Packed>] {
      Self.inOrder(infos, axis).map {
        PackedLeaf($0.name, $0.column.element, shape: $0.width == 1 ? [] : [$0.width])
      }
    }
    observations = make(header.observationSpace, Layout.observations)
    actions = make(header.actionSpace, Layout.actions)
    finalObservations = make(header.observationSpace, Layout.finalObservations)
    if withLogProbabilities { behaviourLogProbabilities = PackedColumn(Float.self) }
    stepInfos = make(.step)
    episodeInfos = make(.episode)
  }

  private static func inOrder(_ infos: [Info], _ axis: Info.Axis) -> [Info] {
    infos.filter { $0.axis == axis }.sorted { $0.name < $1.name }
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
      append(timesUpTo: length, &packer)
      episodeSeeds.append(
        dataset.episodeSeeds, episode..<episode + 1, count: length, using: &packer)
      for (index, column) in dataset.finalObservations.enumerated() {
        finalObservations[index].packed.appendZeros(rows: length - 1, using: &packer)
        finalObservations[index].append(column, row: episode, count: 1, &packer)
      }
    }
    let (ofSteps, ofEpisodes) = (
      Self.inOrder(dataset.infos, .step), Self.inOrder(dataset.infos, .episode)
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

  /// Adds the times of an episode.
  mutating func append(timesUpTo length: Int, _ packer: inout BlockPacker) {
    if length > times.count { times += Int32(times.count)..<Int32(length) }
    timesteps.append(times, 0..<length, using: &packer)
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
struct PackedLeaf<Packed: PackedRows> {
  let path: String
  let element: Space.Element
  let width: Int
  var packed: Packed

  init(_ path: String, _ element: Space.Element, shape: [Int]) {
    self.path = path
    self.element = element
    width = shape.reduce(1, *)
    packed = Packed(
      element.storedType, rowShape: shape,
      blockRows: Layout.blockRows(bytesPerRow: width * element.bytes))
  }
}

extension PackedLeaf<PackedColumn> {
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

extension PackedLeaf<PackedRuns> {
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
