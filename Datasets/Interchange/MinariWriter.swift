internal import Documents
internal import Environments
internal import Files
internal import HDF5

/// Writes a Minari dataset in HDF5 that Minari 0.5 loads, lists, shows, filters, combines and appends
/// to.
///
/// Numbers lie contiguously in the format of HDF5 1.10: less than a third of the size of Minari's own
/// files, and with checksums.
enum MinariWriter {
  /// Keys of `metadata.json` that this writer makes itself.
  static let ownKeys = [
    "dataset_id", "minari_version", "total_episodes", "total_steps", "data_format",
    "observation_space", "action_space", "jpeg_encoding", "dataset_size",
    DatasetHeader.provenanceName,
  ]

  /// - Parameter root: the folder of all Minari datasets, `MINARI_DATASETS_PATH`.
  /// - Returns: the dataset's folder.
  static func write(
    _ dataset: Dataset, id: String?, under root: String, _ remarks: inout Remarks
  ) throws(DatasetError) -> String {
    let id = try makeID(id, for: dataset.header)
    let namespace = id.components.dropLast()
    let target = ([root] + id.components).joined(separator: "/")
    do { try requireNew(target, root: root, id) } catch { throw .file(error) }
    note(dataset, &remarks)
    let image: [UInt8]
    do throws(HDF5Error) {
      image = try makeImage(of: dataset)
    } catch {
      throw DatasetError(error, file: target)
    }
    let metadata = Self.metadata(of: dataset, id: id, bytes: image.count)
    do throws(FileError) {
      let staging = try MinariStaging(of: id, under: root)
      do throws(FileError) {
        // Whoever held the lock until now may have finished.
        try requireNew(target, root: root, id)
        try staging.prepare()
        try staging.fill(image, metadata: metadata)
        try makeNamespace(namespace, under: root)
        try staging.finish(as: target)
      } catch {
        staging.abandon()
        throw error
      }
    } catch {
      throw .file(error)
    }
    return target
  }

  private static func makeNamespace(
    _ names: ArraySlice<String>, under root: String
  ) throws(FileError) {
    var folder = Folder(root)
    for name in names {
      folder = Folder(folder.path(of: name))
      try folder.make()
      let file = folder.path(of: "namespace_metadata.json")
      if !FileStatus.exists(file) { try DurableFile.write("{}\n", to: file, replacing: true) }
    }
  }

  private static func makeID(
    _ text: String?, for header: DatasetHeader
  ) throws(DatasetError) -> MinariID {
    guard let text else {
      var behaviour = "unknown"
      if case .string(let name)? = header.behaviourPolicy["id"] { behaviour = name }
      return MinariID(environment: header.environment, behaviour: behaviour)
    }
    guard let id = MinariID(text) else {
      throw .unusable(
        file: "\"\(text)\"",
        reason: "is no id of a Minari dataset, which is made of letters, digits, \"-\" and \"_\": "
          + "a namespace of at least two characters if any, in which no folder is called data, "
          + "a name and a version, as in "
          + "corridor/random-v0")
    }
    return id
  }

  /// Refuses a target that exists, and folders on the way that are links to elsewhere.
  private static func requireNew(
    _ target: String, root: String, _ id: MinariID
  ) throws(FileError) {
    if FileStatus.exists(target) {
      throw FileError(
        .exists, operation: "create", path: target,
        reason: "it exists already; choose another --id, or remove it")
    }
    var path = root
    for name in id.components.dropLast() {
      path += "/\(name)"
      let status = try? FileStatus(of: path, followingLinks: false)
      guard let status, status.kind != .folder else { continue }
      throw FileError(
        .wrongKind, operation: "create", path: target,
        reason: "\(path) is not a folder of its own")
    }
    // A dataset cannot be another one's namespace.
    for count in 1..<max(id.components.count, 1) {
      let above = ([root] + id.components.prefix(count)).joined(separator: "/")
      guard FileStatus.exists("\(above)/data") else { continue }
      throw FileError(
        .exists, operation: "create", path: target,
        reason: "\(above) is a dataset, which Minari does not look below")
    }
  }

