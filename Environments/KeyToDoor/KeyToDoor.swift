public import Documents
import Randomness

/// Three rooms, one after the other: take the key in the first, and the door in the third opens.
///
/// The task of Temporal Value Transport (Hung et al., 2019), whose code these rules follow, and of
/// the Decision Transformer paper's section 5.4. The first phase decides what the third is worth,
/// and nothing in between reminds of it: a test of memory and of credit assignment.
///
/// - A timer moves the agent from room to room, after ``Room/steps`` actions each; where it stands
///   makes no difference. The step that uses up a phase still counts in it, and the observation after
///   it already shows the next room, with the agent at that room's start.
/// - Actions are 0 north, 1 south, 2 west, 3 east (``Move``). Who walks into a wall stays.
/// - The key is taken by stepping on it, and disappears. Apples are eaten by stepping on them.
/// - Without the key the door is a wall. Stepping into it with the key pays the door's reward and
///   uses the key up; the doorway then stays open.
/// - When the last timer runs out the game is over: the outcome is terminated, as a rule of this
///   world, and truncated, as the horizon is reached. Opening the door ends the episode too, where
///   the settings say so.
///
/// Rewards are in the settings' units; the only others are the apples'. Times are steps.
public struct KeyToDoor: Environment {
  /// The meaning of the four actions.
  public enum Move: Int, Sendable, CaseIterable {
    case north, south, west, east
  }

  /// Which room the agent is in.
  public enum Phase: Int, Sendable, CaseIterable {
    case explore, middle, reward
  }

  /// Rooms and rules, worked out once; shared by all copies, as it never changes.
  let layout: Layout
  public private(set) var phase = Phase.explore
  /// Steps taken in this episode.
  public private(set) var time = 0
  /// Whether the agent holds the key.
  public private(set) var hasKey = false
  /// Whether the door has been opened.
  public private(set) var isOpen = false
  /// Where the agent is: row · columns + column on the board.
  private(set) var cell = 0
  /// Where the key lies, or -1 once it is taken.
  private(set) var keyCell = -1
  private(set) var doorCell = 0
  private(set) var starts = InlineArray<3, Int>(repeating: 0)
  /// Bit `i`: an apple lies on candidate cell `i` of the second room.
  private(set) var apples: UInt64 = 0
  /// Bit `i`: the apple of candidate cell `i` was eaten and will be back.
  private(set) var eaten: UInt64 = 0
  /// The step in which the apple of a candidate cell was eaten, where `eaten` says so.
  private(set) var eatenTime = InlineArray<64, UInt16>(repeating: 0)
  /// No apple comes back up to this step.
  private var nextReturn = Int.max
  private var appleReward = 0.0
  private(set) var tookKeyJustNow = false
  private var isOver = true
  private var slips = RandomStream(seed: 0, "key-to-door/slips")
  private var values = RandomStream(seed: 0, "key-to-door/apple-values")

  public init(_ configuration: Configuration) throws(ConfigurationError) {
    layout = try Layout(configuration)
    reset(seed: 0)
  }

  public var configuration: Configuration { layout.configuration }
  public var observationSpace: Space { layout.observationSpace }
  public var actionSpace: Space { .discrete(count: Move.allCases.count) }
  public var horizon: Int { layout.horizon }
  public var isSolved: Bool { isOpen }

  public mutating func reset(seed: UInt64) {
    slips = RandomStream(seed: seed, "key-to-door/slips")
    values = RandomStream(seed: seed, "key-to-door/apple-values")
    var placement = RandomStream(seed: layout.placementSeed(seed), "key-to-door/placement")
    (keyCell, starts[0]) = layout.explore.drawObjectAndStart(using: &placement)
    (apples, starts[1]) = layout.middle.drawApplesAndStart(
      count: layout.appleCount, using: &placement)
    (doorCell, starts[2]) = layout.reward.drawObjectAndStart(using: &placement)
    appleReward = layout.drawAppleReward(using: &values)
    (eaten, nextReturn) = (0, .max)
    time = 0
    (hasKey, isOpen, tookKeyJustNow, isOver) = (false, false, false, false)
    phase = .explore
    cell = starts[0]
  }

  public mutating func step(_ action: Action) -> Outcome {
    guard case .discrete(let choice) = action, choice >= 0, choice < 4 else {
      preconditionFailure("key-to-door takes .discrete(0...3), got \(action)")
    }
    precondition(!isOver, "the episode has ended: reset(seed:) starts another")
    time += 1
    move(slipping(choice))
    tookKeyJustNow = false
    var reward = 0.0
    switch phase {
    case .explore: takeKey()
    case .middle: reward = eatApple()
    case .reward: reward = openDoor()
    }
    let isTimeUp = time == layout.horizon
    isOver = isTimeUp || (isOpen && layout.endsAtDoor)
    if !isOver && time == layout.end(of: phase) { enterNextRoom() }
    return Outcome(reward: reward, isTerminated: isOver, isTruncated: isTimeUp)
  }

  /// A world without apples that looks as it does in `state`.
  func imagining(_ state: State) -> KeyToDoor {
    var world = self
    world.time = state.time
    world.phase = layout.phase(at: state.time)
    world.cell = state.cell
    world.keyCell = world.phase == .explore ? state.object : -1
    world.doorCell = world.phase == .reward ? state.object : -1
    world.hasKey = state.hasKey
    world.isOpen = state.isOpen
    world.tookKeyJustNow = state.tookKeyJustNow
    return world
  }

  /// The action that is really carried out.
  private mutating func slipping(_ choice: Int) -> Int {
    guard layout.slipProbability > 0, slips.uniform() < layout.slipProbability else {
      return choice
    }
    return slips.integer(below: 4)
  }

  private mutating func move(_ choice: Int) {
    let next = layout.neighbour(of: cell, choice, in: phase)
    let isBlocked = phase == .reward && next == doorCell && !hasKey && !isOpen
    if !isBlocked { cell = next }
  }

  private mutating func takeKey() {
    guard cell == keyCell else { return }
    hasKey = true
    tookKeyJustNow = true
    keyCell = -1
  }

  /// Eats what lies here, then lets apples come back whose time it is: TVT's order.
  private mutating func eatApple() -> Double {
    var reward = 0.0
    let here = layout.appleBit(at: cell)
    if apples & here != 0 {
      apples &= ~here
      reward = layout.isAppleRewardFixed ? appleReward : layout.drawAppleReward(using: &values)
      if layout.respawns {
        eaten |= here
        eatenTime[here.trailingZeroBitCount] = UInt16(time)
        nextReturn = min(nextReturn, time + layout.respawnSteps)
      }
    }
    var waiting = time > nextReturn ? eaten : 0
    if waiting != 0 { nextReturn = .max }
    while waiting != 0 {
      let index = waiting.trailingZeroBitCount
      waiting &= waiting - 1
      let back = Int(eatenTime[index]) + layout.respawnSteps
      if time > back {
        eaten &= ~(1 << UInt64(index))
        apples |= 1 << UInt64(index)
      } else {
        nextReturn = min(nextReturn, back)
      }
    }
    return reward
  }

  private mutating func openDoor() -> Double {
    guard cell == doorCell, hasKey else { return 0 }
    isOpen = true
    hasKey = !layout.consumesKey
    return layout.doorReward
  }

  private mutating func enterNextRoom() {
    phase = layout.phase(at: time)
    cell = starts[phase.rawValue]
  }
}
