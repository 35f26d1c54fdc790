internal import Datasets
internal import Documents
public import Files

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// How far a sweep has come.
public struct SweepProgress: Sendable, Equatable {
  public var finished: Int
  public var failed: Int
  public var running: Int
  public var total: Int
}

/// Runs what a sweep lacks, several processes side by side.
///
/// Each run is a child process that collects its data if they are missing, trains or goes on
/// training, and evaluates. A run that is whole is left alone. One that fails is noted and the others
/// go on; one whose process was killed is started again. Whatever dies, starting the sweep again goes
/// on where it stood, and the results have the same bytes.
public struct SweepRunner {
  private let folder: SweepFolder
  private let plan: SweepPlan
  private let jobs: Int
  private let stop: StopRequest
  private let launch: (_ run: String, _ log: String) throws(FileError) -> ChildProcess
  private let onProgress: (SweepProgress) -> Void
  /// Places of the runs in the plan, seeds outermost, so that a first comparison is there early.
  private let order: [Int]

  /// Times that the process of a run may be killed in one session before the run counts as failed:
  /// something may be killing it for a reason, such as a want of memory.
  static let mostDeaths = 10
  /// Times that a run may be found in use by others, and the seconds between.
  static let mostRefusals = 20
  private static let patience = 0.5
  /// Seconds between two looks at the children.
  private static let interval = 0.02

  /// - Parameters:
  ///   - jobs: processes side by side.
  ///   - launch: starts the process of a run, which must end with 0 once the run is whole, 75 where
  ///     others are using it.
  public init(
    _ plan: SweepPlan, in folder: SweepFolder, jobs: Int, stop: StopRequest = StopRequest(),
    launch: @escaping (_ run: String, _ log: String) throws(FileError) -> ChildProcess,
    onProgress: @escaping (SweepProgress) -> Void = { _ in }
  ) {
    precondition(jobs > 0, "jobs is \(jobs), must be positive")
    self.plan = plan
    self.folder = folder
    self.jobs = jobs
    self.stop = stop
    self.launch = launch
    self.onProgress = onProgress
    let seeds = max(plan.runs.prefix { $0.variant == 0 }.count, 1)
    order = plan.runs.indices.sorted { ($0 % seeds, $0) < ($1 % seeds, $1) }
  }

  /// A process at work.
  private struct Job {
    let index: Int
    let child: ChildProcess
    let clock = Stopwatch()
  }

  /// What one session knows of a run beyond its state.
  private struct Tally {
    var deaths = 0
    var refusals = 0
    /// Seconds on the session's clock before which it is not tried again.
    var notBefore = 0.0
  }

  /// Runs everything that is missing.
  ///
  /// - Returns: what has become of the runs; some may have failed.
  /// - Throws: ``Interruption`` where a signal asked to stop, after all children have saved.
  public func run() throws -> SweepState {
    let experiments = try plan.experiments()
    let datasets = try datasetPaths(experiments)
    let lock = try folder.claim()
    defer { withExtendedLifetime(lock) {} }
    var state = SweepState(file: plan.file.path, names: plan.runs.map(\.name))
    if let earlier = SweepState.read(from: folder) { state.recall(earlier) }
    try look(at: experiments, &state)
    try state.write(to: folder)
    var session = Session(
      state: state, tallies: Array(repeating: Tally(), count: plan.runs.count), datasets: datasets)
    do {
      try work(&session)
    } catch {
      end(&session.jobs, with: SIGTERM)
      throw error
    }
    return session.state
  }

  private struct Session {
    var state: SweepState
    var tallies: [Tally]
    /// Of each run.
    let datasets: [String]
    var jobs: [Job] = []
    let clock = Stopwatch()
  }

  // MARK: Before

  /// Where each run's data are; runs that would collect different data to one place are refused.
  private func datasetPaths(_ experiments: [Experiment]) throws -> [String] {
    var makers: [String: Document] = [:]
    return try experiments.map { experiment in
      let path = folder.datasetPath(of: experiment)
      let configuration = experiment.settings.collectionConfiguration
      if let other = makers[path], other != configuration, !DatasetReader.isPresent(at: path) {
        throw ConfigurationError(
          key: "dataset.path",
          problem: "several runs would collect different data to \(path); leave dataset.path out, "
            + "or vary it with what is collected", location: plan.file.path)
      }
      makers[path] = configuration
      return path
    }
  }

  /// Which runs are whole already. One of other settings is refused before anything is started.
  private func look(at experiments: [Experiment], _ state: inout SweepState) throws {
    for (index, experiment) in experiments.enumerated() {
      let run = folder.runFolder(state.runs[index].name)
      switch experiment.stage(in: run, evaluation: SweepFolder.evaluationName) {
      case .evaluated: state.runs[index].status = .finished
      case .new, .begun, .trained: break
      case .foreign:
        let difference = experiment.difference(from: run) ?? "its settings are others"
        throw FileError(
          .exists, operation: "go on with the run", path: run.path,
          reason: "it was made with other settings (\(difference)); "
            + "remove it or name another folder with --output")
      }
    }
  }

