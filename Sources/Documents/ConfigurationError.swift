/// A setting that cannot be used: where it is, what was found, what would do.
public struct ConfigurationError: Error, Equatable, Sendable {
  /// The dotted path of the setting, below the settings that were checked: `room.width`,
  /// `targetReturns[2]`.
  public var key: String
  /// What was found, in the user's words; the whole message where ``expected`` is empty.
  public var found: String
  /// What would have been accepted, including the range.
  public var expected: String
  /// The nearest valid choice, where there is one.
  public var suggestion: String?
  /// `file:line:column`, filled in by the loader where it is known.
  public var location: String?

  public init(
    key: String, found: String, expected: String, suggestion: String? = nil,
    location: String? = nil
  ) {
    self.key = key
    self.found = found
    self.expected = expected
    self.suggestion = suggestion
    self.location = location
  }

  /// A problem that is not about one value instead of another.
  public init(key: String, problem: String, suggestion: String? = nil, location: String? = nil) {
    self.init(
      key: key, found: problem, expected: "", suggestion: suggestion, location: location)
  }

  /// The same error seen from the settings that contain the ones that were checked.
  public func within(_ parent: String) -> ConfigurationError {
    var error = self
    error.key = key.isEmpty || key.hasPrefix("[") ? parent + key : "\(parent).\(key)"
    return error
  }
}

extension ConfigurationError: CustomStringConvertible {
  /// `dt.yaml:12:5: agent.heads: found 3, expected a divisor of 128; did you mean 4?`, on one line
  /// and without control characters, whatever the user wrote.
  public var description: String {
    var text = location.map { "\($0): " } ?? ""
    if !key.isEmpty { text += "\(key): " }
    text += expected.isEmpty ? found : "found \(found), expected \(expected)"
    if let suggestion { text += "; did you mean \(suggestion)?" }
    return escapingControlCharacters(in: text)
  }
}

/// Everything that is wrong with a configuration, in the order of the text; never empty.
public struct ConfigurationErrors: Error, Equatable, Sendable {
  public let errors: [ConfigurationError]

  public init(_ errors: [ConfigurationError]) {
    precondition(!errors.isEmpty, "an error without a reason")
    self.errors = errors
  }
}

extension ConfigurationErrors: CustomStringConvertible {
  /// One problem per line.
  public var description: String { errors.map(\.description).joined(separator: "\n") }
}

/// The text with characters that steer a terminal replaced by `\u{…}`.
private func escapingControlCharacters(in text: String) -> String {
  var escaped = ""
  for scalar in text.unicodeScalars {
    if scalar.steersText {
      escaped += "\\u{\(String(scalar.value, radix: 16))}"
    } else {
      escaped.unicodeScalars.append(scalar)
    }
  }
  return escaped
}

/// Checks a setting's range.
///
/// - Parameters:
///   - holds: whether the value will do.
///   - key: the setting's path below the settings that are checked.
/// - Throws: an error with the key, what was found and what was expected, unless `holds`.
public func require(
  _ holds: Bool, _ key: String, _ found: Any, _ expected: String
) throws(ConfigurationError) {
  guard holds else {
    throw ConfigurationError(key: key, found: "\(found)", expected: expected)
  }
}
