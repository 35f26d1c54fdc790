internal import Environments
internal import Files
internal import HDF5

/// Writes a flat file for D4RL's readers and those that follow them: a row per step in every dataset,
/// one dataset of observations, and `next_observations`.
enum FlatWriter {
  static func write(
    _ dataset: Dataset, to path: String, _ remarks: inout Remarks
  ) throws(DatasetError) -> String {
    note(dataset, &remarks)
    let image: [UInt8]
    do throws(HDF5Error) {
      image = try makeImage(of: dataset, &remarks)
    } catch {
      throw DatasetError(error, file: path)
    }
    do throws(FileError) {
      try DurableFile.write(image, to: path, replacing: false)
    } catch {
      throw .file(error)
    }
    return path
  }

  private static func note(_ dataset: Dataset, _ remarks: inout Remarks) {
    let (seen, acted) = (dataset.header.observationSpace, dataset.header.actionSpace)
    for (name, space) in [("observations", seen), ("actions", acted)] where space.leaves.count != 1
    {
      let parts = space.leaves.map { $0.path }.joined(separator: ", ")
      remarks.add(
        "\(name): the parts \(parts) stand side by side in one vector, in this order")
    }
    if dataset.episodeCount > 0, !dataset.isFinished(episode: dataset.episodeCount - 1) {
      remarks.add("the last episode is unfinished: D4RL's readers drop it")
    }
  }

  private static func makeImage(
    of dataset: Dataset, _ remarks: inout Remarks
  ) throws(HDF5Error) -> [UInt8] {
    let file = try HDF5File()
    let steps = dataset.stepCount
    let header = dataset.header
    try file.root.setAttribute(DatasetHeader.provenanceName, header.provenance)
    try write(dataset.observations, header.observationSpace, Layout.observations, file.root, steps)
    try write(
      dataset.successors(), header.observationSpace, "next_observations", file.root, steps)
    try write(dataset.actions, header.actionSpace, Layout.actions, file.root, steps)
    let doubles = Layout.storage(bytesPerRow: 8)
    let flags = Layout.storage(bytesPerRow: 1)
    try file.root.write(dataset.rewards, shape: [steps], as: Layout.rewards, storage: doubles)
    try file.root.write(
      dataset.isTerminated, shape: [steps], as: Layout.terminals, storage: flags)
    try file.root.write(dataset.isTruncated, shape: [steps], as: Layout.timeouts, storage: flags)
    let infos = try file.root.makeGroup(Layout.infos)
    let lengths = dataset.episodeLengths
    if !dataset.behaviourLogProbabilities.isEmpty {
      try infos.write(
        dataset.behaviourLogProbabilities, shape: [steps], as: FlatInfos.logProbabilityName,
        storage: Layout.storage(bytesPerRow: 4))
    }
    try infos.write(
      zip(dataset.episodeSeeds, lengths).flatMap { Array(repeating: $0, count: $1) },
      shape: [steps], as: FlatInfos.seedName, storage: doubles)
    for info in dataset.infos {
      guard try !infos.contains(info.name) else {
        remarks.add("infos › \(info.name): that name is this format's own; left out")
        continue
      }
      let column =
        info.axis == .step ? info.column : info.column.repeated(lengths, width: info.width)
      try infos.write(
        column, shape: info.width == 1 ? [steps] : [steps, info.width],
        atPath: info.name,
        storage: Layout.storage(bytesPerRow: column.element.bytes * info.width))
    }
    return try file.image()
  }

  /// One dataset for all leaves: of the leaf's own shape where there is one, else a vector.
  private static func write(
    _ columns: [Column], _ space: Space, _ name: String, _ root: borrowing HDF5Group, _ rows: Int
  ) throws(HDF5Error) {
    let leaves = space.leaves
    let column =
      leaves.count == 1 ? columns[0] : Dataset.joined(columns, space, rows: rows)
    let shape = leaves.count == 1 ? leaves[0].shape : [space.width]
    try root.write(
      column, shape: [rows] + shape, atPath: name,
      storage: Layout.storage(bytesPerRow: column.element.bytes * space.width))
  }
}

extension Dataset {
  /// Per leaf `[N, width]` What was seen after each action.
  func successors() -> [Column] {
    header.observationSpace.leaves.enumerated().map { index, leaf in
      var column = Column(leaf.element)
      column.reserveCapacity(stepCount * leaf.width)
      for episode in 0..<episodeCount {
        let steps = steps(ofEpisode: episode)
        column.append(
          (steps.lowerBound + 1) * leaf.width..<steps.upperBound * leaf.width,
          of: observations[index])
        column.append(
          episode * leaf.width..<(episode + 1) * leaf.width, of: finalObservations[index])
      }
      return column
    }
  }
}
