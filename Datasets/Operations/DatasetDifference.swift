public import Documents
internal import Environments

/// What differs between two datasets.
public struct DatasetDifference: Sendable {
  /// One difference: where, and both values.
  public struct Entry: Sendable, Equatable {
    public var field: String
    public var text: String
  }

  public private(set) var entries: [Entry] = []
  /// Episodes that both have, whatever their order, and those that only one has.
  public let commonEpisodes: Int
  public let onlyInFirst: Int
  public let onlyInSecond: Int

  public var isEmpty: Bool { entries.isEmpty }

  public init(between first: Dataset, and second: Dataset) {
    var counts: [ContentHash: Int] = [:]
    for hash in first.episodeHashes { counts[hash, default: 0] += 1 }
    var common = 0
    for hash in second.episodeHashes {
      guard let count = counts[hash], count > 0 else { continue }
      counts[hash] = count - 1
      common += 1
    }
    commonEpisodes = common
    onlyInFirst = first.episodeCount - common
    onlyInSecond = second.episodeCount - common
    compareHeaders(first.header, second.header)
    compareCounts(first, second)
    compareColumns(first, second)
  }

  private mutating func add(_ field: String, _ first: String, _ second: String) {
    guard first != second else { return }
    entries.append(Entry(field: field, text: "\(Self.cut(first)) and \(Self.cut(second))"))
  }

  private static func cut(_ text: String) -> String {
    text.count > 120 ? "\(text.prefix(117))..." : text
  }

  private mutating func compareHeaders(_ first: DatasetHeader, _ second: DatasetHeader) {
    let others = Dictionary(second.texts.map { ($0.name, $0.text) }) { first, _ in first }
    for name in DatasetHeader.textNames {
      let own = first.texts.first { $0.name == name }?.text ?? "nothing"
      add(name, own, others[name] ?? "nothing")
    }
    add(Layout.Attribute.seed, "\(first.seed)", "\(second.seed)")
  }

  private mutating func compareCounts(_ first: Dataset, _ second: Dataset) {
    add("episodes", "\(first.episodeCount)", "\(second.episodeCount)")
    add("steps", "\(first.stepCount)", "\(second.stepCount)")
    func names(_ dataset: Dataset) -> String {
      let names = dataset.infos.map { "\($0.name) (\($0.width) \($0.column.element))" }
      return names.isEmpty ? "none" : names.joined(separator: ", ")
    }
    add("infos", names(first), names(second))
  }

  /// Columns of the same shape, number by number.
  private mutating func compareColumns(_ first: Dataset, _ second: Dataset) {
    guard first.episodeOffsets == second.episodeOffsets else {
      entries.append(
        Entry(field: Layout.timesteps, text: "episodes are cut at other places"))
      return
    }
    let (a, b) = (first.header, second.header)
    if a.observationSpace.leaves == b.observationSpace.leaves {
      for (index, leaf) in a.observationSpace.leaves.enumerated() {
        compare(
          Layout.path(of: leaf, in: Layout.observations), first.observations[index],
          second.observations[index], leaf.width, "step")
        compare(
          Layout.path(of: leaf, in: Layout.finalObservations), first.finalObservations[index],
          second.finalObservations[index], leaf.width, "episode")
      }
    }
    if a.actionSpace.leaves == b.actionSpace.leaves {
      for (index, leaf) in a.actionSpace.leaves.enumerated() {
        compare(
          Layout.path(of: leaf, in: Layout.actions), first.actions[index], second.actions[index],
          leaf.width, "step")
      }
    }
    compare(Layout.rewards, .float64(first.rewards), .float64(second.rewards), 1, "step")
    for (name, one, two) in [
      (Layout.terminals, first.isTerminated, second.isTerminated),
      (Layout.timeouts, first.isTruncated, second.isTruncated),
    ] {
      compare(name, .uint8(one.map { $0 ? 1 : 0 }), .uint8(two.map { $0 ? 1 : 0 }), 1, "step")
    }
    compare(
      Layout.behaviourLogProbabilities, .float32(first.behaviourLogProbabilities),
      .float32(second.behaviourLogProbabilities), 1, "step")
    let seeds = zip(first.episodeSeeds, second.episodeSeeds).enumerated().filter { $1.0 != $1.1 }
    if let wrong = seeds.first {
      entries.append(
        Entry(
          field: Layout.episodeSeeds,
          text: "\(seeds.count) differ, the first at episode \(wrong.offset): "
            + "\(wrong.element.0) and \(wrong.element.1)"))
    }
    for info in first.infos {
      guard
        let other = second.infos.first(where: {
          $0.name == info.name && $0.width == info.width
            && $0.column.element == info.column.element
        })
      else { continue }
      compare(
        "\(Layout.infos)/\(info.name)", info.column, other.column, info.width,
        info.axis == .step ? "step" : "episode")
    }
  }

  private mutating func compare(
    _ field: String, _ first: Column, _ second: Column, _ width: Int, _ row: String
  ) {
    guard first != second else { return }
    guard first.count == second.count else {
      add(field, "\(first.count) numbers", "\(second.count) numbers")
      return
    }
    let wrong = (0..<first.count).filter { position in
      let (one, two) = (first.double(at: position), second.double(at: position))
      return one != two && !(one.isNaN && two.isNaN)
    }
    guard let position = wrong.first else { return }
    entries.append(
      Entry(
        field: field,
        text: "\(wrong.count) of \(first.count) numbers differ, the first at \(row) "
          + "\(position / max(width, 1)): \(first.double(at: position)) and "
          + "\(second.double(at: position))"))
  }
}

extension DatasetDifference {
  public var document: Document {
    [
      "schema_version": 1, "equal": .bool(isEmpty), "common_episodes": .integer(commonEpisodes),
      "only_in_first": .integer(onlyInFirst), "only_in_second": .integer(onlyInSecond),
      "differences": .array(
        entries.map { ["field": .string($0.field), "text": .string($0.text)] }),
    ]
  }
}
