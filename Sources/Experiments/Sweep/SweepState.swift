public import Documents
internal import Files
internal import Reports

/// What has become of the runs of a sweep: the content of `sweep.json`.
///
/// Whether a run is whole is decided by its folder alone; this file says what cannot be seen there:
/// what failed and why, how often, how long it took.
public struct SweepState: Sendable, Equatable {
  public enum Status: String, Sendable, CaseIterable {
    case waiting, running, finished, failed
  }

  public struct Entry: Sendable, Equatable {
    public let name: String
    public var status = Status.waiting
    /// Processes that were started for it, in all sessions.
    public var attempts = 0
    /// Seconds that these took.
    public var seconds = 0.0
    /// Why it failed; empty where it did not.
    public var reason = ""
  }

  /// The sweep file.
  public var file: String
  /// In the order of the plan.
  public var runs: [Entry]

  init(file: String, names: [String]) {
    self.file = file
    runs = names.map { Entry(name: $0) }
  }

  public func count(_ status: Status) -> Int { runs.count { $0.status == status } }

  public var document: Document {
    [
      "schema_version": 1, "hindsight_version": .string(Version.current), "file": .string(file),
      "counts": .object(
        Status.allCases.reduce(into: [:]) { $0[$1.rawValue] = .integer(count($1)) }),
      "runs": .array(
        runs.map { run in
          [
            "name": .string(run.name), "status": .string(run.status.rawValue),
            "attempts": .integer(run.attempts), "seconds": .number(run.seconds),
            "reason": .string(run.reason),
          ]
        }),
    ]
  }

  /// Takes over attempts and times of an earlier session, by the names of runs.
  mutating func recall(_ document: Document) {
    guard case .array(let elements)? = document["runs"] else { return }
    var known: [String: Document] = [:]
    for element in elements {
      if case .string(let name)? = element["name"] { known[name] = element }
    }
    for index in runs.indices {
      guard let element = known[runs[index].name] else { continue }
      if case .integer(let attempts)? = element["attempts"] { runs[index].attempts = attempts }
      if case .number(let seconds)? = element["seconds"] { runs[index].seconds = seconds }
    }
  }

  func write(to folder: SweepFolder) throws(FileError) {
    try DurableFile.write(
      document.jsonText(pretty: true) + "\n", to: folder.statePath, replacing: true)
  }

  static func read(from folder: SweepFolder) -> Document? {
    guard let bytes = try? FileContents.bytes(of: folder.statePath, atMost: 1 << 27) else {
      return nil
    }
    return try? Document(json: bytes)
  }
}

/// Runs of a sweep that failed.
public struct SweepFailure: Error, Sendable, Equatable, CustomStringConvertible {
  public let failed: [SweepState.Entry]
  public let total: Int

  public var description: String {
    var text = "\(failed.count) of \(total) runs failed"
    for run in failed.prefix(Self.shown) {
      text += "\n  \(run.name): \(TerminalText.sanitised(run.reason))"
    }
    if failed.count > Self.shown { text += "\n  … and \(failed.count - Self.shown) more" }
    return text
  }

  public init(failed: [SweepState.Entry], total: Int) {
    self.failed = failed
    self.total = total
  }

  private static let shown = 10
}
