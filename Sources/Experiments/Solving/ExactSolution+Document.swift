public import Documents
internal import Reports

extension ExactSolution {
  /// The solution for scripts. Numbers that there are none of are null.
  public var document: Document {
    .object([
      "schema_version": 1, "environment": environment.document, "behaviour": behaviour.document,
      "solved_per_episode": .bool(isPerEpisode), "memory_limit": .integer(memoryLimit),
      "optimal_return": Self.number(mean { $0.optimalReturn }),
      "random_return": Self.number(mean { $0.randomReturn }),
      "behaviour_return": Self.number(mean(\.behaviourReturn)),
      "shortest_solution": Self.number(mean { $0.shortestSolution.map(Double.init) }),
      "episodes": .array(episodes.map(\.document)),
    ])
  }

  fileprivate static func number(_ value: Double?) -> Document {
    value.map { .number($0) } ?? .null
  }

  /// The same for a terminal.
  public var text: String {
    var lines = [TerminalText.sanitised(environment.id)]
    func add(_ label: String, _ value: String) {
      let padding = String(repeating: " ", count: max(1, 19 - label.count))
      lines.append("  \(label)\(padding)\(TerminalText.sanitised(value))")
    }
    if isPerEpisode {
      let seeds = episodes.compactMap(\.seed)
      add(
        "episodes",
        seeds.count == 1
          ? "seed \(seeds[0])"
          : "\(seeds.count), seeds \(seeds.min() ?? 0) to \(seeds.max() ?? 0); numbers are means")
    }
    if let states = mean({ Double($0.states) }), let bytes = mean({ Double($0.bytes) }) {
      let more = episodes.allSatisfy(\.areStatesCounted) ? "" : "at least "
      add("hidden states", "\(more)\(Self.text(states)) in \(Format.bytes(Int(bytes)))")
    }
    add("answers", modes)
    let isUndecided = episodes.contains { $0.mode == .shortestPaths && $0.optimalReturn == nil }
    add(
      "optimal return",
      isUndecided ? "not known from shortest paths alone" : Self.text(mean { $0.optimalReturn }))
    add("random return", value(\.randomReturn, or: \.randomEstimate))
    add("shortest solution", steps(\.shortestSolution))
    let areStartsCompared = episodes.allSatisfy {
      $0.mode != .shortestPaths || $0.longestSolution == $0.shortestSolution
    }
    if areStartsCompared, episodes.contains(where: { $0.longestSolution != $0.shortestSolution }) {
      add("from farthest start", steps(\.longestSolution))
    }
    if episodes.allSatisfy({ $0.returns != nil }) {
      add("under \(behaviour.id)", "mean return \(Self.text(mean(\.behaviourReturn)))")
      lines += returnLines
    } else if episodes.contains(where: { $0.behaviourEstimate != nil }) {
      add("under \(behaviour.id)", value(\.behaviourReturn, or: \.behaviourEstimate))
    }
    for omission in omissions {
      lines.append("left out: \(TerminalText.sanitised(omission))")
    }
    return lines.joined(separator: "\n")
  }

  /// What is worked out, in words.
  private var modes: String {
    let modes = Set(episodes.map(\.mode)).sorted { $0.rawValue < $1.rawValue }
    let texts = modes.map { mode in
      switch mode {
      case .everything:
        omissions.isEmpty ? "everything" : "everything but the distribution of returns"
      case .values: "value iteration and shortest paths alone"
      case .shortestPaths: "shortest paths alone"
      }
    }
    let sizes = episodes.compactMap(\.tableBytes)
    let size = sizes.max().map { "; a number for every state and time takes \(Format.bytes($0))" }
    return texts.joined(separator: ", or ") + (modes.contains(.shortestPaths) ? "" : size ?? "")
  }

