internal import Agents
internal import Datasets
internal import Environments

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// How far a run's policy is from what it is meant to learn, the exact conditional of the behaviour
/// policy's actions (`ReturnConditional`), in new episodes of that policy:
///
///     mean over steps of Σ_a P(a | s_t, t, g_t) · ln(P(a | s_t, t, g_t) / π(a | history, g_0))
///
/// where `g_t` is the return that was really still to come and the policy was asked for the episode's
/// whole return. Where one of several policies acts in each episode, the conditional is that of who
/// has seen the episode so far (`MixtureConditional`). In nats per step: over all episodes and over those with the best return. Beside it
/// the same distance of the behaviour policy, which knows nothing of the return: how much there was
/// to learn.
public struct ConditionalAnalysis {
  public var episodes = 2000
  public var seed: UInt64 = 0
  public var threads = 1
  public var stop = StopRequest()
  private let registry: Registry

  public init(registry: Registry) { self.registry = registry }

  public func rows(
    of folder: RunFolder, checkpoint: CheckpointChoice? = nil
  ) throws -> [AnalysisRow] {
    try AnalysedRun(folder, checkpoint: checkpoint, registry: registry).withWorld(
      Question(analysis: self))
  }

  private struct Question: ExactQuestion {
    let analysis: ConditionalAnalysis

    func answer<World: Solvable>(about run: SolvableRun<World>) throws -> [AnalysisRow] {
      let conditional = try MixtureConditional(Solver(run.world), under: run.behaviour())
      let dataset = try run.playBehaviour(
        episodes: analysis.episodes, seed: analysis.seed, stop: analysis.stop)
      let returns = dataset.episodeReturns
      // Episodes that are asked for the same return are followed together.
      let levels = Set(returns).sorted()
      var all = Sums()
      var best = Sums()
      for level in levels {
        let part = dataset.keeping(episodes: returns.indices.filter { returns[$0] == level })
        let sums = try measure(part, asked: level, run, conditional)
        all.add(sums)
        best = sums
      }
      return [
        AnalysisRow(
          run.run.folder,
          [
            ("divergence", all.mean(\.divergence)),
            ("divergence_of_behaviour", all.mean(\.behaviour)),
            ("divergence_at_best_return", best.mean(\.divergence)),
            ("divergence_of_behaviour_at_best_return", best.mean(\.behaviour)),
            ("best_return", levels.last), ("episodes", Double(all.episodes)),
            ("episodes_at_best_return", Double(best.episodes)),
          ])
      ]
    }

    private struct Sums {
      var divergence = 0.0
      var behaviour = 0.0
      var steps = 0
      var episodes = 0

      mutating func add(_ other: Sums) {
        divergence += other.divergence
        behaviour += other.behaviour
        steps += other.steps
        episodes += other.episodes
      }

      func mean(_ sum: KeyPath<Sums, Double>) -> Double? {
        steps == 0 ? nil : self[keyPath: sum] / Double(steps)
      }
    }

    private func measure<World: Solvable>(
      _ dataset: Dataset, asked: Double, _ run: SolvableRun<World>,
      _ conditional: MixtureConditional<World>
    ) throws -> Sums {
      let policies = run.run.trained.policies
      let decisions = try ActionProbabilities(
        of: policies, on: dataset,
        prompt: policies.isConditionedOnReturns ? .targetReturn(asked) : .none,
        selection: Selection(.sampled), isAskedAtEnds: false, threads: analysis.threads)
      guard decisions.isDiscrete else { throw OffPolicyError.continuousActions }
      let states = run.states(of: dataset)
      var sums = Sums()
      for episode in 0..<dataset.episodeCount {
        if analysis.stop.signal != nil { throw SolvableRun<World>.interruption(analysis.stop) }
        sums.episodes += 1
        var acting = conditional.priors
        for (time, step) in dataset.steps(ofEpisode: episode).enumerated() {
          let state = states[episode][time]
          let behaviour = conditional.probabilities(in: state, at: time, weights: acting)
          let exact = conditional.probabilities(
            in: state, at: time, returnToGo: dataset.returnsToGo[step], weights: acting)
          conditional.update(
            &acting, with: dataset.actions[0].integer(at: step), in: state, at: time)
          guard let exact else { continue }
          sums.steps += 1
          sums.divergence += divergence(
            exact, decisions.row(episode: episode, time: time).map(Double.init))
          sums.behaviour += divergence(exact, behaviour)
        }
      }
      return sums
    }

    private func divergence(_ p: [Double], _ q: [Double]) -> Double {
      zip(p, q).reduce(0) { $0 + ($1.0 > 0 ? $1.0 * log($1.0 / max($1.1, 1e-12)) : 0) }
    }
  }
}
