internal import Documents
internal import Files

extension Dataset {
  /// A SHA-256 in hexadecimal digits that tells datasets apart: of the configuration that made them,
  /// and of every episode's seed, length, actions and rewards. Observations follow from those, and
  /// are left out because there are so many.
  public var fingerprint: String {
    var hash = SHA256()
    let texts: [Document] = [
      .string(header.environment), header.environmentConfiguration, header.behaviourPolicy,
      header.configuration,
    ]
    hash.update(Array(Document.array(texts).jsonText(allowsNonFinite: true).utf8).span.bytes)
    hash.update(episodeOffsets.span.bytes)
    hash.update(episodeSeeds.span.bytes)
    hash.update(rewards.span.bytes)
    for column in actions {
      switch column {
      case .uint8(let values): hash.update(values.span.bytes)
      case .int32(let values): hash.update(values.span.bytes)
      case .int64(let values): hash.update(values.span.bytes)
      case .float32(let values): hash.update(values.span.bytes)
      case .float64(let values): hash.update(values.span.bytes)
      }
    }
    return hash.hexDigest()
  }
}