  // MARK: The loop

  private func work(_ session: inout Session) throws {
    var shown: SweepProgress?
    while true {
      try reap(&session)
      if let signal = stop.signal {
        end(&session.jobs, with: signal)
        for index in session.state.runs.indices where session.state.runs[index].status == .running {
          session.state.runs[index].status = .waiting
        }
        try session.state.write(to: folder)
        throw Interruption(
          signal: signal,
          message: "\(session.state.count(.finished)) of \(session.state.runs.count) runs are "
            + "finished, what was running is saved; the same command goes on from there")
      }
      while session.jobs.count < jobs, let index = next(session) { try start(index, &session) }
      let progress = SweepProgress(
        finished: session.state.count(.finished), failed: session.state.count(.failed),
        running: session.jobs.count, total: session.state.runs.count)
      if progress != shown {
        onProgress(progress)
        shown = progress
      }
      if session.jobs.isEmpty, session.state.count(.waiting) == 0 { return }
      stop.sleep(seconds: Self.interval)
    }
  }

  /// The next run to start: the first that waits, of each seed all variants, and whose data nobody is
  /// collecting just now.
  private func next(_ session: Session) -> Int? {
    let collecting = Set(
      session.jobs.map { session.datasets[$0.index] }.filter { !DatasetReader.isPresent(at: $0) })
    let now = session.clock.seconds
    return order.first { index in
      session.state.runs[index].status == .waiting && session.tallies[index].notBefore <= now
        && !collecting.contains(session.datasets[index])
    }
  }

  private func start(_ index: Int, _ session: inout Session) throws {
    session.state.runs[index].status = .running
    session.state.runs[index].attempts += 1
    session.state.runs[index].reason = ""
    try session.state.write(to: folder)
    let name = session.state.runs[index].name
    session.jobs.append(
      Job(index: index, child: try launch(name, folder.logPath(name))))
  }

  private func reap(_ session: inout Session) throws {
    var left: [Job] = []
    var hasChanged = false
    for job in session.jobs {
      guard let end = job.child.poll() else {
        left.append(job)
        continue
      }
      hasChanged = true
      session.state.runs[job.index].seconds += job.clock.seconds
      conclude(job.index, end, &session)
    }
    session.jobs = left
    if hasChanged { try session.state.write(to: folder) }
  }

  /// Decides what the end of a process means for its run.
  private func conclude(_ index: Int, _ end: ChildProcess.End, _ session: inout Session) {
    let name = session.state.runs[index].name
    func set(_ status: SweepState.Status, _ reason: String = "") {
      session.state.runs[index].status = status
      session.state.runs[index].reason = reason
    }
    switch end {
    case .exited(0):
      let report = folder.runFolder(name).reportPath(SweepFolder.evaluationName)
      if FileStatus.exists(report) {
        set(.finished)
      } else {
        set(.failed, "its process ended well and left no evaluation")
      }
    case .exited(75) where session.tallies[index].refusals < Self.mostRefusals:
      session.tallies[index].refusals += 1
      session.tallies[index].notBefore = session.clock.seconds + Self.patience
      set(.waiting)
    case .exited(130), .exited(143), .signalled(SIGKILL), .signalled(SIGTERM), .signalled(SIGINT),
      .signalled(SIGHUP):
      session.tallies[index].deaths += 1
      if session.tallies[index].deaths < Self.mostDeaths {
        set(.waiting)
      } else {
        set(.failed, "its process was killed \(Self.mostDeaths) times")
      }
    case .exited(let code): set(.failed, lastWords(of: name) ?? "its process ended with \(code)")
    case .signalled(let number):
      set(.failed, "its process crashed (signal \(number)); see \(folder.logPath(name))")
    }
  }

  /// The error that the process of a run wrote at last.
  private func lastWords(of name: String) -> String? {
    guard let text = try? FileContents.text(of: folder.logPath(name), atMost: 1 << 24) else {
      return nil
    }
    return text.split(separator: "\n").last { $0.hasPrefix("Error: ") }
      .map { String($0.dropFirst("Error: ".count)) }
  }

  // MARK: After

  /// Passes a signal on and waits until all children have saved.
  private func end(_ jobs: inout [Job], with signal: Int32) {
    for job in jobs { job.child.signal(signal) }
    while !jobs.isEmpty {
      jobs = jobs.filter { $0.child.poll() == nil }
      pause()
    }
  }

  /// Also when a stop was asked for, which does not wait.
  private func pause() { usleep(UInt32(Self.interval * 1e6)) }
}
