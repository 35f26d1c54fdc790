public import Documents
import Randomness

/// Dark Key-to-Door of Algorithm Distillation (Laskin et al., 2022): an unseen key, then an unseen
/// door, in an empty square room.
///
/// Key and door are drawn for each episode, each uniformly from all cells. The agent starts in the
/// middle. Actions are 0 up, 1 right, 2 down, 3 left, 4 stay. An action that ends on the key pays 1,
/// once; after that one that ends on the door pays 1 and, with `endsAtDoor`, ends the episode. The
/// observation is the agent's place alone, `[column / (size - 1), row / (size - 1)]`.
///
/// The paper does not say whether the door ends the episode; returns do not depend on it.
public struct DarkKeyToDoor: Environment {
  public struct Configuration: Settings {
    public var size = 9
    public var horizon = 50
    public var endsAtDoor = true

    public init() {}

    public static let descriptions = [
      "size": "Cells in a row and in a column, 2 to 64.",
      "horizon": "Steps until an episode is truncated, 1 to 1000000.",
      "endsAtDoor": "Whether opening the door ends the episode.",
    ]
  }

  public let observationSpace = Space.box(shape: [2], low: 0, high: 1)
  public let actionSpace = Space.discrete(count: 5)
  public let horizon: Int
  public let size: Int
  private let endsAtDoor: Bool
  public private(set) var state: State
  private var time = 0
  private var isOver = true

  public init(_ configuration: Configuration) throws(ConfigurationError) {
    let settings = configuration
    try require(2...64 ~= settings.size, "size", settings.size, "2 to 64 cells")
    try require(
      1...1_000_000 ~= settings.horizon, "horizon", settings.horizon, "1 to 1000000 steps")
    size = settings.size
    horizon = settings.horizon
    endsAtDoor = settings.endsAtDoor
    state = State(cell: 0, key: 0, door: 0)
    reset(seed: 0)
  }

  public mutating func reset(seed: UInt64) {
    var random = RandomStream(seed: seed, "dark-key-to-door")
    let cells = size * size
    state = State(
      cell: start, key: random.integer(below: cells), door: random.integer(below: cells))
    time = 0
    isOver = false
  }

  private var start: Int { (size / 2) * size + size / 2 }

  public mutating func step(_ action: Action) -> Outcome {
    guard case .discrete(let index) = action, 0..<5 ~= index else {
      preconditionFailure("dark-key-to-door takes .discrete(0...4), got \(action)")
    }
    precondition(!isOver, "the episode has ended: reset(seed:) starts another")
    let next = follow(state, index)
    state = next.next
    time += 1
    let isCut = !next.isTerminated && time == horizon
    isOver = next.isTerminated || isCut
    return Outcome(reward: next.reward, isTerminated: next.isTerminated, isTruncated: isCut)
  }

  public func observe(into row: inout MutableSpan<Float>) {
    observe(state, at: time, into: &row)
  }

  public var isSolved: Bool { state.isOpen }
}

extension DarkKeyToDoor: Solvable {
  public struct State: Hashable, Sendable {
    /// Cells, row by row.
    public var cell: Int
    public var key: Int
    public var door: Int
    public var hasKey = false
    public var isOpen = false

    public init(cell: Int, key: Int, door: Int) {
      (self.cell, self.key, self.door) = (cell, key, door)
    }
  }

  /// Key and door are drawn by the seed, in more ways than can be listed together.
  public var isSolvedPerEpisode: Bool { true }

  public func startStates() -> [(state: State, probability: Double)] {
    [(State(cell: start, key: state.key, door: state.door), 1)]
  }

  public func transitions(from state: State, action: Int) -> [Transition<State>] {
    [follow(state, action)]
  }

  public func isSolved(_ state: State) -> Bool { state.isOpen }

