internal import Documents
internal import Environments
internal import HDF5

/// One HDF5 file of ours, looked over: its header, its counts and where its episodes are.
///
/// Nothing stays open in between: each call opens the file and checks its structure again.
struct PartFile: Sendable {
  let path: String
  let header: DatasetHeader
  /// `[E + 1]`
  let episodeOffsets: [Int]

  var episodeCount: Int { episodeOffsets.count - 1 }
  var stepCount: Int { episodeOffsets[episodeCount] }

  /// Opens a file and reads everything but the columns.
  init(_ path: String) throws(DatasetError) {
    try Self.checkBeginning(of: path)
    self.path = path
    do throws(HDF5Error) {
      let file = try HDF5File(readingFrom: path)
      try StructuralCheck().check(file)
      header = try HeaderReader.read(from: file.root)
      episodeOffsets = try Self.readOffsets(from: file.root)
      try Self.checkShapes(of: file.root, header, steps: episodeOffsets[episodeOffsets.count - 1])
    } catch {
      throw DatasetError(error, file: path)
    }
  }

  /// Opens the file and looks its structure over once more.
  func open() throws(DatasetError) -> HDF5File {
    do throws(HDF5Error) {
      let file = try HDF5File(readingFrom: path)
      try StructuralCheck().check(file)
      return file
    } catch {
      throw DatasetError(error, file: path)
    }
  }

  /// Reads some episodes and checks their numbers.
  ///
  /// - Parameter mayEndOpen: whether the last episode of the file may be without an end.
  func read(
    episodes: Range<Int>, columns: DatasetColumns = .all, mayEndOpen: Bool = true
  ) throws(DatasetError) -> Dataset {
    let file = try open()
    return try read(episodes: episodes, columns: columns, mayEndOpen: mayEndOpen, from: file)
  }

  /// Reads some episodes of the file, which is open, and checks their numbers.
  func read(
    episodes: Range<Int>, columns: DatasetColumns, mayEndOpen: Bool, from file: borrowing HDF5File
  ) throws(DatasetError) -> Dataset {
    let dataset: Dataset
    do throws(HDF5Error) {
      dataset = try read(episodes, columns, from: file.root)
    } catch {
      throw DatasetError(error, file: path)
    }
    try dataset.check(
      file: path, firstStep: episodeOffsets[episodes.lowerBound], firstEpisode: episodes.lowerBound,
      mayEndOpen: mayEndOpen && episodes.upperBound == episodeCount)
    return dataset
  }

  // MARK: Columns

  private func read(
    _ episodes: Range<Int>, _ columns: DatasetColumns, from root: borrowing HDF5Group
  ) throws(HDF5Error) -> Dataset {
    let steps = episodeOffsets[episodes.lowerBound]..<episodeOffsets[episodes.upperBound]
    let firstSteps = episodeOffsets[episodes.lowerBound..<episodes.upperBound]
    let lastSteps = episodeOffsets[episodes.lowerBound...episodes.upperBound].dropFirst().map {
      $0 - 1
    }
    var data = Dataset(header)
    let seen = columns.contains(.observations) ? header.observationSpace.leaves : []
    for (index, leaf) in seen.enumerated() {
      data.observations[index] = try root.column(
        Layout.path(of: leaf, in: Layout.observations), rows: steps, of: leaf.element)
      data.finalObservations[index] = try root.column(
        Layout.path(of: leaf, in: Layout.finalObservations), atRows: lastSteps,
        of: leaf.element, width: leaf.width)
    }
    let acted = columns.contains(.actions) ? header.actionSpace.leaves : []
    for (index, leaf) in acted.enumerated() {
      data.actions[index] = try root.column(
        Layout.path(of: leaf, in: Layout.actions), rows: steps, of: leaf.element)
    }
    if columns.contains(.rewards) {
      data.rewards = try root.dataset(Layout.rewards).read(rows: steps)
    }
    data.isTerminated = try root.dataset(Layout.terminals).readBools(rows: steps)
    data.isTruncated = try root.dataset(Layout.timeouts).readBools(rows: steps)
    if columns.contains(.episodeSeeds) {
      let seeds: [UInt64] = try root.dataset(Layout.episodeSeeds).read(rows: steps)
      data.episodeSeeds = firstSteps.map { seeds[$0 - steps.lowerBound] }
    }
    if columns.contains(.behaviourLogProbabilities),
      try root.contains(Layout.behaviourLogProbabilities)
    {
      data.behaviourLogProbabilities =
        try root.dataset(Layout.behaviourLogProbabilities).read(rows: steps)
    }
    data.episodeOffsets = episodeOffsets[episodes.lowerBound...episodes.upperBound].map {
      $0 - steps.lowerBound
    }
    guard !columns.isDisjoint(with: [.stepInfos, .episodeInfos]), try root.contains(Layout.infos)
    else { return data }
    let infos = try root.group(Layout.infos)
    for name in try infos.names() {
      let dataset = try infos.dataset(name)
      guard let element = Space.Element(dataset.type) else { continue }
      var info = Info(name: name, width: 1, column: Column(element))
      guard columns.contains(info.axis == .step ? .stepInfos : .episodeInfos) else { continue }
      info.width = dataset.shape[1...].reduce(1, *)
      info.column =
        info.axis == .step
        ? try infos.column(name, rows: steps, of: element)
        : try infos.column(name, atRows: Array(firstSteps), of: element, width: info.width)
      data.infos.append(info)
    }
    return data
  }

