internal import Agents
internal import Datasets
public import Documents
internal import Environments
internal import Reports
internal import TensorCore

/// A Decision Transformer as a critic (Chen et al., 2021, section 5.5): what it expects of an episode
/// while it goes on, against the exact expectation under the behaviour policy, and where it looks.
///
/// New episodes of the behaviour policy are shown to the model, whose return head says
/// `E[R | history]` at every step; the solver knows `E[R | state, time]`.
///
/// - `auroc_…` at the first step of a phase: how well the prediction tells episodes with an exact
///   expectation above the mean of that step from the others, 0.5 by chance.
/// - `correlation`, `mean_absolute_error`: of prediction and exact expectation over all steps.
/// - `squared_error`, `squared_error_exact`: to the return that came, which for returns of 0 and 1 is
///   Brier's score, and the same of the exact expectation, which nothing can beat.
/// - `calibration_error`: over ten bins of equal count by prediction, the mean of |mean prediction −
///   mean return|.
/// - `key_step_in_top_3`: of the solved episodes, the share in which the step that raised the exact
///   expectation most before the last phase (or the one after it, which shows what changed) is among
///   the three of its phase that the last phase's observation tokens attend to most, over all heads
///   and layers; `…_by_chance` what equal attention to all would give.
public struct CriticAnalysis {
  public var episodes = 2000
  public var seed: UInt64 = 0
  public var stop = StopRequest()
  private let registry: Registry

  public init(registry: Registry) { self.registry = registry }

  /// - Returns: the measures, and curves by step as a document.
  public func rows(
    of folder: RunFolder, checkpoint: CheckpointChoice? = nil
  ) throws -> (rows: [AnalysisRow], curves: Document) {
    try AnalysedRun(folder, checkpoint: checkpoint, registry: registry).withWorld(
      Question(analysis: self))
  }

  private struct Question: ExactQuestion {
    let analysis: CriticAnalysis

    func answer<World: Solvable>(
      about run: SolvableRun<World>
    ) throws -> (rows: [AnalysisRow], curves: Document) {
      let (model, parameters) = try critic(run.run)
      let exact = try Solver(run.world).evaluate(run.policy())
      let dataset = try run.playBehaviour(
        episodes: analysis.episodes, seed: analysis.seed, stop: analysis.stop)
      let states = run.states(of: dataset)
      let starts = (run.world as? any PhasedEnvironment)?.phaseStarts ?? [0]
      var record = CriticRecord()
      var gaze = Gaze(phaseStarts: starts)
      let sampler = try WindowSampler(
        dataset, summary: run.run.trained.data,
        request: WindowRequest(contextLength: run.run.trained.data.horizon), seed: 0)
      for first in stride(from: 0, to: dataset.episodeCount, by: 32) {
        if analysis.stop.signal != nil { throw SolvableRun<World>.interruption(analysis.stop) }
        let episodes = Array(first..<min(first + 32, dataset.episodeCount))
        var batch = SequenceBatch()
        sampler.fill(&batch, episodes: episodes, starts: episodes.map { _ in 0 })
        let beliefs = model.returnProbabilities(on: batch, parameters: parameters)
        var expectations: [[Double]] = []
        for (window, episode) in episodes.enumerated() {
          let steps = dataset.steps(ofEpisode: episode)
          var known: [Double] = []
          for (time, step) in steps.enumerated() {
            let belief = beliefs[Int(batch.offsets[window]) + time]
            let predicted = zip(belief, model.returnCategories).reduce(0) { $0 + $1.0 * $1.1 }
            let expected = exact.expectedReturn(from: states[episode][time], at: time) ?? 0
            known.append(expected)
            record.add(
              time: time, predicted: predicted, exact: expected, came: dataset.returnsToGo[step],
              isSolved: dataset.isSolved?[episode] ?? false)
          }
          expectations.append(known)
        }
        let solved = episodes.indices.filter { dataset.isSolved?[episodes[$0]] ?? false }
        if !solved.isEmpty && starts.count > 1 {
          var shown = SequenceBatch()
          sampler.fill(
            &shown, episodes: solved.map { episodes[$0] }, starts: solved.map { _ in 0 })
          gaze.add(
            model.attentionWeights(on: shown, parameters: parameters), of: model,
            expectations: solved.map { expectations[$0] })
        }
      }
      return (
        [AnalysisRow(run.run.folder, record.measures(phaseStarts: starts) + gaze.measures)],
        record.curves
      )
    }

    private func critic(_ run: AnalysedRun) throws -> (DecisionTransformer, ParameterStore) {
      guard case .agent(let agent, let parameters) = run.trained.method,
        let model = agent as? DecisionTransformer
      else {
        throw ConfigurationError(
          key: "agent.id", found: run.trained.settings.agent.id,
          expected: "a Decision Transformer with returnHead: categories")
      }
      guard !model.returnCategories.isEmpty else {
        throw ConfigurationError(
          key: "agent.returnHead", found: "none",
          expected: "categories: a critic must predict returns")
      }
      guard !model.isConditionedOnReturns else {
        throw ConfigurationError(
          key: "agent.conditioning", found: "return",
          expected: "none: a critic that is told the return has nothing to predict")
      }
      guard model.windowRequest.contextLength >= run.trained.data.horizon else {
        throw ConfigurationError(
          key: "agent.contextLength", found: "\(model.windowRequest.contextLength)",
          expected: "\(run.trained.data.horizon), whole episodes")
      }
      return (model, parameters)
    }
  }
}
