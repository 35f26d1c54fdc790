internal import Datasets
public import Documents
internal import Environments

/// Which of the hidden states that can be reached, and of the actions in them, a dataset has tried.
///
/// Episodes are played again from their seeds with their actions, which shows the hidden states; the
/// solver says which ones can be reached at all. This is the one place where inspecting meets the
/// solver.
public struct StateActionCoverage: Sendable, Equatable {
  /// States in which an action can be taken within the horizon, whatever the time.
  public var reachableStates: Int
  public var visitedStates: Int
  /// Pairs of a state and an action.
  public var reachablePairs: Int
  public var visitedPairs: Int

  /// Most states of a solution, each counted once for every step in which it can be reached.
  static let stateLimit = 400_000

  public var document: Document {
    [
      "reachable_states": .integer(reachableStates), "visited_states": .integer(visitedStates),
      "reachable_pairs": .integer(reachablePairs), "visited_pairs": .integer(visitedPairs),
    ]
  }

  /// Why there is no coverage, in words that follow "unknown: ".
  struct Unknown: Error {
    var reason: String
  }

  /// Finds the dataset's world in the registry and measures.
  static func measure(_ dataset: Dataset, registry: Registry) throws(Unknown) -> Self {
    let header = dataset.header
    guard let entry = registry.environments[header.environment] else {
      throw Unknown(reason: "\(header.environment) is no environment of this program")
    }
    guard case .object(let settings) = header.environmentConfiguration else {
      throw Unknown(reason: "the environment's settings are not known")
    }
    return try entry.visit(
      Visitor(
        dataset: dataset,
        component: Component("environment", id: header.environment, settings: settings)))
  }

  private struct Visitor: EnvironmentVisitor {
    typealias Failure = Unknown
    let dataset: Dataset
    let component: Component

    func visit<World: Environment>(
      _ entry: EnvironmentEntry<World>
    ) throws(Unknown) -> StateActionCoverage {
      let world: World
      do throws(ConfigurationError) {
        world = try World(component.decode(as: World.Configuration.self))
      } catch {
        throw Unknown(reason: "the environment does not take the dataset's settings any more")
      }
      guard let solvable = world as? any Solvable else {
        throw Unknown(reason: "the environment's hidden states cannot be listed")
      }
      return try measure(solvable)
    }

    private func measure<World: Solvable>(_ start: World) throws(Unknown) -> StateActionCoverage {
      guard !start.isSolvedPerEpisode else {
        throw Unknown(reason: "each episode has hidden states of its own")
      }
      let solver: Solver<World>
      do throws(SolverError) {
        solver = try Solver(start, stateLimit: StateActionCoverage.stateLimit)
      } catch {
        throw Unknown(reason: "\(error)")
      }
      var reachable: Set<World.State> = []
      _ = solver.evaluate { state, time in
        reachable.insert(state)
        return solver.uniformly(state, time)
      }
      var visited: [World.State: Set<Int>] = [:]
      try replay(start) { state, action in visited[state, default: []].insert(action) }
      return StateActionCoverage(
        reachableStates: reachable.count,
        visitedStates: visited.keys.count { reachable.contains($0) },
        reachablePairs: reachable.count * solver.actionCount,
        visitedPairs: visited.reduce(0) { $0 + (reachable.contains($1.key) ? $1.value.count : 0) })
    }

    /// Plays every episode again; where the world pays otherwise than was recorded, it is another.
    private func replay<World: Solvable>(
      _ start: World, _ visit: (World.State, Int) -> Void
    ) throws(Unknown) {
      guard case .discrete = dataset.header.actionSpace else {
        throw Unknown(reason: "the actions are not choices")
      }
      var world = start
      for number in 0..<dataset.episodeCount {
        let episode = dataset[episode: number]
        world.reset(seed: episode.seed)
        for step in 0..<episode.length {
          let action = episode.actions[0].integer(at: step)
          visit(world.state, action)
          let outcome = world.step(.discrete(action))
          guard outcome.reward == episode.rewards[step],
            outcome.isDone == (step == episode.length - 1)
              || (step == episode.length - 1 && !episode.isTerminated && !episode.isTruncated)
          else {
            throw Unknown(
              reason: "episode \(number), played again from its seed, goes otherwise than recorded")
          }
        }
      }
    }
  }
}
