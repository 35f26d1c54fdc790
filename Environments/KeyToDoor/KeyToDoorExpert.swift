public import Documents

/// Plays Key-to-Door optimally, apples included.
///
/// The rooms do not influence one another but through the key, so they are planned one by one:
/// key and door by ``Solver`` on the same world without apples, the apples by `AppleTour`. Among
/// actions that keep the most apples in reach, those on the shortest tour are taken.
public struct KeyToDoorExpert: Planner {
  private var doorPlanner: ExactPlanner<KeyToDoor>
  private let hasApples: Bool
  private var tour: AppleTour

  /// Solves `world`; refuses apples that come back or are too many, and slips among apples.
  public init(for world: KeyToDoor) throws(ConfigurationError) {
    let layout = world.layout
    hasApples = layout.appleCount > 0
    if hasApples {
      func refuse(_ what: String) -> ConfigurationError {
        ConfigurationError(
          key: "id", found: "expert in an environment with \(what)",
          expected: "a policy for it", suggestion: "planner")
      }
      if layout.respawns { throw refuse("apples that come back") }
      if layout.slipProbability > 0 { throw refuse("apples and slips") }
      if layout.appleCount > AppleTour.limit {
        throw refuse("more than \(AppleTour.limit) apples")
      }
    }
    doorPlanner = try world.makeDoorPlanner()
    tour = layout.makeAppleTour()
  }

  public mutating func begin(_ world: KeyToDoor) throws(ConfigurationError) {
    try doorPlanner.begin(world)
    if hasApples { tour.plan(for: world.appleCells) }
  }

  public mutating func bestActions(in world: KeyToDoor) -> ActionSet {
    let doorActions = doorPlanner.bestActions(in: world)
    return hasApples && world.phase == .middle ? bestTour(in: world) : doorActions
  }

  public mutating func pass(in world: KeyToDoor) { doorPlanner.pass(in: world) }

  private func bestTour(in world: KeyToDoor) -> ActionSet {
    let left = world.appleSet(in: tour)
    let steps = world.layout.end(of: .middle) - world.time - 1
    var best = (count: -1, steps: 0)
    var actions = ActionSet()
    for action in 0..<4 {
      let next = world.layout.neighbour(of: world.cell, action, in: .middle)
      let eaten = left & (tour.appleCells.firstIndex(of: next).map { 1 << $0 } ?? 0)
      var rest = tour.most(of: left & ~eaten, from: next, within: steps)
      rest.count += eaten.nonzeroBitCount
      if rest.count > best.count || (rest.count == best.count && rest.steps < best.steps) {
        best = rest
        actions = [action]
      } else if rest == best {
        actions.insert(action)
      }
    }
    return actions
  }
}

extension KeyToDoorExpert: StatePlanner {
  /// For worlds without apples, whose hidden states alone can be listed.
  public func bestActions(in state: KeyToDoor.State, at time: Int) -> ActionSet {
    doorPlanner.bestActions(in: state, at: time)
  }
}

/// Plays key and door optimally and goes for the apple it can have soonest.
///
/// Greedy, so in general not optimal, but good for every configuration: apples may come back, be many,
/// and the ground may be slippery. An apple that is away counts as reached when it is back. Where
/// there is nothing to go for, every action is as good as another.
public struct KeyToDoorPlanner: Planner {
  private var doorPlanner: ExactPlanner<KeyToDoor>
  private let hasApples: Bool
  private let tour: AppleTour

  public init(for world: KeyToDoor) throws(ConfigurationError) {
    hasApples = world.layout.appleCount > 0
    doorPlanner = try world.makeDoorPlanner()
    tour = world.layout.makeAppleTour()
  }

  public mutating func begin(_ world: KeyToDoor) throws(ConfigurationError) {
    try doorPlanner.begin(world)
  }

  public mutating func pass(in world: KeyToDoor) { doorPlanner.pass(in: world) }

  public mutating func bestActions(in world: KeyToDoor) -> ActionSet {
    let doorActions = doorPlanner.bestActions(in: world)
    guard hasApples, world.phase == .middle, let target = soonestApple(in: world) else {
      return doorActions
    }
    let distance = tour.distance(world.cell, target)
    var actions = ActionSet()
    for action in 0..<4 {
      let next = world.layout.neighbour(of: world.cell, action, in: .middle)
      if tour.distance(next, target) < distance { actions.insert(action) }
    }
    return actions.isEmpty ? doorActions : actions
  }

  /// The cell of the apple that can be eaten first; the first in board order among equals.
  private func soonestApple(in world: KeyToDoor) -> Int? {
    var best: (cell: Int, arrival: Int)?
    for (index, cell) in world.layout.middle.objects.enumerated() {
      let bit: UInt64 = 1 << UInt64(index)
      var arrival = tour.distance(world.cell, cell)
      if world.eaten & bit != 0 {
        let back = Int(world.eatenTime[index]) + world.layout.respawnSteps + 2
        arrival = max(arrival, back - world.time)
      } else if world.apples & bit == 0 {
        continue
      }
      guard world.time + arrival <= world.layout.end(of: .middle) else { continue }
      if arrival < best?.arrival ?? .max { best = (cell, arrival) }
    }
    return best?.cell
  }
}

extension KeyToDoor {
  /// The exact plan for key and door, which apples do not change.
  fileprivate func makeDoorPlanner() throws(ConfigurationError) -> ExactPlanner<KeyToDoor> {
    var settings = configuration
    settings.apples.count = 0
    let world = try KeyToDoor(settings)
    do {
      return try ExactPlanner(for: world)
    } catch {
      throw ConfigurationError(
        key: "id", found: "an environment that cannot be solved exactly (\(error))",
        expected: "a smaller one", suggestion: "random")
    }
  }

  /// Where apples lie.
  fileprivate var appleCells: [Int] {
    layout.middle.objects.enumerated().filter { apples >> UInt64($0.offset) & 1 == 1 }.map(
      \.element)
  }

  /// The apples that lie there, as a set of the tour's.
  fileprivate func appleSet(in tour: AppleTour) -> Int {
    tour.appleCells.enumerated().reduce(0) { set, apple in
      apples & layout.appleBit(at: apple.element) == 0 ? set : set | 1 << apple.offset
    }
  }
}

extension KeyToDoor.Layout {
  fileprivate func makeAppleTour() -> AppleTour {
    guard appleCount > 0 else { return AppleTour(cellCount: 0) { cell, _ in cell } }
    return AppleTour(cellCount: rows * columns) { neighbour(of: $0, $1, in: .middle) }
  }
}
