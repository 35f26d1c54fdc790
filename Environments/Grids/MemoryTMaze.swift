public import Documents
import Randomness

/// A T-maze with the answer at the wrong end: a test of memory alone (Bakker, 2001).
///
/// A corridor of `length` cells leads to a junction. The first cell, and no other, shows on which
/// side of the junction the prize is: 0 up or 1 down. Actions are 0 up, 1 right, 2 down, 3 left; into
/// a wall the agent stays. Turning up or down at the junction ends the episode and pays 1 on the right
/// side, `wrongReward` on the other. Where `length` exceeds what a policy can remember, no policy does
/// better than half.
///
/// The observation is `[prize is up, prize is down, corridor, junction]`, the first two shown in the
/// first cell alone, and with `showsPosition` the place, `position / length`.
public struct MemoryTMaze: Environment {
  public struct Configuration: Settings {
    public var length = 30
    public var horizon = 60
    public var wrongReward = 0.0
    public var showsPosition = false

    public init() {}

    public static let descriptions = [
      "length": "Cells of the corridor before the junction, 1 to 100000.",
      "horizon": "Steps until an episode is truncated, more than the corridor is long.",
      "wrongReward": "Reward of turning to the wrong side; the right one pays 1.",
      "showsPosition": "Whether the observation says how far along the corridor the agent is.",
    ]
  }

  public let observationSpace: Space
  public let actionSpace = Space.discrete(count: 4)
  public let horizon: Int
  public let length: Int
  private let wrongReward: Double
  private let showsPosition: Bool
  public private(set) var state = State(position: 0, isUp: true)
  private var time = 0

  public init(_ configuration: Configuration) throws(ConfigurationError) {
    let settings = configuration
    try require(1...100_000 ~= settings.length, "length", settings.length, "1 to 100000 cells")
    try require(
      settings.length < settings.horizon && settings.horizon <= 1_000_000, "horizon",
      settings.horizon, "\(settings.length + 1) to 1000000 steps, more than the corridor's length")
    try require(
      settings.wrongReward.isFinite && settings.wrongReward < 1, "wrongReward",
      settings.wrongReward, "a number below 1")
    length = settings.length
    horizon = settings.horizon
    wrongReward = settings.wrongReward
    showsPosition = settings.showsPosition
    observationSpace = .box(shape: [settings.showsPosition ? 5 : 4], low: 0, high: 1)
  }

  public mutating func reset(seed: UInt64) {
    var random = RandomStream(seed: seed, "t-maze")
    state = State(position: 0, isUp: random.integer(below: 2) == 0)
    time = 0
  }

  public mutating func step(_ action: Action) -> Outcome {
    guard case .discrete(let index) = action, 0..<4 ~= index else {
      preconditionFailure("a T-maze takes .discrete(0...3), got \(action)")
    }
    precondition(
      state.turn == .none && time < horizon,
      "the episode has ended: reset(seed:) starts another")
    let (next, reward) = follow(state, index)
    state = next
    time += 1
    let isTerminated = next.turn != .none
    return Outcome(
      reward: reward, isTerminated: isTerminated, isTruncated: !isTerminated && time == horizon)
  }

  public func observe(into row: inout MutableSpan<Float>) {
    observe(state, at: time, into: &row)
  }

  public func observe(_ state: State, at time: Int, into row: inout MutableSpan<Float>) {
    let isStart = state.position == 0
    row[0] = isStart && state.isUp ? 1 : 0
    row[1] = isStart && !state.isUp ? 1 : 0
    row[2] = state.position < length ? 1 : 0
    row[3] = state.position == length ? 1 : 0
    if showsPosition { row[4] = Float(state.position) / Float(length) }
  }

  public var isSolved: Bool { isSolved(state) }
}

extension MemoryTMaze: ObservableState {
  public struct State: Hashable, Sendable {
    public enum Turn: Sendable { case none, up, down }
    /// Cells from the start; `length` is the junction.
    public var position: Int
    /// Where the prize is.
    public var isUp: Bool
    public var turn = Turn.none

    public init(position: Int, isUp: Bool) { (self.position, self.isUp) = (position, isUp) }
  }

  public func startStates() -> [(state: State, probability: Double)] {
    [(State(position: 0, isUp: true), 0.5), (State(position: 0, isUp: false), 0.5)]
  }

  public func transitions(from state: State, action: Int) -> [Transition<State>] {
    let (next, reward) = follow(state, action)
    return [
      Transition(probability: 1, next: next, reward: reward, isTerminated: next.turn != .none)
    ]
  }

  public func isSolved(_ state: State) -> Bool {
    state.turn == (state.isUp ? .up : .down)
  }

  /// The rules.
  private func follow(_ state: State, _ action: Int) -> (State, reward: Double) {
    var next = state
    switch action {
    case 1: next.position = min(state.position + 1, length)
    case 3: next.position = max(state.position - 1, 0)
    default: if state.position == length { next.turn = action == 0 ? .up : .down }
    }
    return (next, next.turn == .none ? 0 : isSolved(next) ? 1 : wrongReward)
  }
}

extension MemoryTMaze: Located {
  public func place(of state: State) -> GridPicture.Place {
    let row = state.turn == .up ? 0 : state.turn == .down ? 2 : 1
    return .init(column: state.position, row: row)
  }

  public func moving(_ state: State, to place: GridPicture.Place) -> State? {
    guard place.row == 1 else { return nil }
    var moved = state
    (moved.position, moved.turn) = (place.column, .none)
    return moved
  }

  public func move(of action: Int, in state: State) -> GridPicture.Move? {
    [.up, .right, .down, .left][action]
  }

  public var actionNames: [String] { ["up", "right", "down", "left"] }
  public var picture: GridPicture {
    let agent = place(of: state)
    var picture = GridPicture(
      columns: length + 1, rows: 3, agent: .init(column: agent.column, row: agent.row))
    for column in 0..<length {
      picture[column, 0] = .init(.wall)
      picture[column, 2] = .init(.wall)
    }
    picture[length, state.isUp ? 0 : 2] = .init(.goal(.green))
    return picture
  }
}

/// Walks to the junction and turns to either side: data that know nothing of the prize.
public struct MemorylessPlanner: StatePlanner {
  /// Cells of the corridor.
  private var length = 0

  public init() {}

  public mutating func begin(_ world: MemoryTMaze) { length = world.length }
  public mutating func bestActions(in world: MemoryTMaze) -> ActionSet {
    bestActions(in: world.state, at: 0)
  }
  public func bestActions(in state: MemoryTMaze.State, at time: Int) -> ActionSet {
    state.position < length ? [1] : [0, 2]
  }
}

extension MemoryTMaze {
  static var entries: [any AnyEnvironmentEntry] {
    [
      EnvironmentEntry(
        "memory-t-maze", "A cue, a corridor of 30 cells, and a turn that depends on the cue.",
        MemoryTMaze.self, rewards: "1 for the right turn; any turn ends the episode.",
        behaviours: BehaviourEntry.standard + [.memoryless])
    ]
  }
}

extension BehaviourEntry<MemoryTMaze> {
  /// Straight to the junction, then either side.
  public static var memoryless: Self {
    BehaviourEntry(
      "memoryless",
      "Straight to the junction, then either side; with a share epsilon of random actions.",
      defaults: EpsilonGreedySettings()
    ) { settings, world throws(ConfigurationError) in
      try EpsilonGreedy(MemorylessPlanner(), for: world, settings: settings)
    }
  }
}
