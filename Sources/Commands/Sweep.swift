public import ArgumentParser
internal import Documents
public import Experiments
internal import Files
internal import Reports

/// `hindsight sweep`: many runs of one experiment, side by side.
struct Sweep: ContextualCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run an experiment in many variants and with many seeds, side by side.",
    discussion: """
      The file names a base configuration, axes along which it is changed, and seeds:

          base: dt.yaml
          axes:
            agent: {list: {dt: {}, short: {agent.contextLength: 5}}}
            episodes: {grid: {dataset.episodes: [1000, 10000]}}
            dropout:
              random:
                draws: 8
                keys: {agent.backbone.dropout: {from: 0, to: 0.3}}
          seeds: {count: 10, keys: {seed: seed, evaluation.seed: 1000 + seed}}

      A run is skipped if it is finished, taken up if it was begun, and started if it is missing; runs \
      that would collect the same data share them. A run that fails is noted and the others go on. \
      Started again after whatever interruption, the same command ends with the same results: a row \
      per run, target and selection in DIR/results.csv and DIR/results.json, and a table of means over \
      seeds.
      """)

  @Argument(help: "The sweep's YAML file.", completion: .file(extensions: ["yaml"]))
  var file: String
  @Option(
    help: "The sweep's folder; by default sweeps/<file's name>.", completion: .directory)
  var output: String?
  @Option(help: "Runs side by side; by default as many as processors have room for.")
  var jobs: Int?
  @Option(help: "Threads of each run. Results do not depend on it.")
  var threads = 1
  @Option(help: "Take only the first N of the file's seeds.")
  var seeds: Int?
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Change a setting of every run, after all axes. May be repeated.", valueName: "key=value"))
  var overrides: [String] = []
  @Flag(
    help: ArgumentHelp(
      "Only list the runs, with an estimate of time and memory from a trial of each variant."))
  var dryRun = false
  @Option(help: "Print the missing runs for another scheduler: jobs (a command a line) or slurm.")
  var emit: SweepEmission.Kind?
  @Option(help: "Do only the run of this name, here and now.")
  var only: String?
  /// The process that started this one to do a run, and dies with it.
  @Option(help: .hidden) var parent: Int32?
  /// Whether to try the run out for two seconds and say what it would take.
  @Flag(help: .hidden) var probe = false
  @OptionGroup var display: OutputOptions

  func validate() throws {
    for (name, value, most) in [
      ("--jobs", jobs, 4096), ("--threads", threads, 1024), ("--seeds", seeds, 100_000),
    ] {
      if let value, !(1...most ~= value) {
        throw ValidationError("\(name) is a whole number from 1 to \(most).")
      }
    }
    if [dryRun, emit != nil, only != nil].count(where: { $0 }) > 1 {
      throw ValidationError("Give one of --dry-run, --emit and --only.")
    }
  }

  func run(in context: Context) throws {
    if let parent, !ChildProcess.dieWithParent(parent) { return }
    let plan = try SweepPlan(
      SweepFile(path: file), overrides: overrides, seedCount: seeds, registry: context.registry)
    let folder = SweepFolder(output ?? "sweeps/\(plan.file.name)")
    if let only {
      let run = try plan.run(named: only)
      return try probe
        ? tryOut(run, plan, folder, context) : perform(run, plan, folder, context)
    }
    if dryRun { return try preview(plan, folder, context) }
    if let emit { return try context.say(emission(plan, folder).text(emit).withoutLastLineBreak) }
    let state = try work(plan, folder, context)
    let results = try SweepResults(of: plan, in: folder)
    try results.write(to: folder)
    if display.json {
      try context.say(results.document.jsonText(pretty: true))
    } else if !results.rows.isEmpty {
      try context.say(
        results.table.formatted(isASCII: !context.terminal.speaksUnicode).withoutLastLineBreak)
      if let comparison = results.comparison {
        try context.say(
          "\n" + comparison.table.formatted(isASCII: !context.terminal.speaksUnicode))
      }
      try context.say(TerminalText.sanitised(folder.tablePath))
    }
    let failed = state.runs.filter { $0.status == .failed }
    if !failed.isEmpty { throw SweepFailure(failed: failed, total: state.runs.count) }
  }

  /// Starts a process for each run that lacks something.
  private func work(
    _ plan: SweepPlan, _ folder: SweepFolder, _ context: Context
  ) throws -> SweepState {
    let progress = ProgressLine("sweep", context.terminal, isShown: !display.quiet)
    defer { progress.finish() }
    let jobs = jobs ?? max(Machine.processorCount / threads, 1)
    return try SweepRunner(
      plan, in: folder, jobs: jobs, stop: context.stop,
      launch: { (name, log) throws(FileError) in
        try ChildProcess(
          GuardedProcess.ownProgram,
          words(folder) + [
            "--threads", "\(threads)", "--quiet", "--only", name, "--parent",
            "\(ChildProcess.ownNumber)",
          ], log: log)
      },
      onProgress: { state in
        progress.show(
          state.finished + state.failed, of: state.total, unit: "runs",
          [("running", Double(state.running))]
            + (state.failed > 0 ? [("failed", Double(state.failed))] : []))
      }
    ).run()
  }

  /// The words that name this sweep on a command line.
  func words(_ folder: SweepFolder) -> [String] {
    ["sweep", file, "--output", folder.path] + (seeds.map { ["--seeds", "\($0)"] } ?? [])
      + overrides.flatMap { ["--set", $0] }
  }

  /// One run, in this process.
  private func perform(
    _ run: SweepRun, _ plan: SweepPlan, _ folder: SweepFolder, _ context: Context
  ) throws {
    let experiment = try plan.experiment(of: run)
    let runFolder = folder.runFolder(run.name)
    switch experiment.stage(in: runFolder, evaluation: SweepFolder.evaluationName) {
    case .evaluated:
      if !display.quiet { context.remark("\(run.name) is finished") }
      return
    case .foreign: try runFolder.requireNew()
    case .new, .begun, .trained: break
    }
    try folder.makeFolders()
    let fields = try WholeRun(
      experiment: experiment, folder: runFolder, dataset: folder.datasetPath(of: experiment),
      takesAnyDataset: !experiment.settings.dataset.path.isEmpty, waitsForDataset: true,
      evaluation: SweepFolder.evaluationName, threads: threads, display: display
    ).run(in: context)
    if display.json { try context.say(Document.object(fields).jsonText(pretty: true)) }
  }

  private func emission(_ plan: SweepPlan, _ folder: SweepFolder) throws -> SweepEmission {
    SweepEmission(
      program: GuardedProcess.ownProgramPath, workingFolder: CurrentFolder.path,
      words: words(folder), threads: threads, name: plan.file.name, folder: folder,
      runs: try missing(plan, folder).map(\.name))
  }

  /// The runs that are not whole yet.
  private func missing(_ plan: SweepPlan, _ folder: SweepFolder) throws -> [SweepRun] {
    zip(plan.runs, try plan.experiments()).filter { run, experiment in
      experiment.stage(
        in: folder.runFolder(run.name), evaluation: SweepFolder.evaluationName) != .evaluated
    }.map(\.0)
  }
}

extension SweepEmission.Kind: ExpressibleByArgument {}

extension String {
  fileprivate var withoutLastLineBreak: String { last == "\n" ? String(dropLast()) : self }
}
