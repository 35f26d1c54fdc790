internal import Documents
internal import Environments
internal import HDF5

/// Reads a Minari dataset in HDF5: a group `episode_<i>` for each episode, with one more observation
/// than there are actions.
enum MinariReader {
  /// - Returns: the dataset, and the file that holds its numbers.
  static func read(
    _ path: String, without: [String], _ remarks: inout Remarks
  ) throws(DatasetError) -> (dataset: Dataset, source: String) {
    guard let place = try MinariPlace(path) else {
      throw .mismatch(
        file: path, field: "", found: "no metadata.json",
        expected: "a Minari dataset: a folder data with metadata.json and main_data.hdf5")
    }
    let metadata = try MinariMetadata(place, without: without)
    for name in without { remarks.add("observations › \(name): left out, as was asked for") }
    let file = try ForeignFile(place.main)
    var dataset: Dataset
    do throws(HDF5Error) {
      let count = try countEpisodes(of: file.content.root, metadata)
      var assembler = EpisodeAssembler(
        observationSpace: metadata.observationSpace, actionSpace: metadata.actionSpace)
      for number in 0..<count {
        let group = try file.content.root.group("episode_\(number)")
        try read(group, metadata, into: &assembler, &remarks)
      }
      dataset = assembler.finish(&remarks)
      metadata.noteTotals(of: dataset, &remarks)
    } catch {
      throw DatasetError(error, file: place.main)
    }
    describe(&dataset.header, metadata)
    return (dataset, place.main)
  }

  /// The root holds episodes and nothing else, numbered without gaps.
  private static func countEpisodes(
    of root: borrowing HDF5Group, _ metadata: MinariMetadata
  ) throws(HDF5Error) -> Int {
    let names = try root.names(atMost: 10_000_000)
    for (index, name) in Set(names).sorted().enumerated() where !name.hasPrefix("episode_") {
      throw HDF5Error(
        .refused, object: name,
        problem: "found an object of this name (number \(index)), expected episodes only")
    }
    guard names.count == metadata.episodes else {
      throw HDF5Error(
        .refused, object: "",
        problem: "found \(names.count) episodes, expected \(metadata.episodes) as metadata.json "
          + "says")
    }
    return names.count
  }

  // MARK: Episodes

  private static func read(
    _ group: borrowing HDF5Group, _ metadata: MinariMetadata,
    into assembler: inout EpisodeAssembler, _ remarks: inout Remarks
  ) throws(HDF5Error) {
    let rewardData = try group.dataset("rewards")
    let steps = rewardData.rows
    try rewardData.expect(rows: steps, each: [])
    let rewards: [Double] = try rewardData.read()
    let terminations = try flags("terminations", group, steps)
    let truncations = try flags("truncations", group, steps)
    let attributes = try attributes(of: group, rewards, &remarks)
    assembler.append(
      observations: try columns(
        metadata.observationSpace, "observations", group, rows: steps + 1, &remarks),
      actions: try columns(metadata.actionSpace, "actions", group, rows: steps, &remarks),
      rewards: rewards, isTerminated: terminations.last ?? false,
      isTruncated: truncations.last ?? false, seed: attributes.seed,
      logProbabilities: try logProbabilities(of: group, steps: steps),
      infos: attributes.options + (try infos(of: group, steps: steps, &remarks)))
  }

  private static func flags(
    _ name: String, _ group: borrowing HDF5Group, _ steps: Int
  ) throws(HDF5Error) -> [Bool] {
    let dataset = try group.dataset(name)
    try dataset.expect(rows: steps, each: [])
    let flags = try dataset.flags()
    if let step = flags.dropLast().firstIndex(of: true) {
      throw HDF5Error(
        .refused, object: dataset.path,
        problem: "found an end at step \(step) of \(steps), expected ends on last steps only")
    }
    return flags
  }

  private static func columns(
    _ space: Space, _ name: String, _ group: borrowing HDF5Group, rows: Int,
    _ remarks: inout Remarks
  ) throws(HDF5Error) -> [Column] {
    var columns: [Column] = []
    for (leaf, path) in zip(space.leaves, space.minariPaths(in: name)) {
      let dataset = try group.dataset(atPath: path)
      try dataset.expect(rows: rows, each: leaf.shape)
      columns.append(try dataset.column(of: leaf.element, &remarks))
    }
    return columns
  }

  // MARK: Attributes

  private static func attributes(
    of group: borrowing HDF5Group, _ rewards: [Double], _ remarks: inout Remarks
  ) throws(HDF5Error) -> (seed: UInt64?, options: [EpisodeAssembler.Value]) {
    let steps = rewards.count
    var seed: UInt64?
    var options: [EpisodeAssembler.Value] = []
    for name in try group.attributeNames() {
      switch name {
      case "rewards_mean", "rewards_std", "rewards_max", "rewards_min": break
      case "id":
        guard try group.attributeType(name)?.isNumeric == true else { break }
        let id: Int = try group.attribute(name)
        if group.path != "episode_\(id)" {
          remarks.add("attribute id of episodes: is another number in some; they keep their order")
        }
      case "rewards_sum":
        guard try group.attributeType(name)?.isNumeric == true else { break }
        let sum: Double = try group.attribute(name)
        let size = rewards.reduce(1) { $0 + abs($1) }
        if !(abs(sum - rewards.reduce(0, +)) <= 1e-4 * size) {
          remarks.add("attribute rewards_sum of episodes: is not the sum of the rewards in some")
        }
      case "total_steps":
        let total: Int = try group.attribute(name)
        guard total == steps else {
          throw HDF5Error(
            .refused, object: "\(group.path)/total_steps",
            problem: "found \(total), expected \(steps), the number of rewards")
        }
      case "seed": seed = try Self.seed(of: group)
      default:
        let type = try group.attributeType(name)
        guard name.hasPrefix("options/"), let type, type.isNumeric else {
          remarks.add("attribute \(name) of episodes: is no number of the options, left out")
          continue
        }
        let path = name.dropFirst("options/".count).replacing("/", with: ".")
        let column: Column
        switch type {
        case .float: column = .float64([try group.attribute(name)])
        case UInt64.storedType:
          let value: UInt64 = try group.attribute(name)
          guard let whole = Int64(exactly: value) else {
            remarks.add("attribute \(name) of episodes: \(value) is too large, left out")
            continue
          }
          column = .int64([whole])
        default: column = .int64([try group.attribute(name)])
        }
        options.append(.init(name: Info.optionPrefix + path, width: 1, column: column))
      }
    }
    return (seed, options)
  }

