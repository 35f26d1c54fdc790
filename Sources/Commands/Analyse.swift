internal import ArgumentParser
internal import Documents
internal import Experiments
internal import Files
internal import Reports

/// `hindsight analyse`: what trained runs have learned, against exact answers.
struct Analyse: ContextualCommand {
  enum Kind: String, CaseIterable, ExpressibleByArgument {
    case calibration, starts, critic, conditional
  }

  static let configuration = CommandConfiguration(
    abstract: "Hold trained runs against exact answers.",
    discussion: """
      calibration: how achieved returns follow those asked for, within and beyond the data, from each \
      run's newest evaluation.
      starts: from which start states the policy acts optimally, told the best return, the data's best, \
      or a return it draws itself.
      critic: what a model with a return head and without conditioning expects of an episode, against \
      the solver, and where it looks.
      conditional: how far the policy is from the exact conditional P(action | state, time, return) of \
      the data's policy, in nats.

      RUNS are run folders, or folders of them such as a sweep's; runs whose names differ in _seed-N \
      alone are summed up together. All but calibration play new episodes and need an environment that \
      can be solved exactly.
      """)

  @Argument(help: "calibration, starts, critic or conditional.")
  var kind: Kind
  @Argument(help: "Run folders, or folders of them.", completion: .directory)
  var runs: [String]
  @Option(
    help: "Episodes per run; for starts, per start state. By default 2000, for starts 10.")
  var episodes: Int?
  @Option(help: "Names the random streams of what is played.")
  var seed: UInt64 = 0
  @Option(help: "Which checkpoint: best or last.")
  var checkpoint: CheckpointChoice?
  @Option(help: "Also write the JSON document to this file.", completion: .file())
  var output: String?
  @OptionGroup var threading: ThreadOptions
  @OptionGroup var display: OutputOptions

  func validate() throws {
    if runs.isEmpty { throw ValidationError("Name at least one run folder.") }
    if let episodes, !(1...10_000_000 ~= episodes) {
      throw ValidationError("--episodes is a whole number from 1 to 10000000.")
    }
  }

  func run(in context: Context) throws {
    let folders = try runs.flatMap { path in
      let found = try RunSummary.all(below: path).map(\.path)
      guard !found.isEmpty else {
        throw FileError(
          .missing, operation: "analyse", path: path, reason: "there is no run in this folder")
      }
      return found
    }
    let progress = ProgressLine("analysing", context.terminal, isShown: !display.quiet)
    defer { progress.finish() }
    var rows: [AnalysisRow] = []
    var details: Document.Fields = [:]
    for (number, path) in folders.enumerated() {
      do {
        rows += try analyse(RunFolder(path), context, &details)
      } catch let error as ConfigurationError {
        throw ConfigurationError(
          key: "\(path): \(error.key)", found: error.found, expected: error.expected,
          suggestion: error.suggestion)
      }
      progress.show(number + 1, of: folders.count, unit: "runs", [])
    }
    progress.finish()
    let report = AnalysisReport(kind.rawValue, rows, details: details)
    let text = report.document.jsonText(pretty: true)
    if let output { try DurableFile.write(text + "\n", to: output, replacing: true) }
    if display.json { return try context.say(text) }
    var table = Substring(report.table.formatted(isASCII: !context.terminal.speaksUnicode))
    while table.last == "\n" { table.removeLast() }
    try context.say(String(table))
  }

  private func analyse(
    _ run: RunFolder, _ context: Context, _ details: inout Document.Fields
  ) throws -> [AnalysisRow] {
    switch kind {
    case .calibration:
      return try CalibrationAnalysis(registry: context.registry).rows(of: run)
    case .starts:
      var analysis = StartAnalysis(registry: context.registry)
      analysis.episodes = episodes ?? analysis.episodes
      (analysis.seed, analysis.threads, analysis.stop) = (seed, threading.count, context.stop)
      return try analysis.rows(of: run, checkpoint: checkpoint)
    case .critic:
      var analysis = CriticAnalysis(registry: context.registry)
      analysis.episodes = episodes ?? analysis.episodes
      (analysis.seed, analysis.stop) = (seed, context.stop)
      let (rows, curves) = try analysis.rows(of: run, checkpoint: checkpoint)
      details[run.path] = curves
      return rows
    case .conditional:
      var analysis = ConditionalAnalysis(registry: context.registry)
      analysis.episodes = episodes ?? analysis.episodes
      (analysis.seed, analysis.threads, analysis.stop) = (seed, threading.count, context.stop)
      return try analysis.rows(of: run, checkpoint: checkpoint)
    }
  }
}
