internal import Documents
internal import Files
internal import Reports

/// The runs and sweeps that a report is about.
struct ReportSources {
  /// In the order of the paths that were named.
  private(set) var runs: [ReportRun] = []
  private(set) var sweeps: [ReportSweep] = []
  /// Run folders that could not be read, and why.
  private(set) var unreadable: [(path: String, reason: String)] = []

  /// The most runs of one report.
  private static let mostRuns = 2_000

  /// Looks for runs in folders and below.
  ///
  /// - Parameter evaluation: the name of the one to show; the newest of each run if `nil`.
  /// - Throws: where a path is no folder, or nothing that could be shown is in any.
  init(_ paths: [String], evaluation: String?) throws {
    var seen: Set<String> = []
    for path in paths {
      let folders = try RunFolder.all(below: path).filter { seen.insert($0.path).inserted }
      sweeps += ReportSweep.all(above: folders, below: path).filter { sweep in
        !sweeps.contains { $0.folder == sweep.folder }
      }
      for folder in folders {
        guard runs.count < Self.mostRuns else {
          throw FileError(
            .tooLarge, operation: "read", path: path,
            reason: "there are more than \(Self.mostRuns) runs; name fewer")
        }
        do {
          runs.append(try ReportRun(folder, evaluation: evaluation))
        } catch {
          // What was named itself must be there; one among many is noted.
          if folder.path == path { throw error }
          unreadable.append((folder.path, "\(error)"))
        }
      }
    }
    guard !runs.isEmpty else {
      throw FileError(
        .missing, operation: "read", path: paths.joined(separator: ", "),
        reason: unreadable.first.map { "\($0.path): \($0.reason)" }
          ?? "no run is in there or below; a run folder holds config.yaml and run.json")
    }
  }

  /// The names of variants by the paths of runs, as the sweeps' results have them.
  var variants: [String: String] {
    var variants: [String: String] = [:]
    for sweep in sweeps {
      for (run, variant) in sweep.variants {
        variants[sweep.folder.runFolder(run).path] = prefix(sweep) + variant
      }
    }
    return variants
  }

  /// The names of variants in the order of the sweeps' files.
  var variantOrder: [String] {
    sweeps.flatMap { sweep in sweep.variants.map { prefix(sweep) + $0.variant } }
  }

  /// Tells variants of several sweeps apart.
  private func prefix(_ sweep: ReportSweep) -> String {
    sweeps.count > 1 ? "\(sweep.name): " : ""
  }
}

/// A sweep as its folder says.
struct ReportSweep {
  let folder: SweepFolder
  /// What has become of its runs.
  let state: Document
  /// `null` where it has not come to an end yet.
  let results: Document

  /// The sweeps that runs belong to, none of which is above `path` itself.
  static func all(above runs: [RunFolder], below path: String) -> [ReportSweep] {
    var sweeps: [ReportSweep] = []
    var paths = [path]
    for run in runs where run.path.count > path.count {
      paths.append(run.path.parentFolder.parentFolder)
    }
    for path in paths where !sweeps.contains(where: { $0.folder.path == path }) {
      let folder = SweepFolder(path)
      guard let state = SweepState.read(from: folder) else { continue }
      let results = (try? FileContents.bytes(of: folder.resultsPath, atMost: 1 << 28)).flatMap {
        try? Document(json: $0, maximumBytes: 1 << 28)
      }
      sweeps.append(ReportSweep(folder: folder, state: state, results: results ?? .null))
    }
    return sweeps
  }

  var name: String {
    if case .string(let name)? = results["sweep"] { return TerminalText.sanitised(name) }
    return TerminalText.sanitised(RunFolder(folder.path).name)
  }

  /// The sweep's file.
  var file: String? {
    if case .string(let file)? = state["file"] { file } else { nil }
  }

  /// The variant of each run that has a result.
  var variants: [(run: String, variant: String)] {
    guard case .array(let rows)? = results["rows"], case .array(let groups)? = results["groups"]
    else { return [] }
    var variants: [(run: String, variant: String)] = []
    for row in rows {
      guard case .string(let run)? = row["run"], variants.last?.run != run else { continue }
      for group in groups {
        guard case .string(let name)? = group["name"], case .object(let values)? = group["values"],
          values.allSatisfy({ row[$0.key] == $0.value })
        else { continue }
        variants.append((run, TerminalText.sanitised(name)))
        break
      }
    }
    return variants
  }

  /// Runs that are not finished: what became of them, and why.
  var unfinished: [(name: String, status: String, reason: String)] {
    guard case .array(let runs)? = state["runs"] else { return [] }
    return runs.compactMap { run in
      func text(_ key: String) -> String {
        if case .string(let text)? = run[key] { TerminalText.sanitised(text) } else { "" }
      }
      return text("status") == "finished" ? nil : (text("name"), text("status"), text("reason"))
    }
  }
}