  private static func seed(of group: borrowing HDF5Group) throws(HDF5Error) -> UInt64 {
    if try group.attributeType("seed") == UInt64.storedType { return try group.attribute("seed") }
    func refused(_ found: String) -> HDF5Error {
      HDF5Error(
        .refused, object: "\(group.path)/seed",
        problem: "found \(found), expected a whole number from 0")
    }
    if case .float? = try group.attributeType("seed") {
      let seed: Double = try group.attribute("seed")
      guard let result = UInt64(exactly: seed) else { throw refused("\(seed)") }
      return result
    }
    let seed: Int = try group.attribute("seed")
    guard let result = UInt64(exactly: seed) else { throw refused("\(seed)") }
    return result
  }

  // MARK: Infos

  /// What was said beside the steps: leaves of `T` rows, or of `T + 1` where the reset spoke too.
  private static func infos(
    of episode: borrowing HDF5Group, steps: Int, _ remarks: inout Remarks
  ) throws(HDF5Error) -> [EpisodeAssembler.Value] {
    guard try episode.contains("infos") else { return [] }
    var values: [EpisodeAssembler.Value] = []
    let group = try episode.group("infos")
    try collect(group, path: "", steps: steps, &values, &remarks)
    return values
  }

  /// What our own writer keeps among the infos.
  private static func logProbabilities(
    of episode: borrowing HDF5Group, steps: Int
  ) throws(HDF5Error) -> [Float] {
    guard try episode.contains("infos") else { return [] }
    let infos = try episode.group("infos")
    guard try infos.contains(Layout.behaviourLogProbabilities) else { return [] }
    let dataset = try infos.dataset(Layout.behaviourLogProbabilities)
    guard dataset.shape == [steps], dataset.type == Float.storedType else { return [] }
    return try dataset.read()
  }

  private static func collect(
    _ group: borrowing HDF5Group, path: String, steps: Int,
    _ values: inout [EpisodeAssembler.Value], _ remarks: inout Remarks
  ) throws(HDF5Error) {
    for key in try group.names() {
      let name = path.isEmpty ? key : "\(path).\(key)"
      if try group.child(key) == .group {
        let below = try group.group(key)
        try collect(below, path: name, steps: steps, &values, &remarks)
        continue
      }
      let dataset = try group.dataset(key)
      if name == Layout.behaviourLogProbabilities, dataset.shape == [steps],
        dataset.type == Float.storedType
      {
        continue
      }
      guard let element = dataset.natural else {
        remarks.add("infos › \(name): holds \(dataset.type), which is no column of ours; left out")
        continue
      }
      guard [steps, steps + 1].contains(dataset.rows), !dataset.shape.isEmpty else {
        remarks.add("infos › \(name): has neither a row per step nor one more; left out")
        continue
      }
      let width = dataset.shape[1...].reduce(1, *)
      if dataset.shape.count > 1, dataset.shape != [dataset.rows, width] || width == 1 {
        remarks.add("infos › \(name): rows of shape \(Array(dataset.shape[1...])) are stored flat")
      }
      let column = try dataset.column(of: element, &remarks)
      if name.hasPrefix("episode_") {
        // Ours, of the episode as a whole; another's name must not pass for one.
        let first = column[0..<min(width, column.count)]
        if steps > 0, column.isIdentical(to: first.repeated([dataset.rows], width: width)) {
          values.append(.init(name: name, width: width, column: first))
        } else {
          remarks.add("infos › \(name): varies within an episode in spite of its name; left out")
        }
        continue
      }
      values.append(.init(name: name, width: width, column: column[0..<steps * width]))
      guard dataset.rows == steps + 1 else { continue }
      values.append(
        .init(
          name: Info.finalPrefix + name, width: width,
          column: column[steps * width..<(steps + 1) * width]))
    }
  }

  // MARK: Header

  private static func describe(_ header: inout DatasetHeader, _ metadata: MinariMetadata) {
    let fields = metadata.fields
    if case .string(let text)? = fields[DatasetHeader.provenanceName],
      let original = DatasetHeader(provenance: text)
    {
      header.adopt(original)
      return
    }
    func text(_ key: String) -> String? {
      if case .string(let value)? = fields[key] { value } else { nil }
    }
    let spec = text("env_spec").flatMap { try? Document(json: $0, allowsNonFinite: true) }
    if case .string(let id)? = spec?["id"] {
      header.environment = id
    } else {
      header.environment = text("dataset_id") ?? "unknown"
    }
    header.behaviourPolicy = ["id": .string(text("algorithm_name") ?? "unknown")]
    var kept = fields
    for key in MinariWriter.ownKeys { kept[key] = nil }
    header.configuration = ["minari": .object(kept)]
  }
}
