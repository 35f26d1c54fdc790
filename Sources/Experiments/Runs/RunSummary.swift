public import Documents
internal import Files

/// What there is to see of a run without its weights, for lists.
public struct RunSummary: Sendable, Equatable {
  public enum State: String, Sendable, CaseIterable {
    /// A process is training it now.
    case running
    /// It was begun and nobody is at work on it.
    case stopped
    /// All steps are done, and there is no evaluation.
    case trained
    case evaluated
  }

  public var path: String
  public var state: State
  public var agent: String
  public var environment: String
  public var seed: Int
  /// Steps taken, as far as the metrics show.
  public var step: Int
  /// Steps to take.
  public var steps: Int
  /// The best validation score; `nil` before the first.
  public var bestScore: Double?
  /// The newest evaluation's name, and its highest target, as selected first.
  public var evaluation: Achievement?
  /// Seconds of all sessions.
  public var seconds: Double
  /// In UTC.
  public var started: String

  /// What a policy achieved at one target.
  public struct Achievement: Sendable, Equatable {
    public var name: String
    /// `nil` where no return was asked for.
    public var target: Double?
    public var selection: String
    public var meanReturn: Double
  }

  /// - Throws: where the folder holds no run, or one whose files cannot be read.
  public init(of run: RunFolder) throws {
    path = run.path
    let settings = try YAMLReader.read(
      FileContents.bytes(of: run.configurationPath, atMost: YAMLReader.maximumBytes),
      named: run.configurationPath
    ).document
    let record = try Document(json: FileContents.bytes(of: run.recordPath, atMost: 1 << 20))
    func text(_ document: Document?) -> String {
      if case .string(let text)? = document { text } else { "" }
    }
    agent = text(settings["agent"]?["id"])
    environment = text(settings["environment"]?["id"])
    seed = Int(settings["seed"]?.decimal ?? 0)
    steps = Int(settings["training"]?["steps"]?.decimal ?? 0)
    started = text(record["started"])
    seconds = record["seconds"]?.decimal ?? 0
    let saved = Int(record["step"]?.decimal ?? 0)
    step = max(saved, Self.rows(of: run.metricsPath).last?["step"].map { Int($0) } ?? 0)
    bestScore = Self.rows(of: run.validationPath).compactMap { $0["score"] }.max()
    evaluation = Self.newestEvaluation(of: run)
    let isFinished = record["is_finished"] == .bool(true)
    state =
      FileLock.isHeld(folder: run.path)
      ? .running : evaluation != nil ? .evaluated : isFinished ? .trained : .stopped
  }

  /// All runs below a folder, itself included, in the order of their paths.
  ///
  /// - Throws: where the folder cannot be listed. Runs that cannot be read are left out.
  public static func all(below path: String) throws -> [RunSummary] {
    try RunFolder(path).requireFolder()
    return try runs(below: path, depth: 0)
  }

  /// Folders in folders that are looked into: a sweep of sweeps, and no endless chain of links.
  private static let mostLevels = 6

  private static func runs(below path: String, depth: Int) throws -> [RunSummary] {
    let run = RunFolder(path)
    if FileStatus.exists(run.configurationPath), FileStatus.exists(run.recordPath) {
      return (try? RunSummary(of: run)).map { [$0] } ?? []
    }
    guard depth < mostLevels else { return [] }
    return try Folder(path).names().filter { $0.first != "." }.flatMap { name in
      let below = Folder(path).path(of: name)
      return FileStatus.kind(of: below) == .folder
        ? try runs(below: below, depth: depth + 1) : []
    }
  }

  // MARK: Files of a run

  /// The numbers of a log's rows by column; a row that is being written is left out.
  private static func rows(of path: String) -> [[String: Double]] {
    guard let text = try? FileContents.text(of: path, atMost: 1 << 26), text.last == "\n" else {
      return []
    }
    var lines = text.split(separator: "\n")
    guard !lines.isEmpty else { return [] }
    let columns = lines.removeFirst().split(separator: ",").map(String.init)
    return lines.map { line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      var row: [String: Double] = [:]
      for (column, field) in zip(columns, fields) { row[column] = Double(field) }
      return row
    }
  }

  private static func newestEvaluation(of run: RunFolder) -> Achievement? {
    guard let name = run.newestEvaluation,
      let bytes = try? FileContents.bytes(of: run.reportPath(name), atMost: 1 << 30),
      let report = try? Document(json: bytes), case .array(let elements)? = report["evaluation"]
    else { return nil }
    var best: Achievement?
    for element in elements {
      let target = element["target_return"]?.decimal
      guard let mean = element["mean_return"]?.decimal,
        best == nil || target ?? -.infinity > best?.target ?? -.infinity
      else { continue }
      var selection = ""
      if case .string(let text)? = element["selection"] { selection = text }
      best = Achievement(name: name, target: target, selection: selection, meanReturn: mean)
    }
    return best
  }

  public var document: Document {
    [
      "path": .string(path), "state": .string(state.rawValue), "agent": .string(agent),
      "environment": .string(environment), "seed": .integer(seed), "step": .integer(step),
      "steps": .integer(steps), "best_score": bestScore.map { .number($0) } ?? .null,
      "evaluation": evaluation.map {
        [
          "name": .string($0.name), "target_return": $0.target.map { .number($0) } ?? .null,
          "selection": .string($0.selection), "mean_return": .number($0.meanReturn),
        ]
      } ?? .null,
      "seconds": .number(seconds), "started": .string(started),
    ]
  }
}

extension RunFolder {
  /// The name of the evaluation that was written last, or `nil` where there is none.
  var newestEvaluation: String? {
    let names = ((try? Folder(Folder(path).path(of: "evaluations")).names()) ?? []).filter {
      FileStatus.exists(reportPath($0))
    }
    func age(_ name: String) -> Double {
      (try? FileStatus(of: reportPath(name)))?.modificationTime ?? 0
    }
    return names.max { age($0) < age($1) }
  }
}
