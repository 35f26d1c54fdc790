internal import Documents
internal import Environments
internal import HDF5

/// Reads a dataset's header from the attributes of a file's root.
enum HeaderReader {
  private typealias Name = Layout.Attribute

  static func read(from root: borrowing HDF5Group) throws(HDF5Error) -> DatasetHeader {
    try checkVersion(root)
    try checkTexts(root)
    return DatasetHeader(
      environment: try root.textAttribute(Name.environment),
      environmentConfiguration: try document(Name.environmentConfiguration, root),
      observationSpace: try space(Name.observationSpace, root),
      actionSpace: try space(Name.actionSpace, root),
      behaviourPolicy: try document(Name.behaviourPolicy, root),
      seed: try root.attribute(Name.seed),
      creator: try root.textAttribute(Name.creator),
      configuration: try document(Name.configuration, root),
      lineage: try root.containsAttribute(Name.lineage) ? document(Name.lineage, root) : .null)
  }

  private static func checkVersion(_ root: borrowing HDF5Group) throws(HDF5Error) {
    guard try root.containsAttribute(Name.schemaVersion) else { throw try foreign(root) }
    let version: Int64 = try root.attribute(Name.schemaVersion)
    let known = DatasetHeader.currentSchemaVersion
    guard version >= 1 else {
      throw HDF5Error(
        .refused, object: Name.schemaVersion,
        problem: "found \(version), expected a version from 1 to \(known)")
    }
    guard version <= known else {
      let creator = (try? root.textAttribute(Name.creator)) ?? "a later hindsight"
      throw HDF5Error(
        .refused, object: Name.schemaVersion,
        problem: "found layout \(version), and this program knows up to \(known): "
          + "reading the file needs version ≥ that of its creator, \(creator)")
    }
  }

  /// Compares the attributes with the checksum that was taken when they were written. HDF5 keeps them in
  /// the one place of a file that has none of its own.
  static func checkTexts(_ root: borrowing HDF5Group) throws(HDF5Error) {
    guard try root.containsAttribute(Name.headerChecksum) else { return }
    let expected = try root.textAttribute(Name.headerChecksum)
    var texts: [(name: String, text: String)] = []
    for name in DatasetHeader.textNames where try root.containsAttribute(name) {
      texts.append((name, try root.textAttribute(name)))
    }
    let seed: UInt64 = try root.attribute(Name.seed)
    let covered = DatasetHeader.covered(texts, seed: seed)
    // Files of before it covered the seed have that of the texts alone.
    guard [covered, texts].contains(where: { DatasetHeader.checksum(of: $0) == expected }) else {
      throw HDF5Error(
        .refused, object: Name.headerChecksum,
        problem: "found attributes with another checksum than when they were written: one of "
          + covered.map(\.name).joined(separator: ", ") + " was changed or damaged")
    }
  }

  /// What to say of a file that is not ours: whether it can be imported, and what it lacks.
  private static func foreign(_ root: borrowing HDF5Group) throws(HDF5Error) -> HDF5Error {
    let names = try root.names(atMost: 20_000_000)
    let columns = [Layout.observations, Layout.actions, Layout.rewards, Layout.terminals]
    let kind: String? =
      if columns.allSatisfy(names.contains) {
        "a D4RL file"
      } else if names.contains("episode_0") {
        "Minari data"
      } else if names.contains("observations_0") {
        "a d3rlpy file"
      } else {
        nil
      }
    let lack = [Layout.timesteps, Layout.finalObservations].filter { !names.contains($0) }
    let missing = lack.isEmpty ? "" : ", nor \(lack.joined(separator: " and "))"
    guard let kind else {
      return HDF5Error(
        .refused, object: Name.schemaVersion,
        problem: "is missing\(missing), expected a dataset that hindsight collected")
    }
    return HDF5Error(
      .refused, object: Name.schemaVersion,
      problem: "is missing\(missing): this looks like \(kind), "
        + "which hindsight import makes a dataset of")
  }

  private static func document(
    _ name: String, _ root: borrowing HDF5Group
  ) throws(HDF5Error) -> Document {
    let text = try root.textAttribute(name)
    do {
      return try Document(json: text, allowsNonFinite: true)
    } catch {
      throw HDF5Error(
        .refused, object: name, problem: "found text that is not JSON (\(error))")
    }
  }

  private static func space(
    _ name: String, _ root: borrowing HDF5Group
  ) throws(HDF5Error) -> Space {
    let document = try document(name, root)
    do {
      return try Space(gymnasium: document)
    } catch {
      let key = error.key.isEmpty ? name : "\(name) › \(error.key)"
      throw HDF5Error(
        .refused, object: key, problem: "found \(error.found), expected \(error.expected)")
    }
  }
}
