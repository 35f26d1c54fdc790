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

  /// Bytes that the list of reachable states may take: looking at a dataset should take seconds.
  static let memoryLimit = 200_000_000

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
  static func measure(_ reader: DatasetReader, registry: Registry) throws -> Self {
    let header = reader.header
    guard let entry = registry.environments[header.environment] else {
      throw Unknown(reason: "\(header.environment) is no environment of this program")
    }
    guard case .object(let settings) = header.environmentConfiguration else {
      throw Unknown(reason: "the environment's settings are not known")
    }
    return try entry.visit(
      Visitor(
        reader: reader,
        component: Component("environment", id: header.environment, settings: settings)))
  }

  private struct Visitor: EnvironmentVisitor {
    typealias Failure = any Error
    let reader: DatasetReader
    let component: Component

    func visit<World: Environment>(
      _ entry: EnvironmentEntry<World>
    ) throws -> StateActionCoverage {
      let world: World
      do throws(ConfigurationError) {
        world = try World(component.decode(as: World.Configuration.self))
      } catch {
        throw Unknown(reason: "the environment does not take the dataset's settings any more")
      }
      guard reader.header.canBeReplayed(in: world) else {
        throw Unknown(reason: "the environment has other observations or actions")
      }
      guard let solvable = world as? any Solvable else {
        throw Unknown(reason: "the environment's hidden states cannot be listed")
      }
      return try measure(solvable)
    }

    private func measure<World: Solvable>(_ start: World) throws -> StateActionCoverage {
      guard !start.isSolvedPerEpisode else {
        throw Unknown(reason: "each episode has hidden states of its own")
      }
      let solver: Solver<World>
      do throws(SolverError) {
        solver = try Solver(start, memoryLimit: StateActionCoverage.memoryLimit)
      } catch {
        throw Unknown(reason: "\(error)")
      }
      var visited: [World.State: Set<Int>] = [:]
      try replay(start) { state, action in visited[state, default: []].insert(action) }
      let known = visited.filter { solver.contains($0.key) }
      return StateActionCoverage(
        reachableStates: solver.stateCount, visitedStates: known.count,
        reachablePairs: solver.stateCount * solver.actionCount,
        visitedPairs: known.values.reduce(0) { $0 + $1.count })
    }

    /// Plays every episode again; where the world pays otherwise than was recorded, it is another.
    private func replay<World: Solvable>(
      _ start: World, _ visit: (World.State, Int) -> Void
    ) throws {
      guard case .discrete = reader.header.actionSpace else {
        throw Unknown(reason: "the actions are not choices")
      }
      var world = start
      var deviating: Int?
      try reader.forEachBlock(of: [.actions, .rewards, .episodeSeeds]) { block, first in
        for episode in 0..<block.episodeCount where deviating == nil {
          if !replay(episode, of: block, in: &world, visit) { deviating = first + episode }
        }
      }
      if let deviating {
        throw Unknown(
          reason: "episode \(deviating), played again from its seed, goes otherwise than recorded")
      }
    }

    /// - Returns: whether the episode goes as it was recorded.
    private func replay<World: Solvable>(
      _ episode: Int, of block: Dataset, in world: inout World, _ visit: (World.State, Int) -> Void
    ) -> Bool {
      let steps = block.steps(ofEpisode: episode)
      world.reset(seed: block.episodeSeeds[episode])
      for step in steps {
        let action = block.actions[0].integer(at: step)
        visit(world.state, action)
        let outcome = world.step(.discrete(action))
        let isLast = step == steps.upperBound - 1
        guard outcome.reward == block.rewards[step],
          outcome.isDone == isLast || (isLast && !block.isFinished(episode: episode))
        else { return false }
      }
      return true
    }
  }
}
