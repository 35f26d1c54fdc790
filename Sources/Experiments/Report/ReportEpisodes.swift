internal import Agents
internal import Datasets
internal import Documents
internal import Environments
internal import Reports
internal import TensorCore

/// The first evaluated episode of a run at each target: as a film, through the eyes of the model's
/// attention, and with the return that it foresaw.
struct ReportEpisodes {
  let run: ReportRun
  /// What figures of this run begin with.
  let name: String
  /// Tells the run's figures from those of other runs.
  let number: Int
  let registry: Registry
  let stop: StopRequest

  private static let mostTargets = 6
  private static let mostFrames = 160
  /// Pixels of a film's width.
  private static let filmWidth = 330.0
  private static let secondsPerStep = 0.2
  /// The most steps of which a return is foreseen.
  private static let mostSteps = 400
  private static let stillFrames = 8

  /// The first way to choose, which is the one that is shown.
  private var selection: String? { run.evaluation?.outcomes.first?.selection }

  /// - Throws: ``Interruption`` alone; what else is in the way is said in the figures' places.
  func figures() throws -> [Figure] {
    let ids = ("rollout-\(number)", "attention-\(number)", "predicted-return-\(number)")
    let (trained, targets): (TrainedAgent, [(ResolvedTarget, ReportOutcome?)])
    do {
      (trained, targets) = try load()
    } catch let error as Interruption {
      throw error
    } catch {
      return [.missing(ids.0, title: "\(name): an episode", because: "\(error)")]
    }
    var figures: [Figure] = []
    var traces: [EpisodeTrace] = []
    for (index, (target, outcome)) in targets.prefix(Self.mostTargets).enumerated() {
      let rule = Selection.Rule(rawValue: selection ?? "") ?? .greedy
      do {
        let trace = try EpisodeTrace(
          of: trained, target: target,
          selection: Selection(rule, temperature: outcome?.temperature ?? 1), episode: 0,
          seed: UInt64(outcome?.seed ?? trained.settings.evaluation.seed), registry: registry,
          stop: stop)
        traces.append(trace)
        figures.append(film(trace, "\(ids.0)-\(index + 1)", rule, outcome))
      } catch let error as Interruption {
        throw error
      } catch {
        figures.append(
          .missing(
            "\(ids.0)-\(index + 1)", title: "\(name): an episode", because: "\(error)"))
      }
    }
    guard let model = trained.decisionTransformer else {
      let agent = trained.settings.agent.id
      return figures + [
        .missing(
          ids.1, title: "\(name): attention",
          because: "\(agent) is no sequence model, so it has no attention"),
        .missing(
          ids.2, title: "\(name): predicted return", because: "\(agent) has no return head"),
      ]
    }
    // The highest target is the one that shows what the model is for.
    let telling = traces.max { $0.target.value ?? -.infinity < $1.target.value ?? -.infinity }
    if let telling {
      figures +=
        AttentionFigures(
          trace: telling, trained: model, title: "\(title(telling)): attention", id: ids.1
        ).figures
    }
    if model.model.returnCategories.isEmpty {
      figures.append(
        .missing(
          ids.2, title: "\(name): predicted return",
          because: "the agent has no return head (agent.returnHead: categories)"))
    } else {
      for (index, trace) in traces.enumerated() {
        figures.append(prediction(trace, model, "\(ids.2)-\(index + 1)"))
      }
    }
    return figures
  }

  /// The agent, and what it was asked for.
  private func load() throws -> (TrainedAgent, [(ResolvedTarget, ReportOutcome?)]) {
    let choice = run.evaluation?.outcomes.first.flatMap {
      CheckpointChoice(rawValue: $0.checkpoint)
    }
    let evaluation = try Evaluation(of: run.folder, checkpoint: choice, registry: registry)
    let trained = evaluation.trained
    guard let outcomes = run.evaluation?.outcomes.filter({ $0.selection == selection }) else {
      return (trained, evaluation.targets.map { ($0, nil) })
    }
    let targets = try outcomes.map { outcome -> (ResolvedTarget, ReportOutcome?) in
      guard trained.policies.isConditionedOnReturns else { return (.none, outcome) }
      if case .string(let word) = outcome.asked, let target = TargetReturn(word) {
        return (try ResolvedTarget(target, data: trained.data, for: trained.policies), outcome)
      }
      return (outcome.target.map { ResolvedTarget($0) } ?? .none, outcome)
    }
    return (trained, targets)
  }

  private func title(_ trace: EpisodeTrace) -> String {
    trace.target.asked == nil
      ? name : "\(name), target \(trace.target.label { Format.number($0) })"
  }

  // MARK: Film

