public import Documents
internal import Environments
internal import Files

/// What a solver says about an environment, or about some of its episodes.
public struct ExactSolution: Sendable {
  /// The environment's identifier and settings.
  public let environment: Component
  /// The policy under which returns were worked out.
  public let behaviour: Component
  /// Bytes.
  public let memoryLimit: Int
  /// Whether the rules belong to the episode, so that each one has answers of its own.
  public let isPerEpisode: Bool
  /// One per seed where the rules belong to the episode, else one for all.
  public internal(set) var episodes: [EpisodeAnswers]

  /// The mean of a number over the episodes, or `nil` where one of them has none.
  public func mean(_ value: (EpisodeAnswers) -> Double?) -> Double? {
    let values = episodes.compactMap(value)
    return values.count == episodes.count && !values.isEmpty
      ? values.reduce(0, +) / Double(values.count) : nil
  }
}

/// What a solver says about one episode, or about all of them.
public struct EpisodeAnswers: Sendable, Equatable {
  /// The episode's seed, or `nil` where the answers hold for all.
  public var seed: UInt64?
  /// Hidden states that an episode can be in while it lasts.
  public var states: Int
  /// Bytes that their table takes.
  public var bytes: Int
  public var isDeterministic: Bool
  public var optimalReturn: Double
  public var randomReturn: Double
  /// Fewest steps to accomplish the task, or `nil` where that is impossible.
  public var shortestSolution: Int?
  /// The same from the start that is farthest.
  public var longestSolution: Int?
  /// Returns an episode can have under the behaviour policy, ascending; `nil` where left out.
  public var returns: [Return]?
  public var omitted: [Omission] = []
  public var seconds: Double

  public struct Return: Sendable, Equatable {
    public var value: Double
    public var probability: Double
  }

  /// An answer that had to be left out.
  public struct Omission: Sendable, Equatable {
    public var answer: String
    public var reason: String
    /// What it would take, where that is known.
    public var bytes: Int?
  }

  /// The behaviour policy's expected return.
  public var behaviourReturn: Double? {
    returns?.reduce(0) { $0 + $1.value * $1.probability }
  }
}

/// Solves an environment.
public struct ExactSolving {
  private let loaded: LoadedSettings<ExperimentSettings>
  private let registry: Registry

  /// - Parameters:
  ///   - name: an environment's identifier, or an experiment's YAML file.
  ///   - overrides: `key.path=value`, laid over the settings.
  public init(_ name: String, overrides: [String] = [], registry: Registry) throws {
    self.registry = registry
    let isFile =
      [".yaml", ".yml"].contains { name.hasSuffix($0) }
      || (registry.environments[name] == nil && FileStatus.kind(of: name) == .file)
    if isFile {
      loaded = try Experiment(path: name, overrides: overrides, registry: registry).loaded
    } else {
      loaded = try SettingsLoader(ExperimentSettings.self, catalogue: registry.catalogue).load(
        ["environment": .string(name)], overrides: overrides)
    }
  }

  /// - Parameters:
  ///   - seeds: the episodes to solve where rules belong to the episode.
  ///   - memoryLimit: bytes.
  public func solve(
    seeds: [UInt64], memoryLimit: Int, stop: StopRequest = StopRequest(),
    onProgress: (_ done: Int) -> Void = { _ in }
  ) throws -> ExactSolution {
    do {
      let component = loaded.settings.environment
      let entry: any AnyEnvironmentEntry
      do throws(ConfigurationError) {
        entry = try registry.environmentEntry(component)
      } catch { throw error.within("environment") }
      return try withoutActuallyEscaping(onProgress) { onProgress in
        try entry.visit(
          Visitor(
            settings: loaded.settings, registry: registry, seeds: seeds, memoryLimit: memoryLimit,
            stop: stop, onProgress: onProgress))
      }
    } catch let error as ConfigurationError {
      throw loaded.locate(error)
    }
  }

