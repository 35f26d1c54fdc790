internal import Documents
internal import Environments

// A header as one text that rides along in files for other tools, so that the way back restores it.
extension DatasetHeader {
  /// The name under which other tools' files carry the text.
  static let provenanceName = "hindsight"

  var provenance: String {
    let document: Document = [
      "schema_version": .integer(Self.currentSchemaVersion),
      "environment": .string(environment),
      "environment_configuration": environmentConfiguration,
      "observation_space": observationSpace.gymnasiumDocument,
      "action_space": actionSpace.gymnasiumDocument,
      "behaviour_policy": behaviourPolicy, "seed": .string("\(seed)"),
      "creator": .string(creator), "configuration": configuration, "lineage": lineage,
    ]
    return document.jsonText(allowsNonFinite: true)
  }

  /// Reads the text; `nil` where it is not one of ours, or a newer one: the data then speak for
  /// themselves.
  init?(provenance text: String) {
    guard let document = try? Document(json: text, allowsNonFinite: true),
      case .integer(let version)? = document["schema_version"],
      version <= Self.currentSchemaVersion,
      case .string(let environment)? = document["environment"],
      case .string(let creator)? = document["creator"],
      case .string(let digits)? = document["seed"], let seed = UInt64(digits),
      let seen = document["observation_space"], let acted = document["action_space"],
      let observationSpace = try? Space(gymnasium: seen),
      let actionSpace = try? Space(gymnasium: acted)
    else { return nil }
    self.init(
      environment: environment,
      environmentConfiguration: document["environment_configuration"] ?? [:],
      observationSpace: observationSpace, actionSpace: actionSpace,
      behaviourPolicy: document["behaviour_policy"] ?? ["id": "unknown"], seed: seed,
      creator: creator, configuration: document["configuration"] ?? [:],
      lineage: document["lineage"] ?? .null)
  }

  /// Takes over what another header says, but for the spaces.
  mutating func adopt(_ other: DatasetHeader) {
    let (seen, acted) = (observationSpace, actionSpace)
    self = other
    observationSpace = seen
    actionSpace = acted
  }
}
