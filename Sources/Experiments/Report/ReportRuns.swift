internal import Documents
internal import Reports

/// Which runs there are, what differs between them, and how they were made.
struct ReportRuns {
  let sources: ReportSources
  let groups: [ReportGroup]

  /// Configurations that are shown in full.
  private static let mostListings = 8

  /// A row for each run.
  var overview: Figure {
    var table = FigureTable([
      .init("run"), .init("state"), .init("agent"), .init("environment"), .init("seed", .count),
      .init("steps", .count), .init("of", .count), .init("weights", .count),
      .init("best validation"), .init("evaluation"), .init("seconds"),
    ])
    for run in groups.flatMap(\.runs) {
      let summary = run.summary
      table.append([
        .text(run.name), .text(summary.state.rawValue), .text(summary.agent),
        .text(summary.environment), .number(Double(summary.seed)), .number(Double(summary.step)),
        .number(Double(summary.steps)), .init(run.weightCount.map { Double($0) }),
        .init(summary.bestScore), run.evaluation.map { .text($0.name) } ?? .nothing,
        .number(summary.seconds),
      ])
    }
    return Figure(
      "runs", title: "Runs", caption: "State, size and length of every run.", .table, table: table)
  }

  /// What went wrong or is not done, one figure for all of it; `nil` where nothing is.
  var problems: Figure? {
    var table = FigureTable([.init("run"), .init("state"), .init("what is the matter")])
    for run in groups.flatMap(\.runs) {
      for problem in run.problems {
        table.append([.text(run.name), .text(run.summary.state.rawValue), .text(problem)])
      }
      if run.summary.state == .stopped || run.summary.state == .running {
        table.append([
          .text(run.name), .text(run.summary.state.rawValue),
          .text("its training has not come to an end: figures show what there is"),
        ])
      }
    }
    for (path, reason) in sources.unreadable {
      table.append([.text(path), .text("unreadable"), .text(reason)])
    }
    for sweep in sources.sweeps {
      for (name, status, reason) in sweep.unfinished {
        table.append([.text(name), .text(status), .text(reason.isEmpty ? "no result yet" : reason)])
      }
    }
    for group in groups where !group.repeatedSeeds.isEmpty {
      let seeds = group.repeatedSeeds.map { "\($0)" }.joined(separator: ", ")
      table.append([
        .text(group.name), .text("repeated"),
        .text("several of its runs have seed \(seeds): they count as if they were independent"),
      ])
    }
    guard !table.rows.isEmpty else { return nil }
    return Figure(
      "problems", title: "Not finished, or not as it should be",
      caption: "Figures leave these out, or show what there is of them.", .table, table: table)
  }

  /// The settings in which groups differ, a column each; `nil` for a single group.
  var differences: Figure? {
    guard groups.count > 1 else { return nil }
    let entries = groups.map { Self.entries(of: $0.runs[0].configuration) }
    var keys: [String] = []
    for (key, _) in entries.joined() where !keys.contains(key) { keys.append(key) }
    let maps = entries.map { Dictionary($0, uniquingKeysWith: { $1 }) }
    var table = FigureTable([.init("setting")] + groups.map { .init($0.name) })
    for key in keys where !["seed", "evaluation.seed", "dataset.path"].contains(key) {
      let values = maps.map { $0[key] ?? "" }
      guard Set(values).count > 1 else { continue }
      table.append([.text(key)] + values.map { $0.isEmpty ? .nothing : .text($0) })
    }
    guard !table.rows.isEmpty else { return nil }
    return Figure(
      "settings", title: "What differs",
      caption: "Settings that are not the same everywhere.", .table, table: table)
  }

  private static func entries(of document: Document) -> [(String, String)] {
    var entries: [(String, String)] = []
    func visit(_ document: Document, at path: String) {
      if case .object(let fields) = document, !fields.isEmpty {
        for (key, value) in fields { visit(value, at: path.isEmpty ? key : "\(path).\(key)") }
      } else {
        entries.append((path, document.jsonText()))
      }
    }
    visit(document, at: "")
    return entries
  }

  // MARK: Listings

  /// The commands, and the whole configuration of each group's first run.
  ///
  /// - Parameter paths: what the report was asked for.
  func listings(_ paths: [String]) -> [FigurePage.Listing] {
    var listings = [FigurePage.Listing("Commands", commands(paths), isOpen: true)]
    for group in groups.prefix(Self.mostListings) {
      listings.append(
        .init("Configuration of \(group.runs[0].name)", group.runs[0].configurationText))
    }
    if groups.count > Self.mostListings {
      let left = groups.count - Self.mostListings
      listings.append(
        .init("Configurations of \(left) more groups", "Each run folder has its own config.yaml."))
    }
    return listings
  }

  private func commands(_ paths: [String]) -> String {
    func line(_ words: [String]) -> String {
      words.map(SweepEmission.quoted).joined(separator: " ")
    }
    var text: [String] = []
    for sweep in sources.sweeps {
      guard let file = sweep.file else { continue }
      text += [
        "# \(sweep.name)", line(["hindsight", "sweep", file, "--output", sweep.folder.path]), "",
      ]
    }
    for group in groups {
      let run = group.runs[0]
      text.append("# \(run.name)")
      if run.commands.isEmpty {
        text.append(
          line(
            ["hindsight", "train", run.folder.configurationPath]
              + (run.datasetPath.map { ["--dataset", $0] } ?? []) + ["--output", "NEW-FOLDER"]))
      } else {
        text += run.commands
      }
      if let evaluation = run.evaluation { text.append(line(words(of: evaluation, run))) }
      text.append("")
    }
    return (text + ["# this page", line(["hindsight", "report"] + paths)]).joined(separator: "\n")
  }

  /// The command that does an evaluation again.
  private func words(of evaluation: ReportEvaluation, _ run: ReportRun) -> [String] {
    let first = evaluation.outcomes[0]
    var targets: [String] = []
    var selections: [String] = []
    for outcome in evaluation.outcomes {
      var target: String?
      if case .string(let word) = outcome.asked {
        target = word
      } else {
        target = outcome.target.map { "\($0)" }
      }
      if let target, !targets.contains(target) { targets.append(target) }
      if !selections.contains(outcome.selection) { selections.append(outcome.selection) }
    }
    return ["hindsight", "evaluate", run.folder.path]
      + (targets.isEmpty ? [] : ["--target-return"] + targets)
      + ["--episodes", "\(first.episodes)", "--selection"] + selections
      + ["--temperature", "\(first.temperature)", "--seed", "\(first.seed)"]
      + ["--checkpoint", first.checkpoint, "--name", "NEW-NAME"]
  }
}
