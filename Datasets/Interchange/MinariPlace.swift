internal import Documents
internal import Environments
internal import Files

/// Where a Minari dataset lies: its folder, the folder `data` in it, or one of the two files there
/// may be named.
struct MinariPlace {
  let data: Folder
  static let metadataName = "metadata.json"
  static let mainName = "main_data.hdf5"

  var metadata: String { data.path(of: Self.metadataName) }
  var main: String { data.path(of: Self.mainName) }

  /// `nil` where no `metadata.json` is.
  init?(_ path: String) throws(DatasetError) {
    let folders =
      FileStatus.kind(of: path) == .folder
      ? [Folder(Folder(path).path(of: "data")), Folder(path)] : [Folder(path.parentFolder)]
    if FileStatus.kind(of: path) == .file,
      ![Self.metadataName, Self.mainName].contains(path.fileName)
    {
      return nil
    }
    guard
      let found = folders.first(where: {
        FileStatus.kind(of: $0.path(of: Self.metadataName)) == .file
      })
    else { return nil }
    data = found
  }
}

/// What `metadata.json` says.
struct MinariMetadata {
  let fields: Document.Fields
  let observationSpace: Space
  let actionSpace: Space
  let episodes: Int
  /// Paths of the observations that were left out.
  let without: [String]

  init(_ place: MinariPlace, without: [String]) throws(DatasetError) {
    let path = place.metadata
    let text: String
    do {
      text = try FileContents.text(of: path, atMost: 16 << 20)
    } catch {
      throw .file(error)
    }
    let document: Document
    do {
      document = try Document(json: text)
    } catch {
      throw .defect(file: path, field: "", problem: "found text that is not JSON (\(error))")
    }
    guard case .object(let fields) = document else {
      throw .mismatch(file: path, field: "", found: document.kind, expected: "a group of keys")
    }
    let format = fields["data_format"] ?? "hdf5"
    guard format == "hdf5" else {
      throw .mismatch(
        file: path, field: "data_format", found: format.jsonText(),
        expected: "\"hdf5\"; minari.combine_datasets copies others into that format")
    }
    guard case .integer(let episodes)? = fields["total_episodes"], episodes >= 0 else {
      throw .mismatch(
        file: path, field: "total_episodes",
        found: fields["total_episodes"]?.jsonText() ?? "nothing",
        expected: "a whole number from 0")
    }
    var left = without
    let seen = try Self.spaceDocument("observation_space", fields, path)
    let kept = Self.removing(&left, from: seen, at: "")
    if let unknown = left.first {
      let known = Self.names(in: seen)
      let list = known.isEmpty ? "none has a name" : "there are \(known.joined(separator: ", "))"
      let likely = nearest(to: unknown, among: known).map { "; did you mean \($0)?" } ?? ""
      throw .unusable(
        file: path, reason: "there is no observation \"\(unknown)\" to leave out: \(list)\(likely)")
    }
    observationSpace = try Self.space(kept, "observation_space", path)
    actionSpace = try Self.space(
      Self.spaceDocument("action_space", fields, path), "action_space", path)
    self.fields = fields
    self.episodes = episodes
    self.without = without
    if fields["jpeg_encoding"] != false {
      for (name, space) in [("observation_space", observationSpace), ("action_space", actionSpace)]
      {
        guard let leaf = Self.encodedImage(in: space) else { continue }
        throw .unusable(
          file: path,
          reason: "\(leaf.isEmpty ? name : "\(name) › \(leaf)") holds pictures in JPEG, which are "
            + "not what was observed any more and which are not decoded here; in Python, write "
            + "the dataset anew with jpeg_encoding=False")
      }
    }
  }

  // MARK: Spaces

  private static func spaceDocument(
    _ name: String, _ fields: Document.Fields, _ path: String
  ) throws(DatasetError) -> Document {
    guard case .string(let text)? = fields[name] else {
      throw .mismatch(
        file: path, field: name, found: fields[name]?.kind ?? "nothing",
        expected: "a space as text; Minari would ask the environment itself")
    }
    do {
      return try Document(json: text, allowsNonFinite: true)
    } catch {
      throw .defect(file: path, field: name, problem: "found text that is not JSON (\(error))")
    }
  }

