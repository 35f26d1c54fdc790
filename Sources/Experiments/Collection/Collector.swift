internal import Datasets
internal import Documents
internal import Environments
internal import Parallel
internal import Synchronization

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
  private let threads: Int
  private let stop: StopRequest
  private let onProgress: (CollectionProgress) -> Void

  public init(
    _ loaded: LoadedSettings<ExperimentSettings>, registry: Registry, threads: Int = 1,
    stop: StopRequest = StopRequest(),
    onProgress: @escaping (CollectionProgress) -> Void = { _ in }
  ) {
    self.loaded = loaded
    self.registry = registry
    self.threads = threads
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
          settings: loaded.settings, registry: registry, path: path, threads: threads, stop: stop,
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
    let threads: Int
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

    /// Episodes that a thread plays in one go, at most, and how often it does so before what was
    /// played is written: enough that threads seldom wait for each other. Slow episodes make
    /// smaller blocks, so that progress shows.
    private static let largestBlock = 16
    private static let blocksPerThread = 4

    /// Plays a block, and gives back who recorded it, or `nil` where a request to stop cut it short.
    private static func record<World: Environment>(
      _ episodes: Range<Int>, by player: consuming EpisodePlayer<World>, _ stop: StopRequest
    ) -> Result<EpisodePlayer<World>?, ConfigurationError> {
      do throws(ConfigurationError) {
        return .success(try player.record(episodes, stop: stop) ? player : nil)
      } catch { return .failure(error) }
    }

    private func collect<World: Environment>(
      _ start: World, _ behaviour: any BehaviourPolicy<World>, _ header: DatasetHeader
    ) throws -> CollectionReport {
      let clock = Stopwatch()
      var writer = try PartedDatasetWriter(
        path: path, header: header, stepsPerPart: settings.dataset.partSteps,
        expectedEpisodes: settings.dataset.episodes)
      let resumed = writer.nextEpisode
      let total = settings.dataset.episodes
      let pool = WorkerPool(threads: behaviour.learns ? 1 : threads)
      let newcomer = EpisodePlayer(start, behaviour, header: header)
      // Whoever has played has memory that the next block uses again, and what was seen often.
      let waiting = Mutex([EpisodePlayer<World>]())
      // A policy that learns has to go through what it has learned from once more.
      var next = behaviour.learns ? 0 : resumed
      var learner = newcomer
      var block = 1
      while next < total {
        let began = clock.seconds
        let round = next..<min(next + pool.threadCount * Self.blocksPerThread * block, total)
        let blocks = stride(from: round.lowerBound, to: round.upperBound, by: block).map {
          $0..<min($0 + block, round.upperBound)
        }
        if behaviour.learns {
          for block in blocks {
            guard try learner.record(block, stop: stop) else { break }
            // The first ones are there already.
            let first = max(block.lowerBound, min(resumed, block.upperBound))
            try writer.append(first - block.lowerBound..<block.count, of: learner.recording)
          }
        } else {
          let results = Mutex(
            [Result<EpisodePlayer<World>?, ConfigurationError>](
              repeating: .success(nil), count: blocks.count))
          pool.run(blocks.count) { [stop] index, _ in
            let player = waiting.withLock { $0.popLast() } ?? newcomer
            let result = Self.record(blocks[index], by: player, stop)
            results.withLock { $0[index] = result }
          }
          for (block, result) in zip(blocks, results.withLock { $0 }) {
            guard let player = try result.get() else { break }
            try writer.append(0..<block.count, of: player.recording)
            waiting.withLock { $0.append(player) }
          }
        }
        try checkStop(&writer)
        next = round.upperBound
        if clock.seconds - began < 0.2 { block = min(2 * block, Self.largestBlock) }
        onProgress(
          CollectionProgress(
            episodes: writer.nextEpisode, totalEpisodes: total, steps: writer.stepCount))
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
