internal import Documents
internal import Environments
internal import HDF5

/// Reads a flat file as D4RL's: columns of all transitions end to end. The same reads d3rlpy's first
/// file format, whose ends are called `episode_terminals`.
enum FlatReader {
  /// - Returns: the dataset, and the file that holds its numbers.
  static func read(
    _ path: String, horizon: Int?, _ remarks: inout Remarks
  ) throws(DatasetError) -> (dataset: Dataset, source: String) {
    let file = try ForeignFile(path)
    do throws(HDF5Error) {
      return (try read(file.content.root, horizon: horizon, &remarks), path)
    } catch {
      throw DatasetError(error, file: path)
    }
  }

  private static func read(
    _ root: borrowing HDF5Group, horizon: Int?, _ remarks: inout Remarks
  ) throws(HDF5Error) -> Dataset {
    if try root.child(Layout.observations) == .group {
      throw HDF5Error(
        .refused, object: Layout.observations,
        problem: "found a group, expected one dataset: D4RL's files have plain observations")
    }
    var header: DatasetHeader?
    if try root.containsAttribute(DatasetHeader.provenanceName) {
      header = DatasetHeader(provenance: try root.textAttribute(DatasetHeader.provenanceName))
    }
    let seen = try root.dataset(Layout.observations)
    let acted = try root.dataset(Layout.actions)
    let rows = seen.rows
    let rewards = try vector(Layout.rewards, rows, root, &remarks)
    let spaces =
      if let header, Self.fits(header, seen, acted) {
        FlatSpaces(header)
      } else { try FlatSpaces(inferredFrom: seen, acted, &remarks) }
    let observations = try spaces.observations(seen, rows: rows, &remarks)
    let actions = try spaces.actions(acted, rows: rows, &remarks)
    var next: [Column]?
    if try root.contains("next_observations") {
      next = try spaces.observations(root.dataset("next_observations"), rows: rows, &remarks)
    }
    let ends = try FlatEnds(
      root, rows: rows, observations: observations, next: next,
      widths: spaces.observationSpace.leaves.map(\.width), horizon: horizon, &remarks)
    let infos = try FlatInfos(root, rows: rows, &remarks)
    var assembler = EpisodeAssembler(
      observationSpace: spaces.observationSpace, actionSpace: spaces.actionSpace)
    for steps in ends.episodes {
      assembler.append(
        observations: ends.observations(of: steps),
        actions: zip(actions, spaces.actionSpace.leaves).map { column, leaf in
          column[steps.lowerBound * leaf.width..<steps.upperBound * leaf.width]
        },
        rewards: Array(rewards[steps]), isTerminated: ends.terminals[steps.upperBound - 1],
        isTruncated: ends.timeouts[steps.upperBound - 1],
        seed: infos.seeds.isEmpty ? nil : infos.seeds[steps.lowerBound],
        logProbabilities: infos.logProbabilities.isEmpty
          ? [] : Array(infos.logProbabilities[steps]),
        infos: infos.values(of: steps, &remarks))
    }
    var dataset = assembler.finish(&remarks)
    if let header {
      dataset.header.adopt(header)
    } else {
      dataset.header.environment = infos.environment ?? "unknown"
      dataset.header.behaviourPolicy = ["id": .string(infos.algorithm ?? "unknown")]
      dataset.header.configuration = ["d4rl": .object(infos.metadata)]
    }
    return dataset
  }

  /// One number per row, also where it was written with an axis of one.
  private static func vector(
    _ name: String, _ rows: Int, _ root: borrowing HDF5Group, _ remarks: inout Remarks
  ) throws(HDF5Error) -> [Double] {
    let dataset = try root.dataset(name)
    guard dataset.shape == [rows] || dataset.shape == [rows, 1] else {
      throw HDF5Error(
        .refused, object: name, problem: "found shape \(dataset.shape), expected [\(rows)]")
    }
    guard case .float64(let values) = try dataset.column(of: .float64, &remarks) else { return [] }
    return values
  }

  /// Whether the columns are of the spaces that our writer noted down.
  private static func fits(
    _ header: DatasetHeader, _ seen: borrowing HDF5Dataset, _ acted: borrowing HDF5Dataset
  ) -> Bool {
    let space = header.observationSpace
    let isPlain = space.leaves.count == 1 && seen.shape == [seen.rows] + space.leaves[0].shape
    guard isPlain || seen.shape == [seen.rows, space.width] else { return false }
    let actions = header.actionSpace
    return (actions.leaves.count == 1 && acted.shape == [acted.rows] + actions.leaves[0].shape)
      || acted.shape == [acted.rows, actions.width]
  }
}

/// The spaces of a flat file, noted down or inferred, and how its columns become theirs.
struct FlatSpaces {
  let observationSpace: Space
  let actionSpace: Space

