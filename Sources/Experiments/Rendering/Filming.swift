public import Agents
internal import Datasets
public import Documents
public import Environments
internal import Randomness
internal import TensorCore

/// Who acts in an episode that is to be shown.
public enum Actor: Sendable {
  /// A behaviour policy; its settings are complete.
  case behaviour(Component)
  /// A trained policy, and what it is asked for.
  case policy(TrainedAgent, target: ResolvedTarget, selection: Selection)
  /// A policy that is still being trained.
  case policies(PolicySource, agent: String, target: ResolvedTarget, selection: Selection)
  /// What was recorded as an episode of a dataset.
  case recording(dataset: String, episode: Int)
}

/// What is laid over the pictures.
public enum OverlayChoice: String, Sendable, CaseIterable {
  /// What each square is worth, by an exact solver.
  case values
  /// Where the best actions lead, by an exact solver.
  case policy
  /// How often the episodes of a dataset came by.
  case visits
}

/// Plays an episode and keeps what is to be shown of it.
public struct Filming {
  public var environment: Component
  public var actor: Actor
  public var seed: UInt64
  public var overlay: OverlayChoice?
  /// The dataset whose visits are counted.
  public var visitedDataset: String
  /// Steps after which the film ends, whether the episode has or not.
  public var mostSteps = Int.max
  /// Finds the place in a file that an error about the environment's settings is about.
  public var locate: (ConfigurationError) -> ConfigurationError = { $0 }
  fileprivate let registry: Registry

  public init(
    _ environment: Component, _ actor: Actor, seed: UInt64, overlay: OverlayChoice? = nil,
    visitedDataset: String = "", registry: Registry
  ) {
    (self.environment, self.actor, self.seed) = (environment, actor, seed)
    (self.overlay, self.visitedDataset, self.registry) = (overlay, visitedDataset, registry)
  }

  /// The environment that a dataset was collected in.
  public static func environment(ofDataset path: String) throws -> Component {
    Component(environmentOf: try DatasetReader(path).header)
  }

  /// Films the episode.
  ///
  /// - Throws: ``PictureError`` where the world has no picture, or cannot be solved for an overlay.
  public func film(stop: StopRequest = StopRequest()) throws -> Film {
    let entry: any AnyEnvironmentEntry
    do throws(ConfigurationError) {
      entry = try registry.environmentEntry(environment)
    } catch { throw locate(error.within("environment")) }
    do {
      return try entry.visit(Visitor(filming: self, stop: stop))
    } catch let error as ConfigurationError { throw locate(error) }
  }

  private struct Visitor: EnvironmentVisitor {
    typealias Failure = any Error
    let filming: Filming
    let stop: StopRequest

    func visit<World: Environment>(_ entry: EnvironmentEntry<World>) throws -> Film {
      var world: World
      do throws(ConfigurationError) {
        world = try World(filming.environment.decode(as: World.Configuration.self))
      } catch { throw error.within("environment") }
      guard world is any Drawable else {
        throw PictureError.noPicture(of: entry.id, in: filming.registry.environments)
      }
      var act = try ActingPart(filming, entry, world)
      world.reset(seed: act.seed ?? filming.seed)
      let overlay = try filming.makeOverlay(world)
      try act.begin(world)
      var frames: [Film.Frame] = []
      func add(_ action: Action?, _ outcome: Outcome) {
        guard let drawable = world as? any Drawable else { return }
        frames.append(
          Film.Frame(
            world, drawable.look, step: frames.count,
            action: action?.name(among: drawable.actionNames) ?? "", outcome: outcome,
            total: (frames.last?.total ?? 0) + outcome.reward,
            overlay: overlay?(world, frames.count)))
      }
      var outcome = Outcome(reward: 0, isTerminated: false, isTruncated: false)
      add(nil, outcome)
      while !outcome.isDone, frames.count <= filming.mostSteps {
        if let signal = stop.signal {
          throw Interruption(signal: signal, message: "nothing was drawn")
        }
        guard let action = try act.next(in: world, after: outcome) else { break }
        outcome = world.step(action)
        act.observe(outcome, in: world)
        add(action, outcome)
      }
      return Film(environment: entry.id, actor: act.title, frames: frames)
    }
  }
}

/// The part that acts, with the world's type known.
private struct ActingPart<World: Environment> {
  let title: String
  /// The seed of a recorded episode; `nil` where any will do.
  let seed: UInt64?
  private var behaviour: (any BehaviourPolicy<World>)?
  private var random: RandomStream
  private var policy: (any Policy)?
  private var prompt = Prompt.none
  private var recording: RecordedActions?
  private var step = 0

  init(_ filming: Filming, _ entry: EnvironmentEntry<World>, _ world: World) throws {
    random = RandomStream(seed: filming.seed, "render/behaviour")
    switch filming.actor {
    case .behaviour(let component):
      title = component.id
      seed = nil
      do throws(ConfigurationError) {
        behaviour = try entry.adding([.run(filming.registry)]).makeBehaviour(component, for: world)
      } catch { throw error.within("behaviour") }
    case .policy(let trained, let target, let selection):
      (title, policy) = Self.acting(
        trained.policies, trained.settings.agent.id, target, selection)
      seed = nil
      prompt = target.prompt
    case .policies(let policies, let agent, let target, let selection):
      (title, policy) = Self.acting(policies, agent, target, selection)
      seed = nil
      prompt = target.prompt
    case .recording(let path, let number):
      let recording = try RecordedActions(path, episode: number, in: world)
      title = "episode \(number)"
      seed = recording.seed
      self.recording = recording
    }
  }

  private static func acting(
    _ policies: PolicySource, _ agent: String, _ target: ResolvedTarget, _ selection: Selection
  ) -> (title: String, policy: any Policy) {
    BLAS.useOneThreadPerCall()
    return (
      "\(agent), target \(target.label { "\($0)" })",
      policies.makePolicy(lanes: 1, selection: selection)
    )
  }

  mutating func begin(_ world: World) throws {
    try behaviour?.begin(world)
    policy?.begin(lane: 0, prompt: prompt, seed: random.next())
    try recording?.check(world.observation(), at: 0)
  }

  mutating func observe(_ outcome: Outcome, in world: World) {
    behaviour?.observe(outcome, in: world)
  }

  /// The next action, or `nil` where a recording ends.
  mutating func next(in world: World, after outcome: Outcome) throws -> Action? {
    if let policy {
      var actions: [Action] = []
      policy.actions(
        lanes: [0], observations: world.observation(), rewards: [outcome.reward], into: &actions)
      return actions[0]
    }
    if let recording {
      try recording.check(world.observation(), at: step)
      step += 1
      return recording.action(at: step - 1)
    }
    return behaviour?.choose(in: world, using: &random).action
  }
}

extension PictureError {
  /// What to say of a world that does not draw itself.
  static func noPicture(of id: String, in registry: EnvironmentRegistry) -> PictureError {
    let drawable = registry.entries.filter(\.isPictured).map(\.id)
    let shown = drawable.prefix(12).joined(separator: ", ")
    return PictureError(
      "\(id) has no picture to draw; those with one are \(shown)"
        + (drawable.count > 12 ? " and \(drawable.count - 12) more" : ""))
  }
}

extension AnyEnvironmentEntry {
  /// Whether its worlds can be drawn.
  public var isPictured: Bool { visit(PictureQuestion()) }
}

private struct PictureQuestion: EnvironmentVisitor {
  func visit<World: Environment>(_ entry: EnvironmentEntry<World>) -> Bool {
    World.self is any Drawable.Type
  }
}
