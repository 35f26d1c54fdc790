internal import Datasets
internal import Documents
internal import Experiments
internal import Files
internal import FoundationEssentials
internal import Reports

/// `--dry-run`: what there is to do, and how long it will take.
extension Sweep {
  /// Lists the runs with the cost of each, from a trial of one run of each variant that is not whole.
  func preview(_ plan: SweepPlan, _ folder: SweepFolder, _ context: Context) throws {
    let experiments = try plan.experiments()
    let stages = zip(plan.runs, experiments).map { run, experiment in
      experiment.stage(
        in: folder.runFolder(run.name), evaluation: SweepFolder.evaluationName)
    }
    var costs: [Int: RunCost] = [:]
    let tried = Set(
      zip(plan.runs, stages).filter { $1 != .evaluated }.map(\.0.variant))
    let progress = ProgressLine("trying", context.terminal, isShown: !display.quiet)
    var remarks: [String] = []
    for (done, variant) in tried.sorted().enumerated() {
      guard let run = plan.runs.first(where: { $0.variant == variant }) else { continue }
      do {
        costs[variant] = try cost(of: run, folder, context)
      } catch let error as TrialError {
        remarks.append("\(run.variantName): \(error.reason)")
      }
      progress.show(done + 1, of: tried.count, unit: "variants", [])
    }
    progress.finish()

    var collected: Set<String> = []
    var total = 0.0
    var table = TextTable([
      .init("run"), .init("state"), .init("time", .right), .init("memory", .right),
    ])
    var rows: [Document] = []
    for (index, run) in plan.runs.enumerated() {
      let stage = stages[index]
      var seconds: Double?
      if stage != .evaluated, let cost = costs[run.variant] {
        // The first run that needs the data collects them for all.
        let dataset = folder.datasetPath(of: experiments[index])
        let collects = !DatasetReader.isPresent(at: dataset) && collected.insert(dataset).inserted
        let whole = (collects ? cost.collecting : 0) + cost.training + cost.evaluating
        seconds = whole
        total += whole
      }
      let memory = stage == .evaluated ? nil : costs[run.variant]?.memory
      table.append([
        run.name, stage.words, seconds.map { Format.duration(seconds: $0) } ?? "",
        memory.map { Format.bytes(Int($0)) } ?? "",
      ])
      rows.append([
        "name": .string(run.name), "state": .string(stage.words),
        "seconds": seconds.map { .number($0) } ?? .null,
        "memory_bytes": memory.map { .number($0) } ?? .null,
      ])
    }
    let jobs = jobs ?? max(Machine.processorCount / threads, 1)
    let memory = (costs.values.map(\.memory).max() ?? 0) * Double(min(jobs, plan.runs.count))
    if display.json {
      try context.say(
        Document.object([
          "schema_version": 1, "jobs": .integer(jobs), "runs": .array(rows),
          "seconds": .number(total / Double(jobs)), "memory_bytes": .number(memory),
        ]).jsonText(pretty: true))
    } else {
      let text = table.formatted(isASCII: !context.terminal.speaksUnicode)
      let open = stages.count { $0 != .evaluated }
      try context.say(
        text + "\(plan.runs.count) runs, \(open) to do: about "
          + "\(Format.duration(seconds: total / Double(jobs))) with \(jobs) side by side, "
          + "\(Format.bytes(Int(memory))) of memory")
    }
    for remark in remarks {
      context.remark("Note: no estimate of \(TerminalText.sanitised(remark))")
    }
  }

  private struct TrialError: Error {
    let reason: String
  }

  /// Seconds that a trial may take: one whose every step takes long must end too.
  private static let trialSeconds = 120.0

  /// Tries one run out in a child, whose memory is that of the run alone.
  private func cost(
    of run: SweepRun, _ folder: SweepFolder, _ context: Context
  ) throws -> RunCost {
    let outcome = try GuardedProcess.run(
      GuardedProcess.ownProgram,
      words(folder) + [
        "--threads", "\(threads)", "--quiet", "--only", run.name, "--probe", "--parent",
        "\(ChildProcess.ownNumber)",
      ], seconds: Self.trialSeconds, outputLimit: 1 << 20,
      isCancelled: { context.stop.signal != nil })
    if let signal = context.stop.signal {
      throw Interruption(signal: signal, message: "the trials were stopped; nothing was begun")
    }
    guard outcome.end == .exited(0), let document = try? Document(json: outcome.output),
      let cost = RunCost(document)
    else {
      let words = String(decoding: outcome.error, as: UTF8.self).split(separator: "\n").last
      throw TrialError(
        reason: outcome.end == .timedOut
          ? "its trial took more than \(Format.duration(seconds: Self.trialSeconds))"
          : words.map(String.init) ?? "its trial ended without a word")
    }
    return cost
  }

  /// The child's part: prints what the run would take.
  func tryOut(
    _ run: SweepRun, _ plan: SweepPlan, _ folder: SweepFolder, _ context: Context
  ) throws {
    let experiment = try plan.experiment(of: run)
    let place = FileManager.default.temporaryDirectory.path + "/hindsight-\(UUID().uuidString)"
    try Folder(place).make()
    defer { try? FileManager.default.removeItem(atPath: place) }
    let dataset = folder.datasetPath(of: experiment)
    let isPresent = DatasetReader.isPresent(at: dataset)
    if isPresent { try context.files.admit(dataset) }
    let cost = try RunCost(
      trying: experiment, dataset: isPresent ? dataset : nil, threads: threads, in: place,
      stop: context.stop)
    try context.say(cost.document.jsonText())
  }
}

extension RunStage {
  /// As `--dry-run` and `hindsight runs` call it.
  var words: String {
    switch self {
    case .new: "new"
    case .begun: "begun"
    case .trained: "trained"
    case .evaluated: "finished"
    case .foreign: "of other settings"
    }
  }
}
