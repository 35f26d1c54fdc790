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
    step = max(
      saved, MetricsTable(run.metricsPath)["step"].compactMap { $0 }.last.map { Int($0) } ?? 0)
    bestScore = MetricsTable(run.validationPath)["score"].compactMap { $0 }.max()
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
    try RunFolder.all(below: path).compactMap { try? RunSummary(of: $0) }
  }

  // MARK: Files of a run

  private static func newestEvaluation(of run: RunFolder) -> Achievement? {
    guard let name = run.newestEvaluation,
      let bytes = try? FileContents.bytes(of: run.reportPath(name), atMost: 1 << 30),
      let report = try? Document(json: bytes, maximumBytes: 1 << 30),
      case .array(let elements)? = report["evaluation"]
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
