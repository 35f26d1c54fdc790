internal import Agents
internal import Datasets
internal import Documents
internal import Environments
internal import Reports
internal import TensorCore

/// What of a run becomes which of TensorBoard's values: the same while it trains and afterwards.
enum RunEvents {
  /// The settings, as text and as hyper-parameters.
  static func beginning(
    _ loaded: LoadedSettings<ExperimentSettings>, run: String, time: Double
  ) -> [SummaryValue] {
    let settings = hyperParameters(loaded)
    return [
      .text("configuration", "```yaml\n\(loaded.yamlText)```\n"),
      .hyperParameters(
        .experiment(
          settings: settings,
          metrics: [
            .init("validation/score"),
            .init("evaluation/mean_return", folder: "evaluations/\(RunFolder.firstEvaluation)"),
            .init("evaluation/success_rate", folder: "evaluations/\(RunFolder.firstEvaluation)"),
          ])),
      .hyperParameters(.sessionStart(settings: settings, group: run, time: time)),
    ]
  }

  static func end(isSuccess: Bool, time: Double) -> [SummaryValue] {
    [.hyperParameters(.sessionEnd(isSuccess: isSuccess, time: time))]
  }

  /// Single values of the configuration under their paths, in the order of those; lists as JSON.
  private static func hyperParameters(
    _ loaded: LoadedSettings<ExperimentSettings>
  ) -> [HyperParameterRecord.Setting] {
    loaded.entries.map { entry in
      let value: HyperParameterRecord.Setting.Value =
        switch entry.value {
        case .bool(let flag): .flag(flag)
        case .integer(let number): .number(Double(number))
        case .number(let number): .number(number)
        case .string(let text): .text(text)
        default: .text(entry.value.jsonText())
        }
      return .init(entry.key, value)
    }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  /// A row of `metrics.csv`.
  ///
  /// - Parameter columns: without `step`.
  static func metrics(_ columns: [String], _ values: [Double?]) -> [SummaryValue] {
    zip(columns, values).compactMap { column, value in
      value.map { .scalar("training/\(column)", $0) }
    }
  }

  /// What `validation.csv` says of one step: a row per target.
  ///
  /// - Parameter rows: target return, mean return, success rate and score.
  static func validation(_ rows: [[Double?]]) -> [SummaryValue] {
    var values: [SummaryValue] = []
    for row in rows {
      let place = suffix(target: row[0])
      if let mean = row[1] { values.append(.scalar("validation/mean_return\(place)", mean)) }
      if let rate = row[2] { values.append(.scalar("validation/success_rate\(place)", rate)) }
    }
    if let score = rows.first?[3] { values.append(.scalar("validation/score", score)) }
    return values
  }

  /// Which target a tag is about; nothing where no number was asked for.
  private static func suffix(target: Double?) -> String {
    target.map { "/target_\(Format.number($0, digits: 6))" } ?? ""
  }

  /// The distribution of each array of weights.
  static func weights(_ parameters: ParameterStore) -> [SummaryValue] {
    parameters.specifications.enumerated().map { index, specification in
      .histogram(
        "weights/\(specification.name)", of: parameters.values(of: index).map { Double($0) })
    }
  }

  static func weights(_ method: TrainedAgent.Method) -> [SummaryValue] {
    switch method {
    case .agent(_, let parameters): weights(parameters)
    case .fitter(_, let tables):
      tables.tables.map { .histogram("weights/\($0.name)", of: $0.values.map { Double($0) }) }
    }
  }

  /// A saved evaluation: `report.json` as a document.
  static func evaluation(_ report: Document) -> [SummaryValue] {
    guard case .array(let elements)? = report["evaluation"] else { return [] }
    var values: [SummaryValue] = []
    for element in elements {
      var selection = ""
      if case .string(let text)? = element["selection"] { selection = "/\(text)" }
      let place = selection + suffix(target: element["target_return"]?.decimal)
      for key in ["mean_return", "success_rate", "mean_length"] {
        guard let value = element[key]?.decimal else { continue }
        values.append(.scalar("evaluation/\(key)\(place)", value))
      }
      for key in ["returns", "lengths"] {
        guard case .array(let episodes)? = element[key] else { continue }
        values.append(
          .histogram("evaluation/\(key)\(place)", of: episodes.compactMap(\.decimal)))
      }
    }
    // For the table of hyper-parameters: at the largest target, as selected first.
    if let best = RunSummary.bestElement(of: elements) {
      for key in ["mean_return", "success_rate"] {
        guard let value = best[key]?.decimal else { continue }
        values.append(.scalar("evaluation/\(key)", value))
      }
    }
    return values
  }

  /// Pixels per square of a rollout's pictures.
  private static let square = 16
  /// Steps that a rollout is followed for.
  private static let mostSteps = 1000

  /// Twelve pictures of an episode; nothing where the world has no picture.
  ///
  /// - Parameter target: what the policy is asked for; it chooses greedily.
  static func rollout(
    _ environment: Component, _ policies: PolicySource, agent: String, target: ResolvedTarget,
    registry: Registry
  ) -> [SummaryValue] {
    var filming = Filming(
      environment,
      .policies(policies, agent: agent, target: target, selection: Selection(.greedy)), seed: 0,
      registry: registry)
    filming.mostSteps = mostSteps
    guard let film = try? filming.film(),
      let file = try? FilmFile(
        film, format: .png, square: square, delay: 1, hasCaption: true, steps: [])
    else { return [] }
    return [
      SummaryValue("rollout", .image(file.bytes, width: file.width, height: file.height))
    ]
  }
}
