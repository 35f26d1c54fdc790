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
    var fields: Document.Fields = [:]
    var hashes: [Document] = []
    for file in files { hashes.append(.string(try hash(of: file))) }
    fields["sha256"] = hashes.count == 1 ? hashes[0] : .array(hashes)
    if let dataset {
      fields["episodes"] = .integer(dataset.episodeCount)
      fields["steps"] = .integer(dataset.stepCount)
      if dataset.header.lineage != .null { fields["lineage"] = dataset.header.lineage }
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
