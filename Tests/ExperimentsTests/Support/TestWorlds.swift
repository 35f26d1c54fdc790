import Documents
import Environments
import Experiments
import Synchronization

/// A corridor that asks to stop when an episode begins: a signal in the middle of a validation.
struct InterruptingCorridor: Environment {
  /// Episodes until the request, and whom to ask.
  static let trigger = Mutex<(episodes: Int, stop: StopRequest)?>(nil)

  private var world: Corridor

  init(_ configuration: Corridor.Configuration) throws(ConfigurationError) {
    world = try Corridor(configuration)
  }

  var observationSpace: Space { world.observationSpace }
  var actionSpace: Space { world.actionSpace }
  var horizon: Int { world.horizon }
  var isSolved: Bool { world.isSolved }

  mutating func reset(seed: UInt64) {
    Self.trigger.withLock { trigger in
      guard let (episodes, stop) = trigger else { return }
      if episodes == 1 { stop.request(signal: 15) }
      trigger = episodes > 1 ? (episodes - 1, stop) : nil
    }
    world.reset(seed: seed)
  }

  mutating func step(_ action: Action) -> Outcome { world.step(action) }
  func observe(into row: inout MutableSpan<Float>) { world.observe(into: &row) }
}

/// One step long; the reward is a number that only the seed decides.
struct Lottery: Environment {
  let observationSpace = Space.box(shape: [1], low: 0, high: 1)
  let actionSpace = Space.discrete(count: 2)
  let horizon = 1
  private var prize = 0.0

  init(_ configuration: NoSettings) {}

  var isSolved: Bool { prize > 500 }
  mutating func reset(seed: UInt64) { prize = Double(seed % 1000) }
  mutating func step(_ action: Action) -> Outcome {
    Outcome(reward: prize, isTerminated: true, isTruncated: false)
  }
  func observe(into row: inout MutableSpan<Float>) { row[0] = 0.5 }
}

extension Registry {
  /// The built-in registry with the worlds above.
  static var forTests: Registry {
    var registry = Registry.builtIn
    registry.environments = registry.environments
      .adding(EnvironmentEntry("interrupting", "", InterruptingCorridor.self))
      .adding(EnvironmentEntry("lottery", "", Lottery.self))
    return registry
  }
}