  private struct Visitor: EnvironmentVisitor {
    typealias Failure = any Error
    let settings: ExperimentSettings
    let registry: Registry
    let seeds: [UInt64]
    let memoryLimit: Int
    let stop: StopRequest
    let onProgress: (Int) -> Void

    func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws -> ExactSolution {
      guard let type = World.self as? any Solvable.Type else {
        throw ConfigurationError(
          key: "environment", found: "\(entry.id), whose hidden states cannot be listed",
          expected: "an environment that can be solved exactly")
      }
      return try open(type, entry)
    }

    private func open<World: Solvable>(
      _ type: World.Type, _ anyEntry: any AnyEnvironmentEntry
    ) throws -> ExactSolution {
      guard let entry = anyEntry as? EnvironmentEntry<World> else {
        preconditionFailure("\(anyEntry.id) is not an entry of \(type)")
      }
      var world: World
      do throws(ConfigurationError) {
        world = try World(settings.environment.decode(as: World.Configuration.self))
      } catch { throw error.within("environment") }
      var solution = ExactSolution(
        environment: settings.environment, behaviour: settings.dataset.behaviour,
        memoryLimit: memoryLimit, isPerEpisode: world.isSolvedPerEpisode, episodes: [])
      guard world.isSolvedPerEpisode else {
        solution.episodes = [try answers(about: world, of: entry, seed: nil)]
        return solution
      }
      for (index, seed) in seeds.enumerated() {
        if let signal = stop.signal {
          throw Interruption(signal: signal, message: "nothing was solved to the end")
        }
        world.reset(seed: seed)
        solution.episodes.append(try answers(about: world, of: entry, seed: seed))
        onProgress(index + 1)
      }
      return solution
    }

    private func answers<World: Solvable>(
      about world: World, of entry: EnvironmentEntry<World>, seed: UInt64?
    ) throws -> EpisodeAnswers {
      let clock = Stopwatch()
      let solver = try Solver(world, memoryLimit: memoryLimit)
      let paths = solver.stepsToSolve()
      var answers = EpisodeAnswers(
        seed: seed, states: solver.stateCount, bytes: solver.bytes,
        isDeterministic: solver.isDeterministic, optimalReturn: solver.optimalReturn(),
        randomReturn: 0, shortestSolution: paths.shortest, longestSolution: paths.longest,
        seconds: 0)
      do {
        answers.returns = try solver.returnDistribution(under: behaviour(world, of: entry)).map {
          .init(value: $0.value, probability: $0.probability)
        }
      } catch let error as SolverError {
        answers.omitted.append(omission("returns", error))
      }
      // The random policy's returns say its mean already.
      let isRandom = settings.dataset.behaviour.id == "random"
      answers.randomReturn = (isRandom ? answers.behaviourReturn : nil) ?? solver.randomReturn()
      if let error = solver.missingTables { answers.omitted.append(omission("values", error)) }
      answers.seconds = clock.seconds
      return answers
    }

    private func omission(_ answer: String, _ error: SolverError) -> EpisodeAnswers.Omission {
      var omission = EpisodeAnswers.Omission(answer: answer, reason: "\(error)", bytes: nil)
      if case .tablesTooLarge(_, let bytes, _) = error { omission.bytes = bytes }
      return omission
    }

    /// The behaviour policy, begun with the episode that `world` was reset to.
    private func behaviour<World: Solvable>(
      _ world: World, of entry: EnvironmentEntry<World>
    ) throws(ConfigurationError) -> ExactBehaviour<World> {
      let component = settings.dataset.behaviour
      do throws(ConfigurationError) {
        var policy = try entry.adding([.run(registry)]).makeBehaviour(component, for: world)
        try policy.begin(world)
        guard let exact = ExactBehaviour(policy) else {
          throw ConfigurationError(
            key: "id", found: component.id,
            expected: "a policy that depends on hidden state and time alone", suggestion: "random")
        }
        return exact
      } catch { throw error.within("dataset.behaviour") }
    }
  }
}
