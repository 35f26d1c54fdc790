public import Documents

/// The game of MiniGrid (Chevalier-Boisvert et al., 2023): an agent with a heading on a grid, which
/// walks, carries one thing, and opens doors.
///
/// One of these is the world inside every environment `MiniGrid-…-v0`; the environments differ in
/// how they lay the grid out (``MiniGridFamily``). The rules are those of the Python package, version
/// 3.2, to the last bit: the same seed gives the same layout, the same actions the same views,
/// rewards and ends.
///
/// Actions: 0 turns left, 1 turns right, 2 walks, 3 picks up, 4 drops, 5 toggles a door or a box, 6
/// does nothing. Accomplishing the task in step `t` (from 1) earns `1 - 0.9 · t / horizon` and ends
/// the episode; lava ends it for nothing. Times are steps.
public struct MiniGrid: Sendable {
  /// What accomplishes the task. Stepping onto a goal always does.
  public enum Task: Sendable {
    case reachGoal
    /// Toggling the layout's first door until it is open.
    case openDoor
    case pickUpBox
    case pickUpBall
    /// Reaching `rightEnd` rather than `wrongEnd`; nothing can be picked up.
    case chooseEnd
  }

  /// What an observation's picture shows.
  public enum View: String, Codable, Sendable, CaseIterable {
    /// The 7 by 7 squares before the agent, as far as it can see.
    case partial
    /// The whole grid and the agent in it: MiniGrid's `FullyObsWrapper`.
    case full
  }

  /// What an observation consists of.
  public enum Observation: String, Codable, Sendable, CaseIterable {
    /// Heading, picture and, where missions differ, the mission's number.
    case dictionary
    /// The picture alone.
    case image
  }

  /// What the settings decide.
  let rules: Rules
  /// The squares as they are now.
  public internal(set) var board: Board

  // Coordinates on the board, its margin included.
  var column = 0
  var row = 0
  /// 0 right, 1 down, 2 left, 3 up.
  public internal(set) var heading = 0
  /// What the agent holds; `.empty` for nothing.
  public internal(set) var carried = Cell.empty
  var time = 0
  var isOver = true
  public internal(set) var isSolved = false
  /// The number of this episode's mission in ``missions``.
  public var missionIndex = 0
  /// Places that end an episode of ``Task/chooseEnd``; 0 for nowhere.
  var rightEnd = 0
  var wrongEnd = 0

  /// Places of the layout's doors.
  var doors = FixedList<16, UInt16>(filledWith: 0)
  /// The layout's keys, balls and boxes.
  var things = FixedList<4, Cell>(filledWith: .empty)
  /// Where each of them lies; ``isHeld`` and ``isGone`` are no places.
  var thingPlaces = FixedList<4, UInt16>(filledWith: 0)
  /// Where the episode began.
  var start = State(bits: 0)
  /// Whether this layout's states are told apart by their bits.
  var isNumbered = false

  /// - Parameters:
  ///   - horizon: MiniGrid's own `max_steps`, for settings that do not name another.
  ///   - missions: what ``missionIndex`` counts, at least one.
  ///   - drawBlank: draws what all layouts have in common.
  public init(
    width: Int, height: Int, task: Task, horizon: Int, seesThroughWalls: Bool = false,
    missions: [String], settings: some MiniGridSettings, drawBlank: (inout Board) -> Void
  ) throws(ConfigurationError) {
    precondition(max(width, height) <= 52, "a grid of \(width) × \(height) squares")
    try require(
      0...1_000_000 ~= settings.horizon, "horizon", settings.horizon,
      "1 to 1000000 steps, or 0 for MiniGrid's own")
    var board = Board(width: width, height: height)
    drawBlank(&board)
    self.board = board
    rules = Rules(
      task: task, horizon: settings.horizon == 0 ? horizon : settings.horizon,
      seesThroughWalls: seesThroughWalls, missions: missions, blank: board, settings: settings)
  }

  public var horizon: Int { rules.horizon }
  /// Every text that ``mission`` can be.
  public var missions: [String] { rules.missions }
  /// What this episode asks for.
  public var mission: String { missions[missionIndex] }
  public var observationSpace: Space { rules.observationSpace }
  var task: Task { rules.task }

  // MARK: Layouts

