internal import Agents
internal import Environments
internal import Reports

/// From which start states a run acts optimally, against the exact solver: the question of the
/// shortest path (Chen et al., 2021, figure 2).
///
/// The policy is asked in every way it can be: told the best return that its start state allows,
/// told the best of the data, or left to draw one itself. An episode is optimal where its return is
/// the best possible from its start state. `optimal_starts` is the share of start states from which
/// at least half of the episodes are, `optimal_episodes` the share of episodes.
public struct StartAnalysis {
  /// From each start state.
  public var episodes = 10
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

  /// Seeds that are tried until every start state was seen.
  private static let mostSeeds: UInt64 = 100_000

  private struct Question: ExactQuestion {
    let analysis: StartAnalysis

    func answer<World: Solvable>(about run: SolvableRun<World>) throws -> [AnalysisRow] {
      let values = try Solver(run.world).values()
      let starts = Self.seeds(of: run.world)
      let best = starts.map { values.value(of: $0.state, at: 0) ?? 0 }
      let trained = run.run.trained
      var rows: [AnalysisRow] = []
      for (name, prompt) in Self.prompts(of: trained.policies) {
        for rule in [Selection.Rule.greedy, .sampled] {
          let tasks = starts.indices.flatMap { start in
            (0..<analysis.episodes).map { episode in
              RolloutTask(
                prompt: prompt(best[start]), environmentSeed: starts[start].seed,
                policySeed: analysis.seed &+ UInt64(start * analysis.episodes + episode))
            }
          }
          let results = Rollout(
            policies: trained.policies, environment: run.world, lanes: 64, threads: analysis.threads
          ).play(tasks, selection: Selection(rule), stop: analysis.stop)
          if analysis.stop.signal != nil { throw SolvableRun<World>.interruption(analysis.stop) }
          rows.append(
            AnalysisRow(run.run.folder, asked: "\(name), \(rule.rawValue)", measures(results, best))
          )
        }
      }
      return rows
    }

    private func measures(_ results: [RolloutResult], _ best: [Double]) -> Measures {
      var (starts, episodes, regret, length) = (0, 0, 0.0, 0)
      for (start, best) in best.enumerated() {
        let own = results[(start * analysis.episodes)..<((start + 1) * analysis.episodes)]
        let optimal = own.count {
          $0.achievedReturn >= best - 1e-9 * max(1, abs(best))
        }
        if 2 * optimal >= own.count { starts += 1 }
        episodes += optimal
        for result in own { regret += best - result.achievedReturn }
        length += own.reduce(0) { $0 + $1.length }
      }
      let count = Double(max(results.count, 1))
      return [
        ("start_states", Double(best.count)),
        ("optimal_starts", Double(starts) / Double(max(best.count, 1))),
        ("optimal_episodes", Double(episodes) / count), ("mean_regret", regret / count),
        ("mean_length", Double(length) / count),
      ]
    }

    /// Ways to ask, each making a prompt of the best return from the start state.
    private static func prompts(
      of policies: PolicySource
    ) -> [(name: String, prompt: (Double) -> Prompt)] {
      guard policies.isConditionedOnReturns else { return [("nothing", { _ in .none })] }
      var prompts: [(name: String, prompt: (Double) -> Prompt)] = [
        ("the best return", { .targetReturn($0) }), ("the data's best", { _ in .none }),
      ]
      if policies.canSampleReturns { prompts.append(("a drawn return", { _ in .sampledReturn })) }
      return prompts
    }

    /// A seed for each start state, in the order in which seeds from 0 show them.
    private static func seeds<World: Solvable>(
      of world: World
    ) -> [(state: World.State, seed: UInt64)] {
      var world = world
      let wanted = world.startStates().count
      var seen: Set<World.State> = []
      var starts: [(state: World.State, seed: UInt64)] = []
      for seed in 0..<mostSeeds where starts.count < wanted {
        world.reset(seed: seed)
        if seen.insert(world.state).inserted { starts.append((world.state, seed)) }
      }
      return starts
    }
  }
}
