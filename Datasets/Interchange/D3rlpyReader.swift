internal import Documents
internal import Environments
internal import HDF5

/// Reads a file that d3rlpy's `ReplayBuffer.dump` wrote, version 2.1.
enum D3rlpyReader {
  /// - Returns: the dataset, and the file that holds its numbers.
  static func read(
    _ path: String, _ remarks: inout Remarks
  ) throws(DatasetError) -> (dataset: Dataset, source: String) {
    let file = try ForeignFile(path)
    do throws(HDF5Error) {
      return (try read(file.content.root, &remarks), path)
    } catch {
      throw DatasetError(error, file: path)
    }
  }

  private static func read(
    _ root: borrowing HDF5Group, _ remarks: inout Remarks
  ) throws(HDF5Error) -> Dataset {
    try checkVersion(root, &remarks)
    guard case .int64(let counts) = try root.dataset("num_episodes").column(of: .int64, &remarks),
      let count = counts.first.flatMap({ Int(exactly: $0) }), (0...10_000_000).contains(count)
    else {
      throw HDF5Error(
        .refused, object: "num_episodes", problem: "found no number from 0 to 10000000")
    }
    guard try !root.contains("rewards_\(count)") else {
      throw HDF5Error(
        .refused, object: "num_episodes",
        problem: "found \(count), expected more, as rewards_\(count) is there")
    }
    var header: DatasetHeader?
    if try root.containsAttribute(DatasetHeader.provenanceName) {
      header = DatasetHeader(provenance: try root.textAttribute(DatasetHeader.provenanceName))
    }
    guard count > 0 else {
      guard let header else {
        throw HDF5Error(.refused, object: "num_episodes", problem: "found 0, expected episodes")
      }
      return Dataset(header)
    }
    let spaces: FlatSpaces
    if let header, try fits(header.observationSpace, root) {
      spaces = FlatSpaces(header)
    } else {
      spaces = try infer(root, episodes: count, &remarks)
    }
    var assembler = EpisodeAssembler(
      observationSpace: spaces.observationSpace, actionSpace: spaces.actionSpace)
    for number in 0..<count { try read(number, root, spaces, into: &assembler, &remarks) }
    remarks.add("final observations are not known: each episode's last one stands in their place")
    remarks.add("episodes that were not terminated are taken as truncated")
    var dataset = assembler.finish(&remarks)
    if let header { dataset.header.adopt(header) }
    return dataset
  }

  private static func checkVersion(
    _ root: borrowing HDF5Group, _ remarks: inout Remarks
  ) throws(HDF5Error) {
    let version = try root.dataset("version").readTexts()
    guard version == [D3rlpyWriter.version] else {
      throw HDF5Error(
        .refused, object: "version",
        problem: "found \(version.joined(separator: ", ")), expected \(D3rlpyWriter.version)")
    }
    let columns = try root.dataset("columns").readTexts()
    for name in D3rlpyWriter.columns where !columns.contains(name) {
      throw HDF5Error(.missing, object: "columns", problem: "\(name) is missing")
    }
    for name in columns where !D3rlpyWriter.columns.contains(name) {
      remarks.add("column \(name): is left out")
    }
  }

