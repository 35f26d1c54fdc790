public import Agents
public import ArgumentParser
internal import Documents
public import Experiments
internal import Files
internal import Reports

/// `hindsight evaluate`: rolls a trained policy out at each target return.
struct Evaluate: ContextualCommand {
  static let configuration = CommandConfiguration(
    abstract: "Ask a trained policy for returns and report what it achieves.",
    discussion: """
      Reads only the run folder; the environment is rebuilt from the checkpoint's configuration. The \
      report, with every episode's return, is added to the run as evaluations/<name>/report.json.
      """)

  @Argument(help: "The run folder that `hindsight train` wrote.", completion: .directory)
  var run: String
  @Option(
    name: .customLong("target-return"), parsing: .upToNextOption,
    help: ArgumentHelp(
      "Returns to ask for: reward units, max, quantiles of the data such as q0.9, or sampled; by "
        + "default those of the configuration.", valueName: "target-return"))
  var targetReturns: [TargetReturn] = []
  @Option(help: "Episodes per target return and selection.")
  var episodes: Int?
  @Option(
    parsing: .upToNextOption,
    help: "How actions are chosen: greedy, sampled or both; by default as configured.")
  var selection: [Selection.Rule] = []
  @Option(help: "Divides logits before sampling.")
  var temperature: Double?
  @Option(help: "Names the episodes: the same seed gives the same episodes for every agent.")
  var seed: UInt64?
  @Option(help: "Which checkpoint: best or last.")
  var checkpoint: CheckpointChoice?
  @Option(help: "The report's name in the run folder; by default a number.")
  var name: String?
  @Option(
    name: .customLong("fail-under"),
    help: "Exit with 1 if the mean return at the last target, as selected first, is lower.")
  var failUnder: Double?
  @OptionGroup var threading: ThreadOptions
  @OptionGroup var display: OutputOptions

  func validate() throws {
    for case .value(let target) in targetReturns where !target.isFinite {
      throw ValidationError("--target-return takes finite numbers, not \(target).")
    }
    if let episodes, !(1...10_000_000 ~= episodes) {
      throw ValidationError("--episodes is a whole number from 1 to 10000000.")
    }
    if let temperature, !(temperature > 0 && temperature <= 1e6) {
      throw ValidationError("--temperature must be above 0 and at most 1000000.")
    }
    if let failUnder, !failUnder.isFinite {
      throw ValidationError("--fail-under takes a finite number, not \(failUnder).")
    }
    if let name, !RunFolder.isEvaluationName(name) {
      throw ValidationError(
        "--name takes letters, digits, '-', '_' and '.', not beginning with '.'.")
    }
    if let seed, seed > UInt64(Int.max) {
      throw ValidationError("--seed is at most \(Int.max).")
    }
  }

  func run(in context: Context) throws {
    let folder = RunFolder(run)
    if let name { try folder.requireNewEvaluation(name) }
    let evaluation = try Evaluation(
      of: folder, checkpoint: checkpoint, registry: context.registry
    ) { settings in
      if !targetReturns.isEmpty { settings.targetReturns = targetReturns }
      if let episodes { settings.episodes = episodes }
      if !selection.isEmpty { settings.selections = selection }
      if let temperature { settings.temperature = temperature }
      if let seed { settings.seed = Int(seed) }
    }
    if !targetReturns.isEmpty, !evaluation.trained.policies.isConditionedOnReturns {
      context.remark(
        "Note: \(evaluation.trained.settings.agent.id) takes no return; --target-return changes "
          + "nothing")
    }
    let reports = try evaluate(evaluation, context, threads: threading.count, display)
    let saved = try evaluation.save(reports, as: name)
    if display.json {
      try context.say(evaluation.document(reports, savedAs: saved).jsonText(pretty: true))
    } else {
      try context.say(reports.table(context.terminal))
      try context.say(TerminalText.sanitised(saved))
    }
    if let failUnder,
      let last = reports.last(where: { $0.selection.rule == reports[0].selection.rule }),
      last.meanReturn < failUnder
    {
      throw ThresholdError(
        description:
          "mean return \(rounded(last.meanReturn)) at target \(last.target.label(rounded)) is "
          + "below \(rounded(failUnder))")
    }
  }
}

/// Evaluates with a progress line.
func evaluate(
  _ evaluation: Evaluation, _ context: Context, threads: Int, _ display: OutputOptions
) throws -> [TargetReport] {
  let progress = ProgressLine("evaluating", context.terminal, isShown: !display.quiet)
  defer { progress.finish() }
  return try evaluation.run(threads: threads, stop: context.stop) { done, total in
    progress.show(done, of: total, unit: "episodes", [])
  }
}

extension Selection.Rule: ExpressibleByArgument {}
extension CheckpointChoice: ExpressibleByArgument {}

extension TargetReturn: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

extension [TargetReport] {
  /// A row per target and selection.
  func table(_ terminal: Terminal) -> String {
    var table = TextTable([
      .init("target", .right), .init("selection"), .init("mean return", .right),
      .init("95 % interval", .right), .init("success", .right), .init("95 % interval", .right),
      .init("length", .right), .init("episodes", .right),
    ])
    for report in self {
      table.append([
        report.target.label(rounded), report.selection.rule.rawValue, rounded(report.meanReturn),
        "\(rounded(report.meanInterval.lower)) to \(rounded(report.meanInterval.upper))",
        percent(report.successRate),
        "\(percent(report.successInterval.lower)) to \(percent(report.successInterval.upper))",
        rounded(report.meanLength), "\(report.episodes.count)",
      ])
    }
    var text = Substring(table.formatted(isASCII: !terminal.speaksUnicode))
    while text.last == "\n" { text.removeLast() }
    return String(text)
  }

  private func percent(_ share: Double) -> String { "\(Format.fixed(share * 100, 1)) %" }
}