  /// The mean of exact answers, or of those and estimates.
  private func value(
    _ exact: (EpisodeAnswers) -> Double?, or estimate: (EpisodeAnswers) -> EpisodeAnswers.Estimate?
  ) -> String {
    if let mean = mean(exact) { return Self.text(mean) }
    let values = episodes.compactMap { answers in exact(answers) ?? estimate(answers)?.mean }
    guard values.count == episodes.count, !values.isEmpty else { return "none" }
    let errors = episodes.map { estimate($0)?.standardError ?? 0 }
    let count = Double(values.count)
    let played = episodes.compactMap { estimate($0)?.episodes }.max() ?? 0
    // No spread says nothing of how far off the mean may be.
    guard errors.contains(where: { $0 > 0 }) else {
      return "\(Self.text(values.reduce(0, +) / count)) in each of \(played) episodes played"
    }
    let error = errors.reduce(0) { $0 + $1 * $1 }.squareRoot() / count
    return "about \(Self.text(values.reduce(0, +) / count)), standard error "
      + "\(Format.number(error, digits: 2)), from \(played) episodes played"
  }

  private func steps(_ value: (EpisodeAnswers) -> Int?) -> String {
    let solvable = episodes.compactMap(value)
    guard !solvable.isEmpty else { return "none" }
    let number = Double(solvable.reduce(0, +)) / Double(solvable.count)
    let mean = Self.text(number) + (number == 1 ? " step" : " steps")
    return solvable.count == episodes.count
      ? mean : "\(mean), in \(solvable.count) of \(episodes.count) episodes"
  }

  /// Returns with their probabilities, averaged over the episodes; a dozen at the most.
  private var returnLines: [String] {
    var sum: [Double: Double] = [:]
    for episode in episodes {
      for one in episode.returns ?? [] {
        sum[one.value, default: 0] += one.probability / Double(episodes.count)
      }
    }
    let likeliest = sum.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.prefix(12)
    var table = TextTable([.init("return", .right), .init("probability", .right)])
    for (value, probability) in likeliest.sorted(by: { $0.key < $1.key }) {
      table.append([Self.text(value), Format.number(probability, digits: 6)])
    }
    var lines = table.formatted(isASCII: true).split(separator: "\n").map { "  \($0)" }
    if sum.count > likeliest.count {
      lines.append("  the likeliest \(likeliest.count) of \(sum.count) returns; --json shows all")
    }
    return lines
  }

  private var omissions: [String] {
    var seen: Set<String> = []
    return episodes.flatMap(\.omitted).map(\.reason).filter { seen.insert($0).inserted }
  }

  private static func text(_ value: Double?) -> String {
    value.map { Format.number($0, digits: 6) } ?? "none"
  }
}

extension EpisodeAnswers {
  fileprivate var document: Document {
    .object([
      "seed": seed.map { .integer(Int(clamping: $0)) } ?? .null, "states": .integer(states),
      "states_counted": .bool(areStatesCounted), "bytes": .integer(bytes),
      "mode": .string(mode.rawValue),
      "table_bytes": tableBytes.map { .integer($0) } ?? .null,
      "deterministic": isDeterministic.map { .bool($0) } ?? .null,
      "optimal_return": ExactSolution.number(optimalReturn),
      "random_return": ExactSolution.number(randomReturn),
      "random_estimate": randomEstimate?.document ?? .null,
      "behaviour_return": ExactSolution.number(behaviourReturn),
      "behaviour_estimate": behaviourEstimate?.document ?? .null,
      "shortest_solution": shortestSolution.map { .integer($0) } ?? .null,
      "longest_solution": longestSolution.map { .integer($0) } ?? .null,
      "returns": returns.map { returns in
        .array(
          returns.map { ["return": .number($0.value), "probability": .number($0.probability)] })
      } ?? .null,
      "omitted": .array(
        omitted.map {
          [
            "answer": .string($0.answer), "reason": .string($0.reason),
            "bytes": $0.bytes.map { .integer($0) } ?? .null,
          ]
        }),
      "seconds": .number(seconds),
    ])
  }
}

extension EpisodeAnswers.Estimate {
  fileprivate var document: Document {
    [
      "mean": .number(mean), "standard_error": .number(standardError),
      "episodes": .integer(episodes),
    ]
  }
}
