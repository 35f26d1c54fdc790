public import Documents
import Randomness

/// A grid whose map and rules are settings: mazes, apples, keys and doors, cliffs, slippery ground.
///
/// - Action `i` is the move `moves[i]` of the settings, by default 0 up, 1 right, 2 down, 3 left.
///   Where the ground slips, another move is carried out (``Slip``).
/// - Who would leave the map, enter a wall, a one-way cell from elsewhere, or a closed door, bumps
///   and stays. A door is open to who has taken a key of its colour. On ice one slides on until the
///   ice ends or something is in the way. A diagonal move looks at its target alone.
/// - Coins and keys are taken by ending a move on them, once; a door counts likewise when it is first
///   entered. A pit ends the episode. A cliff sends back to a start, drawn anew where there are
///   several.
/// - A goal ends the episode, unless `goals.end` is off. Either all goals count, or one that is drawn
///   for the episode; the others are then floor.
///
/// Every action pays `rewards.step`, and a bump `rewards.bump` in addition; then the cell in which
/// it ends pays: floor, start, ice, goals, pits and cliffs each time, bumps and stays included; coins,
/// keys and doors once. With `delayedReward` all of it is paid by the episode's last action.
///
/// A map with goals is solved when one that counts has been reached, a map without goals when all
/// coins have been taken. Rewards are in the settings' units, times are steps.
public struct GridWorld: Environment {
  /// Map and rules, worked out once; shared by all copies, as they never change.
  let layout: Layout
  /// Everything that the future depends on.
  public private(set) var state: State
  /// Steps taken in this episode.
  public private(set) var time = 0
  private var isOver = true
  private var random = RandomStream(seed: 0, "grid")

  public init(_ configuration: Configuration) throws(ConfigurationError) {
    layout = try Layout(configuration)
    state = State(cell: layout.starts[0], goal: -1)
    reset(seed: 0)
  }

  public var configuration: Configuration { layout.configuration }
  public var observationSpace: Space { layout.observationSpace }
  public var actionSpace: Space { .discrete(count: layout.moveCount) }
  public var horizon: Int { layout.horizon }
  public var isSolved: Bool { state.isSolved }

  public mutating func reset(seed: UInt64) {
    random = RandomStream(seed: seed, "grid")
    state = State(cell: drawStart(), goal: -1)
    if layout.drawsGoal {
      state.goal = Int32(layout.goals[random.integer(below: layout.goals.count)])
    }
    time = 0
    isOver = false
  }

  public mutating func step(_ action: Action) -> Outcome {
    guard case .discrete(let index) = action, index >= 0, index < layout.moveCount else {
      preconditionFailure("this grid takes .discrete(0...\(layout.moveCount - 1)), got \(action)")
    }
    precondition(!isOver, "the episode has ended: reset(seed:) starts another")
    time += 1
    let draw = layout.slips ? random.uniform() : 0
    var next = layout.follow(state, move: layout.move(of: index, draw: draw))
    if next.ending == .fall { next.state.cell = Int32(drawStart()) }
    layout.settle(&next)
    state = next.state
    let isTerminated = next.ending == .over
    let isTruncated = time == layout.horizon
    isOver = isTerminated || isTruncated
    return Outcome(
      reward: next.reward, isTerminated: isTerminated, isTruncated: isTruncated && !isTerminated)
  }

  /// What is seen in another state of the same map.
  public func observe(_ state: State, at time: Int, into row: inout MutableSpan<Float>) {
    var world = self
    world.state = state
    world.observe(into: &row)
  }

  private mutating func drawStart() -> Int {
    let starts = layout.starts.count
    return layout.starts[starts == 1 ? 0 : random.integer(below: starts)]
  }
}