  /// Makes the grid what every layout begins with.
  mutating func beginLayout() {
    board.restore(rules.blank)
    doors.removeAll()
    things.removeAll()
    thingPlaces.removeAll()
    carried = .empty
    setAgent(Point(-1, -1), heading: 0)  // nowhere yet: no square is refused for its sake
    (time, missionIndex, rightEnd, wrongEnd) = (0, 0, 0, 0)
    (isOver, isSolved) = (false, false)
  }

  /// Starts the episode on the grid that has been laid out.
  mutating func endLayout() {
    start = state
    isNumbered = hasStates
  }

  // MARK: Steps

  /// One column or row on, in the direction of a heading.
  @inline(__always)
  static func vector(_ heading: Int) -> (x: Int, y: Int) {
    let isVertical = heading & 1
    return ((1 - heading) * (1 - isVertical), (2 - heading) * isVertical)
  }

  /// From a place to the next one in the direction of a heading.
  @inline(__always)
  func offset(_ heading: Int) -> Int {
    let (x, y) = Self.vector(heading)
    return y * board.stride + x
  }

  /// Where the agent stands.
  var place: Int { row * board.stride + column }

  /// MiniGrid's coordinates of the agent.
  public var position: Point { Point(column - Board.margin, row - Board.margin) }

  mutating func step(_ action: Action) -> Outcome {
    guard case .discrete(let index) = action, 0..<7 ~= index else {
      preconditionFailure("MiniGrid takes .discrete(0...6), got \(action)")
    }
    precondition(!isOver, "the episode has ended: reset(seed:) starts another")
    time += 1
    let front = place + offset(heading)
    let cell = board.cells[front]
    switch index {
    case 0: heading = (heading + 3) & 3
    case 1: heading = (heading + 1) & 3
    case 2: walk(onto: cell)
    case 3: pickUp(cell, at: front)
    case 4: drop(onto: cell, at: front)
    case 5: toggle(cell, at: front)
    default: break
    }
    let isTruncated = time >= horizon
    let isTerminated = isOver
    isOver = isTerminated || isTruncated
    return Outcome(
      reward: isSolved ? reward(at: time - 1) : 0, isTerminated: isTerminated,
      isTruncated: isTruncated)
  }

  /// What accomplishing the task is worth when the action taken at `time` does it.
  func reward(at time: Int) -> Double { 1 - 0.9 * (Double(time + 1) / Double(horizon)) }

  private mutating func walk(onto cell: Cell) {
    guard cell.canBeEntered else { return }
    let (x, y) = Self.vector(heading)
    column += x
    row += y
    if cell.is(.goal) { (isSolved, isOver) = (true, true) }
    if cell.is(.lava) { isOver = true }
    if task == .chooseEnd, place == rightEnd || place == wrongEnd {
      (isSolved, isOver) = (place == rightEnd, true)
    }
  }

  private mutating func pickUp(_ cell: Cell, at front: Int) {
    guard cell.isMovable, carried == .empty, task != .chooseEnd else { return }
    move(front, to: Self.isHeld)
    set(front, .empty)
    carried = cell
    if task == .pickUpBox && cell.is(.box) || task == .pickUpBall && cell.is(.ball) {
      (isSolved, isOver) = (true, true)
    }
  }

  private mutating func drop(onto cell: Cell, at front: Int) {
    guard cell == .empty, carried != .empty else { return }
    move(Self.isHeld, to: front)
    set(front, carried)
    carried = .empty
  }

  /// Opens or shuts a door; a box leaves nothing, for no layout here puts something into one.
  private mutating func toggle(_ cell: Cell, at front: Int) {
    if cell.is(.box) {
      move(front, to: Self.isGone)
      set(front, .empty)
    } else if cell.is(.closedDoor) || cell.is(.lockedDoor) && carried.fits(cell) {
      set(front, cell.becoming(.openDoor))
      if task == .openDoor, front == Int(doors[0]) { (isSolved, isOver) = (true, true) }
    } else if cell.is(.openDoor) {
      set(front, cell.becoming(.closedDoor))
    }
  }

  mutating func set(_ place: Int, _ cell: Cell) {
    let point = board.point(place)
    board[point.x, point.y] = cell
  }

  /// Keeps account of where things are.
  private mutating func move(_ place: Int, to other: Int) {
    guard let index = thingPlaces.firstIndex(of: UInt16(place)) else { return }
    thingPlaces[index] = UInt16(other)
  }
}