  // MARK: Looking over

  /// Checks what the library would stumble over before it could say so.
  static func checkBeginning(of path: String) throws(DatasetError) {
    let bytes = try FileBeginning.read(path, atMost: GlobalHeapCheck.searchedBytes)
    do {
      try GlobalHeapCheck.check(bytes)
    } catch {
      throw DatasetError(error, file: path)
    }
  }

  /// `[E + 1]` Where episodes begin, as the time steps say: each is 0 or one more than the last.
  private static func readOffsets(
    from root: borrowing HDF5Group
  ) throws(HDF5Error) -> [Int] {
    let name = Layout.timesteps
    let dataset = try root.dataset(name)
    try dataset.expect(Int32.storedType, shape: [dataset.rows])
    let times: [Int32] = try dataset.read()
    var offsets: [Int] = []
    for (step, time) in times.enumerated() {
      if time == 0 {
        offsets.append(step)
      } else if step == 0 || Int(time) != Int(times[step - 1]) + 1 {
        throw HDF5Error(
          .refused, object: name,
          problem: "found \(time) at step \(step), expected 0"
            + (step == 0 ? "" : " or \(times[step - 1] + 1)"))
      }
    }
    return offsets + [times.count]
  }

  private static func checkShapes(
    of root: borrowing HDF5Group, _ header: DatasetHeader, steps: Int
  ) throws(HDF5Error) {
    for (name, space) in [
      (Layout.observations, header.observationSpace), (Layout.actions, header.actionSpace),
      (Layout.finalObservations, header.observationSpace),
    ] {
      for leaf in space.leaves {
        try root.dataset(atPath: Layout.path(of: leaf, in: name))
          .expect(leaf.element.storedType, shape: [steps] + leaf.shape)
      }
    }
    try root.dataset(Layout.rewards).expect(Double.storedType, shape: [steps])
    for name in [Layout.terminals, Layout.timeouts] {
      try root.dataset(name).expect(.bool, shape: [steps])
    }
    try root.dataset(Layout.episodeSeeds).expect(UInt64.storedType, shape: [steps])
    if try root.contains(Layout.behaviourLogProbabilities) {
      try root.dataset(Layout.behaviourLogProbabilities)
        .expect(Float.storedType, shape: [steps])
    }
    guard try root.contains(Layout.infos) else { return }
    let infos = try root.group(Layout.infos)
    for name in try infos.names() {
      let dataset = try infos.dataset(name)
      try dataset.expect(dataset.type, shape: [steps] + dataset.shape.dropFirst())
      let hasMeaning = Info.meanings.contains(name)
      guard let element = Space.Element(dataset.type), element.isWhole || !hasMeaning else {
        let known = Space.Element.allCases.filter { $0.isWhole || !hasMeaning }
        throw HDF5Error(
          .refused, object: dataset.path,
          problem: "found \(dataset.type), expected one of "
            + known.map(\.rawValue).joined(separator: ", "))
      }
      if hasMeaning { try dataset.expect(dataset.type, shape: [steps]) }
    }
  }
}

extension HDF5Group {
  /// Rows of a dataset as a column.
  func column(
    _ path: String, rows: Range<Int>, of element: Space.Element
  ) throws(HDF5Error) -> Column {
    let dataset = try dataset(atPath: path)
    return switch element {
    case .uint8: .uint8(try dataset.read(rows: rows))
    case .int32: .int32(try dataset.read(rows: rows))
    case .int64: .int64(try dataset.read(rows: rows))
    case .float32: .float32(try dataset.read(rows: rows))
    case .float64: .float64(try dataset.read(rows: rows))
    }
  }
}

extension HDF5Group {
  /// Single rows of a dataset, in ascending order, as a column. Blocks between them are unpacked one
  /// after another, never all at once.
  fileprivate func column(
    _ path: String, atRows rows: [Int], of element: Space.Element, width: Int
  ) throws(HDF5Error) -> Column {
    let block = max(1, (16 << 20) / max(1, width * element.bytes))
    var result = Column(element)
    var next = 0
    while next < rows.count {
      let first = rows[next]
      let start = next
      while next < rows.count, rows[next] < first + block { next += 1 }
      let part = try column(path, rows: first..<rows[next - 1] + 1, of: element)
      result.append(part.gathered(rows[start..<next].map { $0 - first }, width: width))
    }
    return result
  }
}

extension HDF5Dataset {
  /// Refuses other types and shapes than the ones our layout has.
  func expect(_ type: StoredType, shape: [Int]) throws(HDF5Error) {
    guard self.type == type else {
      throw HDF5Error(
        .refused, object: path, problem: "found \(self.type), expected \(type)")
    }
    guard self.shape == shape else {
      throw HDF5Error(
        .refused, object: path, problem: "found shape \(self.shape), expected \(shape)")
    }
  }
}
