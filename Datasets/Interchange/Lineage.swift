internal import Documents
internal import Files

/// Where derived data came from, as it stands in their header: hashes instead of paths, so that equal
/// work on equal data gives equal bytes.
enum Lineage {
  static func document(
    operation: String, settings: Document, inputs: [Document]
  ) -> Document {
    ["operation": .string(operation), "settings": settings, "inputs": .array(inputs)]
  }

  /// One input: the hashes of its files, and what it says of its own origin.
  static func input(files: [String], dataset: Dataset?) throws(DatasetError) -> Document {
    try input(
      files: files, of: dataset.map { ($0.header, $0.episodeCount, $0.stepCount) })
  }

  /// The same of a dataset that stays in its files.
  static func input(of reader: DatasetReader) throws(DatasetError) -> Document {
    try input(files: reader.files, of: (reader.header, reader.episodeCount, reader.stepCount))
  }

  private static func input(
    files: [String], of content: (header: DatasetHeader, episodes: Int, steps: Int)?
  ) throws(DatasetError) -> Document {
    var fields: Document.Fields = [:]
    var hashes: [Document] = []
    for file in files { hashes.append(.string(try hash(of: file))) }
    fields["sha256"] = hashes.count == 1 ? hashes[0] : .array(hashes)
    if let content {
      fields["episodes"] = .integer(content.episodes)
      fields["steps"] = .integer(content.steps)
      if content.header.lineage != .null { fields["lineage"] = content.header.lineage }
    }
    return .object(fields)
  }

  private static func hash(of path: String) throws(DatasetError) -> String {
    do {
      return try FileHash.sha256(of: path)
    } catch {
      throw .file(error)
    }
  }
}
