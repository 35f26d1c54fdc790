internal import Datasets
internal import Documents
internal import Environments
internal import Randomness

/// How far a collection has come.
public struct CollectionProgress: Sendable {
  public var episodes: Int
  public var totalEpisodes: Int
  public var steps: Int
}

/// What a finished collection came to.
public struct CollectionReport: Sendable, Equatable {
  /// The dataset's file or folder.
  public var path: String
  public var episodes: Int
  public var steps: Int
  /// Episodes that were durable already when an interrupted collection was taken up again.
  public var resumedEpisodes: Int
  public var seconds: Double
}

/// Plays a behaviour policy in an environment and writes every episode to a dataset.
///
/// Episode `i`'s world and policy have random streams of their own, named by the experiment's seed
/// and `i`, so a collection that was interrupted and taken up again has the same bytes as one that
/// was not. A policy that learns from episode to episode plays those that are durable again first.
public struct Collector {
  private let loaded: LoadedSettings<ExperimentSettings>
  private let registry: Registry
  private let stop: StopRequest
  private let onProgress: (CollectionProgress) -> Void

  public init(
    _ loaded: LoadedSettings<ExperimentSettings>, registry: Registry,
    stop: StopRequest = StopRequest(),
    onProgress: @escaping (CollectionProgress) -> Void = { _ in }
  ) {
    self.loaded = loaded
    self.registry = registry
    self.stop = stop
    self.onProgress = onProgress
  }

  /// Collects `dataset.episodes` episodes into `path`.
  public func collect(to path: String) throws -> CollectionReport {
    do {
      try loaded.settings.check()
      let entry: any AnyEnvironmentEntry
      do throws(ConfigurationError) {
        entry = try registry.environmentEntry(loaded.settings.environment)
      } catch { throw error.within("environment") }
      return try entry.visit(
        Visitor(
          settings: loaded.settings, registry: registry, path: path, stop: stop,
          onProgress: onProgress))
    } catch let error as ConfigurationError {
      throw loaded.locate(error)
    }
  }

  /// The loop, with the world's type known.
  private struct Visitor: EnvironmentVisitor {
    typealias Failure = any Error
    let settings: ExperimentSettings
    let registry: Registry
    let path: String
    let stop: StopRequest
    let onProgress: (CollectionProgress) -> Void

    func visit<World: Environment>(
      _ entry: EnvironmentEntry<World>
    ) throws -> CollectionReport {
      let world: World
      do throws(ConfigurationError) {
        world = try World(settings.environment.decode(as: World.Configuration.self))
      } catch { throw error.within("environment") }
      let component = settings.dataset.behaviour
      let policy: any BehaviourPolicy<World>
      do throws(ConfigurationError) {
        policy = try entry.adding([.run(registry)]).makeBehaviour(component, for: world)
      } catch { throw error.within("dataset.behaviour") }
      let header = DatasetHeader(
        environment: entry.id, environmentConfiguration: .object(settings.environment.settings),
        observationSpace: world.observationSpace, actionSpace: world.actionSpace,
        behaviourPolicy: component.document, seed: UInt64(settings.seed),
        creator: "hindsight \(Version.current)", configuration: settings.collectionConfiguration)
      return try collect(world, policy, header)
    }

    private func checkStop(_ writer: inout PartedDatasetWriter) throws {
      guard let signal = stop.signal else { return }
      try writer.suspend()
      throw Interruption(
        signal: signal,
        message: writer.durableSteps == 0
          ? "there was no whole episode to keep; the same command begins anew"
          : "\(writer.durableSteps) steps are safe; the same command goes on from there")
    }

    private func collect<World: Environment, Acting: BehaviourPolicy>(
      _ start: World, _ behaviour: Acting, _ header: DatasetHeader
    ) throws -> CollectionReport where Acting.World == World {
      let clock = Stopwatch()
      var writer = try PartedDatasetWriter(
        path: path, header: header, stepsPerPart: settings.dataset.partSteps,
        expectedEpisodes: settings.dataset.episodes)
      let resumed = writer.nextEpisode
      var world = start
      var policy = behaviour
      var row = [Float](repeating: 0, count: world.observationSpace.width)
      func observe(_ world: borrowing World, _ row: inout [Float]) {
        var span = row.mutableSpan
        world.observe(into: &span)
      }
      let total = settings.dataset.episodes
      // A policy that learns has to go through what it has learned from once more.
      var next = policy.learns ? 0 : resumed
      while next < total {
        let isNew = next >= resumed
        try checkStop(&writer)
        var seeds = RandomStream(seed: header.seed, "collection/environment", UInt64(next))
        var random = RandomStream(seed: header.seed, "collection/behaviour", UInt64(next))
        let seed = seeds.next()
        world.reset(seed: seed)
        do throws(ConfigurationError) {
          try policy.begin(world)
        } catch { throw error.within("dataset.behaviour") }
        if isNew { writer.beginEpisode(seed: seed) }
        var isDone = false
        while !isDone {
          try checkStop(&writer)
          observe(world, &row)
          let choice = policy.choose(in: world, using: &random)
          let outcome = world.step(choice.action)
          policy.observe(outcome, in: world)
          if isNew {
            writer.append(
              observation: row.span, action: choice.action, outcome: outcome,
              behaviourLogProbability: choice.logProbability)
          }
          isDone = outcome.isDone
        }
        next += 1
        guard isNew else { continue }
        observe(world, &row)
        try writer.endEpisode(
          finalObservation: row.span, isSolved: world.isSolved, component: policy.component)
        if writer.nextEpisode % 64 == 0 {
          onProgress(
            CollectionProgress(
              episodes: writer.nextEpisode, totalEpisodes: total, steps: writer.stepCount))
        }
      }
      let steps = writer.stepCount
      let path = try writer.finish()
      onProgress(CollectionProgress(episodes: total, totalEpisodes: total, steps: steps))
      return CollectionReport(
        path: path, episodes: total, steps: steps, resumedEpisodes: resumed,
        seconds: clock.seconds)
    }
  }
}
