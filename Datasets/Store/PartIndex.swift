internal import Documents
internal import Files

/// What `index.json` says of a dataset in several parts: which files, and how much is in each.
struct PartIndex: Sendable, Equatable {
  struct Part: Sendable, Equatable {
    var file: String
    var episodes: Int
    var steps: Int
  }

  var parts: [Part]

  static let fileName = "index.json"
  private static let maximumBytes = 16 << 20

  init(_ parts: [Part]) {
    self.parts = parts
  }

  /// Reads the index of a folder.
  init(of folder: Folder) throws(DatasetError) {
    let path = folder.path(of: Self.fileName)
    let text: String
    do {
      text = try FileContents.text(of: path, atMost: Self.maximumBytes)
    } catch {
      guard error.category == .missing else { throw .file(error) }
      throw .mismatch(
        file: folder.path, field: "", found: "a folder without \(Self.fileName)",
        expected: "a dataset that hindsight collected")
    }
    let document: Document
    do {
      document = try Document(json: text)
    } catch {
      throw .defect(file: path, field: "", problem: "found text that is not JSON (\(error))")
    }
    guard case .integer(let version)? = document["schema_version"],
      version <= DatasetHeader.currentSchemaVersion
    else {
      throw .mismatch(
        file: path, field: "schema_version",
        found: document["schema_version"]?.jsonText() ?? "nothing",
        expected: "a version up to \(DatasetHeader.currentSchemaVersion)")
    }
    guard case .array(let entries)? = document["parts"], !entries.isEmpty else {
      throw .mismatch(
        file: path, field: "parts", found: document["parts"]?.kind ?? "nothing",
        expected: "a list of parts")
    }
    parts = []
    for (number, entry) in entries.enumerated() {
      // The names are not free: a path in an index could lead anywhere.
      guard case .string(DatasetPath.part(number))? = entry["file"],
        case .integer(let episodes)? = entry["episodes"], episodes >= 0,
        case .integer(let steps)? = entry["steps"], steps >= 0
      else {
        throw .mismatch(
          file: path, field: "parts › \(number)", found: entry.jsonText(),
          expected: "file \(DatasetPath.part(number)), episodes and steps")
      }
      parts.append(Part(file: DatasetPath.part(number), episodes: episodes, steps: steps))
    }
    try checkTotals(of: document, path)
  }

  private func checkTotals(of document: Document, _ path: String) throws(DatasetError) {
    for (key, counts) in [("episodes", parts.map(\.episodes)), ("steps", parts.map(\.steps))] {
      var total: Int? = 0
      for count in counts {
        guard let sum = total?.addingReportingOverflow(count) else { break }
        total = sum.overflow ? nil : sum.partialValue
      }
      guard let total, document[key] == .integer(total) else {
        throw .mismatch(
          file: path, field: key, found: document[key]?.jsonText() ?? "nothing",
          expected: total.map { "\($0), the sum over the parts" } ?? "counts that can be added")
      }
    }
  }

  var document: Document {
    [
      "schema_version": .integer(DatasetHeader.currentSchemaVersion),
      "episodes": .integer(parts.reduce(0) { $0 + $1.episodes }),
      "steps": .integer(parts.reduce(0) { $0 + $1.steps }),
      "parts": .array(
        parts.map {
          [
            "file": .string($0.file), "episodes": .integer($0.episodes),
            "steps": .integer($0.steps),
          ]
        }),
    ]
  }
}
