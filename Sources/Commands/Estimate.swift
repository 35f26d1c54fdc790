internal import Agents
public import ArgumentParser
internal import Datasets
internal import Documents
public import Experiments
internal import Files
internal import Reports

/// `hindsight estimate`: what a trained policy would achieve, from recorded episodes alone.
struct EstimateCommand: ContextualCommand {
  static let configuration = CommandConfiguration(
    commandName: "estimate",
    abstract: "Estimate what a trained policy would achieve, from recorded episodes alone.",
    discussion: """
      Plays nothing. The policy is led through the episodes of the dataset, and estimators make a \
      return of what it would have done: fqe (a fitted Q), is, pdis, wis and wpdis (importance \
      sampling: of whole episodes, per decision, and both with weights that sum to one), dr and wdr \
      (doubly robust, and weighted). All but fqe need the behaviour policy's recorded probabilities. \
      The effective sample size says of how many of the policy's own episodes the data are worth; \
      where it is small, only fqe, dr and wdr can say more than chance. The mean weight is 1 but for \
      chance; where it is well below, the policy does things that the episodes do not show. Take episodes that the policy \
      has not learned from: on those it has, every estimate that weighs is far too high. The report \
      is added to the run as estimates/<name>/report.json.
      """)

  @Argument(help: "The run folder that `hindsight train` wrote.", completion: .directory)
  var run: String
  @Option(help: "The recorded episodes: a dataset's file or folder.", completion: .file())
  var dataset: String
  @Option(
    name: .customLong("target-return"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Returns to ask for: reward units, max, quantiles of the data such as q0.9, or sampled; by "
        + "default those of the run's evaluation.", valueName: "target-return"))
  var targetReturns: [TargetReturn] = []
  @Option(parsing: .upToNextOption, help: "How actions are chosen: greedy, sampled or both.")
  var selection: [Selection.Rule] = []
  @Option(help: "Divides logits before sampling.")
  var temperature: Double?
  @Option(
    parsing: .upToNextOption,
    help: "Estimators: fqe, is, pdis, wis, wpdis, dr, wdr; by default all that the data allow.")
  var estimator: [EstimatorKind] = []
  @Option(help: "What a reward loses per step of waiting, 0 to 1; by default 1.")
  var discount: Double?
  @Option(help: "Updates of each of the two fits of fqe; by default 10000.")
  var steps: Int?
  @Option(help: "Names the fit's first weights and draws, and the bootstrap's.")
  var seed: UInt64?
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Change a setting of the estimation, such as fqe.historyLength=8. May be repeated.",
      valueName: "key=value"))
  var overrides: [String] = []
  @Option(help: "Which checkpoint: best or last.")
  var checkpoint: CheckpointChoice?
  @Option(help: "The report's name in the run folder; by default a number.")
  var name: String?
  @OptionGroup var threading: ThreadOptions
  @OptionGroup var display: OutputOptions

  func validate() throws {
    for case .value(let target) in targetReturns where !target.isFinite {
      throw ValidationError("--target-return takes finite numbers, not \(target).")
    }
    if let temperature, !(temperature > 0 && temperature <= 1e6) {
      throw ValidationError("--temperature must be above 0 and at most 1000000.")
    }
    if let discount, !(0...1 ~= discount) {
      throw ValidationError("--discount is a number from 0 to 1.")
    }
    if let steps, !(1...1_000_000_000 ~= steps) {
      throw ValidationError("--steps is a whole number from 1 to 1000000000.")
    }
    if let name, !RunFolder.isEvaluationName(name) {
      throw ValidationError(
        "--name takes letters, digits, '-', '_' and '.', not beginning with '.'.")
    }
    if let seed, seed > UInt64(Int.max) {
      throw ValidationError("--seed is at most \(Int.max).")
    }
  }

  /// The options as settings.
  private var changes: [String] {
    func list(_ words: [String]) -> String { "[\(words.joined(separator: ", "))]" }
    var changes = overrides
    if !estimator.isEmpty { changes.append("estimators=\(list(estimator.map(\.rawValue)))") }
    if !targetReturns.isEmpty {
      changes.append("targetReturns=\(list(targetReturns.map(\.text)))")
    }
    if !selection.isEmpty { changes.append("selections=\(list(selection.map(\.rawValue)))") }
    if let temperature { changes.append("temperature=\(temperature)") }
    if let discount { changes.append("discount=\(discount)") }
    if let steps { changes.append("fqe.steps=\(steps)") }
    if let seed { changes.append("seed=\(seed)") }
    return changes
  }

  func run(in context: Context) throws {
    let folder = RunFolder(run)
    if let name { try folder.requireNewEstimate(name) }
    let estimation = try Estimation(
      of: folder, checkpoint: checkpoint, overrides: changes, registry: context.registry)
    try context.files.admit(dataset)
    let recorded = try RecordedEpisodes(contentsOf: dataset)
    if estimation.hasLearned(from: recorded) {
      context.remark(
        "Note: the policy has learned from these episodes; estimates that weigh them are too high")
    }
    let reports = try estimate(estimation, recorded, context)
    let saved = try estimation.save(
      estimation.document(reports, on: recorded, savedAs: nil), as: name)
    guard !display.json else {
      return try context.say(
        estimation.document(reports, on: recorded, savedAs: saved).jsonText(pretty: true))
    }
    try context.say(reports.table(context.terminal))
    if let mean = recorded.meanReturn(discount: estimation.settings.discount) {
      try context.say(
        "mean return of the \(recorded.dataset.episodeCount) recorded episodes: \(rounded(mean))")
    }
    try context.say(TerminalText.sanitised(saved))
  }

  private func estimate(
    _ estimation: Estimation, _ recorded: RecordedEpisodes, _ context: Context
  ) throws -> [EstimateReport] {
    let progress = ProgressLine("estimating", context.terminal, isShown: !display.quiet)
    defer { progress.finish() }
    return try estimation.run(
      on: recorded, threads: threading.count, stop: context.stop
    ) { progress.show($0.step, of: $0.steps, unit: "steps", [("td_loss", $0.loss)]) }
  }
}

extension EstimatorKind: ExpressibleByArgument {}

extension [EstimateReport] {
  /// A row per target, selection and estimator.
  func table(_ terminal: Terminal) -> String {
    var table = TextTable([
      .init("target", .right), .init("selection"), .init("estimator"), .init("estimate", .right),
      .init("95 % interval", .right), .init("effective sample", .right),
      .init("mean weight", .right),
    ])
    for report in self {
      for estimate in report.estimates {
        table.append([
          report.target.label(rounded), report.selection.rule.rawValue,
          estimate.estimator.rawValue, estimate.value.map { rounded($0) } ?? "no overlap",
          estimate.interval.map { "\(rounded($0.lower)) to \(rounded($0.upper))" } ?? "",
          estimate.overlap.map { rounded($0.effectiveSampleSize) } ?? "",
          estimate.overlap.map { rounded($0.meanWeight) } ?? "",
        ])
      }
    }
    var text = Substring(table.formatted(isASCII: !terminal.speaksUnicode))
    while text.last == "\n" { text.removeLast() }
    return String(text)
  }
}
