internal import Datasets
public import Documents
internal import Environments
internal import Files

/// Episodes that a person plays, one action at a time, and that can be kept as a dataset.
public struct Game {
  /// The environment's identifier.
  public let environment: String
  /// The names of the actions, in their order; numbers where they have none.
  public let actionNames: [String]
  /// What the world looks like now.
  public private(set) var frame: Film.Frame
  /// Whether the episode has ended.
  public private(set) var isDone = false
  private var world: any Drawable
  private var builder: DatasetBuilder
  private var seed: UInt64
  private var nextSeed: UInt64

  /// Starts the first episode; the following ones have the following seeds.
  ///
  /// - Throws: ``PictureError`` where the world cannot be drawn or has no discrete actions.
  public init(_ environment: Component, seed: UInt64, registry: Registry) throws {
    let made: any Environment
    do throws(ConfigurationError) {
      made = try registry.makeEnvironment(environment)
    } catch { throw error.within("environment") }
    guard var world = made as? any Drawable else {
      throw PictureError.noPicture(of: environment.id, in: registry.environments)
    }
    guard case .discrete(let count, 0) = world.actionSpace else {
      throw PictureError("\(environment.id) cannot be played: its actions are not a few choices")
    }
    self.environment = environment.id
    world.reset(seed: seed)  // before it there may be nothing to look at
    self.world = world
    let names = world.actionNames
    actionNames = (0..<count).map { names.indices.contains($0) ? names[$0] : "\($0)" }
    (self.seed, nextSeed) = (seed, seed)
    builder = DatasetBuilder(
      DatasetHeader(
        environment: environment.id, environmentConfiguration: .object(environment.settings),
        observationSpace: world.observationSpace, actionSpace: world.actionSpace,
        behaviourPolicy: ["id": "human"], seed: seed, creator: "hindsight \(Version.current)",
        configuration: ["seed": .integer(Int(clamping: seed)), "environment": environment.document])
    )
    frame = Film.Frame(world.look, step: 0)
    startEpisode()
  }

  /// Starts the next episode; the current one must have ended or have no step yet.
  public mutating func startEpisode() {
    precondition(isDone || frame.step == 0, "the episode is not over")
    seed = nextSeed
    nextSeed &+= 1
    world.reset(seed: seed)
    isDone = false
    frame = Film.Frame(world.look, step: 0, mission: world.mission)
  }

  /// Acts.
  ///
  /// - Parameter action: the place of the action in ``actionNames``.
  public mutating func step(_ action: Int) {
    precondition(!isDone, "the episode is over")
    if frame.step == 0 { builder.beginEpisode(seed: seed) }
    let observation = world.observation()
    let outcome = world.step(.discrete(action))
    builder.append(
      observation: observation.span, action: .discrete(action), outcome: outcome,
      behaviourLogProbability: nil)
    isDone = outcome.isDone
    var ending = ""
    if isDone {
      ending = world.isSolved ? "solved" : outcome.isTerminated ? "terminated" : "truncated"
    }
    frame = Film.Frame(
      world.look, step: frame.step + 1, action: actionNames[action], reward: outcome.reward,
      total: frame.total + outcome.reward, mission: world.mission, ending: ending)
    if isDone { endEpisode() }
  }

  private mutating func endEpisode() {
    let observation = world.observation()
    builder.endEpisode(finalObservation: observation.span, isSolved: world.isSolved)
  }

  /// Refuses a path where something is already.
  public static func checkOutput(_ path: String) throws {
    try StorageLibrary.require()
    guard DatasetReader.isPresent(at: path) else { return }
    throw FileError(
      .exists, operation: "create", path: path,
      reason: "it exists already; choose another path, or remove it")
  }

  /// Writes what was played as a dataset; an episode that was broken off is its last, unfinished.
  ///
  /// How probable a person's actions were, nobody knows: the dataset says nothing about it.
  ///
  /// - Returns: what was written, or `nil` where not a single step was played.
  public consuming func save(to path: String) throws -> CollectionReport? {
    if !isDone && frame.step > 0 { endEpisode() }
    guard builder.stepCount > 0 else { return nil }
    let file = path.hasSuffix(".hdf5") ? path : path + ".hdf5"
    let data = builder.takeDataset()
    try DatasetFile.write(data, to: file)
    return CollectionReport(
      path: file, episodes: data.episodeCount, steps: data.stepCount, resumedEpisodes: 0, seconds: 0
    )
  }
}