  init(observationSpace: Space, actionSpace: Space) {
    self.observationSpace = observationSpace
    self.actionSpace = actionSpace
  }

  init(_ header: DatasetHeader) {
    observationSpace = header.observationSpace
    actionSpace = header.actionSpace
  }

  /// Boxes, and a choice where actions are single whole numbers.
  init(
    inferredFrom seen: borrowing HDF5Dataset, _ acted: borrowing HDF5Dataset,
    _ remarks: inout Remarks
  ) throws(HDF5Error) {
    guard let element = seen.natural, !seen.shape.isEmpty else {
      throw HDF5Error(
        .refused, object: seen.path, problem: "found \(seen.type), expected rows of numbers")
    }
    let isByte = element == .uint8
    observationSpace = .box(
      shape: Array(seen.shape[1...]), low: isByte ? 0 : -.infinity,
      high: isByte ? 255 : .infinity, element: element)
    actionSpace = try Self.actionSpace(of: acted, &remarks)
    remarks.add(
      "the file does not say its spaces: observations are taken as any numbers, actions as "
        + Self.describe(actionSpace) + ", from the numbers that are there")
  }

  static func actionSpace(
    of acted: borrowing HDF5Dataset, _ remarks: inout Remarks
  ) throws(HDF5Error) -> Space {
    guard let element = acted.natural, !acted.shape.isEmpty else {
      throw HDF5Error(
        .refused, object: acted.path, problem: "found \(acted.type), expected rows of numbers")
    }
    let shape = Array(acted.shape[1...])
    switch element {
    case .float32, .float64:
      let column = try acted.column(of: element, &remarks)
      var limit = 1.0
      for position in 0..<column.count {
        let value = column.double(at: position)
        if value.isFinite { limit = max(limit, abs(value)) }
      }
      let bound = Float(limit) < Float.greatestFiniteMagnitude ? Float(limit).nextUp : Float(limit)
      return .box(
        shape: shape, low: limit > 1 ? -bound : -1, high: limit > 1 ? bound : 1, element: element)
    default:
      guard shape.isEmpty || shape == [1] else {
        throw HDF5Error(
          .refused, object: acted.path,
          problem: "found several whole numbers per action, expected one, or numbers of a box")
      }
      guard case .int64(let values) = try acted.column(of: .int64, &remarks) else {
        return .discrete(count: 1)
      }
      let (low, high) = (min(0, values.min() ?? 0), values.max() ?? 0)
      guard high < .max, !(high + 1).subtractingReportingOverflow(low).overflow else {
        throw HDF5Error(
          .refused, object: acted.path,
          problem: "found choices from \(low) to \(high), which are too many")
      }
      return .discrete(count: Int(high + 1 - low), start: Int(low))
    }
  }

  static func describe(_ space: Space) -> String {
    switch space {
    case .discrete(let count, let start): "\(count) choices from \(start)"
    case .box(let box):
      "\(box.low.count) numbers from \(box.low.first ?? 0) to \(box.high.first ?? 0)"
    default: "what they are"
    }
  }

  func observations(
    _ dataset: borrowing HDF5Dataset, rows: Int, _ remarks: inout Remarks
  ) throws(HDF5Error) -> [Column] {
    try Self.columns(dataset, observationSpace, rows: rows, &remarks)
  }

  func actions(
    _ dataset: borrowing HDF5Dataset, rows: Int, _ remarks: inout Remarks
  ) throws(HDF5Error) -> [Column] {
    try Self.columns(dataset, actionSpace, rows: rows, &remarks)
  }

  /// One dataset as the columns of a space, which may lie side by side in it.
  static func columns(
    _ dataset: borrowing HDF5Dataset, _ space: Space, rows: Int, _ remarks: inout Remarks
  ) throws(HDF5Error) -> [Column] {
    let leaves = space.leaves
    let width = space.width
    guard dataset.rows == rows, dataset.count == rows * width else {
      throw HDF5Error(
        .refused, object: dataset.path,
        problem: "found shape \(dataset.shape), expected \(rows) rows of \(width) numbers")
    }
    if leaves.count == 1 { return [try dataset.column(of: leaves[0].element, &remarks)] }
    guard let element = dataset.natural else {
      throw HDF5Error(
        .refused, object: dataset.path, problem: "found \(dataset.type), expected numbers")
    }
    let joined = try dataset.column(of: element, &remarks)
    var columns: [Column] = []
    var start = 0
    for leaf in leaves {
      guard let part = joined.part(start, leaf.width, width: width, as: leaf.element) else {
        throw HDF5Error(
          .refused, object: dataset.path,
          problem: "found numbers that are not of \(leaf.path), expected \(leaf.element.rawValue)")
      }
      columns.append(part)
      start += leaf.width
    }
    return columns
  }
}
