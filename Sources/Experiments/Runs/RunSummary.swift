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
  /// Steps taken until the last checkpoint.
  public var savedStep: Int
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

  /// - Parameter mostReportBytes: larger reports of evaluations are not read.
  /// - Throws: where the folder holds no run, or one whose files cannot be read.
  public init(of run: RunFolder, mostReportBytes: Int = 1 << 30) throws {
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
    savedStep = Int(record["step"]?.decimal ?? 0)
    step = max(savedStep, LogTable.lastStep(of: run.metricsPath) ?? 0)
    bestScore = LogTable(of: run.validationPath)["score"].compactMap(\.self).max()
    evaluation = Self.newestEvaluation(of: run, atMost: mostReportBytes)
    let isFinished = record["is_finished"] == .bool(true)
    state =
      FileLock.isHeld(folder: run.path)
      ? .running : evaluation != nil ? .evaluated : isFinished ? .trained : .stopped
  }

  /// All runs below a folder, itself included, in the order of their paths.
  ///
  /// - Throws: where the folder cannot be listed. Runs that cannot be read are left out.
  public static func all(
    below path: String, mostReportBytes: Int = 1 << 30
  ) throws -> [RunSummary] {
    try RunFolder.all(below: path).compactMap {
      try? RunSummary(of: $0, mostReportBytes: mostReportBytes)
    }
  }

  // MARK: Files of a run

  private static func newestEvaluation(
    of run: RunFolder, atMost limit: Int
  ) -> Achievement? {
    guard let name = run.newestEvaluation,
      let bytes = try? FileContents.bytes(of: run.reportPath(name), atMost: limit),
      let report = try? Document(json: bytes, maximumBytes: limit),
      case .array(let elements)? = report["evaluation"]
    else { return nil }
    guard let best = bestElement(of: elements), let mean = best["mean_return"]?.decimal else {
      return nil
    }
    var selection = ""
    if case .string(let text)? = best["selection"] { selection = text }
    return Achievement(
      name: name, target: best["target_return"]?.decimal, selection: selection, meanReturn: mean)
  }

  /// Of the elements of an evaluation's report the one with the highest target, as selected first.
  static func bestElement(of elements: [Document]) -> Document? {
    func target(_ element: Document) -> Double { element["target_return"]?.decimal ?? -.infinity }
    var best: Document?
    for element in elements where element["mean_return"]?.decimal != nil {
      if best.map({ target(element) > target($0) }) ?? true { best = element }
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
