internal import Documents
internal import Environments
internal import HDF5

/// What stands beside the columns of a flat file: `infos/…` with a row per step, `metadata/…`.
struct FlatInfos {
  /// `[N]`, or empty where unknown.
  private(set) var seeds: [UInt64] = []
  private(set) var logProbabilities: [Float] = []
  private(set) var metadata: Document.Fields = [:]
  private var columns: [(name: String, width: Int, column: Column)] = []

  static let seedName = "episode_seed"
  static let logProbabilityName = "action_log_probs"
  /// Names of the root that are read elsewhere.
  private static let known: Set<String> = [
    Layout.observations, Layout.actions, Layout.rewards, Layout.terminals, Layout.timeouts,
    "next_observations", "episode_terminals",
  ]

  init(
    _ root: borrowing HDF5Group, rows: Int, _ remarks: inout Remarks
  ) throws(HDF5Error) {
    for name in try root.names() where !Self.known.contains(name) {
      if try root.child(name) == .group {
        let group = try root.group(name)
        try collect(group, path: name == Layout.infos ? "" : name, rows: rows, &remarks)
      } else {
        try add(root.dataset(name), name, rows: rows, &remarks)
      }
    }
  }

  /// `metadata/env_id` and `metadata/algorithm`, where they are.
  var environment: String? { text("metadata.env_id") }
  var algorithm: String? { text("metadata.algorithm") }

  private func text(_ key: String) -> String? {
    if case .string(let text)? = metadata[key] { text } else { nil }
  }

  private mutating func collect(
    _ group: borrowing HDF5Group, path: String, rows: Int, _ remarks: inout Remarks
  ) throws(HDF5Error) {
    for key in try group.names() {
      let name = path.isEmpty ? key : "\(path).\(key)"
      if try group.child(key) == .group {
        let below = try group.group(key)
        try collect(below, path: name, rows: rows, &remarks)
      } else {
        try add(group.dataset(key), name, rows: rows, &remarks)
      }
    }
  }

  private mutating func add(
    _ dataset: borrowing HDF5Dataset, _ name: String, rows: Int, _ remarks: inout Remarks
  ) throws(HDF5Error) {
    if case .text = dataset.type, dataset.count == 1 {
      metadata[name] = .string(try dataset.readTexts()[0])
      return
    }
    guard let element = dataset.natural else {
      remarks.add("\(dataset.path): holds \(dataset.type), which is no column of ours; left out")
      return
    }
    if dataset.shape.isEmpty {
      let value: Double = try dataset.read()[0]
      metadata[name] = .number(value)
      return
    }
    guard dataset.rows == rows, !name.hasPrefix("metadata.") else {
      remarks.add("\(dataset.path): has \(dataset.rows) rows for \(rows) steps; left out")
      return
    }
    let width = dataset.shape[1...].reduce(1, *)
    if name == Self.seedName {
      if width == 1, dataset.type == UInt64.storedType {
        seeds = try dataset.read()
      } else if width == 1, element.isWhole,
        case .int64(let values) = try dataset.column(of: .int64, &remarks),
        values.allSatisfy({ $0 >= 0 })
      {
        seeds = values.map { UInt64($0) }
      } else {
        remarks.add("\(dataset.path): holds no whole numbers from 0, as seeds are; left out")
      }
      return
    }
    if name == Self.logProbabilityName, width == 1, element == .float32 {
      logProbabilities = try dataset.read()
      return
    }
    if dataset.shape.count > 2 {
      remarks.add("\(dataset.path): rows of shape \(Array(dataset.shape[1...])) are stored flat")
    }
    columns.append((name, width, try dataset.column(of: element, &remarks)))
  }

  /// What belongs to an episode.
  func values(of steps: Range<Int>, _ remarks: inout Remarks) -> [EpisodeAssembler.Value] {
    columns.compactMap { name, width, column in
      let part = column[steps.lowerBound * width..<steps.upperBound * width]
      guard name.hasPrefix("episode_") else {
        return EpisodeAssembler.Value(name: name, width: width, column: part)
      }
      let first = part[0..<width]
      guard part.isIdentical(to: first.repeated([steps.count], width: width)) else {
        remarks.add("infos › \(name): varies within an episode in spite of its name; left out")
        return nil
      }
      return EpisodeAssembler.Value(name: name, width: width, column: first)
    }
  }
}