  private static func note(_ dataset: Dataset, _ remarks: inout Remarks) {
    if !dataset.behaviourLogProbabilities.isEmpty {
      remarks.add("behaviour_log_probabilities: are written as infos › behaviour_log_probabilities")
    }
    for info in dataset.infos where isShadowed(info, in: dataset) {
      remarks.add(
        "infos › \(info.name): a group of this name holds others; left out")
    }
    for info in dataset.infos where info.name.hasPrefix(Info.optionPrefix) && info.width != 1 {
      remarks.add("infos › \(info.name): options are single numbers; left out")
    }
  }

  /// Whether an info's name is the beginning of another's, which makes it a group. Options are
  /// attributes, which have no groups.
  private static func isShadowed(_ info: Info, in dataset: Dataset) -> Bool {
    !info.name.hasPrefix(Info.optionPrefix)
      && dataset.infos.contains { $0.name.hasPrefix(info.name + ".") }
  }

  // MARK: Numbers

  private static func makeImage(of dataset: Dataset) throws(HDF5Error) -> [UInt8] {
    let file = try HDF5File()
    for episode in 0..<dataset.episodeCount {
      let group = try file.root.makeGroup("episode_\(episode)")
      try write(episode, of: dataset, to: group)
    }
    return try file.image()
  }

  private static func write(
    _ number: Int, of dataset: Dataset, to group: borrowing HDF5Group
  ) throws(HDF5Error) {
    let episode = dataset[episode: number]
    let steps = episode.length
    try group.setAttribute("id", number)
    try group.setAttribute("total_steps", steps)
    try writeAttributes(number, episode, of: dataset, to: group)
    let (seen, acted) = (dataset.header.observationSpace, dataset.header.actionSpace)
    try write(episode.observations, seen, "observations", rows: steps + 1, to: group)
    try write(episode.actions, acted, "actions", rows: steps, to: group)
    try group.write(episode.rewards, shape: [steps], as: "rewards")
    for (name, isSet) in [
      ("terminations", episode.isTerminated), ("truncations", episode.isTruncated),
    ] {
      try group.write(
        [Bool](repeating: false, count: steps - 1) + [isSet], shape: [steps], as: name)
    }
    let infos = try group.makeGroup("infos")
    try writeInfos(number, of: dataset, to: infos)
  }

  private static func write(
    _ columns: [Column], _ space: Space, _ name: String, rows: Int,
    to group: borrowing HDF5Group
  ) throws(HDF5Error) {
    try makeGroups(of: space, name, in: group)
    let paths = space.minariPaths(in: name)
    for (index, leaf) in space.leaves.enumerated() {
      try group.write(columns[index], shape: [rows] + leaf.shape, atPath: paths[index])
    }
  }

  /// Makes the groups in which nothing is, which no column would bring along.
  private static func makeGroups(
    of space: Space, _ name: String, in group: borrowing HDF5Group
  ) throws(HDF5Error) {
    let members: [(name: String, space: Space)]
    switch space {
    case .discrete, .multiDiscrete, .box: return
    case .dictionary(let all): members = all.map { ($0.key, $0.space) }
    case .tuple(let all): members = all.enumerated().map { ("_index_\($0)", $1) }
    }
    guard space.hasEmptyPart else { return }
    let below = try group.makeGroup(name)
    for member in members { try makeGroups(of: member.space, member.name, in: below) }
  }

