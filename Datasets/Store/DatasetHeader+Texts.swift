internal import Documents
internal import Environments
internal import Files

// The header as the texts of a file's attributes, and their checksum.
extension DatasetHeader {
  /// The names of all texts, in the order in which they are written.
  static let textNames = [
    Layout.Attribute.environment, Layout.Attribute.creator,
    Layout.Attribute.environmentConfiguration, Layout.Attribute.observationSpace,
    Layout.Attribute.actionSpace, Layout.Attribute.behaviourPolicy,
    Layout.Attribute.configuration, Layout.Attribute.lineage,
  ]

  /// The texts by name; a lineage only where there is one.
  var texts: [(name: String, text: String)] {
    typealias Name = Layout.Attribute
    func json(_ document: Document) -> String { document.jsonText(allowsNonFinite: true) }
    let all = [
      Name.environment: environment, Name.creator: creator,
      Name.environmentConfiguration: json(environmentConfiguration),
      Name.observationSpace: json(observationSpace.gymnasiumDocument),
      Name.actionSpace: json(actionSpace.gymnasiumDocument),
      Name.behaviourPolicy: json(behaviourPolicy), Name.configuration: json(configuration),
      Name.lineage: json(lineage),
    ]
    return Self.textNames.compactMap { name in
      name == Name.lineage && lineage == .null ? nil : all[name].map { (name, $0) }
    }
  }

  /// What the checksum covers: the texts, and the seed.
  static func covered(
    _ texts: [(name: String, text: String)], seed: UInt64
  ) -> [(name: String, text: String)] {
    texts + [(Layout.Attribute.seed, "\(seed)")]
  }

  /// A SHA-256 in hexadecimal digits over names and texts, each ended by a zero.
  static func checksum(of texts: [(name: String, text: String)]) -> String {
    var bytes: [UInt8] = []
    for (name, text) in texts { bytes += Array(name.utf8) + [0] + Array(text.utf8) + [0] }
    return SHA256.hexDigest(of: bytes.span.bytes)
  }
}
