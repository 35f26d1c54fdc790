internal import Agents
internal import Datasets
internal import Documents
internal import Environments
internal import Randomness

/// A trained run, and what it takes to ask its world exact questions.
struct AnalysedRun {
  let folder: RunFolder
  let trained: TrainedAgent
  private let registry: Registry

  /// - Parameter checkpoint: `nil` for the run's own choice.
  init(_ folder: RunFolder, checkpoint: CheckpointChoice?, registry: Registry) throws {
    self.folder = folder
    self.registry = registry
    trained = try Evaluation(of: folder, checkpoint: checkpoint, registry: registry).trained
  }

  /// Calls `body` with the run's world, its type known.
  ///
  /// - Throws: where it cannot be solved, or differs from episode to episode.
  func withWorld<Body: ExactQuestion>(_ body: Body) throws -> Body.Answer {
    let entry = try registry.environmentEntry(trained.settings.environment)
    return try entry.visit(Opening(run: self, body: body))
  }

  private struct Opening<Body: ExactQuestion>: EnvironmentVisitor {
    typealias Failure = any Error
    let run: AnalysedRun
    let body: Body

    func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws -> Body.Answer {
      guard let type = World.self as? any Solvable.Type else {
        throw ConfigurationError(
          key: "environment", found: "\(entry.id), whose hidden states cannot be listed",
          expected: "an environment that can be solved exactly")
      }
      return try open(type, entry)
    }

    private func open<World: Solvable>(
      _ type: World.Type, _ anyEntry: any AnyEnvironmentEntry
    ) throws -> Body.Answer {
      guard let entry = anyEntry as? EnvironmentEntry<World> else {
        preconditionFailure("\(anyEntry.id) is not an entry of \(type)")
      }
      let settings = run.trained.settings
      let world: World
      do throws(ConfigurationError) {
        world = try World(settings.environment.decode(as: World.Configuration.self))
      } catch { throw error.within("environment") }
      guard !world.isSolvedPerEpisode else {
        throw ConfigurationError(
          key: "environment", found: "\(entry.id), whose rules are drawn for every episode",
          expected: "an environment that can be solved once for all")
      }
      return try body.answer(
        about: SolvableRun(
          run: run, world: world, entry: entry.adding([.run(run.registry)])))
    }
  }
}

/// A question about a run whose world can be solved exactly.
protocol ExactQuestion {
  associatedtype Answer
  func answer<World: Solvable>(about run: SolvableRun<World>) throws -> Answer
}

/// A run with its world, solver and behaviour policy.
struct SolvableRun<World: Solvable> {
  let run: AnalysedRun
  let world: World
  private let entry: EnvironmentEntry<World>

  init(run: AnalysedRun, world: World, entry: EnvironmentEntry<World>) {
    (self.run, self.world, self.entry) = (run, world, entry)
  }

  private var component: Component { run.trained.settings.dataset.behaviour }

  private func makeBehaviour() throws(ConfigurationError) -> any BehaviourPolicy<World> {
    do throws(ConfigurationError) {
      return try entry.makeBehaviour(component, for: world)
    } catch { throw error.within("dataset.behaviour") }
  }

  /// The data's policy, or the policies of which one acts in each of its episodes.
  ///
  /// - Throws: where what they do depends on more than hidden state and time.
  func behaviour() throws -> ExactBehaviour<World> {
    var policy = try makeBehaviour()
    try policy.begin(world)
    guard let exact = ExactBehaviour(policy) else {
      throw refusal(expecting: "a policy that depends on hidden state and time alone")
    }
    return exact
  }

  /// The probabilities with which the data's policy acts.
  ///
  /// - Throws: where they depend on more than hidden state and time, or several policies act.
  func policy() throws -> ExactBehaviour<World>.Policy {
    let exact = try behaviour()
    guard exact.components.count == 1 else {
      throw refusal(expecting: "one policy that acts in all episodes")
    }
    return exact.components[0].policy
  }

  private func refusal(expecting expected: String) -> ConfigurationError {
    ConfigurationError(
      key: "dataset.behaviour.id", found: component.id, expected: expected, suggestion: "random")
  }

  /// New episodes of the data's policy, none of which the run has seen.
  func playBehaviour(episodes: Int, seed: UInt64, stop: StopRequest) throws -> Dataset {
    let header = DatasetHeader(
      environment: entry.id,
      environmentConfiguration: .object(run.trained.settings.environment.settings),
      observationSpace: world.observationSpace, actionSpace: world.actionSpace,
      behaviourPolicy: component.document,
      // Another stream than that of any collection.
      seed: seed ^ 0x5EED_0F_A4A1_7515, creator: "hindsight \(Version.current)",
      configuration: run.trained.settings.collectionConfiguration)
    func play<Acting: BehaviourPolicy>(_ policy: Acting) throws -> Dataset?
    where Acting.World == World {
      var player = EpisodePlayer(world, policy, header: header)
      return try player.play(0..<episodes, stop: stop)
    }
    guard let dataset = try play(makeBehaviour()) else { throw Self.interruption(stop) }
    return dataset
  }

  /// The hidden states of recorded episodes, `[E][length + 1]`, by playing them again.
  func states(of dataset: Dataset) -> [[World.State]] {
    var world = world
    return (0..<dataset.episodeCount).map { episode in
      let recorded = RecordedActions(
        dataset[episode: episode], number: episode, of: run.folder.path,
        actionSpace: world.actionSpace)
      world.reset(seed: recorded.seed)
      var states = [world.state]
      while let action = recorded.action(at: states.count - 1) {
        _ = world.step(action)
        states.append(world.state)
      }
      return states
    }
  }

  static func interruption(_ stop: StopRequest) -> Interruption {
    Interruption(signal: stop.signal ?? 0, message: "the analysis was stopped; nothing was written")
  }
}
