internal import Documents
internal import Environments
internal import Files

/// Solves an environment.
public struct ExactSolving {
  private let loaded: LoadedSettings<ExperimentSettings>
  private let registry: Registry

  /// - Parameters:
  ///   - name: an environment's identifier, a layout file, or an experiment's YAML file.
  ///   - overrides: `key.path=value`, laid over the settings.
  public init(_ name: String, overrides: [String] = [], registry: Registry) throws {
    self.registry = registry
    let isFile =
      [".yaml", ".yml"].contains { name.hasSuffix($0) }
      || (registry.environments[name] == nil && FileStatus.kind(of: name) == .file)
    if isFile, !LayoutFile.isLayout(at: name) {
      loaded = try Experiment(path: name, overrides: overrides, registry: registry).loaded
    } else {
      loaded = try SettingsLoader(ExperimentSettings.self, catalogue: registry.catalogue).load(
        ["environment": .string(name)], overrides: overrides)
    }
  }

  /// - Parameters:
  ///   - seeds: the episodes to solve where rules belong to the episode.
  ///   - memoryLimit: bytes.
  ///   - onRemark: told early what will be worked out, where that takes long.
  public func solve(
    seeds: [UInt64], memoryLimit: Int, stop: StopRequest = StopRequest(),
    onProgress: (_ done: Int) -> Void = { _ in }, onRemark: (String) -> Void = { _ in }
  ) throws -> ExactSolution {
    do {
      let component = loaded.settings.environment
      let entry: any AnyEnvironmentEntry
      do throws(ConfigurationError) {
        entry = try registry.environmentEntry(component)
      } catch { throw error.within("environment") }
      return try withoutActuallyEscaping(onProgress) { onProgress in
        try withoutActuallyEscaping(onRemark) { onRemark in
          try entry.visit(
            Visitor(
              settings: loaded.settings, registry: registry, seeds: seeds, memoryLimit: memoryLimit,
              stop: stop, onProgress: onProgress, onRemark: onRemark))
        }
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
    let onRemark: (String) -> Void

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
      try EpisodeSolving(
        world, of: entry.adding([.run(registry)]), seed: seed, memoryLimit: memoryLimit,
        behaviour: settings.dataset.behaviour, stop: stop, onRemark: onRemark
      ).answers()
    }
  }
}