  private static func read(
    _ number: Int, _ root: borrowing HDF5Group, _ spaces: FlatSpaces,
    into assembler: inout EpisodeAssembler, _ remarks: inout Remarks
  ) throws(HDF5Error) {
    let rewards = try root.dataset("rewards_\(number)")
    let steps = rewards.rows
    guard rewards.shape == [steps, 1] || rewards.shape == [steps] else {
      throw HDF5Error(
        .refused, object: rewards.path,
        problem: "found shape \(rewards.shape), expected [\(steps), 1]")
    }
    guard case .float64(let values) = try rewards.column(of: .float64, &remarks) else { return }
    let leaves = spaces.observationSpace.leaves
    var seen: [Column] = []
    for (index, leaf) in leaves.enumerated() {
      let name = leaves.count == 1 ? "observations_\(number)" : "observations_\(number)_\(index)"
      let dataset = try root.dataset(name)
      guard dataset.rows == steps, dataset.count == steps * leaf.width else {
        throw HDF5Error(
          .refused, object: name,
          problem: "found shape \(dataset.shape), expected \(steps) rows of \(leaf.width) numbers")
      }
      var column = try dataset.column(of: leaf.element, &remarks)
      if steps > 0 { column.append((steps - 1) * leaf.width..<steps * leaf.width, of: column) }
      seen.append(column)
    }
    let acted = try spaces.actions(root.dataset("actions_\(number)"), rows: steps, &remarks)
    let end = try root.dataset("terminated_\(number)").flags()
    let isTerminated = end.last ?? false
    assembler.append(
      observations: seen, actions: acted, rewards: values, isTerminated: isTerminated,
      isTruncated: !isTerminated)
  }

  // MARK: Spaces

  /// Whether the first episode is of the space that our writer noted down.
  private static func fits(
    _ space: Space, _ root: borrowing HDF5Group
  ) throws(HDF5Error) -> Bool {
    let leaves = space.leaves
    for (index, leaf) in leaves.enumerated() {
      let name = leaves.count == 1 ? "observations_0" : "observations_0_\(index)"
      guard try root.contains(name) else { return false }
      let dataset = try root.dataset(name)
      guard dataset.count == dataset.rows * leaf.width else { return false }
    }
    if leaves.count > 1 { return true }
    return try !root.contains("observations_0_0")
  }

  /// Boxes of any numbers, and choices up to the largest action of all episodes.
  private static func infer(
    _ root: borrowing HDF5Group, episodes: Int, _ remarks: inout Remarks
  ) throws(HDF5Error) -> FlatSpaces {
    var parts: [Space] = []
    if try root.contains("observations_0") {
      parts = [try box(of: root.dataset("observations_0"))]
    } else {
      while try root.contains("observations_0_\(parts.count)") {
        parts.append(try box(of: root.dataset("observations_0_\(parts.count)")))
      }
    }
    guard !parts.isEmpty else {
      throw HDF5Error(.missing, object: "observations_0", problem: "is missing")
    }
    var actions = try FlatSpaces.actionSpace(of: root.dataset("actions_0"), &remarks)
    for number in 1..<max(episodes, 1) {
      actions = actions.union(
        try FlatSpaces.actionSpace(of: root.dataset("actions_\(number)"), &remarks))
    }
    remarks.add(
      "the file does not say its spaces: observations are taken as any numbers, actions as "
        + FlatSpaces.describe(actions) + ", from the numbers that are there")
    return FlatSpaces(
      observationSpace: parts.count == 1 ? parts[0] : .tuple(parts), actionSpace: actions)
  }

  private static func box(of dataset: borrowing HDF5Dataset) throws(HDF5Error) -> Space {
    guard let element = dataset.natural, !dataset.shape.isEmpty else {
      throw HDF5Error(
        .refused, object: dataset.path,
        problem: "found \(dataset.type), expected rows of numbers")
    }
    let isByte = element == .uint8
    return .box(
      shape: Array(dataset.shape[1...]), low: isByte ? 0 : -.infinity,
      high: isByte ? 255 : .infinity, element: element)
  }
}

extension Space {
  /// The smallest space of its kind that holds both: choices, or boxes of one shape.
  fileprivate func union(_ other: Space) -> Space {
    switch (self, other) {
    case (.discrete(let count, let start), .discrete(let more, let otherStart)):
      let low = min(start, otherStart)
      let (joined, overflow) = max(start + count, otherStart + more)
        .subtractingReportingOverflow(low)
      // Too many to be one space; the numbers outside of it are refused later.
      return overflow ? self : .discrete(count: joined, start: low)
    case (.box(var box), .box(let more)) where box.shape == more.shape:
      box.low = zip(box.low, more.low).map(min)
      box.high = zip(box.high, more.high).map(max)
      return .box(box)
    default: return self
    }
  }
}
