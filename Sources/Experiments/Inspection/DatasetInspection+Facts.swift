internal import Datasets
internal import Documents
internal import Environments
internal import Reports

// What the terminal and the page both say.
extension DatasetInspection {
  /// A line of what is known: a label and its value.
  struct Fact {
    var label: String
    var value: String
  }

  var facts: [Fact] {
    var facts = [
      Fact(label: "environment", value: header.environment),
      Fact(
        label: "behaviour",
        value: behaviours.count == 1
          ? Self.describe(header.behaviourPolicy) : "\(behaviours.count) policies, see below"),
      Fact(label: "made by", value: "\(header.creator), seed \(header.seed)"),
      Fact(label: "observations", value: Self.describe(header.observationSpace)),
      Fact(label: "actions", value: Self.describe(header.actionSpace)),
      Fact(
        label: "episodes",
        value: "\(returns.values.count)"
          + (unfinished > 0 ? ", \(unfinished) of them unfinished" : "")),
      Fact(label: "steps", value: "\(steps)"),
    ]
    if let operation = header.lineage["operation"], case .string(let name) = operation {
      let settings = header.lineage["settings"]?.jsonText() ?? ""
      facts.insert(Fact(label: "lineage", value: "\(name) \(settings)"), at: 3)
    }
    guard !returns.values.isEmpty else { return facts }
    if let solved {
      facts.append(
        Fact(label: "solved", value: "\(solved) (\(share(solved, of: returns.values.count)))"))
    }
    facts.append(
      Fact(
        label: "duplicates",
        value: duplicates.episodes == 0
          ? "none"
          : "\(duplicates.episodes) episodes (\(share(duplicates.episodes, of: returns.values.count))) "
            + "equal an earlier one, in \(duplicates.groups) groups"))
    facts.append(Fact(label: "coverage", value: coverageText))
    facts += stitchingFacts
    return facts
  }

  private var coverageText: String {
    guard let coverage else { return "unknown: \(coverageReason)" }
    return "\(coverage.visitedStates) of \(coverage.reachableStates) states "
      + "(\(share(coverage.visitedStates, of: coverage.reachableStates))), "
      + "\(coverage.visitedPairs) of \(coverage.reachablePairs) pairs of state and action "
      + "(\(share(coverage.visitedPairs, of: coverage.reachablePairs)))"
  }

  private var stitchingFacts: [Fact] {
    guard let stitching else {
      return [Fact(label: "stitching", value: "not measured: too many steps")]
    }
    var facts = [
      Fact(
        label: "shared",
        value:
          "\(stitching.sharedObservations) of \(stitching.observations) observations were seen "
          + "in several episodes; \(share(stitching.sharedSteps, of: steps)) of the steps start there"
      )
    ]
    if let best = stitching.bestStitchedReturn {
      facts.append(
        Fact(
          label: "stitching",
          value: "best return \(Format.number(stitching.bestReturn)), "
            + "\(Format.number(best)) when stitched at equal observations; better than recorded "
            + "from \(stitching.improvedStarts) of \(stitching.starts) starts"))
    }
    return facts
  }

  func share(_ part: Int, of whole: Int) -> String {
    guard whole > 0 else { return "0 %" }
    let percent = Double(part) / Double(whole) * 100
    // What is there does not read as nothing.
    return part > 0 && percent < 0.05 ? "< 0.1 %" : "\(Format.fixed(percent, 1)) %"
  }

  /// A behaviour policy in words: its id and its settings.
  static func describe(_ policy: Document) -> String {
    guard case .object(let fields) = policy, case .string(let id)? = fields["id"] else {
      return policy.jsonText()
    }
    let settings = fields.filter { $0.key != "id" }.map { key, value in
      if case .string(let text) = value { "\(key) \(text)" } else { "\(key) \(value.jsonText())" }
    }
    return ([id] + settings).joined(separator: ", ")
  }

  /// A row per behaviour policy, under ``behaviourTitles``.
  var behaviourRows: [[String]] {
    behaviours.map { one in
      [
        Self.describe(one.policy), "\(one.episodes)", "\(one.steps)",
        one.returns.isEmpty ? "" : Format.number(Statistics.mean(one.returns)),
        one.returns.min().map { Format.number($0) } ?? "",
        one.returns.max().map { Format.number($0) } ?? "",
        one.solved.map { share($0, of: one.episodes) } ?? "unknown",
      ]
    }
  }

  static let behaviourTitles = [
    "behaviour", "episodes", "steps", "mean return", "lowest", "highest", "solved",
  ]

  static func describe(_ space: Space) -> String {
    switch space {
    case .discrete(let count, let start):
      return start == 0 ? "\(count) choices" : "\(count) choices from \(start)"
    default:
      return space.leaves.map { leaf in
        let shape = leaf.shape.map(String.init).joined(separator: "×")
        let name = leaf.path.isEmpty ? "" : "\(leaf.path): "
        return "\(name)\(shape.isEmpty ? "1" : shape) \(leaf.element.rawValue)"
      }.joined(separator: ", ")
    }
  }

  /// Returns and lengths, with what they are called.
  var samples: [(name: String, sample: Sample)] {
    [("returns", returns), ("lengths", lengths)].filter { !$0.1.values.isEmpty }
  }

  func summary(_ sample: Sample) -> String {
    "mean \(Format.number(sample.mean)), from \(Format.number(sample.minimum)) to "
      + Format.number(sample.maximum)
  }

  // MARK: In the terminal

  /// The same for a terminal.
  public func text(unicode: Bool) -> String {
    var lines = [TerminalText.sanitised(path)]
    for fact in facts {
      let padding = String(repeating: " ", count: max(0, 14 - fact.label.count))
      lines.append("  \(fact.label)\(padding)\(TerminalText.sanitised(fact.value))")
    }
    if behaviours.count > 1 {
      var table = TextTable(
        Self.behaviourTitles.enumerated().map { .init($1, $0 == 0 ? .left : .right) })
      for row in behaviourRows { table.append(row) }
      lines += table.formatted(isASCII: !unicode).split(separator: "\n").map { "  \($0)" }
    }
    for (name, sample) in samples {
      lines.append("\(name): \(summary(sample))")
      lines += sample.histogram.bars(isASCII: !unicode).split(separator: "\n").map { "  \($0)" }
    }
    return lines.joined(separator: "\n")
  }
}
