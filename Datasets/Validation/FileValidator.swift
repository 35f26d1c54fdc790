internal import Documents
internal import Environments
internal import Files
internal import HDF5

/// Looks one HDF5 file of ours over, and goes on after what it finds.
struct FileValidator {
  private(set) var findings: [DatasetValidation.Finding] = []
  /// As far as it could be read.
  private(set) var header: DatasetHeader?
  private(set) var episodes: Int?
  private(set) var steps: Int?

  /// Values that are named before the rest is only counted, for each column.
  static let namedValues = 3

  mutating func add(_ field: String, _ message: String) {
    findings.append(DatasetValidation.Finding(field: field, message: message))
  }

  /// - Throws: where the file cannot be opened, or is built so that reading it would be dangerous.
  ///
  /// - Parameter mayEndOpen: whether the last episode may be without an end.
  mutating func validate(_ path: String, mayEndOpen: Bool) throws(DatasetError) {
    try PartFile.checkBeginning(of: path)
    do throws(HDF5Error) {
      let file = try HDF5File(readingFrom: path)
      try StructuralCheck().check(file)
      guard try file.root.containsAttribute(Layout.Attribute.schemaVersion) else {
        _ = try HeaderReader.read(from: file.root)  // says what the file is instead
        return
      }
      validateHeader(file.root)
      let spaces = SpacesFound(file.root)
      var columns = ColumnValidator(
        steps: countSteps(file.root), mayEndOpen: mayEndOpen,
        behaviours: header?.componentPolicies?.count)
      columns.validate(file.root, spaces)
      findings += columns.findings
      episodes = columns.episodes
      steps = columns.steps
    } catch {
      throw DatasetError(error, file: path)
    }
  }

  /// Every attribute by itself, then all together.
  private mutating func validateHeader(_ root: borrowing HDF5Group) {
    typealias Name = Layout.Attribute
    var isReadable = true
    for name in DatasetHeader.textNames where name != Name.lineage {
      isReadable =
        check(name, in: root, isJSON: name != Name.environment && name != Name.creator)
        && isReadable
    }
    if (try? root.containsAttribute(Name.lineage)) == true {
      isReadable = check(Name.lineage, in: root, isJSON: true) && isReadable
    }
    do throws(HDF5Error) {
      let _: UInt64 = try root.attribute(Name.seed)
    } catch {
      add(error.object, error.problem)
      isReadable = false
    }
    do throws(HDF5Error) {
      if isReadable {
        header = try HeaderReader.read(from: root)
      } else {
        try HeaderReader.checkTexts(root)
      }
    } catch {
      add(error.object, error.problem)
    }
  }

  private mutating func check(
    _ name: String, in root: borrowing HDF5Group, isJSON: Bool
  ) -> Bool {
    do throws(HDF5Error) {
      let text = try root.textAttribute(name)
      guard isJSON else { return true }
      let document: Document
      do {
        document = try Document(json: text, allowsNonFinite: true)
      } catch {
        add(name, "found text that is not JSON (\(error))")
        return false
      }
      guard [Layout.Attribute.observationSpace, Layout.Attribute.actionSpace].contains(name) else {
        return true
      }
      do {
        _ = try Space(gymnasium: document)
      } catch {
        let field = error.key.isEmpty ? name : "\(name) › \(error.key)"
        add(field, "found \(error.found), expected \(error.expected)")
        return false
      }
      return true
    } catch {
      add(error.object, error.problem)
      return false
    }
  }

  /// The rows that columns should have: those of the time steps, or of the rewards.
  private func countSteps(_ root: borrowing HDF5Group) -> Int? {
    for name in [Layout.timesteps, Layout.rewards, Layout.actions] {
      if let dataset = try? root.dataset(name), !dataset.shape.isEmpty { return dataset.rows }
    }
    return nil
  }
}

/// The spaces of a file, each as far as it can be read.
struct SpacesFound {
  var observations: Space?
  var actions: Space?

  init(_ root: borrowing HDF5Group) {
    observations = Self.read(Layout.Attribute.observationSpace, root)
    actions = Self.read(Layout.Attribute.actionSpace, root)
  }

  private static func read(_ name: String, _ root: borrowing HDF5Group) -> Space? {
    guard let text = try? root.textAttribute(name),
      let document = try? Document(json: text, allowsNonFinite: true)
    else { return nil }
    return try? Space(gymnasium: document)
  }
}