  /// The seed, the reset's options, and what Minari's collector says of the rewards.
  private static func writeAttributes(
    _ number: Int, _ episode: Episode, of dataset: Dataset, to group: borrowing HDF5Group
  ) throws(HDF5Error) {
    let known = dataset.infos.first { $0.name == Info.seedKnown }
    if known.map({ $0.column.integer(at: number) != 0 }) ?? true {
      if let seed = Int(exactly: episode.seed) {
        try group.setAttribute("seed", seed)
      } else {
        try group.setAttribute("seed", episode.seed)
      }
    }
    for info in dataset.infos where info.name.hasPrefix(Info.optionPrefix) && info.width == 1 {
      let name = info.name.dropFirst(Info.optionPrefix.count).replacing(".", with: "/")
      switch info.column.element {
      case .float32, .float64:
        try group.setAttribute("options/\(name)", info.column.double(at: number))
      default: try group.setAttribute("options/\(name)", info.column.integer(at: number))
      }
    }
    let rewards = episode.rewards
    let count = Double(rewards.count)
    let sum = episode.return
    let mean = sum / count
    let variance = rewards.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    try group.setAttribute("rewards_sum", sum)
    try group.setAttribute("rewards_mean", mean)
    try group.setAttribute("rewards_std", variance.squareRoot())
    try group.setAttribute("rewards_max", rewards.max() ?? 0)
    try group.setAttribute("rewards_min", rewards.min() ?? 0)
  }

  private static func writeInfos(
    _ number: Int, of dataset: Dataset, to group: borrowing HDF5Group
  ) throws(HDF5Error) {
    let steps = dataset.steps(ofEpisode: number)
    if !dataset.behaviourLogProbabilities.isEmpty {
      let values = Array(dataset.behaviourLogProbabilities[steps])
      try group.write(values, shape: [steps.count], as: Layout.behaviourLogProbabilities)
    }
    for info in dataset.infos {
      if info.name == Info.seedKnown || info.name.hasPrefix(Info.optionPrefix)
        || info.name.hasPrefix(Info.finalPrefix) || isShadowed(info, in: dataset)
      {
        continue
      }
      let width = info.width
      var rows = steps.count
      var column: Column
      if info.axis == .step {
        column = info.column[steps.lowerBound * width..<steps.upperBound * width]
        if let final = dataset.infos.first(where: { $0.name == Info.finalPrefix + info.name }) {
          column.append(number * width..<(number + 1) * width, of: final.column)
          rows += 1
        }
      } else {
        column = info.column[number * width..<(number + 1) * width].repeated([rows], width: width)
      }
      try group.write(
        column, shape: width == 1 ? [rows] : [rows, width],
        atPath: info.name.replacing(".", with: "/"))
    }
  }

  // MARK: Metadata

  private static func metadata(of dataset: Dataset, id: MinariID, bytes: Int) -> String {
    let header = dataset.header
    func text(_ space: Space) -> Document {
      .string(space.gymnasiumDocument.jsonText(allowsNonFinite: true))
    }
    var fields: Document.Fields = [
      "total_episodes": .integer(dataset.episodeCount), "total_steps": .integer(dataset.stepCount),
      "data_format": "hdf5", "jpeg_encoding": false,
      "observation_space": text(header.observationSpace),
      "action_space": text(header.actionSpace), "dataset_id": .string(id.text),
      // Every loader of 0.5 accepts this one, and older ones refuse newer versions.
      "minari_version": "0.5.0",
    ]
    if case .object(let kept)? = header.configuration["minari"] {
      for (key, value) in kept where fields[key] == nil { fields[key] = value }
    } else {
      if case .string(let name)? = header.behaviourPolicy["id"] {
        fields["algorithm_name"] = .string(name)
      }
      fields["description"] = .string(
        "\(dataset.episodeCount) episodes in \(header.environment), made by \(header.creator)")
    }
    fields[DatasetHeader.provenanceName] = .string(header.provenance)
    // In megabytes with one decimal, as Minari counts; the text itself is part of it.
    let length = Document.object(fields).jsonText(pretty: true).utf8.count + 24
    fields["dataset_size"] = .number((Double(bytes + length) / 1e5).rounded() / 10)
    return Document.object(fields).jsonText(pretty: true) + "\n"
  }
}
