public import Environments

/// An episode as it is to be shown: what the world looked like, step by step.
public struct Film: Sendable {
  /// The environment's identifier.
  public var environment: String
  /// Who acted, for captions.
  public var actor: String
  public var frames: [Frame]

  /// The world at one time.
  public struct Frame: Sendable, Equatable {
    public var look: Look
    /// Steps so far.
    public var step: Int
    /// What led here, in words; empty at the start.
    public var action: String
    /// What the last action brought, in reward units.
    public var reward: Double
    /// The sum of rewards so far.
    public var total: Double
    public var mission: String
    /// How the episode ended, if it has: "solved", "terminated" or "truncated".
    public var ending: String
    public var overlay: GridOverlay?

    public init(
      _ look: Look, step: Int, action: String = "", reward: Double = 0, total: Double = 0,
      mission: String = "", ending: String = "", overlay: GridOverlay? = nil
    ) {
      (self.look, self.step, self.action) = (look, step, action)
      (self.reward, self.total, self.mission) = (reward, total, mission)
      (self.ending, self.overlay) = (ending, overlay)
    }

    /// The grid, where the world is one.
    public var picture: GridPicture? { if case .grid(let picture) = look { picture } else { nil } }
  }

  public init(environment: String, actor: String, frames: [Frame]) {
    (self.environment, self.actor, self.frames) = (environment, actor, frames)
  }

  /// `count` frames, evenly spread, the first and the last among them.
  public func spread(_ count: Int) -> [Frame] {
    guard frames.count > count, count > 1 else { return Array(frames.prefix(max(count, 1))) }
    return (0..<count).map { frames[$0 * (frames.count - 1) / (count - 1)] }
  }
}

extension Film.Frame {
  /// The world as it stands after an outcome.
  init<World: Environment>(
    _ world: World, _ look: Look, step: Int, action: String, outcome: Outcome,
    total: Double, overlay: GridOverlay?
  ) {
    var ending = ""
    if outcome.isDone {
      ending = world.isSolved ? "solved" : outcome.isTerminated ? "terminated" : "truncated"
    }
    self.init(
      look, step: step, action: action, reward: outcome.reward, total: total,
      mission: world.mission, ending: ending, overlay: overlay)
  }
}

extension Action {
  /// What the action is called: its name if it has one, else its number or numbers.
  public func name(among names: [String]) -> String {
    switch self {
    case .discrete(let index): names.indices.contains(index) ? names[index] : "action \(index)"
    case .continuous(let numbers): numbers.map { "\($0)" }.joined(separator: " ")
    }
  }
}

/// A world that cannot be shown, or not in the way that was asked for.
public struct PictureError: Error, Sendable, Equatable, CustomStringConvertible {
  public var description: String

  public init(_ description: String) { self.description = description }
}