  private static func space(
    _ document: Document, _ name: String, _ path: String
  ) throws(DatasetError) -> Space {
    do {
      return try Space(gymnasium: document)
    } catch {
      let field = error.key.isEmpty ? name : "\(name) › \(error.key)"
      let isNamed = name == "observation_space" && error.key.hasPrefix("subspaces.")
      let leaf = error.key.split(separator: ".").filter { $0 != "subspaces" }.dropLast()
      let option = "--without \(leaf.joined(separator: "/"))"
      let hint = isNamed && !leaf.isEmpty ? "; \(option) leaves it out" : ""
      throw .mismatch(
        file: path, field: field, found: error.found, expected: error.expected + hint)
    }
  }

  /// The space without the members at the given paths, which are taken off the list.
  private static func removing(
    _ paths: inout [String], from space: Document, at path: String
  ) -> Document {
    guard space["type"] == "Dict", case .object(var fields) = space,
      case .object(let members)? = fields["subspaces"]
    else { return space }
    var kept = Document.Fields()
    for (key, value) in members {
      let below = path.isEmpty ? key : "\(path)/\(key)"
      if let found = paths.firstIndex(of: below) {
        paths.remove(at: found)
      } else {
        kept[key] = removing(&paths, from: value, at: below)
      }
    }
    fields["subspaces"] = .object(kept)
    return .object(fields)
  }

  /// The paths of all members, those of members within members too.
  private static func names(in space: Document, at path: String = "") -> [String] {
    guard space["type"] == "Dict", case .object(let members)? = space["subspaces"] else {
      return []
    }
    return members.flatMap { key, value in
      let below = path.isEmpty ? key : "\(path)/\(key)"
      return [below] + names(in: value, at: below)
    }
  }

  /// Says where the metadata are not of this dataset.
  func noteTotals(of dataset: Dataset, _ remarks: inout Remarks) {
    if case .integer(let steps)? = fields["total_steps"], steps != dataset.stepCount {
      remarks.add("metadata.json says \(steps) steps, and the episodes have \(dataset.stepCount)")
    }
    if case .string(let version)? = fields["minari_version"], !version.hasPrefix("0.5.") {
      remarks.add("metadata.json is of Minari \(version); it was read as that of 0.5")
    }
  }

  /// The path of the first box that Minari takes for a picture and packs as JPEG.
  private static func encodedImage(in space: Space, at path: String = "") -> String? {
    func below(_ key: String) -> String { path.isEmpty ? key : "\(path)/\(key)" }
    switch space {
    case .box(let box):
      let isImage =
        box.element == .uint8 && (2...3).contains(box.shape.count) && box.shape[0] >= 32
        && box.shape[1] >= 32 && box.low.allSatisfy { $0 == 0 } && box.high.allSatisfy { $0 == 255 }
      return isImage ? path : nil
    case .dictionary(let members):
      return members.lazy.compactMap { encodedImage(in: $0.space, at: below($0.key)) }.first
    case .tuple(let spaces):
      return spaces.enumerated().lazy.compactMap { encodedImage(in: $1, at: below("\($0)")) }.first
    case .discrete, .multiDiscrete: return nil
    }
  }
}

extension Space {
  /// Whether a space without any member is in it, at whatever depth.
  var hasEmptyPart: Bool {
    switch self {
    case .discrete, .multiDiscrete, .box: false
    case .dictionary(let members):
      members.isEmpty || members.contains { $0.space.hasEmptyPart }
    case .tuple(let spaces): spaces.isEmpty || spaces.contains { $0.hasEmptyPart }
    }
  }

  /// The paths of the leaves in a Minari file, in the order of ``leaves``: elements of a tuple are
  /// `_index_0`, `_index_1`, and so on.
  func minariPaths(in name: String) -> [String] {
    switch self {
    case .discrete, .multiDiscrete, .box: return [name]
    case .dictionary(let members):
      return members.flatMap { $0.space.minariPaths(in: "\(name)/\($0.key)") }
    case .tuple(let spaces):
      return spaces.enumerated().flatMap { $1.minariPaths(in: "\(name)/_index_\($0)") }
    }
  }
}
