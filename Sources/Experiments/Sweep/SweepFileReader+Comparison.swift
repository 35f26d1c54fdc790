internal import Documents

/// What a sweep file says of comparing the points of one axis.
extension SweepFileReader {
  mutating func readComparison(
    _ value: MarkedDocument, _ axes: [SweepAxis]
  ) -> SweepComparisonSettings? {
    let known = ["of", "baseline", "score", "selection", "scale"]
    let members = group(value, at: "comparison", known: known)
    func member(_ key: String) -> MarkedDocument? { members.first { $0.key == key }?.value }
    guard let written = member("of"),
      let name = choice(written, of: axes.map(\.name), at: "comparison.of")
    else {
      if member("of") == nil {
        report(
          "comparison.of", found: "nothing", expected: "the name of an axis", at: value.origin)
      }
      return nil
    }
    var settings = SweepComparisonSettings(axis: name)
    let points = axes.first { $0.name == name }?.points ?? []
    if let baseline = member("baseline"),
      let label = choice(baseline, of: points.map(\.label), at: "comparison.baseline")
    {
      settings.baseline = label
    }
    if let score = member("score"),
      let word = choice(
        score, of: SweepComparisonSettings.Score.allCases.map(\.rawValue), at: "comparison.score")
    {
      settings.score = .init(rawValue: word) ?? settings.score
    }
    if let selection = member("selection"),
      let word = choice(selection, of: ["greedy", "sampled"], at: "comparison.selection")
    {
      settings.selection = word
    }
    if let scale = member("scale") {
      settings.scales = readScales(scale, tasks: taskNames(axes, without: name))
    }
    return settings
  }

  /// The names of all combinations of the other axes.
  private func taskNames(_ axes: [SweepAxis], without name: String) -> [String] {
    let others = axes.filter { $0.name != name }
    guard !others.isEmpty else { return ["all"] }
    var names: [[String]] = [[]]
    for axis in others where names.count * axis.points.count <= SweepFile.mostRuns {
      names = names.flatMap { start in axis.points.map { start + [$0.label] } }
    }
    return names.map { $0.joined(separator: SweepRun.separator) }
  }

  /// One scale for all tasks, or one for each by its name.
  private mutating func readScales(
    _ value: MarkedDocument, tasks: [String]
  ) -> [String: SweepComparisonSettings.Scale] {
    let key = "comparison.scale"
    let members = group(value, at: key)
    if members.contains(where: { ["random", "optimal"].contains($0.key) }) {
      return readScale(value, at: key).map { ["": $0] } ?? [:]
    }
    var scales: [String: SweepComparisonSettings.Scale] = [:]
    for member in group(value, at: key, known: tasks) {
      scales[member.key] = readScale(member.value, at: key.appending(key: member.key))
    }
    for task in tasks where !members.contains(where: { $0.key == task }) {
      report(
        key.appending(key: task), found: "nothing", expected: "a scale for each task",
        at: value.origin)
    }
    return scales
  }

  private mutating func readScale(
    _ value: MarkedDocument, at key: String
  ) -> SweepComparisonSettings.Scale? {
    var scale = SweepComparisonSettings.Scale()
    for member in group(value, at: key, known: ["random", "optimal"]) {
      guard let number = member.value.document.decimal else {
        report(
          key.appending(key: member.key), found: member.value.found, expected: "a number",
          at: member.value.origin)
        return nil
      }
      if member.key == "random" { scale.random = number } else { scale.optimal = number }
    }
    guard scale.random != scale.optimal else {
      report(
        key, found: "random and optimal of \(scale.random)", expected: "two numbers that differ",
        at: value.origin)
      return nil
    }
    return scale
  }

  /// A text that must be one of several.
  private mutating func choice(
    _ value: MarkedDocument, of choices: [String], at key: String
  ) -> String? {
    let text = value.document.plainText
    if choices.contains(text) { return text }
    report(
      key, found: value.found, expected: choices.isEmpty ? "an axis" : Self.list(choices),
      suggestion: nearest(to: text, among: choices), at: value.origin)
    return nil
  }
}
