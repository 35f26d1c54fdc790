internal import Documents

/// Seeds: the same for all variants, so that every comparison is paired.
extension SweepFileReader {
  /// `10`, or `{count: 10, from: 0, keys: {seed: seed, evaluation.seed: 1000 + seed}}`.
  ///
  /// Without `keys`, evaluation plays other episodes for each seed too: were they the same for all,
  /// the spread over seeds would leave out how much the episodes matter.
  mutating func readSeeds(_ value: MarkedDocument) -> SweepAxis? {
    var count: Int?
    var first = 0
    var keys: [(path: String, offset: Int, origin: Origin?)] = [
      ("seed", 0, nil), ("evaluation.seed", Self.evaluationOffset, nil),
    ]
    if case .scalar(.integer, _) = value.content {
      count = integer(value, in: 1...SweepFile.mostRuns, at: "seeds")
    } else {
      for member in group(value, at: "seeds", known: ["count", "from", "keys"]) {
        let below = "seeds".appending(key: member.key)
        switch member.key {
        case "count": count = integer(member.value, in: 1...SweepFile.mostRuns, at: below)
        case "from": first = integer(member.value, in: 0...Self.largestSeed, at: below) ?? 0
        default:
          keys = group(member.value, at: below).compactMap { member in
            offset(member.value, at: below.appending(key: member.key)).map {
              (member.key, $0, member.origin)
            }
          }
        }
      }
      if count == nil, errors.isEmpty {
        report(
          "seeds", found: value.found, expected: "a number of seeds, or a group with count",
          at: value.origin)
      }
    }
    guard let count else { return nil }
    let points = (first..<first + count).map { seed in
      let changes = keys.compactMap { key in
        change(
          key.path, MarkedDocument(.integer(seed + key.offset)), key.origin,
          at: "seeds.keys".appending(key: key.path))
      }
      return SweepPoint(
        label: "seed-\(seed)", values: ["seed": .integer(seed)], changes: changes.map(\.document),
        paths: changes.map { ($0.path, $0.origin) })
    }
    return SweepAxis(name: "seeds", points: points, columns: ["seed"])
  }

  private static let evaluationOffset = 1000
  /// Far below what a setting can hold, so that offsets fit.
  private static let largestSeed = 1 << 53

  /// What is added to the seed: of `seed`, `1000 + seed` or `seed + 1000`.
  private mutating func offset(_ value: MarkedDocument, at key: String) -> Int? {
    if case .scalar(.string(let text), _) = value.content {
      let terms = text.split(separator: "+", omittingEmptySubsequences: false).map {
        $0.filter { $0 != " " }
      }
      let numbers = terms.filter { $0 != "seed" }
      if terms.count - numbers.count == 1, numbers.count <= 1 {
        guard let number = numbers.first else { return 0 }
        if let offset = Int(number), 0...Self.largestSeed ~= offset { return offset }
      }
    }
    report(
      key, found: value.found, expected: "seed, or a sum such as 1000 + seed", at: value.origin)
    return nil
  }
}