  /// The rules: move, take the key, open the door.
  private func follow(_ state: State, _ action: Int) -> Transition<State> {
    var (row, column) = state.cell.quotientAndRemainder(dividingBy: size)
    switch action {
    case 0: row = max(row - 1, 0)
    case 1: column = min(column + 1, size - 1)
    case 2: row = min(row + 1, size - 1)
    case 3: column = max(column - 1, 0)
    default: break
    }
    var next = state
    next.cell = row * size + column
    var reward = 0.0
    if next.cell == state.key && !state.hasKey {
      next.hasKey = true
      reward += 1
    }
    if next.cell == state.door && next.hasKey && !state.isOpen {
      next.isOpen = true
      reward += 1
    }
    return Transition(
      probability: 1, next: next, reward: reward, isTerminated: next.isOpen && endsAtDoor)
  }
}

extension DarkKeyToDoor: ObservableState {
  public func observe(_ state: State, at time: Int, into row: inout MutableSpan<Float>) {
    row[0] = Float(state.cell % size) / Float(size - 1)
    row[1] = Float(state.cell / size) / Float(size - 1)
  }
}

extension DarkKeyToDoor: Located {
  public func place(of state: State) -> GridPicture.Place {
    .init(column: state.cell % size, row: state.cell / size)
  }

  public func moving(_ state: State, to place: GridPicture.Place) -> State? {
    var moved = state
    moved.cell = place.row * size + place.column
    return moved
  }

  public func move(of action: Int, in state: State) -> GridPicture.Move? {
    [.up, .right, .down, .left, .stay][action]
  }

  public var actionNames: [String] { ["up", "right", "down", "left", "stay"] }
  public var picture: GridPicture {
    let (row, column) = state.cell.quotientAndRemainder(dividingBy: size)
    var picture = GridPicture(
      columns: size, rows: size, agent: .init(column: column, row: row))
    picture.cells[state.door].thing = .init(state.isOpen ? .openDoor : .lockedDoor, .yellow)
    if state.hasKey {
      picture.agent.carrying = .init(.key, .yellow)
    } else {
      picture.cells[state.key].thing = .init(.key, .yellow)
    }
    return picture
  }
}

/// Goes straight to the key, then straight to the door: optimal where the horizon allows both.
public struct DarkKeyToDoorPlanner: StatePlanner {
  /// Cells along a side.
  private var size = 1

  public init() {}

  public mutating func begin(_ world: DarkKeyToDoor) { size = world.size }

  public mutating func bestActions(in world: DarkKeyToDoor) -> ActionSet {
    bestActions(in: world.state, at: 0)
  }

  public func bestActions(in state: DarkKeyToDoor.State, at time: Int) -> ActionSet {
    let target = state.hasKey ? state.door : state.key
    let (row, column) = state.cell.quotientAndRemainder(dividingBy: size)
    var best = ActionSet()
    if target / size < row { best.insert(0) }
    if target % size > column { best.insert(1) }
    if target / size > row { best.insert(2) }
    if target % size < column { best.insert(3) }
    return best.isEmpty ? [4] : best
  }
}

extension DarkKeyToDoor {
  static var entries: [any AnyEnvironmentEntry] {
    [
      EnvironmentEntry(
        "dark-key-to-door", "An unseen key, then an unseen door, in 9 by 9 cells and 50 steps.",
        DarkKeyToDoor.self, rewards: "1 for the key, then 1 for the door: 0, 1 or 2 in all.",
        behaviours: [.random, .qLearning, .mixture, .phases, .darkKeyToDoorExpert])
    ]
  }
}

extension BehaviourEntry<DarkKeyToDoor> {
  /// Straight to the key, then to the door; it knows where they are.
  public static var darkKeyToDoorExpert: Self {
    BehaviourEntry(
      "expert", "The optimal policy, with a share epsilon of random actions.",
      defaults: EpsilonGreedySettings()
    ) { settings, world throws(ConfigurationError) in
      try EpsilonGreedy(DarkKeyToDoorPlanner(), for: world, settings: settings)
    }
  }
}