  private func film(
    _ trace: EpisodeTrace, _ id: String, _ rule: Selection.Rule, _ outcome: ReportOutcome?
  ) -> Figure {
    let title = title(trace)
    var table = FigureTable([
      .init("step", .count), .init("action"), .init("reward"), .init("return so far"),
    ])
    var total = 0.0
    table.append([.number(0), .nothing, .nothing, .number(0)])
    for step in 0..<trace.length {
      total += trace.rewards[step]
      table.append([
        .number(Double(step + 1)), .text(trace.actionName(at: step)),
        .number(trace.rewards[step]), .number(total),
      ])
    }
    let steps = trace.length == 1 ? "1 step" : "\(trace.length) steps"
    var caption =
      "Episode 0 of the evaluation, \(rule.rawValue): return "
      + "\(Format.number(trace.achievedReturn)) in \(steps), "
      + (trace.isSolved ? "solved." : "not solved.")
    if let outcome, outcome.hasEpisodes,
      outcome.lengths[0] != trace.length || outcome.returns[0] != trace.achievedReturn
    {
      // Beside other episodes numbers are rounded otherwise, which can decide between near equals.
      caption +=
        " Among the others it had a return of \(Format.number(outcome.returns[0])) in "
        + "\(outcome.lengths[0]) steps."
    }
    guard !trace.frames.isEmpty else {
      return Figure(
        id, title: title, caption: caption,
        .missing("\(trace.environment) has no picture"), table: table)
    }
    let film = Film(
      environment: trace.environment, actor: title, frames: Self.thinned(trace.frames))
    let columns: Double
    switch film.frames[0].look {
    case .grid(let picture): columns = Double(picture.columns)
    case .scene: columns = SceneDrawing.width
    }
    let square = min((Self.filmWidth / max(columns, 1)).rounded(.down), 30)
    let drawing = FilmDrawing(
      film, square: max(square, 4), hasCaption: true, paper: .clear, ink: ChartTheme.light.ink)
    let paper = FilmDrawing(
      film, square: max((square / 2).rounded(), 4), hasCaption: true)
    return Figure(
      id, title: title, caption: caption,
      .animation(
        drawing.animation(delay: Self.secondsPerStep),
        still: paper.sheet(of: film.spread(Self.stillFrames))), table: table)
  }

  /// Every so many frames, so that long episodes make no endless film; the last is among them.
  private static func thinned(_ frames: [Film.Frame]) -> [Film.Frame] {
    let every = (frames.count + mostFrames - 1) / mostFrames
    guard every > 1 else { return frames }
    return frames.indices.filter { $0 % every == 0 || $0 == frames.count - 1 }.map { frames[$0] }
  }

  // MARK: Predicted return

  private func prediction(
    _ trace: EpisodeTrace, _ trained: TrainedTransformer, _ id: String
  ) -> Figure {
    let model = trained.model
    let title = "\(title(trace)): predicted return"
    let length = min(trace.length, Self.mostSteps)
    let context = model.windowRequest.contextLength
    // Steps of the first window are all foreseen in it, each later one at the end of its own.
    let first = min(length, context)
    let windows = [0..<first] + (first..<length).map { $0 + 1 - context..<$0 + 1 }
    guard let batch = trace.batch(windows, for: model) else {
      return .missing(
        id, title: title,
        because: "the policy drew the returns it asked for, which nobody wrote down")
    }
    let all = model.returnProbabilities(on: batch, parameters: trained.parameters)
    let rows =
      Array(0..<first) + windows.indices.dropFirst().map { Int(batch.offsets[$0 + 1]) - 1 }
    let levels = model.returnCategories
    let foreseen = rows.enumerated().map { step, row in
      CurveChart.Point(
        Double(step), zip(levels, all[row]).reduce(0) { $0 + $1.0 * $1.1 },
        interval: Interval(
          lower: Self.quantile(0.1, levels, all[row]), upper: Self.quantile(0.9, levels, all[row])))
    }
    let came = trace.returnsToGo.prefix(length).enumerated().map {
      CurveChart.Point(Double($0.offset), $0.element)
    }
    var series = [
      CurveChart.Series("predicted", foreseen),
      CurveChart.Series("what came", came, shape: .steps),
    ]
    if model.isConditionedOnReturns {
      let asked = rows.enumerated().map { step, row in
        CurveChart.Point(Double(step), Double(batch.returnsToGo[row]))
      }
      series.append(CurveChart.Series("asked for", asked, shape: .steps))
    }
    let chart = CurveChart(
      x: Axis("step", holding: [0, Double(length - 1)], style: .count),
      y: Axis("return from here on", holding: CurveChart.heights(of: series)), series: series)
    return Figure(
      id, title: title,
      caption: "What the return head expects at each step from what has been seen so far; the band "
        + "holds 80 % of its probability.", .chart(.curves(chart)),
      table: .curves(chart, "step", interval: "80 % of the probability"))
  }

  /// The level below or at which a share of the probability is.
  private static func quantile(
    _ share: Double, _ levels: [Double], _ probabilities: [Double]
  ) -> Double {
    var sum = 0.0
    for (level, probability) in zip(levels, probabilities) {
      sum += probability
      if sum >= share - 1e-9 { return level }
    }
    return levels[levels.count - 1]
  }
}

/// A Decision Transformer and what it has learned.
struct TrainedTransformer {
  let model: DecisionTransformer
  let parameters: ParameterStore
}

extension TrainedAgent {
  /// The agent, where it is a Decision Transformer under whatever name.
  var decisionTransformer: TrainedTransformer? {
    guard case .agent(let agent, let parameters) = method,
      let model = agent as? DecisionTransformer
    else { return nil }
    return TrainedTransformer(model: model, parameters: parameters)
  }
}
