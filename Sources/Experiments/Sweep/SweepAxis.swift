public import Documents

/// One thing that a sweep varies.
public struct SweepAxis: Sendable {
  public let name: String
  public let points: [SweepPoint]
  /// Names of the columns that the axis has in the results, in order.
  public let columns: [String]
}

/// One of the values that an axis takes.
public struct SweepPoint: Sendable {
  /// What stands for it in the names of runs: letters, digits, `.`, `+` and `-`.
  public let label: String
  /// What the results show of it, by column.
  public let values: Document.Fields
  /// The changes it makes, laid over the base one after another.
  package let changes: [MarkedDocument]
  /// The paths of the settings it changes, with where they were written.
  package let paths: [(path: String, origin: Origin?)]
}

/// Short names for values, fit for files, shells and job schedulers.
enum SweepLabel {
  /// The most characters of a label.
  static let longest = 60

  /// `text` with everything replaced by `-` that is not a letter, a digit, `.`, `+` or `-` of ASCII.
  static func of(_ text: String) -> String {
    var label = ""
    for character in text.prefix(4 * longest) {
      let isPlain =
        character.isASCII && (character.isLetter || character.isNumber || ".+-".contains(character))
      if isPlain {
        label.append(character)
      } else if label.last != "-" {
        label.append("-")
      }
    }
    let edges = label.drop { "-.".contains($0) }
    let trimmed = edges.reversed().drop { "-.".contains($0) }.reversed()
    return trimmed.isEmpty ? "x" : String(trimmed.prefix(longest))
  }

  /// A value as a label: numbers keep their sign.
  static func of(_ value: Document) -> String {
    switch value {
    case .integer(let number) where number < 0: "-\(number.magnitude)"
    case .number(let number) where number < 0: "-" + of("\(number.magnitude)")
    case .object(let fields):
      // A component is its id, and what else is changed of it.
      of(
        fields.map { $0.key == "id" ? $0.value.plainText : "\($0.key) \($0.value.plainText)" }
          .joined(separator: " "))
    default: of(value.plainText)
    }
  }

  /// The labels with a number added to those that another has already, whatever their case.
  static func unique(_ labels: [String]) -> [String] {
    var seen: Set<String> = []
    return labels.map { label in
      var candidate = label
      var number = 2
      while !seen.insert(candidate.lowercased()).inserted {
        candidate = "\(label)-\(number)"
        number += 1
      }
      return candidate
    }
  }
}

extension Document {
  /// A value as text in a table or a name: texts without quotes, everything else as JSON.
  package var plainText: String {
    switch self {
    case .string(let text): text
    case .null: ""
    default: jsonText()
    }
  }
}
