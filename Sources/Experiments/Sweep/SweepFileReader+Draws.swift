internal import Documents
internal import Randomness
internal import Reports

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Random axes: values drawn from ranges and choices.
extension SweepFileReader {
  /// Draws that one axis may have.
  private static let mostDraws = 10_000
  /// Digits that a drawn number keeps: enough for any setting, and the same on every machine
  /// although logarithms differ in their last digit.
  private static let digits = 4

  mutating func readRandom(
    _ name: String, _ value: MarkedDocument, at key: String
  ) -> SweepAxis? {
    var draws: Int?
    var seed = 0
    var ranges: [(member: MarkedDocument.Member, range: SweepRange)] = []
    for member in group(value, at: key, known: ["draws", "seed", "keys"]) {
      let below = key.appending(key: member.key)
      switch member.key {
      case "draws": draws = integer(member.value, in: 1...Self.mostDraws, at: below)
      case "seed": seed = integer(member.value, in: 0...Int.max, at: below) ?? 0
      default:
        for member in group(member.value, at: below) {
          if let range = readRange(member.value, at: below.appending(key: member.key)) {
            ranges.append((member, range))
          }
        }
      }
    }
    guard let draws, !ranges.isEmpty else {
      if errors.isEmpty {
        report(
          key, found: draws == nil ? "no number of draws" : "no keys",
          expected: "draws, and keys with a range each", at: value.origin)
      }
      return nil
    }
    let points = (0..<draws).map { draw in
      var values: Document.Fields = [name: .integer(draw)]
      var changes: [Change] = []
      for (member, range) in ranges {
        // A stream for each key and draw: more of either leave the others as they are.
        var random = RandomStream(
          seed: UInt64(seed), "sweep/\(name)/\(member.key)", UInt64(draw))
        let drawn = range.draw(using: &random, digits: Self.digits)
        let below = key.appending(key: "keys").appending(key: member.key)
        values[member.key] = drawn.document
        if let change = change(member.key, drawn, member.origin, at: below) {
          changes.append(change)
        }
      }
      return SweepPoint(
        label: "\(SweepLabel.of(name))-\(draw)", values: values, changes: changes.map(\.document),
        paths: changes.map { ($0.path, $0.origin) })
    }
    return SweepAxis(name: name, points: points, columns: [name] + ranges.map(\.member.key))
  }

  /// `{from: 1e-4, to: 1e-2, scale: log}` or `{choices: [0, 0.1]}`.
  private mutating func readRange(_ value: MarkedDocument, at key: String) -> SweepRange? {
    let known = ["from", "to", "scale", "choices"]
    let count = errors.count
    var ends: [String: (value: Document, number: Double)] = [:]
    var isLogarithmic = false
    var choices: [MarkedDocument]?
    for member in group(value, at: key, known: known) {
      let below = key.appending(key: member.key)
      switch (member.key, member.value.content) {
      case ("choices", .list(let values)) where !values.isEmpty: choices = values
      case ("choices", _):
        report(
          below, found: member.value.found, expected: "a list of one value or more",
          at: member.value.origin)
      case ("scale", .scalar(.string("linear"), _)): break
      case ("scale", .scalar(.string("log"), _)): isLogarithmic = true
      case ("scale", _):
        report(
          below, found: member.value.found, expected: "linear or log", at: member.value.origin)
      case (_, .scalar(.integer(let number), _)):
        ends[member.key] = (.integer(number), Double(number))
      case (_, .scalar(.number(let number), _)): ends[member.key] = (.number(number), number)
      default:
        report(below, found: member.value.found, expected: "a number", at: member.value.origin)
      }
    }
    guard errors.count == count else { return nil }
    if let choices, ends.isEmpty, !isLogarithmic { return .choices(choices) }
    guard let from = ends["from"], let to = ends["to"], choices == nil else {
      report(
        key, found: choices == nil ? "no whole range" : "choices and a range",
        expected: "from and to, or choices", at: value.origin)
      return nil
    }
    guard from.number < to.number, !isLogarithmic || from.number > 0 else {
      report(
        key, found: "from \(from.value.jsonText()) to \(to.value.jsonText())",
        expected: isLogarithmic
          ? "a rising range above 0, as the scale is log" : "a rising range", at: value.origin)
      return nil
    }
    if case (.integer(let lower), .integer(let upper)) = (from.value, to.value) {
      guard upper.subtractingReportingOverflow(lower).overflow == false else {
        report(key, found: "a range of more than 2⁶³ numbers", expected: "fewer", at: value.origin)
        return nil
      }
      return .integers(lower...upper, isLogarithmic: isLogarithmic)
    }
    return .numbers(from.number...to.number, isLogarithmic: isLogarithmic)
  }

  /// A whole number within a range.
  mutating func integer(
    _ value: MarkedDocument, in range: ClosedRange<Int>, at key: String
  ) -> Int? {
    if case .scalar(.integer(let number), _) = value.content, range.contains(number) {
      return number
    }
    let end = range.upperBound == Int.max ? "" : " to \(range.upperBound)"
    report(
      key, found: value.found, expected: "a whole number from \(range.lowerBound)\(end)",
      at: value.origin)
    return nil
  }
}

/// What a random axis draws the values of one setting from.
enum SweepRange {
  case numbers(ClosedRange<Double>, isLogarithmic: Bool)
  /// Whole numbers, where both ends are.
  case integers(ClosedRange<Int>, isLogarithmic: Bool)
  case choices([MarkedDocument])

  /// Draws one value: uniform on the scale; whole numbers are then rounded.
  func draw(using random: inout RandomStream, digits: Int) -> MarkedDocument {
    switch self {
    case .choices(let values): return values[random.integer(below: values.count)]
    case .integers(let range, isLogarithmic: false):
      let count = range.upperBound - range.lowerBound
      let offset =
        count == Int.max ? Int(random.next() >> 1) : random.integer(below: count + 1)
      return MarkedDocument(.integer(range.lowerBound + offset))
    case .integers(let range, isLogarithmic: true):
      // Each whole number stands for what rounds to it.
      let drawn = Self.drawLogarithmically(
        Double(range.lowerBound) - 0.5, Double(range.upperBound) + 0.5, using: &random)
      return MarkedDocument(
        .integer(min(max(Int(drawn.rounded()), range.lowerBound), range.upperBound)))
    case .numbers(let range, let isLogarithmic):
      let drawn =
        isLogarithmic
        ? Self.drawLogarithmically(range.lowerBound, range.upperBound, using: &random)
        : range.lowerBound + random.uniform() * (range.upperBound - range.lowerBound)
      let rounded = Double(Format.number(drawn, digits: digits)) ?? drawn
      return MarkedDocument(.number(min(max(rounded, range.lowerBound), range.upperBound)))
    }
  }

  private static func drawLogarithmically(
    _ lower: Double, _ upper: Double, using random: inout RandomStream
  ) -> Double {
    exp(log(lower) + random.uniform() * (log(upper) - log(lower)))
  }
}
