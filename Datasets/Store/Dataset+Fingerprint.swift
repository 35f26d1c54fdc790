internal import Documents
internal import Environments
internal import Files

extension Dataset {
  /// A SHA-256 in hexadecimal digits that tells datasets apart: of the configuration that made them,
  /// and of every episode's seed, length, actions and rewards. Observations follow from those, and
  /// are left out because there are so many.
  public var fingerprint: String {
    var hash = Self.fingerprintHash(header, offsets: episodeOffsets, seeds: episodeSeeds)
    hash.update(rewards.span.bytes)
    for column in actions { hash.update(column) }
    return hash.hexDigest()
  }

  /// The same of a dataset that stays in its files.
  ///
  /// - Parameter table: of all its episodes.
  static func fingerprint(
    of reader: DatasetReader, _ table: EpisodeTable
  ) throws(DatasetError) -> String {
    let whole = try table.count == reader.episodeCount ? table : EpisodeTable(of: reader)
    var hash = fingerprintHash(reader.header, offsets: whole.offsets, seeds: whole.seeds)
    try reader.forEachBlock(of: .rewards) { block, _ in hash.update(block.rewards.span.bytes) }
    for leaf in reader.header.actionSpace.leaves.indices {
      try reader.forEachBlock(of: .actions) { block, _ in hash.update(block.actions[leaf]) }
    }
    return hash.hexDigest()
  }

  private static func fingerprintHash(
    _ header: DatasetHeader, offsets: [Int], seeds: [UInt64]
  ) -> SHA256 {
    var hash = SHA256()
    let texts: [Document] = [
      .string(header.environment), header.environmentConfiguration, header.behaviourPolicy,
      header.configuration,
    ]
    hash.update(Array(Document.array(texts).jsonText(allowsNonFinite: true).utf8).span.bytes)
    hash.update(offsets.span.bytes)
    hash.update(seeds.span.bytes)
    return hash
  }
}

extension SHA256 {
  fileprivate mutating func update(_ column: Column) {
    switch column {
    case .uint8(let values): update(values.span.bytes)
    case .int32(let values): update(values.span.bytes)
    case .int64(let values): update(values.span.bytes)
    case .float32(let values): update(values.span.bytes)
    case .float64(let values): update(values.span.bytes)
    }
  }
}
