public import Documents

/// A dataset made of others, whose header says of which and how.
public struct DerivedDataset: Sendable {
  public var dataset: Dataset
  public var remarks = Remarks()

  /// Reads a dataset with what its lineage will say of it.
  public struct Source: Sendable {
    public let name: String
    public let dataset: Dataset
    fileprivate let lineage: Document

    public init(_ path: String) throws(DatasetError) {
      let reader = try DatasetReader(path)
      name = reader.path
      dataset = try reader.read()
      lineage = try Lineage.input(files: reader.files, dataset: dataset)
    }
  }

  private init(
    _ dataset: Dataset, _ operation: String, _ settings: Document, from sources: [Source],
    creator: String
  ) {
    self.dataset = dataset
    self.dataset.header.creator = creator
    self.dataset.header.lineage = Lineage.document(
      operation: operation, settings: settings, inputs: sources.map(\.lineage))
  }

  /// All episodes of several datasets.
  public static func merge(
    _ sources: [Source], creator: String
  ) throws(DatasetError) -> DerivedDataset {
    var remarks = Remarks()
    let merged = try Dataset.merging(sources.map { ($0.name, $0.dataset) }, &remarks)
    var result = DerivedDataset(merged, "merge", [:], from: sources, creator: creator)
    result.remarks = remarks
    return result
  }

  /// Some episodes of a dataset, in their order.
  public static func select(
    _ episodes: [Int], of source: Source, operation: String, settings: Document, creator: String
  ) -> DerivedDataset {
    DerivedDataset(
      source.dataset.keeping(episodes: episodes), operation, settings, from: [source],
      creator: creator)
  }

  /// The same episodes with other rewards.
  ///
  /// - Throws: where a reward would not be a finite number.
  public static func relabel(
    _ source: Source, isDelayed: Bool, scale: Double, creator: String
  ) throws(DatasetError) -> DerivedDataset {
    let scaled = scale == 1 ? source.dataset : source.dataset.scalingRewards(by: scale)
    let changed = isDelayed ? scaled.delayingRewards() : scaled
    if let step = changed.rewards.firstIndex(where: { !$0.isFinite }) {
      throw .mismatch(
        file: source.name, field: Layout.rewards,
        found: "\(source.dataset.rewards[step]) at step \(step), which would become "
          + "\(changed.rewards[step])", expected: "finite numbers")
    }
    return DerivedDataset(
      changed, "relabel",
      ["delayed": .bool(isDelayed), "scale": .number(scale)], from: [source], creator: creator)
  }
}
