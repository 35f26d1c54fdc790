import Documents
import Randomness

extension KeyToDoor {
  /// The rooms and rules of one configuration, checked and laid out for speed.
  ///
  /// A class so that a copy of the world copies one reference; nothing in it ever changes.
  final class Layout: Sendable {
    let configuration: Configuration
    let rows: Int
    let columns: Int
    let explore: Ground
    let middle: Ground
    let reward: Ground
    let observationSpace: Space
    let window: Window

    let horizon: Int
    private let ends: InlineArray<3, Int>
    /// `[phase, cell, action]` The cell next to a cell, or the cell itself before a wall.
    private let neighbours: [Int16]
    /// `[phase, cell]`
    private let walls: [Bool]
    /// `[cell]` The candidate apple's bit, or 0.
    private let appleBits: [UInt64]
    /// What of an observation the place alone decides.
    let backdrop: Backdrop
    let appleCount: Int
    private let appleRewards: [Double]
    let isAppleRewardFixed: Bool
    let respawns: Bool
    let respawnSteps: Int
    let doorReward: Double
    let consumesKey: Bool
    let endsAtDoor: Bool
    let slipProbability: Double

    init(_ configuration: Configuration) throws(ConfigurationError) {
      try configuration.check()
      let plans = try [
        Plan(configuration.explore, objects: "k", isNeeded: true, key: "explore"),
        Plan(
          configuration.middle, objects: "a", isNeeded: configuration.apples.count > 0,
          key: "middle"),
        Plan(configuration.reward, objects: "d", isNeeded: true, key: "reward"),
      ]
      let rows = plans.map(\.rows).max() ?? 0
      let columns = plans.map(\.columns).max() ?? 0
      let grounds = plans.map { Ground($0, rows: rows, columns: columns) }
      try grounds[0].checkStarts(objects: 1, key: "explore.map")
      try grounds[1].checkApples(count: configuration.apples.count)
      try grounds[2].checkStarts(objects: 1, key: "reward.map")

      self.configuration = configuration
      (self.rows, self.columns) = (rows, columns)
      (explore, middle, reward) = (grounds[0], grounds[1], grounds[2])
      let steps = [
        configuration.explore.steps, configuration.middle.steps, configuration.reward.steps,
      ]
      ends = [steps[0], steps[0] + steps[1], steps[0] + steps[1] + steps[2]]
      horizon = steps.reduce(0, +)
      neighbours = grounds.flatMap { $0.neighbours(rows: rows, columns: columns) }
      let walls = grounds.flatMap(\.walls)
      self.walls = walls
      var appleBits = [UInt64](repeating: 0, count: rows * columns)
      if configuration.apples.count > 0 {
        for (index, cell) in grounds[1].objects.enumerated() { appleBits[cell] = 1 << index }
      }
      self.appleBits = appleBits
      let window = Window(configuration, rows: rows, columns: columns, middle: grounds[1])
      self.window = window
      observationSpace = window.space
      backdrop = Backdrop(window, rows: rows, columns: columns, walls: walls)

      appleCount = configuration.apples.count
      appleRewards = configuration.apples.rewards
      isAppleRewardFixed = configuration.apples.isRewardFixedPerEpisode
      respawns = configuration.apples.respawns
      respawnSteps = configuration.apples.respawnSteps
      doorReward = configuration.doorReward
      consumesKey = configuration.consumesKey
      endsAtDoor = configuration.endsAtDoor
      slipProbability = configuration.slipProbability
    }

    /// The step after which the timer ends `phase`.
    func end(of phase: Phase) -> Int { ends[phase.rawValue] }

    /// The phase in which the step after `time` steps is taken.
    func phase(at time: Int) -> Phase {
      if time < ends[0] { return .explore }
      return time < ends[1] ? .middle : .reward
    }

    func ground(of phase: Phase) -> Ground {
      switch phase {
      case .explore: explore
      case .middle: middle
      case .reward: reward
      }
    }

    func neighbour(of cell: Int, _ action: Int, in phase: Phase) -> Int {
      Int(neighbours[(phase.rawValue * rows * columns + cell) * 4 + action])
    }

    func isWall(_ cell: Int, in phase: Phase) -> Bool {
      walls[phase.rawValue * rows * columns + cell]
    }

    /// The bit of the candidate apple on `cell` of the second room, or 0.
    func appleBit(at cell: Int) -> UInt64 { appleBits[cell] }

    func placementSeed(_ seed: UInt64) -> UInt64 {
      configuration.placement == .fixed ? UInt64(configuration.layoutSeed) : seed
    }

    func drawAppleReward(using random: inout RandomStream) -> Double {
      appleCount == 0 ? 0 : appleRewards[random.integer(below: appleRewards.count)]
    }
  }
}
